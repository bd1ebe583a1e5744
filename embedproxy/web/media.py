"""Which responses are rewritten, and as what."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from embedproxy.embeds.fields import fields_at
from embedproxy.settings import JsonHtml


class Media(Enum):
    """What a response is read as."""

    HTML = "html"
    XHTML = "xhtml"
    FEED = "feed"
    XML = "xml"  # its root decides
    JSON = "json"


TYPES = {
    "": Media.HTML,
    "text/html": Media.HTML,
    "text/vnd.turbo-stream.html": Media.HTML,
    "application/xhtml+xml": Media.XHTML,
    "application/rss+xml": Media.FEED,
    "application/atom+xml": Media.FEED,
    "application/rdf+xml": Media.XML,
    "application/xml": Media.XML,
    "text/xml": Media.XML,
}


def media_of(content_type: bytes | None, path: str, rules: Iterable[JsonHtml] = ()) -> Media | None:
    """Tell what a response is read as.

    Args:
        content_type: its Content-Type; None when it has none: a browser guesses then, so it counts as HTML.
        path: of the address that was asked for.
        rules: where JSON answers hold HTML.

    Returns:
        None where it is passed on untouched.
    """
    essence = (content_type or b"").split(b";", 1)[0].strip().lower().decode("latin-1")
    if essence == "application/json" or essence.endswith("+json"):
        return Media.JSON if fields_at(path, rules) else None
    return TYPES.get(essence)
