"""An element that is judged when its end is known, and the tags inside of it."""

from __future__ import annotations

import re

from embedproxy.embeds.verdict import HELD_BYTES, Drop, Hold, Swap, Verdict
from embedproxy.html.tags import EndTag, RawText, StartTag, Token, Unclosed
from embedproxy.html.tokenizer import Interest, Tokenizer

_TEMPLATES = Interest(frozenset({"template"}))
_END_OF_SELECT = re.compile(rb"</select", re.IGNORECASE)
_END_OF_TEMPLATE = re.compile(rb"</template", re.IGNORECASE)


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

    def judge(self, content: bytes) -> Verdict | None:
        """Judge the element whole.

        Args:
            content: what stands between its tags.

        Returns:
            The hold itself where the element reaches too far, or where what goes with it would end something
            around it, since that must end as it did.
        """
        if self.tokens[-1].end - self.start > HELD_BYTES:
            return self.hold
        verdict = self.hold.whole(content)
        return self.hold if isinstance(verdict, Drop | Swap) and _reaches_out(content) else verdict


def _reaches_out(content: bytes) -> bool:
    """Whether this may end a select or a template that it stands in."""
    if _END_OF_SELECT.search(content):
        return True
    if not _END_OF_TEMPLATE.search(content):
        return False
    tokenizer, depth, least = Tokenizer(_TEMPLATES), 0, 0
    for token in (*tokenizer.feed(content), *tokenizer.close()):
        if isinstance(token, EndTag):
            depth -= 1
        elif isinstance(token, StartTag):
            depth += not (token.foreign or token.noscript)
        least = min(least, depth)
    return least < 0
