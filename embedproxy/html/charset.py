"""Which character encoding a page is in, found as browsers find it (WHATWG HTML 13.2.3.2)."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import webencodings

from embedproxy.errors import RewriteError
from embedproxy.html.prescan import prescan

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
# Labels of encodings that browsers refuse to decode: the page becomes one replacement character.
_REFUSED = frozenset(
    {"csiso2022kr", "hz-gb-2312", "iso-2022-cn", "iso-2022-cn-ext", "iso-2022-kr", "replacement"}
)
_UNLIKE_ASCII = frozenset({"iso-2022-jp", "replacement", "utf-16be", "utf-16le"})
_PARAMETER = re.compile(r";\s*charset\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))", re.IGNORECASE | re.ASCII)

_DECLARATION = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*(["'])([\w.:-]+)\1""", re.ASCII)


def _find_codec(name: str) -> codecs.CodecInfo | None:
    # Python knows no codec of this name; attribute values are decoded by the codec's name.
    encoding = webencodings.lookup("x-user-defined") if name == "x_user_defined" else None
    return encoding.codec_info if encoding else None


codecs.register(_find_codec)


@dataclass(frozen=True, slots=True)
class Charset:
    """A page's encoding.

    Attributes:
        label: its name in the Encoding standard, lower case.
        codec: name of the Python codec.
        ascii_compatible: markup can be found in its bytes without decoding them.
        bom: length of the byte order mark at the page's beginning, in bytes.
    """

    label: str
    codec: str
    ascii_compatible: bool
    bom: int


def charset_of(head: bytes, content_type: str | None) -> Charset:
    """Find a page's encoding: byte order mark, header, ``<meta>``, else windows-1252.

    Args:
        head: the page's first 1024 bytes, or all of it when it is shorter.
        content_type: the Content-Type header's value, if there is one.

    Returns:
        The encoding that browsers use.
    """
    for bom, label in _BOMS:
        if head.startswith(bom):
            return _charset(label, len(bom))
    return _charset(_from_header(content_type or "") or _from_meta(head) or "windows-1252", 0)


def xml_charset_of(head: bytes, content_type: str | None) -> Charset:
    """Find the encoding of an XML document: byte order mark, header, declaration, else UTF-8 (RFC 7303 §3).

    Args:
        head: its first 1024 bytes, or all of it when it is shorter.
        content_type: the Content-Type header's value, if there is one.
    """
    for bom, label in _BOMS:
        if head.startswith(bom):
            return _charset(label, len(bom))
    declared = _DECLARATION.match(head)
    named = _known(declared[2].decode("latin-1")) if declared else ""
    return _charset(_from_header(content_type or "") or named or "utf-8", 0)


def decode(body: bytes, charset: Charset) -> str:
    """Decode a whole page.

    Args:
        body: its bytes.
        charset: its encoding; the byte order mark, if any, is left out of the text.

    Returns:
        Its text.

    Raises:
        RewriteError: the bytes are not text in this encoding.
    """
    try:
        return body[charset.bom :].decode(charset.codec)
    except (LookupError, UnicodeError) as error:
        raise RewriteError(f"the page is not readable as {charset.label}: {error}") from error


def encode(text: str, charset: Charset) -> bytes:
    """Encode a page again, the reverse of ``decode``.

    Args:
        text: its text.
        charset: the encoding it came in.

    Returns:
        Its bytes, with the byte order mark that it had.

    Raises:
        RewriteError: a character does not exist in this encoding.
    """
    bom = next((bom for bom, label in _BOMS if charset.bom and label == charset.label), b"")
    try:
        return bom + text.encode(charset.codec)
    except (LookupError, UnicodeError) as error:
        raise RewriteError(f"the page cannot be written as {charset.label}: {error}") from error


def _charset(label: str, bom: int) -> Charset:
    encoding = webencodings.lookup(label)
    codec = encoding.codec_info.name if encoding else "replacement"
    return Charset(label, codec, label not in _UNLIKE_ASCII, bom)


def _from_header(content_type: str) -> str:
    match = _PARAMETER.search(content_type)
    return _known((match.group(1) or match.group(2) or "") if match else "")


def _from_meta(head: bytes) -> str:
    label = next(filter(None, map(_known, prescan(head))), "")
    # Bytes in which a <meta> could be read are not UTF-16.
    return {"utf-16be": "utf-8", "utf-16le": "utf-8", "x-user-defined": "windows-1252"}.get(label, label)


def _known(label: str) -> str:
    """Turn any label into the standard's name; empty when the standard does not know it."""
    label = label.strip("\t\n\f\r ").lower()
    if label in _REFUSED:
        return "replacement"
    encoding = webencodings.lookup(label)
    return str(encoding.name) if encoding else ""
