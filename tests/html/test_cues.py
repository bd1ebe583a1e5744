"""Tags of any name that are of interest for what they say."""

from __future__ import annotations

import pytest

from embedproxy.html.cues import Cues
from embedproxy.html.grammar import Interest

CUES = Cues(Interest(frozenset(), rb"style=|data-\w+", (b"style", b"data-"), frozenset({"fb-Post", "tweet"})))


@pytest.mark.parametrize(
    "tag",
    [
        b'<p class="tweet">',
        b"<p CLASS='a tweet\tb'>",
        b"<p class = tweet>",
        b"<p class\n=\n'fb-post'>",
        b'<p title="class=" class="x FB-POST">',
        b"<p class=tweet/>x</p><p class=tweet >",
    ],
)
def test_a_marked_class_is_found_however_it_is_written(tag: bytes) -> None:
    """Quotes, spaces, case and its place among others do not hide it."""
    assert CUES.places(tag)


@pytest.mark.parametrize(
    "tag", [b'<p class="tweets">', b'<p class="a-tweet">', b'<p class="">', b"<p class>"]
)
def test_another_class_is_no_mark(tag: bytes) -> None:
    """Whole names count."""
    assert not CUES.places(tag)


def test_places_come_in_order_and_know_where_they_are() -> None:
    """Whatever found them."""
    text = b'<p data-x><p class="tweet"><p STYLE=a><p styles>'
    assert CUES.places(text) == [text.index(b"data-"), text.index(b"class"), text.index(b"STYLE")]


def test_without_classes_and_cues_nothing_is_found() -> None:
    """Names alone decide then."""
    assert Cues(Interest(frozenset({"iframe"}))).places(b'<p class="tweet" style="x">') == []
