"""XML in chunks of any size; out come its parts, each with its place in the document.

Expat reads it, so that what we see is what an XML parser sees. A document whose type declares entities or
default values of attributes means something else than it says, and is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from xml.parsers import expat

from embedproxy.errors import RewriteError
from embedproxy.html.references import decode_references
from embedproxy.html.tags import Attribute, spans_of

PART_LIMIT = 4 * 1024 * 1024  # bytes of one part, such as a tag or a comment
_SPACES = {"http://www.w3.org/1999/xlink": "xlink:", "http://www.w3.org/XML/1998/namespace": "xml:"}
# Document types for which browsers know the entities of HTML (WHATWG HTML 14.2).
_HTML_ENTITIES = frozenset(
    {
        "-//W3C//DTD XHTML 1.0 Transitional//EN",
        "-//W3C//DTD XHTML 1.1//EN",
        "-//W3C//DTD XHTML 1.0 Strict//EN",
        "-//W3C//DTD XHTML 1.0 Frameset//EN",
        "-//W3C//DTD XHTML Basic 1.0//EN",
        "-//W3C//DTD XHTML 1.1 plus MathML 2.0//EN",
        "-//W3C//DTD XHTML 1.1 plus MathML 2.0 plus SVG 1.1//EN",
        "-//W3C//DTD MathML 2.0//EN",
        "-//WAPFORUM//DTD XHTML Mobile 1.0//EN",
    }
)
_OWN_ENTITIES = (b"amp;", b"lt;", b"gt;", b"quot;", b"apos;", b"#")


@dataclass(frozen=True, slots=True)
class Opened:
    """A start tag.

    Attributes:
        space: the namespace of its name; empty for none.
        name: its local name, in the case in which it is written.
        start: offset of its ``<``.
        end: offset behind its ``>``.
        raw: its bytes.
        attributes: in their order; ``xlink`` and ``xml`` names carry that prefix, whatever the document's.
    """

    space: str
    name: str
    start: int
    end: int = -1
    raw: bytes = b""
    attributes: tuple[Attribute, ...] = ()

    def get(self, name: str) -> str | None:
        """The value of an attribute, or None."""
        return next((each.value for each in self.attributes if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Closed:
    """An end tag, or the end of an empty element's tag, where start and end are one."""

    space: str
    name: str
    start: int
    end: int = -1


@dataclass(frozen=True, slots=True)
class Chars:
    """A piece of text.

    Attributes:
        start: offset of its first byte.
        end: offset behind its last.
        text: what it says, in UTF-8.
        literal: whether it is written just so, and not as a reference.
        section: whether it stands in a CDATA section.
    """

    start: int
    end: int
    text: bytes
    literal: bool = False
    section: bool = False


@dataclass(frozen=True, slots=True)
class Instruction:
    """A processing instruction."""

    target: str
    content: str
    start: int
    end: int = -1


@dataclass(frozen=True, slots=True)
class _Other:
    start: int
    end: int = -1


Part = Opened | Closed | Chars | Instruction
_Pending = tuple[Part | _Other, list[str]]


