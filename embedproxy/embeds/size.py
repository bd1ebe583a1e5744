"""The room that an embed takes in the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

MOST_PIXELS = 4000  # a placeholder larger than any screen is a mistake of the page


class Attributed(Protocol):
    """Anything with attributes that can be asked by name, such as a start tag."""

    def get(self, name: str, default: str | None = None) -> str | None:
        """Give an attribute's value, or the default where it is missing."""
        ...


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of an embed, so that the placeholder causes no jump (LAW A11Y-5).

    Attributes:
        width: in CSS pixels; None fills the line.
        height: in CSS pixels; None follows from the ratio.
        ratio: width by height, such as ``(16, 9)``; None where the height is fixed.
    """

    width: int | None = None
    height: int | None = None
    ratio: tuple[int, int] | None = None

    @property
    def fluid(self) -> bool:
        """Whether the embed fills the line at a fixed height."""
        return self.ratio is None

    @property
    def box(self) -> tuple[int, int]:
        """Width and height of the drawing that keeps the room, in CSS pixels."""
        wide, high = self.ratio or (16, 9)
        width = self.width or (640 if self.height is None else self.height * wide // high)
        return width, self.height or max(1, width * high // wide)


def size_of(tag: Attributed) -> Size:
    """Read the size that the markup gives an embed.

    Args:
        tag: the embed's start tag.

    Returns:
        The size; an empty one where the markup says nothing that could be used.
    """
    style = tag.get("style") or ""
    wide = _pixels(_declared(style, "width") or tag.get("width"))
    high = _pixels(_declared(style, "height") or tag.get("height"))
    if wide and high:
        return Size(wide, high, (wide, high))
    ratio = parse_ratio(_declared(style, "aspect-ratio"))
    return Size(wide, None, ratio) if ratio else Size(wide, high, None)


def parse_ratio(text: str | None) -> tuple[int, int] | None:
    """Read an aspect ratio such as ``16/9`` or ``16 / 9``; None for anything else."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*[/:]\s*(\d{1,4})\s*", text or "")
    if not found or "0" in (found[1].strip("0") or "0", found[2].strip("0") or "0"):
        return None
    return int(found[1]), int(found[2])


def _declared(style: str, name: str) -> str | None:
    found = re.search(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", style, re.IGNORECASE)
    return found[1].strip() if found else None


def _pixels(text: str | None) -> int | None:
    """Read an HTML dimension (https://html.spec.whatwg.org/#rules-for-parsing-dimension-values) in pixels."""
    found = re.match(r"\s*\+?(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*(?:!important)?\s*$", text or "", re.IGNORECASE)
    value = int(found[1]) if found else 0
    return value if 0 < value <= MOST_PIXELS else None
