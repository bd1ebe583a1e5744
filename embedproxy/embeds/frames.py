"""Embeds that are a browsing context of their own: iframe, frame, object, embed."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from embedproxy.embeds.lazy import parked
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import frame_embed, is_allowed, is_hidden
from embedproxy.embeds.verdict import Apart, Drop, Hold, Swap, SwapTag, Verdict, Within
from embedproxy.html.tags import StartTag
from embedproxy.urls import Url

ADDRESS = {"amp-iframe": "src", "iframe": "src", "frame": "src", "embed": "src", "object": "data"}
MARKUP = frozenset({"application/xhtml+xml", "application/xml", "image/svg+xml", "text/html", "text/xml"})
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
        return _judge_local(tag)
    if policy.is_own(url.host, page.host) or is_allowed(tag):
        page.own_frames[url.origin] = None
        return None
    embed = frame_embed(url, tag, page, policy)
    if is_hidden(tag):
        return Drop()
    if tag.name in ("object", "amp-iframe"):  # its fallback content goes with it
        return Hold(whole=lambda _: Swap(embed), alone=lambda _: SwapTag(embed))
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


def _judge_local(tag: StartTag) -> Verdict | None:
    """A ``data:`` document can name any third party: it is read like a page of its own."""
    attribute = next((at for at in tag.attributes if at.name == ADDRESS[tag.name]), None)
    document = _data_document(attribute.value) if attribute else None
    return Apart(attribute, document) if attribute and document is not None else None


def _data_document(address: str) -> str | None:
    """The markup in a ``data:`` address (https://fetch.spec.whatwg.org/#data-urls), if it is markup."""
    head, comma, body = address.strip().partition(",")
    scheme, _, kind = head.partition(":")
    essence, *parameters = (part.strip().lower() for part in kind.split(";"))
    if scheme.lower() != "data" or not comma or essence not in MARKUP:
        return None
    raw = unquote_to_bytes(body)
    if "base64" in parameters:
        raw = b64decode(raw + b"===")
    return raw.decode("utf-8", "replace")
