"""Embeds that are a browsing context of their own: iframe, frame, object, embed."""

from __future__ import annotations

from embedproxy import urls
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import frame_embed, is_allowed, is_hidden
from embedproxy.embeds.verdict import Blank, Drop, Hold, Swap, SwapTag, Verdict
from embedproxy.html.tags import StartTag

ADDRESS = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
VOID = frozenset({"embed", "frame"})


def judge_frame(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about a frame: default deny for every third party (LAW CFG-5).

    Returns:
        None for the operator's own frames and for those without an address.
    """
    reference = tag.get(ADDRESS[tag.name]) or ""
    url = page.resolve(reference)
    if url is None:
        return _judge_local(tag, reference, page)
    if policy.is_own(url.host, page.host):
        page.own_frames[url.origin] = None
        return None
    if is_allowed(tag):
        page.own_frames[url.origin] = None
        return None
    if is_hidden(tag):
        return Drop()
    embed = frame_embed(url, tag, page, policy)
    if tag.name == "object":  # its fallback content goes with it
        return Hold(whole=lambda _: Swap(embed), alone=SwapTag(embed))
    return Swap(embed)


def _judge_local(tag: StartTag, reference: str, page: Page) -> Verdict | None:
    """A ``data:`` document can name any third party, and nobody would see it: it stays empty."""
    if urls.scheme_of(reference, page.base or page.address.url.href) != "data":
        return None
    return Blank(tuple(at for at in tag.attributes if at.name == ADDRESS[tag.name]))
