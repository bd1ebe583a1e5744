"""Which responses are rewritten, and as what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from embedproxy.embeds.fields import fields_at
from embedproxy.settings import JsonHtml
from embedproxy.web.headers import joined, split_list


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

# No type at all, in the words of some servers: a browser guesses (https://mimesniff.spec.whatwg.org/#sniffing).
GUESSED = frozenset({"*/*", "application/unknown", "unknown/unknown"})
# XML that nobody rewrites and that browsers show, with elements of XHTML in it as they please.
SHOWN = ("+xml", "text/xsl")

_MEDIA_TYPE = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+)\s*(;.*)?", re.DOTALL)


def declared(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The one Content-Type that browsers go by, https://fetch.spec.whatwg.org/#concept-header-extract-mime-type.

    Servers send several, joined or apart. The last that is one counts, and it keeps the charset of one before
    it that says the same type.

    Returns:
        Its value; None where there is none, or none that could be read: browsers guess then.
    """
    found, essence = None, ""
    for part in split_list(joined(headers, b"content-type").decode("latin-1")):
        match = _MEDIA_TYPE.fullmatch(part)
        told = match[1].lower() if match else ""
        if match and told not in GUESSED and (told != essence or match[2]):
            found, essence = part.strip().encode("latin-1"), told
    return found


def is_shown(content_type: bytes | None) -> bool:
    """Whether a browser shows an answer that is passed on untouched as a document that may hold frames."""
    return _essence(content_type).endswith(SHOWN)


def media_of(content_type: bytes | None, path: str, rules: Iterable[JsonHtml] = ()) -> Media | None:
    """Tell what a response is read as.

    Args:
        content_type: as ``declared`` gives it; None counts as HTML, since a browser guesses then.
        path: of the address that was asked for.
        rules: where JSON answers hold HTML.

    Returns:
        None where it is passed on untouched.
    """
    essence = _essence(content_type)
    if essence == "application/json" or essence.endswith("+json"):
        return Media.JSON if fields_at(path, rules) else None
    return TYPES.get(essence)


def _essence(content_type: bytes | None) -> str:
    return (content_type or b"").split(b";", 1)[0].strip().lower().decode("latin-1")
