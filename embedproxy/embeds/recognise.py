"""Which tags of a page are embeds, and whose."""

from __future__ import annotations

import re
from dataclasses import replace

from embedproxy import urls
from embedproxy.consent.tickets import Ticket
from embedproxy.embeds.embed import Embed
from embedproxy.embeds.frame import room_of
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.size import Size, size_of
from embedproxy.errors import TicketError
from embedproxy.html.tags import StartTag
from embedproxy.providers.registry import Claim
from embedproxy.providers.schema import Provider
from embedproxy.urls import Url

ALLOWED = "data-embedproxy"  # data-embedproxy="allow": the operator's own markup lets an element pass
_INVISIBLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_NO_SIZE = re.compile(r"\s*[01](?:\.\d+)?\s*(?:px)?\s*$")


def is_allowed(tag: StartTag) -> bool:
    """Whether the operator's own markup lets this element pass."""
    return (tag.get(ALLOWED) or "").strip().lower() == "allow"


def is_hidden(tag: StartTag) -> bool:
    """Whether a frame shows nothing: such frames are there to track, and are dropped rather than boxed."""
    if tag.get("hidden") is not None or _INVISIBLE.search(tag.get("style") or ""):
        return True
    return any(_NO_SIZE.match(value) for name in ("width", "height") if (value := tag.get(name)))


def embed_at(url: Url, tag: StartTag, page: Page, policy: Policy) -> Embed | None:
    """Recognise the address that some other element names, such as the permalink of a quoted post.

    Returns:
        None where no rule knows it, or where its provider has no frame for it.
    """
    claim = policy.registry.claim(url)
    shown = claim is not None and claim.rule is not None and claim.rule.is_shown
    return embed_of_tag(url, tag, page, policy) if shown else None


def embed_of_address(url: Url, lang: str | None, policy: Policy) -> Embed:
    """Describe the embed at an address of which the page's markup says nothing."""
    claim = _claim(url, policy)
    return Embed(url, claim, "", Size(), lang)


def embed_of(ticket: Ticket, policy: Policy) -> Embed:
    """Read an embed back from its ticket.

    Raises:
        TicketError: the ticket's address is no address.
    """
    url = urls.parse(ticket.url)
    if url is None:
        raise TicketError("the ticket names no address")
    size = Size(ticket.width, ticket.height, ticket.ratio)
    return Embed(url, _claim(url, policy), ticket.title, size, ticket.lang)


def frame_embed(url: Url, tag: StartTag, page: Page, policy: Policy) -> Embed:
    """Describe the embed that a frame shows; without a size it takes the provider's usual room."""
    embed = embed_of_tag(url, tag, page, policy)
    return replace(embed, size=room_of(embed))


def embed_of_tag(url: Url, tag: StartTag, page: Page, policy: Policy) -> Embed:
    """Describe the embed that a tag makes of an address: a known provider's or an unknown host's."""
    title = (tag.get("title") or tag.get("aria-label") or "").strip()
    return Embed(url, _claim(url, policy), title, size_of(tag), tag.get("lang") or page.lang)


def _claim(url: Url, policy: Policy) -> Claim | None:
    """The rule that knows this address, else the provider whose host it is, else nobody."""
    found = policy.registry.claim(url)
    if found:
        return found
    owner: Provider | None = policy.registry.owner(url)
    return Claim(provider=owner, rule=None, id="", groups={}, url=url) if owner else None
