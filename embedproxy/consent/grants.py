"""What one visitor has allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Extent = Literal["once", "always"]

NOTICE_DIGITS = 16  # of the notice's hash: enough to tell versions of one notice apart; the ledger keeps all


@dataclass(frozen=True, slots=True)
class Grant:
    """One press on one button (DESIGN rule 5).

    Attributes:
        provider: the provider's id, or ``host:`` and the host of an unknown third party.
        extent: ``once`` for one embed, ``always`` for everything of the provider.
        embed: the embed's id for ``once``, empty for ``always``.
        at: time of the press in Unix seconds.
        notice: first 16 hex digits of the hash of the notice that was on screen.
        receipt: 32 hex digits, random, the visitor's own proof (LAW LED-9).
    """

    provider: str
    extent: Extent
    embed: str
    at: int
    notice: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Grants:
    """All that one visitor has allowed and that still counts.

    Attributes:
        items: the grants, oldest first as far as one cookie goes.
        stale: providers that were granted under a notice that has changed since: they count as not granted,
            and the visitor is told why (LAW NOT-6).
    """

    items: tuple[Grant, ...] = ()
    stale: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    @property
    def undecided(self) -> bool:
        """Whether this visitor gets the page that everybody gets (DESIGN rule 4)."""
        return not self.items and not self.stale

    def covers(self, provider: str, embed: str) -> Grant | None:
        """Find the grant under which an embed may load.

        Args:
            provider: the provider's id.
            embed: the embed's id.

        Returns:
            An ``always`` grant of the provider, else a ``once`` grant of this very embed, else None.
        """
        once = None
        for grant in self.of(provider):
            if grant.extent == "always":
                return grant
            if grant.embed == embed:
                once = grant
        return once

    def of(self, provider: str) -> tuple[Grant, ...]:
        """Give every grant of one provider."""
        return tuple(grant for grant in self.items if grant.provider == provider)

    def with_(self, grant: Grant) -> Grants:
        """Add a grant; an earlier one for the same thing gives way."""
        thing = (grant.provider, grant.extent, grant.embed)
        kept = (old for old in self.items if (old.provider, old.extent, old.embed) != thing)
        return Grants((*kept, grant))

    def without(self, *providers: str) -> Grants:
        """Take back everything that some providers were allowed."""
        return Grants(tuple(grant for grant in self.items if grant.provider not in providers))
