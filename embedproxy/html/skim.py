"""Passing over text and tags that nobody asked for, in C."""

from __future__ import annotations

from bisect import bisect_left

from embedproxy.html.grammar import Grammar


class Skim:
    """Goes through the bytes at hand from one tag that needs a look to the next.

    Args:
        grammar: the expressions for what the reader wants to see.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._skip = grammar.skip
        self._cues = grammar.cues
        self._text = b""
        self._places: list[int] | None = None  # where the cues are; found when the first is asked for
        self._clear = 0  # up to here nothing needs a look, but for tags with a cue

    def begin(self, text: bytes) -> None:
        """Take other bytes at hand."""
        self._text, self._places, self._clear = text, None, 0

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
            cue = self._cue_from(at)
            if cue >= clear and clear == self._clear:
                return clear
            # A tag with a cue must not be skipped: this skip ends before it.
            stop = min(cue, clear)
            at = self._skip_to(at, stop)
            if at < stop or self._text.startswith(b"<", stop):
                return at
            at = stop + 1 if cue < clear else stop  # in text
        return limit

    def _cue_from(self, at: int) -> int:
        if self._places is None:
            self._places = [*self._cues.places(self._text), len(self._text)]
        return self._places[bisect_left(self._places, at)]

    def _skip_to(self, at: int, stop: int) -> int:
        match = self._skip.match(self._text, at, stop)
        return match.end() if match else at
