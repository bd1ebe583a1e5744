"""A short document of headings, paragraphs and tables, written as plain text or as HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

COLUMNS = 78


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading.

    Attributes:
        text: its words.
        level: 2 for the document's own, 3 for those below it.
    """

    text: str
    level: int = 3

    def as_text(self) -> str:
        """Underlined."""
        return self.text + "\n" + ("=" if self.level == 2 else "-") * min(len(self.text), COLUMNS)

    def as_html(self) -> str:
        """An ``h2`` or ``h3``."""
        return f"<h{self.level}>{escape(self.text)}</h{self.level}>"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: its words.
        url: where the whole of it leads; empty for none.
    """

    text: str
    url: str = ""

    def as_text(self) -> str:
        """Wrapped; an address behind it is never broken."""
        words = f"{self.text}: {self.url}" if self.url else self.text
        return textwrap.fill(words, COLUMNS, break_long_words=False, break_on_hyphens=False)

    def as_html(self) -> str:
        """A ``p``."""
        words = escape(self.text)
        link = f'<a href="{escape(self.url)}" rel="noopener noreferrer">{words}</a>'
        return f"<p>{link if self.url else words}</p>"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        head: names of the columns.
        rows: as many cells in each.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_text(self) -> str:
        """One block a row, each cell behind its column's name: no line grows too long."""
        return "\n".join(self._block(row) for row in self.rows)

    def _block(self, row: tuple[str, ...]) -> str:
        lines = [_wrapped(f"{name}: {cell}") for name, cell in zip(self.head, row, strict=True)]
        return "\n".join(["-" + lines[0][1:], *lines[1:]])

    def as_html(self) -> str:
        """A ``table``."""
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.head)
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in self.rows)
        body = "\n".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _wrapped(text: str) -> str:
    wrapper = textwrap.TextWrapper(COLUMNS, initial_indent="  ", subsequent_indent="    ")
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    return wrapper.fill(text)


Part = Heading | Paragraph | Grid


def as_text(parts: Iterable[Part]) -> str:
    """Write a document as plain text, an empty line between its parts."""
    return "\n\n".join(part.as_text() for part in parts) + "\n"


def as_html(parts: Iterable[Part]) -> str:
    """Write a document as a piece of HTML, to be put into a page."""
    return "\n".join(part.as_html() for part in parts) + "\n"