class XmlReader:
    """Reads one document in UTF-8."""

    def __init__(self) -> None:
        self._bytes = bytearray()  # from the part that is not complete yet
        self._base = self._fed = 0
        self._section = self._known = self._in_type = False
        self._pending: _Pending = (_Other(0), [])
        self._parts: list[Part] = []
        self._parser = parser = expat.ParserCreate("utf-8", " ")
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._refuse
        parser.AttlistDeclHandler = self._attlist
        parser.StartElementHandler = self._open
        parser.EndElementHandler = lambda name: self._begin(Closed(*_split(name), self._here))
        parser.CharacterDataHandler = lambda text: self._begin(
            Chars(self._here, -1, text.encode("utf-8", "surrogatepass"), section=self._section)
        )
        parser.ProcessingInstructionHandler = lambda target, content: self._begin(
            Instruction(target, content or "", self._here)
        )
        parser.StartCdataSectionHandler = lambda: self._cdata(True)
        parser.EndCdataSectionHandler = lambda: self._cdata(False)
        parser.EndDoctypeDeclHandler = self._doctype_end
        parser.DefaultHandler = self._other

    @property
    def settled(self) -> int:
        """The document offset before which everything has been given."""
        return self._base

    def feed(self, chunk: bytes, *, last: bool = False) -> list[Part]:
        """Read on.

        Args:
            chunk: the next bytes.
            last: whether the document ends with them.

        Returns:
            The parts that are complete now; a part is complete when the next one begins.

        Raises:
            RewriteError: it is not well-formed, declares entities, or one part is too long.
        """
        self._bytes += chunk
        self._fed += len(chunk)
        self._parts = []
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise RewriteError(f"the document is not well-formed XML: {error}") from None
        if last:
            self._complete(self._fed)
        if self._fed - self._base > PART_LIMIT:
            raise RewriteError(f"a part of the document is longer than {PART_LIMIT} bytes")
        return self._parts

    @property
    def _here(self) -> int:
        return self._parser.CurrentByteIndex

    def _begin(self, part: Part | _Other, attributes: list[str] | None = None) -> None:
        self._complete(part.start)
        self._pending = part, attributes or []

    def _complete(self, end: int) -> None:
        """The pending part ends where the next one begins."""
        (part, named), self._pending = self._pending, (_Other(end), [])
        raw = bytes(self._bytes[part.start - self._base : end - self._base])
        match part:
            case Opened():
                read = self._attributes(raw, part.start, named)
                self._parts.append(replace(part, end=end, raw=raw, attributes=read))
            case Chars():
                self._parts.append(replace(part, end=end, literal=raw == part.text))
            case Closed() | Instruction():
                self._parts.append(replace(part, end=end))
        del self._bytes[: end - self._base]
        self._base = end

    def _open(self, name: str, attributes: list[str]) -> None:
        self._begin(Opened(*_split(name), self._here), attributes)

    def _attributes(self, raw: bytes, start: int, named: list[str]) -> tuple[Attribute, ...]:
        """Bring together where the attributes stand and what expat read there."""
        spans = [span for span in spans_of(raw) if span[0] != b"xmlns" and not span[0].startswith(b"xmlns:")]
        if 2 * len(spans) != len(named):
            raise RewriteError(f"a tag at byte {start} has attributes that cannot be told apart")
        found = []
        for (_, written, at, end), name, value in zip(spans, named[::2], named[1::2], strict=True):
            space, local = _split(name)
            key = _SPACES.get(space, f"{space}:" if space else "") + local
            found.append(Attribute(key, self._value(written, value), start + at, start + end))
        return tuple(found)

    def _value(self, written: bytes, read: str) -> str:
        """An attribute's value; entities of HTML are resolved where browsers know them."""
        if all(part.startswith(_OWN_ENTITIES) for part in written.split(b"&")[1:]):
            return read
        if not self._known:
            raise RewriteError("an attribute holds an entity that the document's type may declare")
        return decode_references(written.decode("utf-8", "replace"))

    def _cdata(self, begins: bool) -> None:
        self._section = begins
        self._begin(_Other(self._here))

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        self._known, self._in_type = public in _HTML_ENTITIES, True
        self._begin(_Other(self._here))

    def _refuse(self, *_: Any) -> None:
        raise RewriteError("the document's type declares entities, so its text is not what it seems")

    def _doctype_end(self) -> None:
        self._in_type = False
        self._begin(_Other(self._here))

    def _other(self, text: str) -> None:
        if self._in_type and text.startswith("%"):  # declarations behind it may be skipped, or not
            self._refuse()
        self._begin(_Other(self._here))

    def _attlist(self, element: str, name: str, kind: str, default: str | None, required: bool) -> None:
        if default is not None:
            raise RewriteError("the document's type gives attributes that are not written in its tags")


def _split(name: str) -> tuple[str, str]:
    space, _, local = name.rpartition(" ")
    return space, local
