"""Players that browsers have built in, where they play a provider's file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from embedproxy.embeds.embed import Embed
from embedproxy.embeds.marks import judge_mark
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import embed_of_tag, is_allowed, is_hidden
from embedproxy.embeds.size import Size
from embedproxy.embeds.verdict import Hold, Swap, Verdict
from embedproxy.html.tags import StartTag
from embedproxy.html.tokenizer import Interest, Tokenizer
from embedproxy.urls import Url

PLAYERS = frozenset({"audio", "video"})
SOURCES = Interest(names=frozenset({"source"}))
AUDIO_PIXELS = 160  # height of a frame that shows no more than the browser's own controls


def judge_player(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about a player: its box, where nothing but a provider's file would play.

    Browsers play a file in a frame as well, and so the frame after a grant shows the file itself. A player
    without controls is decoration: it only loses its addresses, as a picture does.
    """
    mark = judge_mark(tag, page, policy)
    shown = tag.get("controls") is not None and not (tag.foreign or is_allowed(tag) or is_hidden(tag))
    if mark or not shown:
        return mark
    return Hold(whole=lambda content: _box(tag, content, page, policy), alone=lambda _: None)


def _box(tag: StartTag, content: bytes, page: Page, policy: Policy) -> Swap | None:
    urls = list(_files(tag, content, page))
    if urls and all(policy.is_foreign(url, page.host) and policy.registry.owner(url) for url in urls):
        return Swap(_embed(urls[0], tag, page, policy))
    return None


def _embed(url: Url, tag: StartTag, page: Page, policy: Policy) -> Embed:
    embed = embed_of_tag(url, tag, page, policy)
    return replace(embed, size=Size(embed.size.width, AUDIO_PIXELS)) if tag.name == "audio" else embed


def _files(tag: StartTag, content: bytes, page: Page) -> Iterator[Url]:
    """What it would play: the file of its own attribute, else the first source that the browser can read."""
    references = [tag.get("src")]
    if references[0] is None:
        tokenizer = Tokenizer(SOURCES, codec=page.codec)
        tokens = (*tokenizer.feed(content), *tokenizer.close())
        references = [token.get("src") for token in tokens if isinstance(token, StartTag)]
    yield from (url for reference in references if reference and (url := page.resolve(reference)))
