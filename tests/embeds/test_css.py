"""Addresses in style sheets, found as browsers find them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedproxy.embeds.css import clean_css
from tests.fetches import css_urls
from tests.unmeasured import unmeasured

PIECES = [
    *("url(", "u\\72l(", "src(", "image-set(", ")", '"', "'", "\\", "\n", "\r", "\f", "/*", "*/", ";", "{"),
    *("}", "(", "[", "]", "@import ", "#", "@", "a", ":", ",", " ", "\xa0", "\x0b", "é", "\ud83c", "1"),
    *("//bad.example/x", "//good.example/x", "b{c:url(//bad.example/y)}", '"//bad.example/z"'),
]  # fmt: skip


def is_bad(reference: str) -> bool:
    """What the sheets of these tests must not load."""
    return re.match(r"\s*(?:https?:)?//bad[.]example", reference, re.IGNORECASE) is not None


@unmeasured
def loads_bad(sheet: str) -> bool:
    """Whether it loads that nevertheless, as another reader of style sheets sees it."""
    return any(map(is_bad, css_urls(sheet, sheet=True)))


@pytest.mark.parametrize(
    "sheet",
    [
        "a{b:url(//bad.example/x)}",
        "a{b:u\\72 l(\\2f/bad.example/x)}",
        "a{b:url(//bad.example/\\",
        "a{b:url(//bad.example/\xa0)}",
        '@import"//bad.example/x";',
        "@import/**/ '//bad.example/x",
        'a{b:image-set("//bad.example/x" 1x)}',
        "a{b:image-set(url(//bad.example/x) 1x)}",
        "a{b:cross-fade(url(//bad.example/x),url(//bad.example/y))}",
        'a{b:url(z")} b{c:url(//bad.example/x)}//"',
        '"/*\na{} b{c:url(//bad.example/x)}',
        '"/*\rb{c:url(//bad.example/x)}',
        '#url(")" b{c:url(//bad.example/x)}',
    ],
)
@pytest.mark.req("NET-1")
def test_what_browsers_fetch_is_replaced(sheet: str) -> None:
    """Escapes, missing ends, broken addresses and strings hide nothing."""
    cleaned = clean_css(sheet, is_bad)
    assert "about:invalid" in cleaned
    assert not loads_bad(cleaned)


@pytest.mark.parametrize(
    "sheet",
    ["/* url(//bad.example/x) */", 'a{content:"url(//bad.example/x)"}', "a{b:url(//bad.example/ x)}", "a{}"],
)
def test_what_browsers_do_not_fetch_stays(sheet: str) -> None:
    """Comments, text, and addresses that browsers throw away."""
    assert clean_css(sheet, is_bad) == sheet


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_no_sheet_loads_what_must_not_be_loaded(pieces: list[str]) -> None:
    """Whatever its pieces, and however they break each other."""
    cleaned = clean_css("".join(pieces), is_bad)
    assert not loads_bad(cleaned), cleaned


@pytest.mark.parametrize("piece", ["ä", "\\61", "\\é", "-ä", "url(ä", "'ä", "@ä", "/*", "\\"])
def test_a_sheet_of_any_characters_is_read_in_one_go(piece: str) -> None:
    """A run of letters beyond ASCII, or of escapes, is not read in every possible way."""
    assert clean_css(piece * 5000, lambda _: False) == piece * 5000
