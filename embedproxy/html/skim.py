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
        self._hit = -1  # where the pattern is found next; -1: not looked for yet

    def begin(self, text: bytes) -> None:
        """Take other bytes at hand."""
        self._text, self._hit = text, -1

    def onward(self, at: int, limit: int) -> int:
        """Go on.

        Args:
            at: where to begin, in text.
            limit: where to stop.

        Returns:
            The offset of a ``<`` that needs a look, or the limit.
        """
        while True:
            # A tag in which the pattern is found must not be skipped: the skip ends before it.
            stop = min(limit, self._next_hit(at))
            match = self._skip.match(self._text, at, stop)
            at = match.end() if match else at
            if at < stop or stop == limit or self._text.startswith(b"<", stop):
                return at
            self._hit = self._find(stop + 1)

    def _next_hit(self, at: int) -> int:
        if self._hit < at:
            self._hit = self._find(at)
        return self._hit

    def _find(self, at: int) -> int:
        match = self._pattern.search(self._text, at) if self._pattern else None
        return match.start() if match else len(self._text)
