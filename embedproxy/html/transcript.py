"""A text that stands in a document in another notation, and the way back from the text to its source.

Feeds hold HTML as the text of XML elements, interfaces hold it in the strings of JSON. It is read decoded,
and an edit of it is carried back to the bytes from which it was read, so that all others stay as they are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple


class Span(NamedTuple):
    """A range of the source.

    Attributes:
        start: offset of its first byte.
        end: offset behind its last.
        opens: whether its beginning stands in a CDATA section.
        closes: whether its end does.
    """

    start: int
    end: int
    opens: bool = False
    closes: bool = False


class _Run(NamedTuple):
    start: int
    end: int
    at: int  # offset of its text
    literal: bool
    section: bool


class Transcript:
    """Collects a text run by run."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._runs: list[_Run] = []
        self._offsets: list[int] = []
        self._length = 0

    @property
    def text(self) -> bytes:
        """What has been collected, in UTF-8."""
        return b"".join(self._parts)

    @property
    def start(self) -> int:
        """Offset in the source of the first run; only where there is one."""
        return self._runs[0].start

    @property
    def end(self) -> int:
        """Offset in the source behind the last run."""
        return self._runs[-1].end

    def __bool__(self) -> bool:
        return bool(self._runs)

    def add(self, start: int, end: int, text: bytes, *, literal: bool, section: bool = False) -> None:
        """Take the next run.

        Args:
            start: offset of its first byte in the source.
            end: offset behind its last.
            text: what it says, in UTF-8, not empty.
            literal: whether the source says it byte for byte.
            section: whether it stands in a CDATA section.
        """
        self._runs.append(_Run(start, end, self._length, literal, section))
        self._offsets.append(self._length)
        self._parts.append(text)
        self._length += len(text)

    def span(self, start: int, end: int) -> Span:
        """Find the source of a range of the text.

        Args:
            start: offset in the text, at the beginning of a character.
            end: offset behind its last character; equal to ``start`` for a point.
        """
        first = self._runs[max(bisect_right(self._offsets, start) - 1, 0)]
        if start == end:
            point = self._source(first, start)
            return Span(point, point, first.section, first.section)
        last = self._runs[bisect_left(self._offsets, end) - 1]
        return Span(self._source(first, start), self._source(last, end), first.section, last.section)

    def _source(self, run: _Run, offset: int) -> int:
        if run.literal:
            return run.start + offset - run.at
        return run.start if offset == run.at else run.end
