"""Pages of XHTML: the rules of XML, and a box that is XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from embedproxy.embeds.page import Page
from embedproxy.embeds.xhtml import XmlRewriter
from embedproxy.errors import RewriteError
from tests.embeds.pages import page_at, policy

VIDEO = "https://www.youtube.com/embed/jNQXAC9IVRw"
HEAD = '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de"><body>'
TAIL = "</body></html>"
XHTML = "{http://www.w3.org/1999/xhtml}"


def xhtml(inner: str, *, size: int = 1 << 20, page: Page | None = None) -> str:
    """A page with this content as the undecided get it; it is read again, strictly."""
    body = f"{HEAD}{inner}{TAIL}".encode()
    rewriter = XmlRewriter(page or page_at(), policy())
    pieces = [rewriter.feed(body[at : at + size]) for at in range(0, len(body), size)]
    result = b"".join([*pieces, rewriter.close()]).decode()
    ElementTree.fromstring(result)
    return result.removeprefix(HEAD).removesuffix(TAIL)


def test_a_document_type_with_entities_is_withheld() -> None:
    """The address would be in the entity."""
    body = f'<!DOCTYPE html [<!ENTITY y "{VIDEO}">]>{HEAD}<iframe src="&y;"/>{TAIL}'
    with pytest.raises(RewriteError, match="declares entities"):
        XmlRewriter(page_at(), policy()).feed(body.encode())


@pytest.mark.req("NET-1")
@pytest.mark.parametrize(
    "frame",
    [
        f'<iframe src="{VIDEO}"/>',
        f'<iframe src="{VIDEO}"></iframe>',
        f'<x:iframe xmlns:x="http://www.w3.org/1999/xhtml" src="{VIDEO}"><x:p/></x:iframe>',
        f'<iframe SRC="https://site.example/" src="{VIDEO}"/>',
        f'<embed src="{VIDEO}"></embed>',
        f'<embed src="{VIDEO}"/>',
        f'<object data="{VIDEO}"><p>alt</p></object>',
        '<iframe src="https://www.youtu&#98;e.com/embed/jNQXAC9IVRw"/>',
    ],
)
def test_a_frame_becomes_a_box(frame: str) -> None:
    """However XML lets it be written; what stands around it stays."""
    result = xhtml(f"<p>vor {frame} nach</p>")
    assert result.startswith('<p>vor <div xmlns="http://www.w3.org/1999/xhtml" class="embedproxy-place">')
    assert result.endswith("</div> nach</p>")
    assert VIDEO not in result
    assert 'data-provider="youtube"' in result


@pytest.mark.parametrize(
    "inner",
    [
        f'<IFRAME src="{VIDEO}"/>',
        f'<iframe xmlns="" src="{VIDEO}"/>',
        f'<!-- <iframe src="{VIDEO}"/> -->',
        f"<script><![CDATA[var s = \"<iframe src='{VIDEO}'/>\";]]></script>",
        f'<template><iframe src="{VIDEO}"/></template>',
        "<p>a &lt; b &amp;&#32;c<![CDATA[ x < y ]]></p>",
        '<iframe src="/own"/><img src="a.png" alt=""/>',
    ],
)
def test_what_loads_nothing_stays_as_it_is(inner: str) -> None:
    """Byte for byte."""
    assert xhtml(inner) == inner


def test_the_box_is_drawn_in_a_page_that_writes_xhtml_with_a_prefix() -> None:
    """Its elements belong to XHTML there too."""
    body = (
        f'<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:body><h:iframe src="{VIDEO}"/></h:body></h:html>'
    )
    rewriter = XmlRewriter(page_at(), policy())
    tree = ElementTree.fromstring(rewriter.feed(body.encode()) + rewriter.close())
    assert {element.tag.partition("}")[0] for element in tree.iter()} <= {
        XHTML[:-1],
        "{http://www.w3.org/2000/svg",
    }
    assert tree.find(f".//{XHTML}form") is not None


def test_a_noscript_is_an_element_like_any_other() -> None:
    """XML parsers know no difference."""
    assert VIDEO not in xhtml(f'<noscript><iframe src="{VIDEO}"/></noscript>')


def test_a_style_sheet_of_a_provider_goes_from_the_prolog() -> None:
    """It would load before anything is shown; the site's own stays."""
    own, foreign = (
        '<?xml-stylesheet href="/a.css"?>',
        '<?xml-stylesheet href="https://fonts.googleapis.com/css"?>',
    )
    rewriter = XmlRewriter(page_at(), policy())
    result = rewriter.feed(f"{own}{foreign}{HEAD}{TAIL}".encode()) + rewriter.close()
    assert result.decode() == f"{own}{HEAD}{TAIL}"


def test_styles_pictures_and_scripts_are_silenced() -> None:
    """Attributes keep the names that the page gave them."""
    style = "<style><![CDATA[a>b{background:url(https://i.ytimg.com/a.png)}]]></style>"
    assert xhtml(style) == "<style>a&gt;b{background:url(&#34;about:invalid&#34;)}</style>"
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink">'
        '<image l:href="{}"/>{}</svg>'
    )
    script = '<script href="https://platform.twitter.com/widgets.js"/>'
    assert xhtml(drawn.format("https://i.ytimg.com/a.png", script)) == drawn.format("", "")


def test_a_box_in_a_form_has_a_form_of_its_own() -> None:
    """Forms may nest in XML."""
    result = xhtml(f'<form action="/"><iframe src="{VIDEO}"/></form>')
    assert '<form class="embedproxy-form"' in result
    assert result.endswith("</div></form>")


@pytest.mark.parametrize("size", [1, 7, 64])
def test_pieces_of_any_size_give_the_same_page(size: int) -> None:
    """Where the page is cut on its way decides nothing."""
    inner = f'<p>ä <iframe src="{VIDEO}"/> <object data="{VIDEO}"/> &lt;</p>'
    assert xhtml(inner, size=size) == xhtml(inner)


def test_a_page_inside_the_page_is_html() -> None:
    """A ``srcdoc`` is read as HTML, whatever it stands in."""
    result = xhtml(
        '<iframe srcdoc="&lt;p>&lt;iframe src=&quot;//youtu.be/embed/jNQXAC9IVRw&quot;>&lt;/iframe>"/>'
    )
    assert "applet" in result
    assert "youtu.be" not in result
