"""Tags of XML as the reader of a page expects them."""

from __future__ import annotations

import pytest

from embedproxy.errors import RewriteError
from embedproxy.html import xmltokens
from embedproxy.html.grammar import Interest
from embedproxy.html.tags import EndTag, RawText, StartTag, Token
from embedproxy.html.xmltokens import STYLESHEET, XmlTokens

INTEREST = Interest(
    frozenset({"iframe", "script", "style", "image", "title", "template"}), b"lazy", (b"lazy",)
)
HEAD = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:s="http://www.w3.org/2000/svg">'


def told(inner: str) -> list[Token]:
    """The tokens of a page with this content."""
    tokens = XmlTokens(INTEREST)
    return [*tokens.feed(f"{HEAD}{inner}</html>".encode()), *tokens.close()]


def test_a_name_in_capitals_is_another_element() -> None:
    """Browsers show nothing for it."""
    assert "iframe" not in [token.name for token in told("<IFRAME/>") if isinstance(token, StartTag)]


def test_a_prefix_hides_no_frame() -> None:
    """The namespace decides, not what it is called."""
    tokens = told('<x:iframe xmlns:x="http://www.w3.org/1999/xhtml" src="a"/>')
    assert isinstance(tokens[0], StartTag)
    assert (tokens[0].name, tokens[0].get("src")) == ("iframe", "a")


def test_elements_of_other_vocabularies_are_not_told() -> None:
    """An element of no namespace is none of HTML."""
    assert told('<iframe xmlns="" src="a"/>') == []


def test_a_title_holds_elements() -> None:
    """No element's content is raw text in XML."""
    tags = [token for token in told("<title><iframe/></title>") if isinstance(token, (StartTag, EndTag))]
    assert [tag.name for tag in tags] == ["title", "iframe", "iframe", "title"]


def test_the_text_of_a_script_is_told_decoded() -> None:
    """A CDATA section and references say the same."""
    for written in ("<![CDATA[a<b]]>", "a&lt;b", "a<!-- c -->&#60;b"):
        raw = next(token for token in told(f"<script>{written}</script>") if isinstance(token, RawText))
        assert (raw.name, raw.raw) == ("script", b"a<b")


def test_a_comment_hides_and_a_section_does_too() -> None:
    """Neither holds elements."""
    assert told("<!-- <iframe/> --><p><![CDATA[<iframe/>]]></p>") == []


def test_drawings_are_foreign_and_their_scripts_are_scripts() -> None:
    """Both load as in HTML."""
    tags = [
        token
        for token in told('<s:svg><s:image href="a"/><s:script/></s:svg>')
        if isinstance(token, StartTag)
    ]
    assert [(tag.name, tag.foreign) for tag in tags] == [("image", True), ("script", False)]


def test_a_template_is_inert() -> None:
    """As in HTML, until a script clones it."""
    tags = [token for token in told("<template><iframe/></template><iframe/>") if isinstance(token, StartTag)]
    assert [tag.template for tag in tags] == [False, True, False]


def test_ends_are_told_for_empty_elements_too() -> None:
    """So that what is cut ends."""
    start, end = told("<iframe/>")
    assert isinstance(start, StartTag)
    assert isinstance(end, EndTag)
    assert end.start == end.end == start.end


def test_a_style_sheet_before_the_root_is_told() -> None:
    """Only there does an instruction load anything."""
    tokens = XmlTokens(INTEREST)
    body = f'<?xml-stylesheet href="a&amp;b" type=\'c\'?>{HEAD}<?xml-stylesheet href="c"?></html>'
    (tag,) = [*tokens.feed(body.encode()), *tokens.close()]
    assert isinstance(tag, StartTag)
    assert (tag.name, tag.get("href")) == (STYLESHEET, "a&b")


def test_a_text_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that is judged whole is held, but not for ever."""
    monkeypatch.setattr(xmltokens, "TEXT_LIMIT", 100)
    with pytest.raises(RewriteError, match="longer than 100"):
        told("<script>" + "x\n" * 200 + "</script>")
