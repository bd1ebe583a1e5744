"""Which encoding browsers read a page in."""

from __future__ import annotations

import pytest

from embedproxy.errors import RewriteError
from embedproxy.html.charset import Charset, charset_of, decode, encode


@pytest.mark.parametrize(
    ("head", "content_type", "label"),
    [
        (b"\xef\xbb\xbf<meta charset=latin1>", "text/html; charset=koi8-r", "utf-8"),
        (b"\xff\xfe<\0", "text/html; charset=utf-8", "utf-16le"),
        (b"\xfe\xff\0<", None, "utf-16be"),
        (b"<meta charset=koi8-r>", "text/html; charset=UTF-8", "utf-8"),
        (b"<meta charset=koi8-r>", 'Text/HTML; x=y;CHARSET="Shift_JIS"', "shift_jis"),
        (b"<meta charset=koi8-r>", "text/html; charset=nonsense", "koi8-r"),
        (b"<meta charset=koi8-r>", "text/html", "koi8-r"),
        (b"<meta charset=nonsense><meta charset=koi8-r>", None, "koi8-r"),
        (b"<meta charset=utf-16>", None, "utf-8"),
        (b"<meta charset=x-user-defined>", None, "windows-1252"),
        (b"", "text/html; charset=x-user-defined", "x-user-defined"),
        (b"", "text/html; charset=latin1", "windows-1252"),
        (b"", "text/html; charset=utf-7", "windows-1252"),
        (b"", "text/html; charset=hz-gb-2312", "replacement"),
        (b"", None, "windows-1252"),
    ],
)
def test_the_encoding_is_found_as_browsers_find_it(head: bytes, content_type: str | None, label: str) -> None:
    """Byte order mark, header, meta, in this order."""
    assert charset_of(head, content_type).label == label


@pytest.mark.parametrize("label", ["utf-16", "iso-2022-jp", "replacement", "iso-2022-kr"])
def test_encodings_unlike_ascii_are_marked(label: str) -> None:
    """Their bytes cannot be searched for tags."""
    assert not charset_of(b"", f"text/html; charset={label}").ascii_compatible


@pytest.mark.parametrize(
    "label", ["shift_jis", "gbk", "big5", "euc-kr", "windows-1252", "utf-8", "x-user-defined"]
)
def test_codecs_of_encodings_like_ascii_read_markup(label: str) -> None:
    """Attribute values are decoded by the codec's name."""
    charset = charset_of(b"", f"text/html; charset={label}")
    assert charset.ascii_compatible
    assert b"<p>".decode(charset.codec, "replace") == "<p>"


@pytest.mark.parametrize("head", [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"])
def test_a_page_is_decoded_and_encoded_again(head: bytes) -> None:
    """The byte order mark comes back."""
    charset = charset_of(head, None)
    body = head + "<p>Grüße".encode(charset.codec)
    assert charset.bom == len(head)
    assert decode(body, charset) == "<p>Grüße"
    assert encode(decode(body, charset), charset) == body


def test_iso_2022_jp_is_decoded() -> None:
    """Its double-byte text looks like markup in bytes."""
    charset = charset_of(b"", "text/html; charset=iso-2022-jp")
    body = "<p>日本".encode(charset.codec)
    assert encode(decode(body, charset), charset) == body


@pytest.mark.parametrize(
    ("body", "label"), [(b"\0", "utf-16le"), (b"\x1b$B\xff", "iso-2022-jp"), (b"<p>", "replacement")]
)
def test_what_cannot_be_read_is_refused(body: bytes, label: str) -> None:
    """A page that nobody understands is not passed on."""
    with pytest.raises(RewriteError, match=label):
        decode(body, charset_of(b"", f"text/html; charset={label}"))


def test_what_cannot_be_written_is_refused() -> None:
    """Inserted markup is ASCII; anything else is a mistake."""
    with pytest.raises(RewriteError, match="iso-2022-jp"):
        encode("😀", Charset("iso-2022-jp", "iso2022_jp", False, 0))
