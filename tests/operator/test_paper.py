"""Short documents as text and as HTML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embedproxy.operator.paper import COLUMNS, Grid, Heading, Paragraph, as_html, as_text

WORDS = st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Po", "Zs")), max_size=300)


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    """A provider file may hold anything."""
    hostile = f"<script>{text}</script>"
    parts = (Heading(hostile), Paragraph(hostile, f'"{hostile}'), Grid((hostile,), ((hostile,),)))
    assert "<script" not in as_html(parts)


@given(WORDS)
def test_no_line_grows_longer_than_a_screen(words: str) -> None:
    """Unless a single word does."""
    text = as_text([Paragraph(words), Grid(("name",), ((words,),))])
    assert all(
        len(line) <= COLUMNS or len(max(line.split(), key=len)) > COLUMNS - 12 for line in text.splitlines()
    )


def test_an_address_is_never_broken() -> None:
    """It would not work any more."""
    url = "https://example.org/" + "a-b" * 40
    assert url in as_text([Paragraph("Datenschutzerklärung", url)])


def test_parts_stand_apart() -> None:
    """A heading is underlined, a table is one block for each row."""
    text = as_text([Heading("Titel"), Grid(("Name", "Dauer"), (("a", "1 Tag"), ("b", "2 Tage")))])
    assert text == "Titel\n-----\n\n- Name: a\n  Dauer: 1 Tag\n- Name: b\n  Dauer: 2 Tage\n"


def test_a_table_has_its_columns_named_in_html() -> None:
    """For screen readers too."""
    html = as_html([Heading("T", 2), Grid(("Name",), (("a",),))])
    assert html.startswith("<h2>T</h2>\n<table>")
    assert '<th scope="col">Name</th>' in html
