"""What is known of a page at a glance."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy import urls
from tests.embeds.pages import page_at, rewrite

OWN = "https://site.example/"
PIECES = st.sampled_from(
    [
        OWN,
        "http",
        "HTTPS",
        "s",
        ":",
        "/",
        "//",
        "\\",
        "\t",
        "\n",
        "\r",
        " ",
        "@",
        "evil.example",
        "?",
        "#",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=9).map("".join))
def test_what_stays_at_a_glance_stays_for_a_browser(reference: str) -> None:
    """However an address is taken apart, the quick look never calls a foreign one the site's own."""
    page = page_at()
    found = page.resolve(reference)
    if page.stays(escape(reference)) or page.stays(reference, sheet=True):
        assert found is None or urls.same_site(found.host, "site.example")


@pytest.mark.parametrize(
    "text", ["a.jpg", "/a.jpg", OWN + "a.jpg", f"{OWN}a.jpg 1x, {OWN}b.jpg 2x", "#a", "?b", ""]
)
def test_the_sites_own_addresses_stay(text: str) -> None:
    """Written out or relative, they need no second look."""
    assert page_at().stays(text)


def test_behind_a_base_elsewhere_nothing_is_certain() -> None:
    """A relative address leads to the base's host."""
    page = page_at()
    page.set_base("https://www.youtube.com/")
    assert not page.stays("a.jpg")
    assert 'src=""' in rewrite('<base href="https://i.ytimg.com/"><img src="vi/a/0.jpg">')
