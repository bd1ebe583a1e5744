"""Markup that browsers with and without scripting read differently."""

from __future__ import annotations

import pytest

from tests.html.oracle import (
    FRAME,
    EndTag,
    RawText,
    StartTag,
    Unclosed,
    addresses_of,
    bytewise,
    neutralised,
    read,
    starts,
)

UNFINISHED = {
    "comment": "<!-- $",
    "comment at its first byte": "<!--",
    "tag": '<iframe src="$',
    "lone sign and a tag": "< <i",
    "end tag": "</p a='$",
    "style": "<style>$",
    "style whose end tag is unfinished": "<style>$</style ",
    "script": "<script>'$",
    "plain text": "<plaintext>$",
    "declaration": "<!x ",
    "instruction": "<?",
    "nothing but a slash": "</",
    "CDATA section": "<svg><![CDATA[ $",
    "beginning of a CDATA section": "<svg><![CD",
    "style in a drawing nobody is sure of": "<svg></b><style>$",
}


@pytest.mark.parametrize("content", UNFINISHED.values(), ids=UNFINISHED.keys())
def test_after_the_cut_both_readings_of_noscript_agree(content: str) -> None:
    """Nothing that is unfinished at </noscript> reaches the browser."""
    end = f"</noscript><p>{FRAME}<!-- -->'\"></style></script>"
    page = f"<body><noscript>{content.replace('$', 'x')}{end}".encode()
    tokens = read(page)
    assert [token for token in tokens if isinstance(token, Unclosed)]
    assert tokens == read(page, sizes=bytewise(page))
    harmless = neutralised(page, tokens).decode()
    for scripting in (False, True):
        assert addresses_of(harmless, scripting=scripting) == set()


def test_the_cut_reaches_from_the_unfinished_construct_to_the_end_tag() -> None:
    """The style's start tag goes with its text, or the browser would look for its end."""
    page = "<noscript><p>x<style>a</noscript>"
    assert Unclosed(page.index("<style>"), page.index("</noscript>")) in read(page)


def test_content_of_noscript_is_flagged() -> None:
    """Tags inside of it, not its own."""
    flags = [t.noscript for t in read("<noscript><img src=x></noscript><img>") if isinstance(t, StartTag)]
    assert flags == [False, True, False]


def test_the_first_end_tag_ends_noscript_even_inside_an_attribute() -> None:
    """With scripting on the content is text."""
    tokens = read('<noscript><a title="</noscript><img src=x>">')
    assert [t.name for t in tokens if isinstance(t, StartTag)] == ["noscript", "img"]


def test_a_style_sheet_in_noscript_is_reported_with_its_text() -> None:
    """When it ends there."""
    assert [type(t) for t in read("<noscript><style>a</style></noscript>")] == [
        StartTag,
        StartTag,
        RawText,
        EndTag,
        EndTag,
    ]


def test_noscript_without_end_is_read_as_markup() -> None:
    """A browser without scripting builds its elements."""
    assert starts("<noscript><img><noscript><iframe>") == ["noscript", "img", "noscript", "iframe"]
    assert starts("<noscript><img><style>a") == ["noscript", "img", "style"]


@pytest.mark.parametrize("outer", ["<noscript><select>", "<svg></b><style>"])
def test_an_element_nobody_is_sure_of_goes_where_no_end_of_the_region_comes(outer: str) -> None:
    """Two readings inside of two readings are more than anybody follows."""
    page = f"{outer}<iframe><script </iframe><img src=x><p>"
    tokens = read(page)
    assert tokens == read(page, sizes=bytewise(page.encode()))
    assert tokens[-1] == Unclosed(page.index("<iframe>"), len(page))


def test_noscript_in_a_drawing_is_an_ordinary_element() -> None:
    """It is raw text in no browser there."""
    assert starts("<svg><noscript><!-- </noscript><img> --><image/></noscript></svg>") == [
        "noscript",
        "image",
    ]


def test_templates_opened_in_noscript_do_not_outlive_it() -> None:
    """With scripting on they were never opened."""
    image = read("<noscript><template></noscript><img>")[-1]
    assert isinstance(image, StartTag)
    assert not image.template


def test_an_unclosed_cdata_section_in_a_doubtful_place_hides_nothing() -> None:
    """Where a drawing may have been closed from outside, both readings are reported."""
    assert "img" in starts("<svg></b><![CDATA[ > <img>")
    assert "img" in starts("<svg></b><![CDATA[ > <![CDATA[ > <img>")
    assert starts("<svg></b><![CDATA[ <img ]]><iframe>") == ["iframe"]


def test_ends_of_doubtful_cdata_sections_are_found_across_chunks() -> None:
    """Its brackets are text in the other reading, and may have been passed over."""
    page = b"<svg></b><![CDATA[ > x ]]><script><img></script>"
    assert read(page) == read(page, sizes=bytewise(page))
