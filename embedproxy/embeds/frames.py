"""Embeds that are a browsing context of their own: iframe, frame, object, embed."""

from __future__ import annotations

from collections.abc import Iterator

from embedproxy import urls
from embedproxy.embeds.lazy import parked
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import frame_embed, is_allowed, is_hidden
from embedproxy.embeds.verdict import Drop, Hold, Swap, SwapTag, Verdict, Within, blank
from embedproxy.html.tags import StartTag
from embedproxy.urls import Url

ADDRESS = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
VOID = frozenset({"embed", "frame"})


def judge_frame(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about a frame: default deny for every third party (LAW CFG-5).

    Returns:
        None for the operator's own frames and for those without an address.
    """
    if tag.foreign:  # an unknown element of SVG or MathML: it shows nothing
        return None
    url = next(_addresses(tag, page, policy), None)
    if tag.name == "iframe" and tag.get("srcdoc") and (url is None or policy.is_own(url.host, page.host)):
        return Within(next(at for at in tag.attributes if at.name == "srcdoc"))
    if url is None:
        return _judge_local(tag, page)
    if policy.is_own(url.host, page.host) or is_allowed(tag):
        page.own_frames[url.origin] = None
        return None
    embed = frame_embed(url, tag, page, policy)
    if is_hidden(tag):
        return Drop()
    if tag.name == "object":  # its fallback content goes with it
        return Hold(whole=lambda _: Swap(embed), alone=SwapTag(embed))
    return Swap(embed)


def _addresses(tag: StartTag, page: Page, policy: Policy) -> Iterator[Url]:
    """What the frame shows: by its own attribute, else what a lazy loader will put there."""
    reference = (tag.get(ADDRESS[tag.name]) or "").strip()
    url = page.resolve(reference) if reference else None
    if url:
        yield url
    for attribute in parked(tag):
        later = page.resolve(attribute.value) if attribute.value.strip() else None
        if later and not policy.is_own(later.host, page.host):
            yield later


def _judge_local(tag: StartTag, page: Page) -> Verdict | None:
    """A ``data:`` document can name any third party, and nobody would see it: it stays empty."""
    reference = tag.get(ADDRESS[tag.name]) or ""
    if urls.scheme_of(reference, page.base or page.address.url.href) != "data":
        return None
    return blank(*(at for at in tag.attributes if at.name == ADDRESS[tag.name]))
