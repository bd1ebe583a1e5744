"""The open elements that decide how the bytes after a tag are read (WHATWG HTML 13.2.6)."""

from __future__ import annotations

from copy import copy

from embedproxy.html.foreign import ForeignContent, Place
from embedproxy.html.tags import StartTag


class OpenElements:
    """What a tokenizer can know of the tree: drawings, templates, and places that ignore some elements."""

    def __init__(self) -> None:
        self._foreign = ForeignContent()
        self._inert = 0  # open templates that browsers keep inert, and all that are open inside of them
        self._shadows = 0  # open templates around those, whose content is live
        # In <select>, <frameset> and a template's columns some browsers ignore the start tags of raw-text
        # elements and read their content as markup.
        self._select = False
        self._columns = False
        self._frames = False

    @property
    def is_plain(self) -> bool:
        """Whether the place is HTML for certain, outside every drawing."""
        return self._foreign.is_plain

    @property
    def is_inert(self) -> bool:
        """Whether the place is, for certain, inside a template that browsers keep inert."""
        return self._inert > 0

    def copy(self) -> OpenElements:
        """Remember this state, to be merged later."""
        twin = copy(self)
        twin._foreign = self._foreign.copy()
        return twin

    def merge(self, other: OpenElements) -> None:
        """Admit another state beside this one; only what both are certain of stays certain."""
        self._foreign.merge(other._foreign)
        self._inert = min(self._inert, other._inert)
        self._shadows = max(self._shadows, other._shadows)
        self._select = self._select or other._select
        self._columns = self._columns or other._columns
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

    @property
    def may_drop(self) -> bool:
        """Whether a browser may build no element here, or none in the document's own tree."""
        return self._select or self._columns or self._frames or self._shadows > 0

    def may_ignore(self, name: str) -> bool:
        """Tell whether a browser may ignore the start tag of a raw-text element here.

        Args:
            name: its lower-case name.

        Returns:
            True when its content may be markup.
        """
        if self._frames:
            return self._columns or name != "noframes"
        return self._columns or (self._select and name not in ("script", "textarea"))

    def open(self, tag: StartTag, place: Place) -> None:
        """Follow a start tag.

        Args:
            tag: the start tag.
            place: how it is read.
        """
        if not self._foreign.is_plain or tag.name in ("svg", "math"):
            self._foreign.open(tag, dropped=self.may_drop)
        if tag.name == "template" and place is Place.HTML:
            self._open_template(tag)
        elif tag.name == "select":
            self._select = True
        elif tag.name == "col":
            self._columns = self._columns or self._is_in_template or self._frames
        elif tag.name == "frameset":
            # It may take the place of the body with all that is open in it.
            self._frames, self._inert, self._shadows = True, 0, 0

    def close(self, name: str) -> None:
        """Follow an end tag.

        Args:
            name: its lower-case name.
        """
        if not self._foreign.is_plain:
            self._foreign.close(name)
        if name == "select" and not self._is_in_template:
            self._select = False
        if name == "template":
            if self._inert:
                self._inert -= 1
            else:
                self._shadows = max(self._shadows - 1, 0)
            self._columns = self._columns and (self._is_in_template or self._frames)

    @property
    def _is_in_template(self) -> bool:
        return self._inert + self._shadows > 0

    def _open_template(self, tag: StartTag) -> None:
        # Chrome 90 to 118 read the attribute's first name, shadowroot.
        shadow = any(tag.get(name) is not None for name in ("shadowrootmode", "shadowroot"))
        live = self._select or self._frames or shadow
        if live and not self._inert:
            self._shadows += 1
        else:
            self._inert += 1
