"""What tests of the room share: ways to read a document, and a tree builder to compare with."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from typing import Any

import turbohtml

from embedproxy.html.splicer import Splicer
from embedproxy.html.tags import EndTag, RawText, StartTag, Token, Unclosed
from embedproxy.html.tokenizer import Interest, Tokenizer
from tests.unmeasured import unmeasured

# The tags that the product asks for, and a pattern for what loads through attributes of other tags.
_NAMES = (
    "iframe frame object embed applet script style link meta base img image source video audio track input "
    "use feimage blockquote noscript template"
)
INTEREST = Interest(
    frozenset(_NAMES.split()),
    rb"(?<=[\t\n\f\r /\"'])(?:style|background|data-[-\w]*src)[\t\n\f\r ]*=",
    (b"style", b"background", b"data-"),
)
FRAME = '<iframe src="https://www.youtube.com/embed/x"></iframe>'


def read(
    document: bytes | str, interest: Interest = INTEREST, sizes: Iterable[int] = (), **options: Any
) -> list[Token]:
    """Read a document in chunks of the given sizes, the rest whole."""
    body = document.encode() if isinstance(document, str) else document
    tokenizer, tokens, at = Tokenizer(interest, **options), [], 0
    for size in sizes:
        if at >= len(body):
            break
        tokens += tokenizer.feed(body[at : at + size])
        at += size
    tokens += tokenizer.feed(body[at:])
    return [*tokens, *tokenizer.close()]


def bytewise(document: bytes) -> list[int]:
    """Chunk sizes of one byte each."""
    return [1] * len(document)


def random_sizes(seed: int) -> Iterator[int]:
    """Chunk sizes by chance without end, the same for the same seed."""
    chance = random.Random(seed)
    while True:
        yield chance.choice((1, 2, 3, 5, 8, 13, 100, 1000))


def starts(document: bytes | str, interest: Interest = INTEREST) -> list[str]:
    """The names of the start tags that are reported."""
    return [token.name for token in read(document, interest) if isinstance(token, StartTag)]


def is_live(document: bytes | str) -> bool:
    """Whether an iframe outside of inert templates is reported, or something has to be cut."""
    return any(
        isinstance(token, Unclosed)
        or (isinstance(token, StartTag) and token.name == "iframe" and not token.template)
        for token in read(document)
    )


def everything(document: bytes) -> Interest:
    """An interest in every name that occurs in a document."""
    names = re.findall(rb"</?([a-zA-Z][^\t\n\f\r />]*)", document)
    return Interest(
        frozenset(name.lower().decode("latin-1") for name in names if b"\0" not in name and name.isascii())
    )


def neutralised(document: bytes, tokens: Iterable[Token]) -> bytes:
    """Take the addresses out of all reported tags and cut what must be cut, as a consumer would."""
    splicer = Splicer()
    splicer.feed(document)
    for token in tokens:
        if isinstance(token, Unclosed):
            splicer.replace(token.start, token.end, b"")
        elif isinstance(token, StartTag) and not token.template:
            for attribute in token.attributes:
                if attribute.name in ("src", "data"):
                    splicer.replace(attribute.start, attribute.end, b"alt=")
    return splicer.close()


def elements_of(text: str, *, scripting: bool) -> Iterator[Any]:
    """Every element of a document as browsers build it, shadow trees and inert templates included."""
    document = turbohtml.parse(text, scripting=scripting, source_locations=True)
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if getattr(node, "tag", None):
            yield node
            waiting += [node.shadow_root] if node.shadow_root is not None else []
        waiting += node.children


@unmeasured
def addresses_of(text: str, *, scripting: bool) -> set[str]:
    """The addresses that HTML elements would load, inert templates left out."""
    document = turbohtml.parse(text, scripting=scripting, positions=False)
    found, waiting = set[str](), [document]
    while waiting:
        node: Any = waiting.pop()
        name, inside = getattr(node, "tag", None), True
        if name and node.namespace.name == "HTML":
            loads = name in INTEREST.names
            found |= {node.attrs[key] for key in ("src", "data") if loads and node.attrs.get(key)}
            inside = name != "template"
            waiting += [node.shadow_root] if node.shadow_root is not None else []
        waiting += node.children if inside else []
    return found


__all__ = ["EndTag", "RawText", "StartTag", "Unclosed"]
