"""The provider's own frame, which stands in the page after a grant."""

from __future__ import annotations

from dataclasses import dataclass

from embedproxy.embeds.embed import Embed
from embedproxy.embeds.size import Size, parse_ratio
from embedproxy.providers.frames import frame_url, link_url

REFERRER = "strict-origin-when-cross-origin"  # the origin and never the path (LAW REF-1, CTR-1)


@dataclass(frozen=True, slots=True)
class Frame:
    """An iframe with nothing in it but what the provider file lists (LAW SEC-5).

    Attributes:
        src: its address.
        title: its accessible name (WCAG 4.1.2).
        allow: Permissions Policy of the frame.
        referrerpolicy: how much of the page's address the provider learns.
        sandbox: restrictions, None for none.
        width: in CSS pixels.
        height: in CSS pixels.
    """

    src: str
    title: str
    allow: str
    referrerpolicy: str
    sandbox: str | None
    width: int
    height: int


def frame_of(embed: Embed, *, autoplay: bool = False) -> Frame:
    """Build the frame of an embed.

    Args:
        embed: what the visitor granted.
        autoplay: whether it starts by itself: right after a press, never on a later visit.
    """
    width, height = room_of(embed).box
    title = embed.title or (embed.claim.provider.name if embed.claim else embed.url.host)
    if not embed.claim:
        return Frame(embed.url.href, title, "fullscreen", REFERRER, None, width, height)
    shape = embed.claim.provider.frame
    src = frame_url(embed.claim, autoplay=autoplay)
    return Frame(src, title, shape.allow, shape.referrerpolicy, shape.sandbox, width, height)


def room_of(embed: Embed) -> Size:
    """The room that the frame takes: what the page gave the embed, else what the provider usually needs."""
    size = embed.size
    if size.ratio or size.height:
        return size
    rule, shape = (embed.claim.rule, embed.claim.provider.frame) if embed.claim else (None, None)
    ratio = parse_ratio((rule and rule.aspect_ratio) or (shape and shape.aspect_ratio) or None)
    if shape and shape.height and not ratio:
        return Size(size.width, shape.height, None)
    return Size(size.width, None, ratio or (16, 9))


def link_of(embed: Embed) -> str:
    """The plain address of the item at the provider, for a link that leaves the site (LAW FRE-2)."""
    return link_url(embed.claim) if embed.claim else embed.url.href
