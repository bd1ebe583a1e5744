"""An element that is judged when its end is known, and the tags inside of it."""

from __future__ import annotations

from embedproxy.embeds.verdict import Hold
from embedproxy.html.tags import EndTag, RawText, StartTag, Token, Unclosed


class Held:
    """Collects what belongs to the element.

    Attributes:
        opener: its start tag.
        hold: how it is judged.
        tokens: the start tag and everything behind it, so far.
    """

    def __init__(self, opener: StartTag, hold: Hold) -> None:
        """Begin with the start tag."""
        self.opener = opener
        self.hold = hold
        self.tokens: list[Token] = [opener]
        self._depth = 1  # open elements of its name

    @property
    def start(self) -> int:
        """Offset of its first byte in the document."""
        return self.opener.start

    def is_left_by(self, token: Token) -> bool:
        """Whether the element was left open inside a ``noscript``, and this stands outside."""
        return not isinstance(token, Unclosed | RawText) and token.noscript != self.opener.noscript

    def ends_with(self, token: Token) -> bool:
        """Take the next token; True when it is the end."""
        self.tokens.append(token)
        # An end tag inside a template ends nothing outside of it.
        if isinstance(token, Unclosed | RawText) or token.name != self.opener.name:
            return False
        if token.template == self.opener.template:
            self._depth += isinstance(token, StartTag) - isinstance(token, EndTag)
        return not self._depth
