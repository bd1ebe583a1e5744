"""XML as expat reads it, with the place of every part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.errors import RewriteError
from embedproxy.html import xmlreader
from embedproxy.html.xmlreader import Chars, Closed, Instruction, Opened, Part, XmlReader

XHTML = "http://www.w3.org/1999/xhtml"
STRICT = b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">'
DOCUMENT = (
    STRICT + b'<?xml-stylesheet href="a"?>\n<html xmlns="http://www.w3.org/1999/xhtml" '
    b'xmlns:l="http://www.w3.org/1999/xlink"><!-- > --><br/><p l:href=\'a&amp;b\' SRC="x&nbsp;" >a&lt;b\r\nc '
    b"\xc3\xa4<![CDATA[ x<y ]]>&nbsp;z</p></html>\n<!-- end -->"
)


def read(body: bytes, size: int = 1 << 20) -> list[Part]:
    """Everything in a document that comes in pieces of a size."""
    reader = XmlReader()
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return [part for piece in pieces for part in reader.feed(piece)] + reader.feed(b"", last=True)


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a [<!ENTITY y "https://www.youtube.com/embed/x">]><a b="&y;"/>',
        b'<!DOCTYPE a [<!ENTITY % x "y"> %x;]><a/>',
        b"<!DOCTYPE a [%x;]><a/>",
        b'<!DOCTYPE a [<!ENTITY y SYSTEM "file:///etc/passwd">]><a>&y;</a>',
        b'<!DOCTYPE a [<!ATTLIST a src CDATA "https://www.youtube.com/embed/x">]><a/>',
        b'<!DOCTYPE a [<!ATTLIST a src CDATA #FIXED "https://www.youtube.com/embed/x">]><a/>',
        b'<!DOCTYPE a SYSTEM "s.dtd"><a b="https://www.youtu&x;be.com/"/>',
        b"<a>&x;</a>",
        b"<a><b></a>",
        b"<a b=c/>",
        b'<a b="1" b="2"/>',
        b"<x:a/>",
        b"<a>\xff</a>",
        b"",
        b"<a>",
    ],
)
def test_what_cannot_be_read_for_certain_is_refused(document: bytes) -> None:
    """Entities and default attributes say what the tags do not; the rest is not XML."""
    with pytest.raises(RewriteError):
        read(document)


def test_every_part_says_where_it_stands() -> None:
    """The bytes between start and end are those of the part."""
    parts = read(DOCUMENT)
    assert [DOCUMENT[part.start : part.end] for part in parts if isinstance(part, Opened)] == [
        part.raw for part in parts if isinstance(part, Opened)
    ]
    assert all(
        DOCUMENT[part.start : part.end] == part.text
        for part in parts
        if isinstance(part, Chars) and part.literal
    )
    assert next(part for part in parts if isinstance(part, Instruction)).content == 'href="a"'
    assert DOCUMENT[parts[-1].start : parts[-1].end] == b"</html>"


def test_an_empty_element_ends_where_its_tag_does() -> None:
    """Its end has no bytes of its own."""
    closed = next(part for part in read(DOCUMENT) if isinstance(part, Closed))
    assert (closed.name, DOCUMENT[closed.start - 5 : closed.end]) == ("br", b"<br/>")


def test_attributes_keep_their_case_and_lose_their_prefix() -> None:
    """``SRC`` is not ``src``, and a prefix is whatever the document says it is."""
    tag = next(part for part in read(DOCUMENT) if isinstance(part, Opened) and part.name == "p")
    assert tag.get("xlink:href") == "a&b"
    assert tag.get("SRC") == "x\xa0"
    assert tag.get("src") is None
    assert [DOCUMENT[each.start : each.end] for each in tag.attributes] == [
        b"l:href='a&amp;b'",
        b'SRC="x&nbsp;"',
    ]


def test_text_is_decoded_and_says_how_it_was_written() -> None:
    """References, line ends and CDATA sections."""
    chars = [part for part in read(DOCUMENT) if isinstance(part, Chars) and part.text.strip(b"\n ")]
    assert b"".join(part.text for part in chars) == "a<bc ä x<y z".encode()
    assert [part.text for part in chars if part.section] == [b" x<y "]
    assert [part.text for part in chars if not part.literal] == [b"<"]


@given(st.integers(min_value=1, max_value=40))
def test_pieces_of_any_size_give_the_same_tags(size: int) -> None:
    """Where a document is cut on its way decides nothing."""
    tags = [part for part in read(DOCUMENT) if not isinstance(part, Chars)]
    assert [part for part in read(DOCUMENT, size) if not isinstance(part, Chars)] == tags


def test_a_part_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by the limit of one part."""
    monkeypatch.setattr(xmlreader, "PART_LIMIT", 1000)
    with pytest.raises(RewriteError, match="longer than 1000"):
        read(b"<a><!-- " + b"x" * 2000 + b" --></a>", 100)
