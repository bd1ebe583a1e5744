"""SVG and MathML, where other rules hold for what is markup."""

from __future__ import annotations

import pytest

from tests.html.oracle import FRAME, StartTag, is_live, read, starts

LIVE = {
    "integration point of a drawing": "<svg><foreignObject>$</foreignObject></svg>",
    "title of a drawing": "<svg><title>$</title></svg>",
    "style in a drawing left by a breakout": "<svg><style><p>$</style>",
    "text area in a drawing": "<svg><textarea>$</textarea>",
    "self-closing style": "<svg><style/></svg>$",
    "self-closing script": "<svg><script/></svg>$",
    "MathML text": "<math><mtext>$</mtext></math>",
    "MathML annotation in HTML": '<math><annotation-xml encoding="Text/HTML">$</annotation-xml></math>',
    "drawing in an annotation": "<math><annotation-xml><svg><desc>$",
    "drawing that is never closed": '<svg><path d="M0"><p>x</p>$',
    "font with a colour": "<svg><font color=red><style></svg></style>$",
    "end of a paragraph": "<svg></p><![CDATA[>$]]>",
    "CDATA section in HTML inside a drawing": "<svg><desc><p><![CDATA[>$]]>",
    "lone signs in a drawing": "<svg>< <3 <!--><!---><!x>$",
    "nested drawing": "<svg><svg></svg><style>$",
    "drawing closed from outside": "<div><svg><g></div><![CDATA[>$]]>",
    "drawing closed by a table cell": "<table><td><svg><desc><td><![CDATA[>$]]>",
    "mglyph": "<math><mi><mglyph><style>$",
    "drawing closed behind unclosed markup": "<svg><foreignObject><p><b></foreignObject><style>$",
    "paragraph closed by a paragraph": "<svg><desc><p><p></p><![CDATA[><!--]]>$-->",
    "rule that closes a paragraph": "<svg><desc><p><hr><![CDATA[><!--]]>$-->",
    "link closed by a link": "<svg><desc><a><a></a><![CDATA[><!--]]>$-->",
    "paragraph closed behind others": "<svg><desc><b></i><p></p><div></div><![CDATA[><!--]]>$-->",
    "heading closed by a heading": "<math><mi><h1><h2></h2><mglyph><style>$</style>",
    "body in a drawing": "<math><mi><body><mglyph><style>$</style>",
    "row in a drawing without a table": "<svg><desc><tr><![CDATA[><!--]]>$-->",
    "form in a form": "<form><svg><desc><form><![CDATA[><!--]]>$-->",
    "drawing ignored in a frameset": "<frameset><svg><style><!--</style>$-->",
    "drawing ignored in a select": "<select><svg><![CDATA[></select>$]]>",
    "glyph where nothing is sure": "<math><mi><b></i><mglyph><style>$</style>",
    "row where nothing is sure": "<svg><desc><b></i><tr></tr><![CDATA[><!--]]>$-->",
    "more drawings than anybody can follow": "<svg><desc><b>" * 20 + "</i>" * 20 + "</svg></table><style>$",
    "drawings nested too deep": "<svg>" * 600 + "<style>$",
}

SWALLOWED = {
    "script behind a broken-out drawing": '<svg><path><p>x</p><script>a="$"</script>',
    "style behind a drawing": "<svg><g/></svg><style>$</style>",
    "style behind a self-closing drawing": "<svg/><style>$</style>",
    "style at an integration point": "<svg><desc><style>$</style></desc></svg>",
    "style behind options that close none": "<math><mi><option><b><option></option><mglyph><style>$</style>",
    "style behind a form in a drawing": "<svg><desc><form><p></p></form></desc></svg><style>$</style>",
    "style behind a table in a drawing": "<svg><desc><table><tr><td></td></tr></table></svg><style>$</style>",
    "style behind a select with a drawing": "<select><option><svg></svg></select><style>$</style>",
    "CDATA section behind a closed element": "<svg><desc><p></p><![CDATA[>$]]></desc></svg>",
}


@pytest.mark.parametrize("markup", LIVE.values(), ids=LIVE.keys())
def test_an_iframe_that_may_be_built_is_reported(markup: str) -> None:
    """In doubt it is live."""
    assert is_live(markup.replace("$", FRAME))


@pytest.mark.parametrize("markup", SWALLOWED.values(), ids=SWALLOWED.keys())
def test_raw_text_around_drawings_hides_its_content(markup: str) -> None:
    """HTML's rules hold again."""
    assert not is_live(markup.replace("$", FRAME))


def test_elements_of_drawings_are_flagged() -> None:
    """Not those at an integration point, not those that break out."""
    page = "<svg><image/><use/><desc><img></desc><script></script><img></svg>"
    assert [(t.name, t.foreign) for t in read(page) if isinstance(t, StartTag)] == [
        ("image", True),
        ("use", True),
        ("img", False),
        ("script", True),
        ("img", False),
    ]


def test_raw_text_that_nobody_is_sure_of_is_flagged() -> None:
    """Its content is reported as markup, and no RawText comes."""
    page = "<svg></b><style><img></style>"
    style = read(page)[0]
    assert isinstance(style, StartTag)
    assert style.doubtful
    assert starts(page) == ["style", "img"]


def test_a_drawing_is_passed_over_whatever_its_nesting() -> None:
    """After its end tag HTML's rules hold."""
    assert starts("<svg><g><path/></a></svg><style></style><iframe>") == ["style", "iframe"]


def test_plaintext_in_a_doubtful_place_does_not_end_the_reading() -> None:
    """It may be an element of the drawing."""
    assert starts("<svg></b><plaintext><iframe>") == ["iframe"]
