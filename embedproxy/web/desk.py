"""What every request shares: the policy, the cookies, the ledger; put together once at start-up."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from embedproxy.consent.cookies import GrantCookies
from embedproxy.consent.grants import NOTICE_DIGITS, Extent, Grant, Grants
from embedproxy.consent.keys import load_keys
from embedproxy.consent.ledger import Control, Ledger, Record
from embedproxy.consent.ledger.choice import chosen_ledger, chosen_seal
from embedproxy.consent.ledger.seal import Seal
from embedproxy.consent.tickets import Ticket, Tickets
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.templates import Templates
from embedproxy.errors import LedgerError
from embedproxy.notices.notice import Notice, load_notices
from embedproxy.providers.loader import load_providers
from embedproxy.settings import Settings

log = logging.getLogger("embedproxy")

NO_RECEIPT = "0" * 32  # in the cookie of a grant whose operator issues none: it tells nobody anything


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes grants and withdrawals.

    Attributes:
        settings: what the operator set.
        policy: what decides about embeds.
        cookies: where grants travel.
        ledger: where they are recorded.
        seal: signs receipts; None where none are issued.
        clock: gives Unix seconds.
    """

    settings: Settings
    policy: Policy
    cookies: GrantCookies
    ledger: Ledger
    seal: Seal | None = None
    clock: Callable[[], float] = field(default=time.time)

    @classmethod
    def of(cls, settings: Settings, ledger: Ledger | None = None) -> Desk:
        """Put everything together.

        Args:
            settings: what the operator set.
            ledger: another ledger than the settings name.

        Raises:
            SettingsError: a key cannot be made or read, or the ledger's address is wrong.
            ProviderError: a provider file is wrong.
            NoticeError: there is no notice in the configured language.
        """
        keys = load_keys(settings)
        registry = load_providers(*([settings.providers_dir] if settings.providers_dir else []))
        notices = load_notices(settings, registry.providers)
        policy = Policy(settings, registry, notices, Tickets(keys), Templates(settings.templates_dir))
        cookies = GrantCookies(
            keys,
            always_days=settings.always_days,
            once_hours=settings.once_hours,
            is_current=notices.is_current,
        )
        return cls(settings, policy, cookies, ledger or chosen_ledger(settings), chosen_seal(settings))

    def grants(self, cookie: str, *, secure: bool) -> Grants:
        """What the visitor has granted, by the Cookie header; any doubt is nothing."""
        return self.cookies.read(cookie, secure=secure)

    def expires(self, grant: Grant) -> int:
        """When a grant ends by itself, in Unix seconds."""
        days, hours = self.settings.always_days, self.settings.once_hours
        return grant.at + (days * 86400 if grant.extent == "always" else hours * 3600)

    async def grant(self, grants: Grants, ticket: Ticket, extent: Extent, notice: Notice) -> Grants:
        """Record a grant and add it (DESIGN §4: durable first).

        Args:
            grants: what the visitor had granted before.
            ticket: what was pressed.
            extent: this embed, or always this provider.
            notice: the notice that was on screen, and still is the current one.

        Raises:
            LedgerError: it could not be recorded; nothing is granted then.
        """
        at = int(self.clock())
        receipt = secrets.token_hex(16) if self.settings.ledger.receipts else ""
        embed = ticket.embed if extent == "once" else ""
        record = Record(
            at, "grant", ticket.provider, extent, embed, notice.hash, notice.lang, "load-button", receipt,
            notice.version,
        )  # fmt: skip
        await self.ledger.append(record, notice.text)
        kept, shown = notice.hash[:NOTICE_DIGITS], receipt or NO_RECEIPT
        return grants.with_(Grant(ticket.provider, extent, embed, at, kept, shown))

    async def withdraw(self, grants: Grants, providers: Iterable[str], control: Control, lang: str) -> Grants:
        """Record the withdrawal of everything that some providers were allowed, and take it back.

        It takes effect also where it cannot be recorded: taking back never fails (GDPR Art. 7(3)). All the
        records are written at once, so that a ledger that hangs is waited for once.

        Args:
            grants: what the visitor had granted before.
            providers: whose grants are taken back.
            control: what was pressed.
            lang: in which language.
        """
        at = int(self.clock())
        named = frozenset(providers)
        old = [grant for grant in grants.items if grant.provider in named]
        written = (self.ledger.append(_withdrawal(grant, at, control, lang)) for grant in old)
        for failure in await asyncio.gather(*written, return_exceptions=True):
            if isinstance(failure, LedgerError):
                log.error("a withdrawal took effect without its record: %s", failure)
            elif failure is not None:
                raise failure
        return grants.without(*named)


def _withdrawal(old: Grant, at: int, control: Control, lang: str) -> Record:
    receipt = "" if old.receipt == NO_RECEIPT else old.receipt
    return Record(at, "withdraw", old.provider, old.extent, old.embed, old.notice, lang, control, receipt)
