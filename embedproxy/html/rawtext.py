"""Stretches without markup: raw text, comments and their like, and where they end (WHATWG HTML 13.2.5)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from embedproxy.html.tags import RawText

_SCRIPT = re.compile(rb"<(?:!--|/(?i:script)(?=[\t\n\f\r />]))")
_ESCAPED = re.compile(rb"-->|<(/?)(?i:script)(?=[\t\n\f\r />])")
_LONGEST = len(b"</script>")
_COMMENT_END = re.compile(rb"--!?>")


class Passage(Protocol):
    """Finds the end of one stretch that may arrive in pieces."""

    def find(self, text: bytes, at: int, limit: int) -> tuple[int, bool]:
        """Search on.

        Args:
            text: the bytes at hand.
            at: where to go on; what an earlier call returned, shifted if bytes before it were dropped.
            limit: where to stop.

        Returns:
            Where markup goes on and True, or how far no end begins and False.
        """
        ...


@lru_cache(maxsize=64)
def end_tag_of(name: str) -> re.Pattern[bytes]:
    """Compile the search for the end tag of a name.

    Args:
        name: lower-case name.

    Returns:
        An expression that finds ``</name`` where browsers take it for an end tag.
    """
    return re.compile(rb"</(?i:" + re.escape(name).encode() + rb")(?=[\t\n\f\r />])")


class UntilBytes:
    """A stretch that ends behind certain bytes: a bogus comment, a CDATA section."""

    def __init__(self, ending: bytes) -> None:
        self._ending = ending

    def find(self, text: bytes, at: int, limit: int) -> tuple[int, bool]:
        """See ``Passage.find``."""
        found = text.find(self._ending, at, limit)
        if found >= 0:
            return found + len(self._ending), True
        return max(at, limit - len(self._ending) + 1), False


class UntilCommentEnd:
    """A comment behind its ``<!--``; ``--!>`` ends it as well."""

    def find(self, text: bytes, at: int, limit: int) -> tuple[int, bool]:
        """See ``Passage.find``."""
        match = _COMMENT_END.search(text, at, limit)
        return (match.end(), True) if match else (max(at, limit - len(b"--!")), False)


class Endless:
    """What stands behind ``<plaintext>``."""

    def find(self, text: bytes, at: int, limit: int) -> tuple[int, bool]:
        """See ``Passage.find``."""
        return limit, False


class UntilEndTag:
    """The text of every raw-text element but scripts: the first end tag of the same name ends it."""

    def __init__(self, name: str) -> None:
        self._search = end_tag_of(name).search
        self._overlap = len(name) + 2

    def find(self, text: bytes, at: int, limit: int) -> tuple[int, bool]:
        """See ``Passage.find``."""
        match = self._search(text, at, limit)
        return (match.start(), True) if match else (max(at, limit - self._overlap), False)


class UntilScriptEnd:
    """The text of a script, which may hide ``<script>…</script>`` inside ``<!-- … -->``."""

    def __init__(self) -> None:
        self._depth = 0  # 0 script data, 1 escaped, 2 double escaped

    def find(self, text: bytes, at: int, limit: int) -> tuple[int, bool]:
        """See ``Passage.find``."""
        while match := (_ESCAPED if self._depth else _SCRIPT).search(text, at, limit):
            if self._ends(match.group()):
                return match.start(), True
            # The dashes of "<!--" may belong to the "-->" of "<!-->".
            at = match.start() + 2 if match.group() == b"<!--" else match.end()
        return max(at, limit - _LONGEST + 1), False

    def _ends(self, found: bytes) -> bool:
        if found == b"<!--":
            self._depth = 1
        elif found == b"-->":
            self._depth = 0
        elif not found.startswith(b"</"):
            self._depth = 2
        elif self._depth == 2:
            self._depth = 1
        else:
            return True
        return False


def content_of(name: str) -> Passage:
    """Choose the search for the end of an element's text.

    Args:
        name: lower-case name of the raw-text element.

    Returns:
        A search that has not begun.
    """
    if name == "plaintext":
        return Endless()
    return UntilScriptEnd() if name == "script" else UntilEndTag(name)


class RawContent:
    """The text of one raw-text element, kept while it is short enough to be reported.

    Args:
        name: the element's lower-case name.
        start: document offset of the text.
        limit: how many bytes to keep; 0 keeps nothing.
    """

    def __init__(self, name: str, start: int, limit: int) -> None:
        self.name = name
        self.start = start
        self._limit = limit
        self._size = 0
        self._pieces: list[bytes] | None = [] if limit else None
        self._passage: Passage = content_of(name)

    @property
    def is_kept(self) -> bool:
        """Whether the text may still be reported."""
        return self._pieces is not None

    def read(self, text: bytes, at: int, *, final: bool = False) -> tuple[int, bool]:
        """Read on, with the arguments and results of ``Passage.find``; ``final`` takes all that is left."""
        end, found = self._passage.find(text, at, len(text))
        end = len(text) if final and not found else end
        self._size += end - at
        if self._size > self._limit:
            self._pieces = None
        if self._pieces is not None:
            self._pieces.append(text[at:end])
        return end, found

    def finish(self) -> list[RawText]:
        """Give the finished text, once; nothing when it is empty or too long."""
        kept, self._pieces = self._pieces, None
        if not self._size or kept is None:
            return []
        return [RawText(self.name, self.start, self.start + self._size, b"".join(kept))]
