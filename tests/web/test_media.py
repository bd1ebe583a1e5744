"""Which responses are rewritten, and as what."""

from __future__ import annotations

import pytest

from embedproxy.settings import JsonHtml
from embedproxy.web.media import Media, declared, is_shown, media_of

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


@pytest.mark.parametrize(
    ("values", "media"),
    [
        ([], Media.HTML),
        ([b""], Media.HTML),
        ([b"text/plain", b"text/html"], Media.HTML),
        ([b"text/plain, text/html"], Media.HTML),
        ([b"text/html", b"text/plain"], None),
        ([b"text/html,"], Media.HTML),
        ([b"text/html, */*"], Media.HTML),
        ([b"text/html charset=utf-8"], Media.HTML),
        ([b"*/*"], Media.HTML),
        ([b"Unknown/Unknown"], Media.HTML),
        ([b"application/unknown"], Media.HTML),
        ([b"html"], Media.HTML),
        ([b"text/html/x"], Media.HTML),
        ([b'multipart/mixed; boundary="a, text/html"'], None),
        ([b"text/plain; x=,y"], None),
        ([b" text/plain"], None),
    ],
)
def test_the_type_that_browsers_go_by_decides(values: list[bytes], media: Media | None) -> None:
    """Of several the last that can be read; where none can be, browsers guess, and a page is a good guess."""
    headers = [(b"Content-Type", value) for value in values]
    assert media_of(declared(headers), "/") is media


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (b"text/html; charset=utf-16, text/html", b"text/html; charset=utf-16"),
        (b"text/html; charset=utf-16, text/html; charset=utf-8", b"text/html; charset=utf-8"),
        (b"text/plain; charset=utf-16, text/html", b"text/html"),
    ],
)
def test_a_charset_is_kept_for_the_same_type(value: bytes, kept: bytes) -> None:
    """Reading the page in another charset than browsers do would hide tags."""
    assert declared([(b"content-type", value)]) == kept


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [(b"image/svg+xml", True), (b"text/xsl", True), (b"application/x+XML; a=b", True), (b"text/css", False)],
)
def test_xml_of_any_kind_can_be_a_document(content_type: bytes, shown: bool) -> None:
    """A drawing may hold a frame."""
    assert is_shown(content_type) is shown
