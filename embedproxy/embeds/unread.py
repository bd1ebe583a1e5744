"""Script and style elements whose content is read as markup: in drawings, and where browsers differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import unescape

from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.resources import clean_sheet, names_foreign
from embedproxy.embeds.scripts import clean_text, judge_script
from embedproxy.embeds.verdict import HELD_BYTES, Drop, Hold, Verdict
from embedproxy.html.tags import StartTag

# What the document's end cuts off is dropped by browsers; each of these matches wherever it begins to.
_NO_TEXT = re.compile(r"<!--.*?(?:--!?>|\Z)|<!\[CDATA\[|\]\]>|<[!?/](?![a-zA-Z\[-])[^>]*+(?:>|\Z)", re.DOTALL)
_TAGS = re.compile(r"<(/?)[a-zA-Z][^>]*+(?:>|\Z)")


def judge_unread(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about such an element: it goes whole, or stays.

    Returns:
        A hold, since its content decides too; for one that closes itself the verdict.
    """
    if tag.foreign and tag.self_closing:
        return _whole(tag, page, policy, b"")
    return Hold(whole=partial(_whole, tag, page, policy), alone=partial(_alone, tag, page, policy))


def _whole(tag: StartTag, page: Page, policy: Policy, content: bytes) -> Verdict | None:
    texts = list(_texts(content))
    if tag.name == "style":
        return Drop() if any(_loads(text, page, policy) for text in texts) else None
    goes = judge_script(tag, page, policy) or any(
        clean_text(tag, text, page, policy) != text for text in texts
    )
    return Drop() if goes else None


def _loads(sheet: str, page: Page, policy: Policy) -> bool:
    return clean_sheet(sheet, page, policy) != sheet or names_foreign(sheet, page, policy)


def _texts(content: bytes) -> Iterator[str]:
    """The element's text in every reading: as raw text, as markup, and as markup without what is no text.

    An element inside a sheet or a script hides its own text from it, so that is a reading too.
    """
    raw = content.decode("utf-8", "surrogateescape")
    yield raw
    if "<" in raw or "&" in raw:
        bare = _NO_TEXT.sub("", raw)
        yield from map(unescape, (raw, bare, _TAGS.sub("", bare), _outside(bare)))


def _outside(text: str) -> str:
    """What stands before the first tag and behind the last end tag, or behind the last tag of all."""
    tags = list(_TAGS.finditer(text))
    ends = [tag for tag in tags if tag[1]] or tags
    return text[: tags[0].start()] + text[ends[-1].end() :] if tags else text


def _alone(tag: StartTag, page: Page, policy: Policy, content: bytes) -> Verdict | None:
    """The same where no end tag comes; a style sheet that is too long to be read goes."""
    too_long = len(content) > HELD_BYTES - (tag.end - tag.start)
    return Drop() if too_long and tag.name == "style" else _whole(tag, page, policy, content)
