"""The tokens that a reader of markup receives, each with its place in the document."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from embedproxy.html.grammar import ATTRIBUTE, TAG_NAME
from embedproxy.html.references import decode_references

_LOWER = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")


def name_of(raw: bytes) -> str:
    """Read a tag's or an attribute's name as the browser does: ASCII in lower case, NUL replaced.

    Args:
        raw: the bytes of the name.

    Returns:
        The name; bytes beyond ASCII stand as their Latin-1 characters, which no known name holds.
    """
    return raw.translate(_LOWER).decode("latin-1").replace("\0", "\ufffd")


class Attribute(NamedTuple):
    """One attribute of a start tag.

    Attributes:
        name: lower-case name.
        value: the value with its character references decoded; empty when there is none.
        start: offset of its first byte in the document.
        end: offset behind its last byte.
    """

    name: str
    value: str
    start: int
    end: int


@dataclass(slots=True)
class StartTag:
    """A start tag; its attributes are read when somebody asks for them.

    Attributes:
        name: lower-case name.
        start: offset of its ``<`` in the document.
        end: offset behind its ``>``.
        raw: its bytes.
        codec: name of the Python codec that its attributes are written in.
        foreign: it is an element of SVG or MathML, so no raw text follows it.
        noscript: it stands inside ``<noscript>``.
        template: it stands inside a ``<template>`` that browsers keep inert. Set only when that is certain.
        doubtful: some browsers may not build the element, depending on elements that a tokenizer cannot
            know of. What follows may be raw text or markup: it is reported as markup, and no RawText comes.
        after_sign: a lone ``<``, which is text, stands right before it.
    """

    name: str
    start: int
    end: int
    raw: bytes
    codec: str = "utf-8"
    foreign: bool = False
    noscript: bool = False
    template: bool = False
    doubtful: bool = False
    after_sign: bool = False
    _named: dict[str, Attribute] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def attributes(self) -> Collection[Attribute]:
        """The attributes in their order; of several with one name only the first."""
        return self._by_name.values()

    @property
    def _by_name(self) -> dict[str, Attribute]:
        if self._named is None:
            self._named = self._read()
        return self._named

    def _read(self) -> dict[str, Attribute]:
        first: dict[str, Attribute] = {}
        for name, value, start, end in spans_of(self.raw):
            lower = name_of(name)
            if lower not in first:
                decoded = decode_references(_text(value, self.codec))
                first[lower] = Attribute(lower, decoded, self.start + start, self.start + end)
        return first

    @property
    def gap(self) -> bytes:
        """What stays when the element goes, so that a ``<`` before it begins no tag: mostly nothing."""
        return b"<!---->" if self.after_sign else b""

    @property
    def self_closing(self) -> bool:
        """Whether the tag ends in ``/>``, and the slash does not belong to an unquoted value."""
        if not self.raw.endswith(b"/>"):
            return False
        return all(end < len(self.raw) - 1 for _, _, _, end in spans_of(self.raw))

    def get(self, name: str, default: str | None = None) -> str | None:
        """Look an attribute up.

        Args:
            name: lower-case name.
            default: what to return when there is none.

        Returns:
            The value of the first attribute of this name, or the default.
        """
        found = self._by_name.get(name)
        return default if found is None else found.value


@dataclass(frozen=True, slots=True)
class EndTag:
    """An end tag, or the end of the document inside an element whose content is raw text.

    Attributes:
        name: lower-case name.
        start: offset of its ``<``; the document's length when implied.
        end: offset behind its ``>``; the document's length when implied.
        noscript: it stands inside ``<noscript>``.
        template: it stands inside an inert ``<template>``.
        implied: nobody wrote it, the document ended.
    """

    name: str
    start: int
    end: int
    noscript: bool = False
    template: bool = False
    implied: bool = False


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of an element whose content is not markup, such as a script or a style sheet.

    Attributes:
        name: the element's lower-case name.
        start: offset of its first byte.
        end: offset behind its last byte, where the end tag begins.
        raw: its bytes, no longer than the tokenizer's limit.
    """

    name: str
    start: int
    end: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Unclosed:
    """Bytes that must not reach the browser, because two readings of them disagree about what follows.

    A browser with scripting off reads the content of ``<noscript>`` as markup, one with scripting on ends
    it at the first ``</noscript``. When a comment, a tag or a script inside has not ended by then, it goes
    on in one reading and not in the other. Cut from ``start`` to ``end``, both readings agree again.

    Attributes:
        start: offset of the unfinished construct.
        end: offset of the end tag that ends it in one of the readings.
    """

    start: int
    end: int


Token = StartTag | EndTag | RawText | Unclosed


class Tokens(Protocol):
    """Reads markup in chunks of any size."""

    @property
    def settled(self) -> int:
        """The document offset before which everything is decided: no later token begins before it."""
        ...

    @property
    def tail(self) -> int:
        """Where a tag begins that the document's end cut off; its end where there is none."""
        ...

    def feed(self, chunk: bytes) -> list[Token]:
        """Read on; the tokens that are certain now, in document order."""
        ...

    def close(self) -> list[Token]:
        """Read the rest; the document ends here."""
        ...


def spans_of(raw: bytes) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Take a start tag apart.

    Args:
        raw: the tag's bytes, from ``<`` to ``>``.

    Yields:
        Name, value without its quotes, offset of the attribute in the tag, offset behind it.
    """
    name = TAG_NAME.match(raw)
    at = name.end() if name else 1
    for match in ATTRIBUTE.finditer(raw, at, len(raw) - 1):
        value = match.group(2) or b""
        quoted = value[:1] in (b'"', b"'")
        yield match.group(1), value[1:-1] if quoted else value, match.start(), match.end()


def _text(value: bytes, codec: str) -> str:
    text = value.decode(codec, "replace").replace("\0", "\ufffd")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
