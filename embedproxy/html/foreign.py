"""Whether markup stands in SVG or MathML, as far as a tokenizer can know (WHATWG HTML 13.2.6.5).

A tokenizer does not see which HTML elements are open around a drawing, so it cannot always tell whether an
end tag closes the drawing from outside. Instead of guessing, all possible answers are followed side by side;
where they disagree the place is doubtful, and the tokenizer reads what follows both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from embedproxy.html.names import (
    BREAKOUT,
    CLOSES,
    CLOSES_TOP,
    DROPPED,
    GLYPHS,
    MATH_TEXT,
    PIERCING,
    SVG_HTML,
    TABLE_PARTS,
    VOID,
)
from embedproxy.html.tags import StartTag

_ANSWERS = 16  # more possible answers than this: doubtful for the rest of the page
_DEPTH = 512  # browsers stop nesting here themselves


class Place(Enum):
    """How the content of an element is read: by HTML's rules, as foreign content, or nobody knows."""

    HTML = 1
    FOREIGN = 2
    DOUBTFUL = 3


class _Node(NamedTuple):
    name: str
    space: str  # html, svg, math
    point: bool = False  # an integration point: HTML's rules hold for what it contains


_Stack = tuple[_Node, ...]
_SOME = _Node("", "html")  # there may be open HTML elements here, or none


class ForeignContent:
    """The open SVG and MathML elements, in every possible answer."""

    def __init__(self) -> None:
        self._stacks: frozenset[_Stack] = frozenset({()})
        self._lost = False

    @property
    def is_plain(self) -> bool:
        """Whether the place is HTML for certain, outside every drawing."""
        return not self._lost and self._stacks == {()}

    def copy(self) -> ForeignContent:
        """Remember this state, to be merged later."""
        twin = ForeignContent()
        twin._stacks, twin._lost = self._stacks, self._lost
        return twin

    def merge(self, other: ForeignContent) -> None:
        """Admit the answers of another state."""
        self._lost = self._lost or other._lost
        self._keep(set(self._stacks | other._stacks))

    def place_of(self, tag: StartTag) -> Place:
        """Tell how a start tag here is read.

        Args:
            tag: the start tag, not yet opened.

        Returns:
            Whether its element is HTML or foreign.
        """
        if self._lost:
            return Place.DOUBTFUL
        places = {
            Place.FOREIGN if _is_foreign(_break_out(stack, tag), tag.name) else Place.HTML
            for stack in self._readings(tag.name)
        }
        return places.pop() if len(places) == 1 else Place.DOUBTFUL

    def cdata(self) -> Place:
        """Tell how ``<![CDATA[`` is read here: a section in foreign content, a comment in HTML."""
        places = {_cdata(stack) for stack in self._stacks}
        return places.pop() if len(places) == 1 and not self._lost else Place.DOUBTFUL

    def open(self, tag: StartTag, *, dropped: bool = False) -> None:
        """Follow a start tag.

        Args:
            tag: the start tag.
            dropped: whether a browser may ignore it.
        """
        after = {after for stack in self._readings(tag.name) for after in _opened(stack, tag)}
        self._keep(after | self._stacks if dropped else after)

    def close(self, name: str) -> None:
        """Follow an end tag of this lower-case name."""
        self._keep({after for stack in self._stacks for after in _closed(stack, name)})

    def _readings(self, name: str) -> Iterator[_Stack]:
        """Yield the answers that differ for a start tag of this name."""
        for stack in self._stacks:
            yield stack
            if name in GLYPHS and stack and stack[-1] is _SOME:
                yield stack[:-1]

    def _keep(self, stacks: set[_Stack]) -> None:
        if len(stacks) > _ANSWERS or any(len(stack) > _DEPTH for stack in stacks):
            self._lost = True
        self._stacks = frozenset({()}) if self._lost else frozenset(stacks)


def _cdata(stack: _Stack) -> Place:
    if not stack:
        return Place.HTML
    if stack[-1] is _SOME:
        return Place.DOUBTFUL
    return Place.HTML if stack[-1].space == "html" else Place.FOREIGN


