"""What is to happen with an element of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from embedproxy.embeds.embed import Embed
from embedproxy.html.tags import Attribute

HELD_BYTES = 1 << 16  # how far an element may reach and still be judged whole


@dataclass(frozen=True, slots=True)
class Drop:
    """The element goes without a trace: a provider's script, a hidden frame."""


@dataclass(frozen=True, slots=True)
class Hollow:
    """The element's content stays, so that what follows is read as before; its own tags become others.

    Attributes:
        opening: the start tag.
        closing: the end tag, where there is one.
    """

    opening: bytes
    closing: bytes


@dataclass(frozen=True, slots=True)
class Swap:
    """The element goes, and the box of its embed stands in its place."""

    embed: Embed


@dataclass(frozen=True, slots=True)
class Quote:
    """The element stays, as the author's quotation, and the box of its embed stands below it."""

    embed: Embed


@dataclass(frozen=True, slots=True)
class Inside:
    """The element stays, and the box of its embed becomes its first child."""

    embed: Embed


@dataclass(frozen=True, slots=True)
class Amend:
    """The element stays; some of its attributes get another value, so that they load nothing."""

    changes: tuple[tuple[Attribute, str], ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The element stays; an attribute holds a page of its own, which is rewritten."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class Apart:
    """The element stays; an attribute holds a page of its own, and is emptied if that holds an embed."""

    attribute: Attribute
    document: str


@dataclass(frozen=True, slots=True)
class SwapTag:
    """The start tag goes, and the box of its embed stands in its place; what follows stays."""

    embed: Embed


@dataclass(frozen=True, slots=True)
class Hold:
    """The element is judged when its end is known.

    Attributes:
        whole: judges it by the bytes between its tags.
        alone: judges its start tag, by the bytes behind it, where its end is too far away or never comes.
    """

    whole: Callable[[bytes], Verdict | None]
    alone: Callable[[bytes], Verdict | None]


Verdict = Drop | Hollow | Swap | SwapTag | Quote | Inside | Amend | Within | Apart | Hold
