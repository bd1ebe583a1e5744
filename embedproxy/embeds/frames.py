"""Embeds that are a browsing context of their own: iframe, frame, object, embed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from embedproxy.embeds.dataurl import read_data
from embedproxy.embeds.lazy import parked
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import frame_embed, is_allowed, is_hidden
from embedproxy.embeds.scripts import names_provider
from embedproxy.embeds.verdict import Amend, Apart, Drop, Hold, Swap, SwapTag, Verdict, Within
from embedproxy.html.markup import start_tags
from embedproxy.html.tags import StartTag
from embedproxy.html.tokenizer import Interest
from embedproxy.urls import Url

ADDRESS = {
    **{"amp-iframe": "src", "amp-video-iframe": "src", "iframe": "src", "frame": "src", "embed": "src"},
    "object": "data",
}
MARKUP = frozenset({"application/xhtml+xml", "application/xml", "image/svg+xml", "text/html", "text/xml"})
VOID = frozenset({"embed", "frame"})
PARAMS = Interest(names=frozenset({"param"}))
MOVIES = ("code", "data", "movie", "src", "url")  # parameters that stand for an object's address
TABLEAU = ("host_url", "name")  # Tableau's old embed code writes both, escaped
_PROGRAM = re.compile(r"[\0- ]*" + r"[\t\n\r]*".join("javascript:"), re.IGNORECASE)


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
        return _judge_local(tag, page, policy)
    if policy.is_own(url.host, page.host) or is_allowed(tag):
        page.own_frames[url.origin] = None
        return None
    embed = frame_embed(url, tag, page, policy)
    # What a lazy loader would put in place often stands in a noscript as well.
    goes = is_hidden(tag) or (tag.noscript and embed.key in page.parked)
    if not page.resolve(tag.get(ADDRESS[tag.name]) or "about:"):
        page.parked.add(embed.key)
    verdict = Drop() if goes else Swap(embed)
    if tag.name == "object" or "-" in tag.name:  # its fallback content goes with it
        alone = _quiet(tag) if goes else SwapTag(embed)
        return Hold(whole=lambda _: verdict, alone=lambda _: alone)
    return verdict


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


def _quiet(tag: StartTag) -> Amend:
    """Take a frame's addresses away, where it is not known how far it reaches."""
    own = [each for each in tag.attributes if each.name == ADDRESS[tag.name]]
    return Amend(tuple((each, "") for each in dict.fromkeys((*own, *parked(tag)))))


def _judge_local(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """A frame without a web address can still name any third party.

    A ``data:`` document is read like a page of its own; a ``javascript:`` address, whose program may write
    one, goes when it names a provider; an object may have its address in a parameter, as Flash codes did.
    """
    attribute = next((at for at in tag.attributes if at.name == ADDRESS[tag.name]), None)
    if attribute is None or not attribute.value:
        flash = tag.name == "object" and not is_allowed(tag)
        return Hold(lambda content: _movie(tag, content, page, policy), lambda _: None) if flash else None
    if _PROGRAM.match(attribute.value) and names_provider(unquote(attribute.value), page, policy):
        return Amend(((attribute, ""),))
    held = read_data(attribute.value)
    return Apart(attribute, held.text) if held and held.essence in MARKUP else None


def _movie(tag: StartTag, content: bytes, page: Page, policy: Policy) -> Swap | None:
    """The item of a known provider that a parameter of the object names."""
    for address in _named(content, page):
        url = page.resolve(address)
        if url and policy.registry.owner(url) and not policy.is_own(url.host, page.host):
            return Swap(frame_embed(url, tag, page, policy))
    return None


def _named(content: bytes, page: Page) -> Iterator[str]:
    """The addresses in an object's parameters."""
    tags = reversed(start_tags(content, PARAMS, page.codec))
    values = {(tag.get("name") or "").strip().lower(): tag.get("value") or "" for tag in tags}
    yield from (values[name] for name in MOVIES if name in values)
    if all(values.get(name) for name in TABLEAU):
        yield f"{unquote(values['host_url'])}views/{values['name']}"
