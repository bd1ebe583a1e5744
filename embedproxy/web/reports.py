"""The report collector of strict mode: which hosts it would stop, told by the visitors' browsers.

A report says a lot: the page's address with its query, the blocked address, the line of the script. Of all
that only the directive and the blocked host are kept, counted. Anybody can send reports, so nothing rests on
them: they tell the operator what to look at.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from embedproxy import urls
from embedproxy.gateway.forwarding import Fronts
from embedproxy.web.asked import site_url
from embedproxy.web.desk import Desk
from embedproxy.web.forms import FormTooLarge, read_body
from embedproxy.web.tally import Tally

log = logging.getLogger("embedproxy.strict")

# `report-uri` (CSP Level 3 §5.3) and `report-to` (Reporting API §3.3) send different documents.
TYPES = frozenset({"application/csp-report", "application/reports+json"})
REPORT_BYTES = 65536  # browsers gather several
REPORTS = 20  # of one body are looked at
# What a report may be about; `script-src-elem` and the like count as `script-src`.
DIRECTIVES = frozenset(
    {
        "child-src", "connect-src", "default-src", "font-src", "frame-src", "img-src", "manifest-src",
        "media-src", "object-src", "prefetch-src", "script-src", "style-src", "worker-src",
    }
)  # fmt: skip

Pair = tuple[str, str]


class Reports:
    """The endpoint; it answers 204 to every report that could be one, whatever becomes of it."""

    def __init__(self, desk: Desk) -> None:
        """Take what all requests share."""
        self._desk = desk
        self._fronts = Fronts(desk.settings.forwarded_allow)
        self._tally = Tally(desk.settings.data_dir)

    async def collect(self, request: Request) -> Response:
        """Take what a browser says about a page of this site."""
        site = site_url(request.scope, self._fronts)
        if site is None or not _is_own(request, site.origin):
            return _answer(403)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in TYPES:
            return _answer(415)
        try:
            pairs = set(pairs_of(await read_body(request, REPORT_BYTES)))
        except FormTooLarge:
            return _answer(413)
        except (ValueError, RecursionError):
            return _answer(400)
        foreign = sorted(pair for pair in pairs if not self._desk.policy.is_own(pair[1], site.host))
        if foreign:
            await asyncio.to_thread(self._count, foreign)
        return _answer(204)

    def _count(self, pairs: list[Pair]) -> None:
        try:
            for directive, host in self._tally.add(pairs):
                log.info("strict mode would stop %s from %s", directive, host)
        except (sqlite3.Error, OSError) as error:
            log.warning("reports cannot be counted: %s", error)


def pairs_of(body: bytes) -> Iterator[Pair]:
    """The directives and blocked hosts in a body of either kind.

    Raises:
        ValueError: it is no JSON.
    """
    document = json.loads(body)
    if isinstance(document, dict):
        yield from _pair(
            document.get("csp-report"), "blocked-uri", "effective-directive", "violated-directive"
        )
    elif isinstance(document, list):
        for report in document[:REPORTS]:
            told = report.get("body") if isinstance(report, dict) else None
            yield from _pair(told, "blockedURL", "effectiveDirective")


def _pair(report: Any, blocked: str, *directives: str) -> Iterator[Pair]:
    """One report's; none where it speaks of inline code, of ``data:``, or makes no sense."""
    if not isinstance(report, dict):
        return
    words = next((found for name in directives if (found := report.get(name))), None)
    address = report.get(blocked)
    if not isinstance(words, str) or not isinstance(address, str):
        return
    directive = (words.split() or [""])[0].removesuffix("-elem").removesuffix("-attr")
    url = urls.parse(_as_http(address))
    if url and directive in DIRECTIVES:
        yield directive, url.host


def _as_http(address: str) -> str:
    """WebSockets are contacted like anything else."""
    scheme, colon, rest = address.partition(":")
    return {"ws": "http", "wss": "https"}.get(scheme.lower(), scheme) + colon + rest


def _is_own(request: Request, origin: str) -> bool:
    """Whether a page of this site may have caused the report.

    Unlike a form it may name neither: browsers send some reports outside of any page.
    """
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    return request.headers.get("origin") in (None, origin)


def _answer(status: int) -> Response:
    return Response(status_code=status, headers={"cache-control": "no-store"})
