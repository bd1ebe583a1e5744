"""One occurrence of foreign content in a page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from embedproxy.consent.tickets import Ticket
from embedproxy.embeds.size import Size
from embedproxy.providers.registry import Claim
from embedproxy.urls import Url

HOST = "host:"  # an unknown third party is named by its host


@dataclass(frozen=True, slots=True)
class Embed:
    """One embed, as recognised in the page or read back from a ticket.

    Attributes:
        url: address of the item, by which the provider's frame can be built.
        claim: the provider's rule that matched; None for an unknown third party.
        title: what the author called it; may be empty.
        size: the room it takes.
        lang: language of its place in the page; None where the page names none.
    """

    url: Url
    claim: Claim | None
    title: str
    size: Size
    lang: str | None

    @property
    def provider(self) -> str:
        """Whose it is: an id, ``id@host`` for federated software, or ``host:`` and an unknown host.

        Each instance of federated software has its own operator, and so its own grant.
        """
        if not self.claim:
            return HOST + self.url.host
        provider = self.claim.provider
        return provider.id if provider.company.name else f"{provider.id}@{self.url.host}"

    @property
    def kind(self) -> str:
        """What it is: video, post, map, audio or generic."""
        if not self.claim:
            return "generic"
        rule = self.claim.rule
        return (rule.kind if rule and rule.kind else None) or self.claim.provider.kind

    @property
    def is_share(self) -> bool:
        """Whether it is a share or like button, which needs no more than a link."""
        return bool(self.claim and self.claim.rule and self.claim.rule.share)

    @property
    def is_item(self) -> bool:
        """Whether its provider knows it as one item: no page of many, and no button."""
        rule = self.claim.rule if self.claim else None
        return bool(rule and not rule.page and not rule.share)

    @property
    def key(self) -> str:
        """The embed id: what a grant of extent ``once`` names."""
        # An account may be called like an item: a grant of the one must not open the other.
        paged = self.claim and self.claim.rule and self.claim.rule.page
        item = self.claim.id if self.claim and self.claim.id and not paged else _digest(self.url.target)
        return f"{self.provider}:{item}"

    @property
    def anchor(self) -> str:
        """The DOM id of its box, the same in every visit (DESIGN rule 4)."""
        return "embedproxy-" + _digest(self.key)

    def ticket(self, notice: str, lang: str, anchor: str) -> Ticket:
        """Put everything that is needed to build the frame later into a ticket.

        Args:
            notice: the notice's hash, 64 hex digits.
            lang: the notice's language.
            anchor: DOM id of this occurrence.
        """
        return Ticket(
            provider=self.provider,
            embed=self.key,
            kind=self.kind,
            url=self.url.href,
            notice=notice,
            lang=lang,
            title=self.title,
            width=self.size.width,
            height=self.size.height,
            ratio=self.size.ratio,
            anchor=anchor,
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
