"""Character references in attribute values."""

from __future__ import annotations

import pytest
import turbohtml
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.html.references import decode_references

PARTS = ("&", "&", "#", "x", ";", "1", "6", "a", "b", "=", "copy", "amp", "not", "in", "lt", "hellip", "é")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("?a=1&copy;=2", "?a=1©=2"),
        ("?a=1&copyx", "?a=1&copyx"),
        ("?a=1&copy", "?a=1©"),
        ("&copy-", "©-"),
        ("https&colon;&sol;&sol;x", "https://x"),
        ("&#x79;&#121&#X79", "yyy"),
        ("&#0;&#xD800;&#x110000;", "\ufffd\ufffd\ufffd"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("&#x80;&#x81;", "€\x81"),
        ("&#1;&#13;", "\x01\r"),
        ("&notit;&notin;&not;&noti", "&notit;∉¬&noti"),
        ("&#;&#x;&;&nosuch;&", "&#;&#x;&;&nosuch;&"),
        ("&AMP;&amp", "&&"),
    ],
)
def test_references_follow_the_rules_for_attributes(value: str, expected: str) -> None:
    """Which are not those for text."""
    assert decode_references(value) == expected


@given(
    st.lists(
        st.sampled_from(
            [
                "&",
                "#",
                "x",
                ";",
                "1",
                "6",
                "a",
                "b",
                "=",
                "copy",
                "amp",
                "not",
                "in",
                "lt",
                "Aacute",
                "hellip",
                "é",
            ]
        ),
        max_size=12,
    )
)
def test_references_are_decoded_as_a_browser_does(parts: list[str]) -> None:
    """Compared with a tree builder."""
    value = "".join(parts)
    element = turbohtml.parse(f'<p a="{value}">').find("p")
    assert element is not None
    assert decode_references(value) == element.attrs["a"]
