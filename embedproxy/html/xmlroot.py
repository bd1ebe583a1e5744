"""The root element of an XML document, found without reading on."""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat


@dataclass(frozen=True, slots=True)
class Root:
    """The root of a document.

    Attributes:
        space: the namespace of its name; empty for none.
        name: its local name.
        spaces: the namespaces that it declares.
    """

    space: str
    name: str
    spaces: frozenset[str]


class _Found(Exception):
    pass


class RootReader:
    """Reads a document in UTF-8 up to its root.

    Attributes:
        root: what was found; None while it is still to come.
        failed: whether there is none, because what stands before it is not well-formed.
    """

    def __init__(self) -> None:
        self.root: Root | None = None
        self.failed = False
        self._spaces: set[str] = set()
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.StartNamespaceDeclHandler = lambda prefix, uri: self._spaces.add(uri or "")
        self._parser.StartElementHandler = self._open

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Read on, until there is an answer.

        Args:
            chunk: the next bytes.
            last: whether the document ends with them.
        """
        if self.root or self.failed:
            return
        try:
            self._parser.Parse(chunk, last)
        except _Found:
            return
        except expat.ExpatError:
            self.failed = True

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self.root = Root(space, local, frozenset(self._spaces))
        raise _Found
