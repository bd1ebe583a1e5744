"""The tags of an XML document, as the reader of an HTML page expects them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from embedproxy.errors import RewriteError
from embedproxy.html.grammar import Interest, grammar_of
from embedproxy.html.references import decode_references
from embedproxy.html.tags import Attribute, EndTag, RawText, StartTag, Token
from embedproxy.html.xmlreader import Chars, Closed, Instruction, Opened, Part, XmlReader

XHTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"
STYLESHEET = "?xml-stylesheet"  # a processing instruction is told like a tag of this name
TEXT_LIMIT = 4 * 1024 * 1024  # bytes of a text that is judged whole
_PSEUDO = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(slots=True)
class XmlTag(StartTag):
    """A start tag whose attributes were read by XML's rules: names as they are written."""

    given: tuple[Attribute, ...] = ()

    def _read(self) -> dict[str, Attribute]:
        return {attribute.name: attribute for attribute in self.given}


class XmlTokens:
    """Reads one document; only elements of XHTML and SVG are told.

    Nothing is closed by implication, ``noscript`` is an element like any other, and the text of scripts and
    style sheets is told decoded: references and CDATA sections mean there what they mean everywhere.
    """

    def __init__(self, interest: Interest) -> None:
        """Prepare to read.

        Args:
            interest: the tags to report.
        """
        self._names = interest.names
        self._cues = grammar_of(interest).cues
        self._reader = XmlReader()
        self._begun = False  # the root is open: instructions behind it load nothing
        self._templates = 0
        self._name = ""  # the script or style element that is open
        self._start = 0  # where its content begins
        self._chars: list[Chars] = []

    @property
    def settled(self) -> int:
        """The document offset before which everything is decided."""
        return self._start if self._chars else self._reader.settled

    @property
    def tail(self) -> int:
        """See ``Tokens.tail``: nothing is left unfinished in XML."""
        return self.settled

    def feed(self, chunk: bytes) -> list[Token]:
        """Read on.

        Args:
            chunk: the next bytes, in UTF-8.

        Raises:
            RewriteError: the document cannot be read for certain.
        """
        return [token for part in self._reader.feed(chunk) for token in self._tokens(part)]

    def close(self) -> list[Token]:
        """The document ends here; RewriteError where it is not whole."""
        return [token for part in self._reader.feed(b"", last=True) for token in self._tokens(part)]

    def _tokens(self, part: Part) -> Iterator[Token]:
        match part:
            case Chars():
                self._text(part)
            case Opened():
                self._begun = True
                yield from self._told(part)
                if part.space in (XHTML, SVG):
                    yield from self._opened(part)
            case Closed():
                yield from self._told(part)
                if part.space in (XHTML, SVG):
                    yield from self._closed(part)
            case Instruction(target="xml-stylesheet") if not self._begun:
                found = _PSEUDO.findall(part.content)
                given = (Attribute(name, decode_references(a or b), 0, 0) for name, a, b in found)
                yield XmlTag(STYLESHEET, part.start, part.end, b"", given=tuple(given))

    def _text(self, part: Chars) -> None:
        """Keep a text that is judged whole."""
        if not self._name:
            return
        self._chars.append(part)
        if part.end - self._start > TEXT_LIMIT:
            raise RewriteError(f"a text of the document is longer than {TEXT_LIMIT} bytes")

    def _told(self, tag: Opened | Closed) -> Iterator[Token]:
        """Tell the text that was kept, with its comments and sections: a tag ends it."""
        chars, name = self._chars, self._name
        self._chars, self._name = [], ""
        if chars:
            yield RawText(name, self._start, tag.start, b"".join(each.text for each in chars))

    def _opened(self, part: Opened) -> Iterator[Token]:
        drawn = part.space == SVG
        name = part.name.lower() if drawn else part.name  # feImage
        judged = name in ("script", "style")
        tag = XmlTag(
            name=name,
            start=part.start,
            end=part.end,
            raw=part.raw,
            foreign=drawn and not judged,
            template=self._templates > 0,
            given=part.attributes,
        )
        if self._is_wanted(tag):
            yield tag
        if judged:
            self._name, self._start = name, part.end
        self._templates += name == "template" and not drawn

    def _closed(self, part: Closed) -> Iterator[Token]:
        name = part.name.lower() if part.space == SVG else part.name
        self._templates -= name == "template" and part.space == XHTML
        if name in self._names or "-" in name:
            yield EndTag(name, part.start, part.end, template=self._templates > 0)

    def _is_wanted(self, tag: StartTag) -> bool:
        if tag.name in self._names or "-" in tag.name:
            return True
        return bool(self._cues.places(tag.raw))
