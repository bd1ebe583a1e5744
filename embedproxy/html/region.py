"""A stretch of markup that browsers may read in two ways, and where the shorter reading ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embedproxy.html.elements import OpenElements
from embedproxy.html.rawtext import end_tag_of

_CDATA_END = re.compile(rb"\]\]>")


@dataclass(slots=True)
class Region:
    """The content of ``<noscript>``, or of an element of which nobody knows whether it is raw text.

    Attributes:
        ending: finds the end in the shorter reading.
        overlap: how many bytes of the ending may have arrived without being found.
        searched: document offset up to which there is no ending.
        before: the open elements where the region began.
        noscript: it is the content of ``<noscript>``.
    """

    ending: re.Pattern[bytes]
    overlap: int
    searched: int
    before: OpenElements
    noscript: bool = False

    @classmethod
    def element(cls, name: str, start: int, elements: OpenElements) -> Region:
        """Begin the content of an element that ends at its first end tag in one of the readings.

        Args:
            name: the element's lower-case name.
            start: document offset of its content.
            elements: the open elements there.

        Returns:
            The region.
        """
        return cls(end_tag_of(name), len(name) + 2, start, elements.copy(), name == "noscript")

    @classmethod
    def cdata(cls, start: int, elements: OpenElements) -> Region:
        """Begin what is a CDATA section in one reading, and in the other a comment up to the first ``>``.

        Args:
            start: document offset behind ``<![CDATA[``.
            elements: the open elements there.

        Returns:
            The region.
        """
        return cls(_CDATA_END, len(b"]]"), start, elements.copy())

    def find(self, text: bytes, base: int) -> int | None:
        """Search on for the end.

        Args:
            text: the bytes at hand.
            base: document offset of their first byte.

        Returns:
            The offset of the end in these bytes, or None when it has not arrived.
        """
        match = self.ending.search(text, max(self.searched - base, 0))
        if match is None:
            self.searched = max(self.searched, base + len(text) - self.overlap)
            return None
        self.searched = base + match.start()
        return match.start()
