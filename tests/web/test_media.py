"""Which responses are rewritten, and as what."""

from __future__ import annotations

import pytest

from embedproxy.settings import JsonHtml
from embedproxy.web.media import Media, media_of

RULES = [JsonHtml(path="/api/*", fields=("html",))]


@pytest.mark.parametrize(
    ("content_type", "media"),
    [
        (None, Media.HTML),
        (b"", Media.HTML),
        (b'TEXT/HTML;Charset="UTF-8"', Media.HTML),
        (b"text/vnd.turbo-stream.html", Media.HTML),
        (b"application/xhtml+xml", Media.XHTML),
        (b"application/atom+xml;type=feed", Media.FEED),
        (b"text/xml", Media.XML),
        (b"application/rdf+xml", Media.XML),
        (b"application/json", Media.JSON),
        (b"application/hal+json; charset=utf-8", Media.JSON),
        (b"text/plain", None),
        (b"text/javascript", None),
        (b"image/svg+xml", None),
    ],
)
def test_the_media_type_decides(content_type: bytes | None, media: Media | None) -> None:
    """A browser guesses where there is none."""
    assert media_of(content_type, "/api/1", RULES) is media


def test_json_counts_only_at_the_paths_that_were_switched_on() -> None:
    """Elsewhere it goes on untouched."""
    assert media_of(b"application/json", "/other", RULES) is None
    assert media_of(b"application/json", "/api/1") is None
