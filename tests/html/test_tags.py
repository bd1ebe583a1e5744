"""Attributes as browsers read them."""

from __future__ import annotations

import pytest

from embedproxy.html.tags import Attribute, StartTag


def tag(raw: str | bytes, codec: str = "utf-8", start: int = 0) -> StartTag:
    """A start tag from its bytes."""
    body = raw.encode() if isinstance(raw, str) else raw
    return StartTag("p", start, start + len(body), body, codec)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<p>", {}),
        ("<p a>", {"a": ""}),
        ("<p a=>", {"a": ""}),
        ("<p a= >", {"a": ""}),
        ("<p a=b c='d' e=\"f\">", {"a": "b", "c": "d", "e": "f"}),
        ("<p\n\tA\n=\r'B'\f>", {"a": "B"}),
        ("<p/a/b=c/>", {"a": "", "b": "c/"}),
        ("<p =a=b>", {"=a": "b"}),
        ("<p a=`b c`>", {"a": "`b", "c`": ""}),
        ("<p a='x'b=y>", {"a": "x", "b": "y"}),
        ("<p a='x'='y'>", {"a": "x", "='y'": ""}),
        ('<p a"b=c">', {'a"b': 'c"'}),
        ("<p a=1 A=2>", {"a": "1"}),
        ("<p a\v=b>", {"a\v": "b"}),
        ("<p a\0=b\0>", {"a\ufffd": "b\ufffd"}),
        ("<p a='x\r\ny\rz'>", {"a": "x\ny\nz"}),
        ("<p a='&#121;&amp;'>", {"a": "y&"}),
        ("<p <a>", {"<a": ""}),
        ("<p É=É>", {"Ã\x89": "É"}),
    ],
)
def test_attributes_follow_the_standard(raw: str, expected: dict[str, str]) -> None:
    """Names in lower case, values decoded, the first of several wins."""
    assert {a.name: a.value for a in tag(raw).attributes} == expected


def test_an_attribute_knows_its_place() -> None:
    """Offsets count in the document."""
    assert tuple(tag("<p a='b'>", start=100).attributes) == (Attribute("a", "b", 103, 108),)


def test_a_value_is_decoded_in_the_encoding_of_the_page() -> None:
    """Trail bytes of Shift_JIS look like backslashes."""
    assert tag(b"<p a='\x83\x5c'>", "shift_jis").get("a") == "ソ"


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    """They never stop the reading."""
    assert tag(b"<p a='\xff'>").get("a") == "\ufffd"


def test_a_missing_attribute_has_the_default() -> None:
    """None, if nothing else is asked for."""
    assert tag("<p a>").get("b") is None
    assert tag("<p a>").get("b", "c") == "c"
    assert tag("<p a>").get("a", "c") == ""


@pytest.mark.parametrize(
    ("raw", "closing"),
    [
        ("<p/>", True),
        ("<p a/>", True),
        ("<p a='b'/>", True),
        ("<p a=b/>", False),
        ("<p a= />", False),
        ("<p / >", False),
        ("<p>", False),
    ],
)
def test_a_slash_closes_unless_it_belongs_to_a_value(raw: str, closing: bool) -> None:
    """An unquoted value takes the slash."""
    assert tag(raw).self_closing is closing
