"""Players that browsers have built in, where they play a provider's item or file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from embedproxy.embeds.embed import Embed
from embedproxy.embeds.marks import judge_mark
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import embed_at, embed_of_tag, is_allowed, is_hidden
from embedproxy.embeds.size import Size
from embedproxy.embeds.verdict import Hold, Inside, Swap, Verdict
from embedproxy.html.markup import start_tags
from embedproxy.html.tags import StartTag
from embedproxy.html.tokenizer import Interest
from embedproxy.urls import Url

PLAYERS = frozenset({"audio", "video"})
SOURCES = Interest(names=frozenset({"source"}))
AUDIO_PIXELS = 160  # height of a frame that shows no more than the browser's own controls


def judge_player(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about a player: its box, where it shows a provider's item, or only a provider's file.

    Returns:
        A hold that ends with the box in the element's place; None for an element that may stay.
    """
    if tag.foreign or is_allowed(tag):
        return None
    marked = judge_mark(tag, page, policy)
    swap = Swap(marked.embed) if isinstance(marked, Inside) else None
    return Hold(whole=lambda content: swap or _box(tag, content, page, policy), alone=lambda _: None)


def _box(tag: StartTag, content: bytes, page: Page, policy: Policy) -> Swap | None:
    urls = list(_named(tag, content, page))
    strange = [url for url in urls if not policy.is_own(url.host, page.host)]
    for url in strange:  # such as WordPress makes for a YouTube address
        item = embed_at(url, tag, page, policy)
        if item:
            return Swap(item)
    # A player without controls is decoration: it only loses its addresses, as a picture does.
    shown = tag.get("controls") is not None and not is_hidden(tag)
    if shown and urls == strange and strange and all(map(policy.registry.owner, strange)):
        return Swap(_of_file(strange[0], tag, page, policy))
    return None


def _of_file(url: Url, tag: StartTag, page: Page, policy: Policy) -> Embed:
    """Browsers play a file in a frame as well, and so the frame after a grant shows the file itself."""
    embed = embed_of_tag(url, tag, page, policy)
    return replace(embed, size=Size(embed.size.width, AUDIO_PIXELS)) if tag.name == "audio" else embed


def _named(tag: StartTag, content: bytes, page: Page) -> Iterator[Url]:
    """What it would play: what its own attribute names, else what the sources inside name."""
    references = [tag.get("src")]
    if not references[0]:
        references = [source.get("src") for source in start_tags(content, SOURCES, page.codec)]
    yield from (url for reference in references if reference and (url := page.resolve(reference)))
