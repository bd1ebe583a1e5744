"""The open elements that decide how the bytes after a tag are read (WHATWG HTML 13.2.6)."""

from __future__ import annotations

from copy import copy

from embedproxy.html.foreign import ForeignContent, Place
from embedproxy.html.tags import StartTag


class OpenElements:
    """What a tokenizer can know of the tree: drawings, templates, and places that ignore some elements."""

    def __init__(self) -> None:
        self._foreign = ForeignContent()
        self._templates: tuple[bool, ...] = ()  # for each open template: is it inert
        # In <select>, <frameset> and a template's columns some browsers ignore the start tags of raw-text
        # elements and read their content as markup.
        self._ignoring = False
        self._frames = False

    @property
    def is_plain(self) -> bool:
        """Whether the place is HTML for certain, outside every drawing."""
        return self._foreign.is_plain

    @property
    def is_inert(self) -> bool:
        """Whether the place is, for certain, inside a template that browsers keep inert."""
        return any(self._templates)

    def copy(self) -> OpenElements:
        """Remember this state, to be merged later."""
        twin = copy(self)
        twin._foreign = self._foreign.copy()
        return twin

    def merge(self, other: OpenElements) -> None:
        """Admit another state beside this one; only what both are certain of stays certain."""
        self._foreign.merge(other._foreign)
        shared = min(len(self._templates), len(other._templates))
        self._templates = self._templates[:shared]
        self._ignoring = self._ignoring or other._ignoring
        self._frames = self._frames or other._frames

    def place_of(self, tag: StartTag) -> Place:
        """Tell how a start tag here is read, before it is opened.

        Args:
            tag: the start tag.

        Returns:
            HTML, foreign content, or doubtful.
        """
        if self._foreign.is_plain and tag.name not in ("svg", "math"):
            return Place.HTML
        return self._foreign.place_of(tag)

    def cdata(self) -> Place:
        """Tell how ``<![CDATA[`` is read here."""
        return self._foreign.cdata()

    def may_ignore(self, name: str) -> bool:
        """Tell whether a browser may ignore the start tag of a raw-text element here.

        Args:
            name: its lower-case name.

        Returns:
            True when its content may be markup.
        """
        if self._frames:
            return name != "noframes"
        return self._ignoring and (name not in ("script", "textarea") or bool(self._templates))

    def open(self, tag: StartTag, place: Place) -> None:
        """Follow a start tag.

        Args:
            tag: the start tag.
            place: how it is read.
        """
        if not self._foreign.is_plain or tag.name in ("svg", "math"):
            self._foreign.open(tag)
        if tag.name == "template" and place is Place.HTML:
            shadow = tag.get("shadowrootmode") is not None
            self._templates = (*self._templates, not (shadow or self._ignoring or self._frames))
        elif tag.name == "select" or (tag.name == "col" and self._templates):
            self._ignoring = True
        elif tag.name == "frameset":
            # It may take the place of the body with all that is open in it.
            self._frames, self._templates = True, ()

    def close(self, name: str) -> None:
        """Follow an end tag.

        Args:
            name: its lower-case name.
        """
        if not self._foreign.is_plain:
            self._foreign.close(name)
        if name == "template":
            self._templates = self._templates[:-1]
        if name in ("select", "template"):
            self._ignoring = False
