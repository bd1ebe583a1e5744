"""Where tags begin and end, as browsers see it."""

from __future__ import annotations

import pytest

from embedproxy.errors import RewriteError
from embedproxy.html.tokenizer import TAG_LIMIT, Interest, Tokenizer
from tests.html.oracle import FRAME, INTEREST, EndTag, RawText, StartTag, is_live, read, starts

SWALLOWED = {
    "comment": "<p><!-- $ --></p>",
    "comment whose end has a space": "<!-- a -- >$-->",
    "unclosed comment": "<p><!-- $",
    "comment that only seems to be whole": "<!---!>$-->",
    "declaration": '<!x "$',
    "end tag without a name": "</ $",
    "script": '<script>var a="$";</script>',
    "script in an escaped script": "<script><!-- <script>x</script> $ --></script>",
    "double-escaped script that never ends": "<script><!--<script>$</script>",
    "end tag of a longer name": "<script>a</scriptx>$</script>",
    "end tag with a vertical tab": "<script>a</script\v>$</script>",
    "style": "<style>/* $ */</style>",
    "text area": "<textarea>$</textarea>",
    "title": "<title>$</title>",
    "xmp": "<xmp>$</xmp>",
    "noembed": "<noembed>$</noembed>",
    "noframes": "<noframes>$</noframes>",
    "plain text": "<plaintext></plaintext>$",
    "self-closing script": "<script/>$</script>",
    "double-quoted attribute": "<div data-e=\"<iframe src='/x'></iframe>\">x</div>",
    "single-quoted attribute": "<div data-e = '$'>x</div>",
    "attribute of an end tag": "</p title='$'>",
    "attribute after a stray equals sign": "<p a ='$'>",
    "CDATA section in a drawing": "<svg><![CDATA[ > $ ]]></svg>",
    "CDATA section in a MathML text": "<math><mi><![CDATA[ > $ ]]></mi></math>",
    "tag that never ends": "<p>x<iframe src=/x ",
    "unclosed quote": '<iframe src="/x>',
    "name with a vertical tab": "<iframe\vsrc=/x>",
    "name with NUL": "<ifr\0ame src=/x>",
    "inert template": "<template>$</template>",
    "template in an inert template": "<template><template shadowrootmode=open>$</template></template>",
}

LIVE = {
    "abrupt comment": "<!-->$<!-- x -->",
    "abrupt comment with three dashes": "<!--->$",
    "comment closed with an exclamation mark": "<!-- a --!>$<!-- -->",
    "comment that begins another": "<!-- <!-- -->$-->",
    "comment ended in its inner opening": "<!-- <!-->$-->",
    "processing instruction": '<?php echo "a"; ?>$',
    "CDATA section outside of drawings": "<![CDATA[ > $ ]]>",
    "doctype with a quoted sign": '<!DOCTYPE html PUBLIC ">$',
    "escaped script": "<script><!-- x </script>$",
    "script whose escape ended at once": "<script><!--><script></script>$</script>",
    "script double-escaped and back": "<script><!-- <script>x</script> --></script>$",
    "end tag with a slash": "<script>a</script/>$",
    "end tag in upper case": "<SCRIPT>a</SCRIPT >$",
    "sign in an attribute": '<p title="a>b">$',
    "quote in an unquoted value": '<a href=foo"bar>$',
    "apostrophe in a name": "<p it's>$",
    "stray quote": '<p class="a"">$',
    "attribute that begins with an equals sign": '<p ="x>$',
    "missing value": "<p a=>$",
    "equals sign after a quoted value": '<p a="x"=">">$">',
    "no space between attributes": '<p a="x"b="y>"c>$',
    "lone sign": "<p>1 < 2 <3 $",
    "upper case": "<IFRAME SRC=/x>",
    "slash before the attribute": "<iframe/src=/x>",
    "tag in a tag's name": "<p<iframe>$",
    "unclosed iframe": "<p><iframe src=/x>",
    "bytes beyond ASCII": "<p title='é'>ÿ</p>$",
    "declarative shadow root": "<div><template shadowrootmode=open>$</template></div>",
    "after a template": "<template></template>$",
    "frameset in a template": "<p><template><frameset>$",
    "no script": "<noscript>$</noscript>",
    "comment across the end of noscript": "<noscript><!-- </noscript>$ -->",
    "style ignored in a select": "<select><style></select>$</style>",
    "script ignored in a frameset": "<frameset><script></frameset>$",
    "frames ignored behind a column": "<template shadowrootmode=open><frameset><col><noframes></template>$",
    "style ignored behind a column": "<template shadowrootmode=open><col><style></template>$</style>",
}


@pytest.mark.parametrize("markup", SWALLOWED.values(), ids=SWALLOWED.keys())
def test_an_iframe_that_browsers_do_not_build_is_not_reported(markup: str) -> None:
    """Text, comments, attributes and inert templates hold no elements."""
    assert not is_live(markup.replace("$", FRAME))


