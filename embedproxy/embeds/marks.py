"""Elements that a provider's script would turn into an embed, known by their name or class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from embedproxy.embeds import facades
from embedproxy.embeds.embed import Embed
from embedproxy.embeds.facades import facade, may_be_facade
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import embed_at, is_allowed
from embedproxy.embeds.verdict import Hold, Inside, Quote, Swap, Verdict
from embedproxy.html.markup import start_tags
from embedproxy.html.tags import StartTag
from embedproxy.html.tokenizer import Interest
from embedproxy.providers.schema import Element

LINKS = Interest(names=frozenset({"a"}))
_CLASS = re.compile(rb"class", re.IGNORECASE)


def judge_mark(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about an element that a provider's name or class may mark.

    Returns:
        A hold for quotations and custom elements, which are judged whole; a box inside for other elements,
        whose end is not looked for; None where no provider claims it, and in drawings, which a box would end.
    """
    if tag.foreign:
        return None
    classes = _classes(tag)
    quotes = [shape for name in classes for shape in policy.registry.quotes(tag.name, name)]
    shapes = [*quotes, *marks_of(tag, policy)]
    if not (shapes or "-" in tag.name or may_be_facade(tag)) or is_allowed(tag):
        return None
    if quotes and tag.name == "blockquote":
        return Hold(
            whole=lambda content: _quotation(tag, content, quotes, page, policy), alone=lambda _: None
        )
    embed = next(named_embeds(tag, shapes, page, policy), None) or _shown(tag, page, policy)
    if embed is None:
        return None
    if "-" in tag.name or tag.name in facades.NAMES:
        return Hold(whole=lambda _: Swap(embed), alone=lambda _: Inside(embed))
    return Inside(embed)


def _shown(tag: StartTag, page: Page, policy: Policy) -> Embed | None:
    """The item that a custom element names as its source, or that a script of the site would show."""
    custom = "-" in tag.name and not tag.name.startswith("amp-")
    address = facade(tag) or (tag.get("src") if custom else "")
    url = page.resolve(address) if address else None
    if url is None or policy.is_own(url.host, page.host):
        return None
    embed = embed_at(url, tag, page, policy)
    if embed:
        page.parked.add(embed.key)
    return embed


def _quotation(
    tag: StartTag, content: bytes, quotes: Sequence[Element], page: Page, policy: Policy
) -> Quote | None:
    """The quoted post, by the element's own attributes, else by its links; None where it names no post."""
    named = next(named_embeds(tag, quotes, page, policy), None)
    linked = (embed for embed in _linked(tag, content, page, policy) if _quotes(embed, quotes))
    embed = named or next(linked, None)
    return Quote(embed) if embed else None


def _quotes(embed: Embed, quotes: Iterable[Element]) -> bool:
    """Whether it is the provider of the embed that marks its quotations so."""
    return any(quote in embed.claim.provider.quotes for quote in quotes) if embed.claim else False


def marks_of(tag: StartTag, policy: Policy) -> list[Element]:
    """What an element may be, by its name, its classes and its attributes."""
    named = policy.registry.attributes if b"data-" in tag.raw.lower() else frozenset()
    attributes = [each.name for each in tag.attributes if each.name in named] if named else []
    marks = ("", *_classes(tag), *attributes)
    return [shape for mark in marks for shape in policy.registry.elements(tag.name, mark)]


def _classes(tag: StartTag) -> list[str]:
    # Most tags have none, and then their attributes need not be read.
    return (tag.get("class") or "").split() if _CLASS.search(tag.raw) else []


def named_embeds(tag: StartTag, shapes: Iterable[Element], page: Page, policy: Policy) -> Iterator[Embed]:
    """The items that the element's attributes name."""
    for shape in shapes:
        address = shape.address(tag.get)
        url = page.resolve(address) if address else None
        embed = embed_at(url, tag, page, policy) if url else None
        if embed:
            yield embed


def _linked(tag: StartTag, content: bytes, page: Page, policy: Policy) -> Iterator[Embed]:
    """The posts that the quotation's links lead to, the last first: X puts the permalink at the end.

    Links to accounts and lists, such as those behind names and hashtags, are none.
    """
    for link in reversed(start_tags(content, LINKS, page.codec)):
        url = page.resolve(link.get("href") or "")
        embed = embed_at(url, tag, page, policy) if url else None
        if embed and embed.is_item:
            yield embed
