"""A piece of markup that is known whole: the content of an element, or a page that was read to its end."""

from __future__ import annotations

from embedproxy.html.tags import StartTag
from embedproxy.html.tokenizer import Interest, Tokenizer


def start_tags(markup: bytes, interest: Interest, codec: str = "utf-8") -> list[StartTag]:
    """The start tags in it that are of interest, in order.

    Args:
        markup: bytes in an ASCII-compatible encoding.
        interest: which tags to report.
        codec: Python's name of the encoding.
    """
    tokenizer = Tokenizer(interest, codec=codec)
    return [token for token in (*tokenizer.feed(markup), *tokenizer.close()) if isinstance(token, StartTag)]
