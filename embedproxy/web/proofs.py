"""What a visitor can take home: receipts, everything at once, and notices as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from embedproxy.consent import receipts
from embedproxy.consent.grants import Grant
from embedproxy.consent.ledger.choice import kept_text
from embedproxy.errors import LedgerError
from embedproxy.gateway.forwarding import Fronts
from embedproxy.web.answers import HARDENED, UNKEPT, Answers
from embedproxy.web.desk import NO_RECEIPT, Desk
from embedproxy.web.visit import Visit

HASH = re.compile(r"[0-9a-f]{64}")
NOTICE_SECONDS = 31536000  # the address is the content's hash


class Proofs:
    """The endpoints; they read and never change anything, and a visitor sees nobody's grants but the own."""

    def __init__(self, desk: Desk) -> None:
        """Take what all requests share."""
        self._desk = desk
        self._answers = Answers(desk)
        self._fronts = Fronts(desk.settings.forwarded_allow)

    async def receipt(self, request: Request) -> Response:
        """The signed receipt of one grant that this browser holds."""
        visit = Visit.of(request, self._desk, self._fronts)
        wanted = request.path_params["id"]
        for grant in visit.grants.items:
            if grant.receipt == wanted and (text := self._signed(grant)):
                return _download(text, "receipt.json")
        return self._answers.error("not_found", 404)

    async def export(self, request: Request) -> Response:
        """Everything that is stored in this browser, in words and with its receipts (LAW RGT-1)."""
        visit = Visit.of(request, self._desk, self._fronts)
        signed = (self._signed(grant) for grant in visit.grants.items)
        document = {
            "schema": receipts.EXPORT,
            "site": visit.site.origin if visit.site else None,
            "controller": self._desk.settings.operator.name,
            "grants": [self._shown(grant) for grant in visit.grants.items],
            "receipts": [json.loads(text) for text in signed if text],
        }
        return _download(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "export.json")

    async def notice(self, request: Request) -> Response:
        """A notice by its hash: the body's SHA-256 is its address (LAW NOT-8, § 18(3) no. 4 EinwV)."""
        hash_, asked = request.path_params["hash"], request.query_params
        if not HASH.fullmatch(hash_):
            return self._answers.error("not_found", 404)
        try:
            text = await self._found(hash_, asked.get("provider", ""))
        except LedgerError as error:
            return self._answers.of_error(error)
        if text is None:
            return self._answers.error("not_found", 404)
        kept = {"cache-control": f"public, max-age={NOTICE_SECONDS}, immutable"}
        return Response(text, 200, {**HARDENED, **kept}, "application/json")

    def _signed(self, grant: Grant) -> str | None:
        """A grant's receipt; None where the operator issues none."""
        desk, notice = self._desk, self._desk.policy.notices.find(grant.provider, grant.notice)
        if desk.seal is None or notice is None or grant.receipt == NO_RECEIPT:
            return None
        receipt = receipts.Receipt(
            id=grant.receipt,
            given=grant.at,
            expires=desk.expires(grant),
            controller=desk.settings.operator.name,
            provider=grant.provider,
            extent=grant.extent,
            embed=grant.embed,
            language=notice.lang,
            notice=notice.hash,
            text=notice.text.decode(),
        )
        return receipts.issue(receipt, desk.seal)

    def _shown(self, grant: Grant) -> dict[str, Any]:
        notice = self._desk.policy.notices.find(grant.provider, grant.notice)
        return {
            "provider": grant.provider,
            "name": notice.name if notice else None,
            "extent": grant.extent,
            "embed": grant.embed or None,
            "given": receipts.instant(grant.at),
            "expires": receipts.instant(self._desk.expires(grant)),
            "notice": notice.hash if notice else grant.notice,
            "receipt": None if grant.receipt == NO_RECEIPT else grant.receipt,
        }

    async def _found(self, hash_: str, provider_id: str) -> bytes | None:
        """A notice that somebody has agreed to, from the ledger; else today's of the provider that is named.

        Searching the notices of all providers in all languages would hold up everybody else.
        """
        kept = await kept_text(self._desk.ledger, hash_)
        if kept is not None:
            return kept
        notice = self._desk.policy.notices.find(provider_id, hash_)
        return notice.text if notice else None


def _download(text: str, name: str) -> Response:
    saved = {
        "content-disposition": f'attachment; filename="embedproxy-{name}"',
        "cross-origin-resource-policy": "same-origin",
    }
    return Response(text, 200, {**UNKEPT, **saved}, "application/json")
