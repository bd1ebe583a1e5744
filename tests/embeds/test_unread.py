"""Scripts and style sheets in drawings, and where browsers differ about raw text."""

from __future__ import annotations

import pytest

from tests.embeds.pages import rewrite

LONG = "a{}" * 30000


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<svg><script href="//www.youtube.com/iframe_api"/><g/></svg>', "<svg><g/></svg>"),
        ('<svg><script href="//www.youtube.com/iframe_api"><g/>', "<svg><g/>"),
        ("<svg><style>a{b:url(//i.ytimg.com/x)}", "<svg>a{b:url(//i.ytimg.com/x)}"),
        (f"<svg><style>{LONG}a{{b:url(//i.ytimg.com/x)}}</style>", None),
        (f'<select><script src="//www.youtube.com/iframe_api">{LONG}', f"<select>{LONG}"),
    ],
)
@pytest.mark.req("NET-1")
def test_what_never_ends_is_judged_all_the_same(html: str, left: str | None) -> None:
    """A drawing's script that closes itself, an element without an end tag, one that is too long."""
    for size in (0, 1000):
        result = rewrite(html, size=size)
        assert result == left if left is not None else "<style" not in result


@pytest.mark.parametrize("html", ['<svg><script href="/own.js"/><g/></svg>', "<svg><style>a{b:url(/x)}"])
def test_the_sites_own_stays(html: str) -> None:
    """Nothing else changes."""
    assert rewrite(html) == html