def _is_foreign(stack: _Stack, name: str) -> bool:
    if not stack or stack[-1].space == "html":
        return False
    top = stack[-1]
    if top.space == "math" and top.name == "annotation-xml" and name == "svg":
        return False
    return not top.point or (top.name in MATH_TEXT and name in GLYPHS)


def _break_out(stack: _Stack, tag: StartTag) -> _Stack:
    """Leave foreign content when the tag is one that never stands in it."""
    if not _is_foreign(stack, tag.name) or (stack[-1].point and tag.name in GLYPHS):
        return stack
    if tag.name in BREAKOUT or (tag.name == "font" and _has_looks(tag)):
        return _up_to_point(stack)
    return stack


def _has_looks(tag: StartTag) -> bool:
    return any(attribute.name in ("color", "face", "size") for attribute in tag.attributes)


def _up_to_point(stack: _Stack) -> _Stack:
    while stack and stack[-1].space != "html" and not stack[-1].point:
        stack = stack[:-1]
    return stack


def _opened(stack: _Stack, tag: StartTag) -> Iterator[_Stack]:
    stack, name = _break_out(stack, tag), tag.name
    if _is_foreign(stack, name):
        space = stack[-1].space
        yield stack if tag.self_closing else (*stack, _node(name, space, tag))
    elif name in ("svg", "math"):
        yield stack if tag.self_closing else (*stack, _Node(name, name))
    elif not stack:
        yield stack
    else:
        yield from _opened_in_html(stack, name)
        if name in PIERCING:
            yield from _outer(stack)


def _opened_in_html(stack: _Stack, name: str) -> Iterator[_Stack]:
    """Follow an HTML element inside a drawing; its start tag may be dropped, or close others unseen."""
    below = _without_html(stack)
    inside = {node.name for node in stack[len(below) :]}
    if name in DROPPED or (name in TABLE_PARTS and not inside & {"", "table", "template"}):
        yield stack
        return
    if _may_close(name, inside, stack[-1].name):
        stack = (*below, _SOME)
    yield stack if name in VOID else (*stack, _Node(name, "html"))
    if name == "form" or (name in TABLE_PARTS and "" in inside):
        yield stack


def _may_close(name: str, inside: set[str], top: str) -> bool:
    """Whether a start tag may close elements unseen, some of which nobody may know of."""
    anywhere = name in CLOSES and bool(inside & {"", *CLOSES[name]})
    return anywhere or (name in CLOSES_TOP and top in {"", *CLOSES_TOP[name]})


def _node(name: str, space: str, tag: StartTag) -> _Node:
    if space == "svg":
        return _Node(name, space, name in SVG_HTML)
    if name == "annotation-xml":
        encoding = (tag.get("encoding") or "").lower()
        return _Node(name, space, encoding in ("application/xhtml+xml", "text/html"))
    return _Node(name, space, name in MATH_TEXT)


def _closed(stack: _Stack, name: str) -> Iterator[_Stack]:
    if not stack:
        yield stack
    elif stack[-1].space != "html":
        yield from _closed_in_foreign(stack, name)
    elif stack[-1].name == name:
        yield stack[:-1]
    else:
        # Some HTML elements may have been closed unseen. With all of them gone the drawing's rules hold.
        below = stack
        while below and below[-1].space == "html":
            below = below[:-1]
        yield (*below, _SOME)
        if any(node.name == name for node in below):
            yield from _closed_in_foreign(below, name)
        if name in PIERCING:
            yield from _outer(below)


def _closed_in_foreign(stack: _Stack, name: str) -> Iterator[_Stack]:
    if name in ("br", "p"):
        yield _up_to_point(stack)
        return
    for depth in range(len(stack) - 1, -1, -1):
        node = stack[depth]
        if node.space == "html":
            break
        if node.name == name:
            yield stack[:depth]
            return
    yield stack  # nothing of that name is open outside, or
    yield from _outer(stack)  # something is, and the drawing goes with it


def _outer(stack: _Stack) -> Iterator[_Stack]:
    """Yield what may be left when something outside of the innermost drawing is closed."""
    yield ()
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].space != "html" and stack[depth - 1].space == "html":
            yield (*_without_html(stack[:depth]), _SOME)


def _without_html(stack: _Stack) -> _Stack:
    while stack and stack[-1].space == "html":
        stack = stack[:-1]
    return stack
