"""Passing over text and tags that nobody asked for, in C."""

from __future__ import annotations

from embedproxy.html.grammar import Grammar


class Skim:
    """Goes through the bytes at hand from one tag that needs a look to the next.

    Args:
        grammar: the expressions for what the reader wants to see.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._skip = grammar.skip
        self._pattern = grammar.pattern
        self._text = b""
        self._clear = 0  # up to here nothing needs a look, but for tags in which the pattern is found

    def begin(self, text: bytes) -> None:
        """Take other bytes at hand."""
        self._text, self._clear = text, 0

    def onward(self, at: int, limit: int) -> int:
        """Go on.

        Args:
            at: where to begin, in text.
            limit: where to stop.

        Returns:
            The offset of a ``<`` that needs a look, or the limit.
        """
        while at < limit:
            if self._clear <= at:
                self._clear = self._skip_to(at, limit)
            clear = min(self._clear, limit)
            hit = self._pattern.search(self._text, at, clear) if self._pattern else None
            if hit is None and clear == self._clear:
                return clear
            # A tag in which the pattern is found must not be skipped: this skip ends before it.
            stop = hit.start() if hit else clear
            at = self._skip_to(at, stop)
            if at < stop or self._text.startswith(b"<", stop):
                return at
            at = stop + 1 if hit else stop  # in text
        return limit

    def _skip_to(self, at: int, stop: int) -> int:
        match = self._skip.match(self._text, at, stop)
        return match.end() if match else at