@pytest.mark.parametrize("markup", LIVE.values(), ids=LIVE.keys())
def test_an_iframe_that_browsers_build_is_reported(markup: str) -> None:
    """Whatever stands around it."""
    assert is_live(markup.replace("$", FRAME))


def test_tokens_carry_their_place() -> None:
    """Offsets count from the document's first byte."""
    start, text, end = read("ä<script async>x()</script>")
    assert isinstance(start, StartTag)
    assert (start.start, start.end, start.raw) == (2, 16, b"<script async>")
    assert text == RawText("script", 16, 19, b"x()")
    assert end == EndTag("script", 19, 28)


def test_an_empty_script_has_no_text() -> None:
    """There is nothing to look at."""
    assert [type(token) for token in read("<script></script>")] == [StartTag, EndTag]


def test_text_longer_than_the_limit_is_passed_over() -> None:
    """Memory does not grow with a script."""
    assert [type(token) for token in read("<script>12345</script>", raw_limit=4)] == [StartTag, EndTag]


def test_an_unclosed_style_sheet_ends_with_the_document() -> None:
    """Browsers apply it, so its text is reported."""
    assert read("<style>a{}")[1:] == [RawText("style", 7, 10, b"a{}"), EndTag("style", 10, 10, implied=True)]


def test_an_end_tag_cut_off_by_the_end_of_the_document_is_implied() -> None:
    """The unfinished tag is no tag, the element ends all the same."""
    assert read("<style>a</style ")[-1] == EndTag("style", 16, 16, implied=True)


def test_custom_elements_are_reported_unasked() -> None:
    """Start and end tags of any name with a hyphen."""
    start, end = read("<lite-youtube a='b'></lite-youtube>", Interest(frozenset()))
    assert isinstance(start, StartTag)
    assert isinstance(end, EndTag)
    assert start.name == end.name == "lite-youtube"


def test_a_tag_is_reported_for_a_pattern_in_its_bytes() -> None:
    """Only start tags, and only where the pattern stands in the tag itself."""
    page = 'a style=1 <p> STYLE=2 <b STYLE="x"> <i title="a"> </u style="x"> <!-- style= -->'
    assert starts(page) == ["b"]
    assert len(read(page)) == 1


def test_a_pattern_in_a_drawing_is_found() -> None:
    """Drawings are passed over as a whole only without it."""
    assert starts('<svg><path style="fill:url(//x)"/></svg><svg><path/></svg>') == ["path"]


def test_settled_stays_before_what_is_not_decided() -> None:
    """Bytes before it may be sent."""
    tokenizer = Tokenizer(INTEREST)
    tokenizer.feed(b"text<im")
    assert tokenizer.settled == 4
    tokenizer.feed(b"g src=x>more")
    assert tokenizer.settled == 19


def test_settled_waits_for_a_script_that_may_be_reported() -> None:
    """Its text may have to be replaced."""
    tokenizer = Tokenizer(INTEREST, raw_limit=10)
    tokenizer.feed(b"<script>12345678")
    assert tokenizer.settled == len("<script>")
    tokenizer.feed(b"90123456789")
    assert tokenizer.settled > len("<script>12345678")


@pytest.mark.parametrize(
    "opening", [b"<!--", b"<script>", b"<title>", b"<?", b"<svg><![CDATA[", b"<plaintext>", b"<p>"]
)
def test_what_holds_no_markup_is_passed_over_as_it_comes(opening: bytes) -> None:
    """Memory does not grow with comments, scripts or text."""
    tokenizer = Tokenizer(INTEREST, raw_limit=100)
    tokenizer.feed(opening)
    for _ in range(4):
        tokenizer.feed(b"x" * 10000)
    assert tokenizer.settled >= 40000


@pytest.mark.parametrize("opening", [b'<a b="', b"<noscript><!--", b"<noscript><style>", b"<a"])
def test_a_tag_without_end_is_refused(opening: bytes) -> None:
    """Rather than held without limit, or passed on unread."""
    body = opening + b"x" * (TAG_LIMIT + 1)
    with pytest.raises(RewriteError, match="longer than"):
        read(body, INTEREST, [TAG_LIMIT // 4] * 4)


def test_a_long_picture_in_an_attribute_is_read() -> None:
    """Saved pages carry pictures of megabytes in data: URLs."""
    picture = b'<img src="data:' + b"A" * (TAG_LIMIT // 2) + b'">'
    assert [t.name for t in read(picture, INTEREST, [1000] * 3000) if isinstance(t, StartTag)] == ["img"]


def test_without_a_pattern_names_decide() -> None:
    """The pattern is optional."""
    few = Interest(frozenset({"iframe"}))
    assert starts("<svg><p style=x><IFRAME>", few) == ["iframe"]
