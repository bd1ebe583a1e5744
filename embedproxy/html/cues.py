"""Where a start tag of any name may be of interest: by what an attribute says, or by a class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

# An attribute with a value in any quotes. What merely looks like one does no harm, and hides none behind it,
# since the value is looked at without being passed.
_CLASS = re.compile(rb"class(?=[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"([^\"]*)\"|'([^']*)'|([^\t\n\f\r >\"'=]+)))")


class Cued(Protocol):
    """What a reader wants to see; see ``grammar.Interest``."""

    @property
    def pattern(self) -> bytes:
        """A regular expression."""
        ...

    @property
    def cues(self) -> tuple[bytes, ...]:
        """What its matches begin with."""
        ...

    @property
    def classes(self) -> frozenset[str]:
        """Classes that mark an element."""
        ...


class Cues:
    """Finds them.

    A page is long and cues are few: literals are searched in C, and the expression is tried only where one
    stands. All classes of a page are held against the marks at once, since mostly none is among them.

    Args:
        interest: what the reader wants to see.
    """

    def __init__(self, interest: Cued) -> None:
        self._pattern = re.compile(interest.pattern)
        self._literals = interest.cues
        self._classes = frozenset(name.lower().encode() for name in interest.classes)

    def places(self, text: bytes) -> list[int]:
        """Find every cue.

        Args:
            text: a page or a part of it, in an ASCII-compatible encoding.

        Returns:
            Offsets in the text, in order. Each lies in a tag of interest, or in no tag at all.
        """
        lower = text.lower()
        return sorted([*self._matches(lower), *self._marked(lower)])

    def _matches(self, lower: bytes) -> Iterator[int]:
        for literal in self._literals:
            at = lower.find(literal)
            while at >= 0:
                if self._pattern.match(lower, at):
                    yield at
                at = lower.find(literal, at + 1)

    def _marked(self, lower: bytes) -> Iterator[int]:
        if not self._classes:
            return
        values = b" ".join(map(b"".join, _CLASS.findall(lower)))
        if self._classes.isdisjoint(values.split()):
            return
        for found in _CLASS.finditer(lower):
            if not self._classes.isdisjoint(b"".join(found.groups(b"")).split()):
                yield found.start()
