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
from embedproxy.embeds.verdict import HELD_BYTES, Drop, Hold, Hollow, Verdict
from embedproxy.html.grammar import TAG
from embedproxy.html.names import DRAWING
from embedproxy.html.tags import StartTag

# What the document's end cuts off is dropped by browsers; each of these matches wherever it begins to.
_NO_TEXT = re.compile(r"<!--.*?(?:--!?>|\Z)|<!\[CDATA\[|\]\]>|<[!?/](?![a-zA-Z\[-])[^>]*+(?:>|\Z)", re.DOTALL)
_TAGS = re.compile(rf"{TAG.pattern.decode()}|</?[a-zA-Z].*\Z", re.DOTALL)
# Tags that may end the drawing around them, or a part of it where HTML's rules hold.
_ENDING = re.compile(rf"</?(?!(?:{'|'.join(sorted(DRAWING))})[\t\n\f\r />])[a-z]".encode(), re.IGNORECASE)
# Nothing that this contains is shown or applied: neither in a drawing nor, hidden, outside.
_SILENT = "metadata"


def judge_unread(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about such an element: it goes whole, is made hollow, or stays.

    Returns:
        A hold, since its content decides too; for one that closes itself the verdict.
    """
    if tag.foreign and tag.self_closing:
        return Drop() if _is_bad(tag, page, policy, b"") else None
    return Hold(whole=partial(_whole, tag, page, policy), alone=partial(_alone, tag, page, policy))


def _whole(tag: StartTag, page: Page, policy: Policy, content: bytes) -> Verdict | None:
    """A tag in the content may end the drawing around it, and must do so still."""
    if not _is_bad(tag, page, policy, content):
        return None
    return _hollow(tag, content) if _ENDING.search(content) else Drop()


def _alone(tag: StartTag, page: Page, policy: Policy, content: bytes) -> Verdict | None:
    """The same where no end tag comes; a style sheet that is too long to be read goes."""
    if tag.name == "style":
        too_long = len(content) > HELD_BYTES - (tag.end - tag.start)
        return Drop() if too_long or _is_bad(tag, page, policy, content) else None
    return _hollow(tag, content) if _is_bad(tag, page, policy, content) else None


def _hollow(tag: StartTag, content: bytes) -> Hollow:
    """Scripts become plain text. A sheet gets another name: Chromium looks for imports in any ``style``."""
    slash = "/" if tag.self_closing else ""
    if tag.name == "script":
        return Hollow(f'<script type="text/plain"{slash}>'.encode(), b"</script>")
    name = _SILENT
    while name.encode() in content.lower():
        name += "-"
    return Hollow(f"<{name} hidden{slash}>".encode(), f"</{name}>".encode())


def _is_bad(tag: StartTag, page: Page, policy: Policy, content: bytes) -> bool:
    texts = list(_texts(content))
    if tag.name == "style":
        return any(_loads(text, page, policy) for text in texts)
    if judge_script(tag, page, policy):
        return True
    return any(clean_text(tag, text, page, policy) != text for text in texts)


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
    ends = [tag for tag in tags if tag[0].startswith("</")] or tags
    return text[: tags[0].start()] + text[ends[-1].end() :] if tags else text
