"""Feeds: embeds become links, and nothing else changes."""

from __future__ import annotations

from html import escape
from xml.etree import ElementTree

import pytest

from embedproxy.consent.grants import Grant, Grants
from embedproxy.embeds import feed as feeds
from embedproxy.embeds.feed import FeedRewriter
from embedproxy.errors import RewriteError
from tests.embeds.pages import page_at, policy

VIDEO = '<iframe src="https://www.youtube.com/embed/jNQXAC9IVRw" title="Im Zoo"></iframe>'
LINK = (
    '<a href="https://www.youtube.com/watch?v=jNQXAC9IVRw" rel="noopener noreferrer">'
    "Im Zoo: Bei YouTube &#246;ffnen (verl&#228;sst diese Website)</a>"
)
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def rewritten(body: str, *, size: int = 1 << 20, grants: Grants | None = None, **changes: object) -> str:
    """A feed as every reader gets it; it is read again, strictly."""
    rewriter = FeedRewriter(page_at(grants=grants), policy(**changes))
    raw = body.encode()
    pieces = [rewriter.feed(raw[at : at + size]) for at in range(0, len(raw), size)]
    result = b"".join([*pieces, rewriter.close()])
    ElementTree.fromstring(result)
    return result.decode()


def rss(item: str) -> str:
    """A feed with one item."""
    return f'<rss version="2.0" {CONTENT}><channel><item>{item}</item></channel></rss>'


def atom(entry: str) -> str:
    """A feed with one entry."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{entry}</entry></feed>'


@pytest.mark.parametrize(
    "broken",
    [
        "<rss><channel>",
        "<rss>&nbsp;</rss>",
        f'<!DOCTYPE rss [<!ENTITY v "{escape(VIDEO)}">]><rss><description>&v;</description></rss>',
    ],
)
def test_a_feed_that_cannot_be_read_is_withheld(broken: str) -> None:
    """A tolerant reader might find an embed in it."""
    with pytest.raises(RewriteError):
        rewritten(broken)


def test_escaped_html_is_rewritten_and_escaped_again() -> None:
    """Only the embed's stretch changes."""
    before, after = "&#60;p>Grüße &amp;amp; mehr &#x2026; ", " &lt;/p&gt;"
    body = rss(f"<description>{before}{escape(VIDEO)}{after}</description>")
    assert rewritten(body) == rss(
        f"<description>{before}{escape(LINK).replace('&quot;', '&#34;')}{after}</description>"
    )


def test_a_cdata_section_stays_one() -> None:
    """HTML stands in it as it is."""
    body = rss(f"<content:encoded><![CDATA[<p>a & b ]] > {VIDEO}</p>]]></content:encoded>")
    assert rewritten(body) == body.replace(VIDEO, LINK)


def test_an_embed_that_spans_two_sections_is_found() -> None:
    """Parsers put the text together."""
    halves = VIDEO[:20], VIDEO[20:]
    body = rss(f"<description><![CDATA[x{halves[0]}]]><![CDATA[{halves[1]}y]]></description>")
    assert rewritten(body) == rss(f"<description><![CDATA[x{LINK}y]]></description>")
    body = rss(f"<description><![CDATA[x{halves[0]}]]>{escape(halves[1])}y</description>")
    assert rewritten(body) == rss(f"<description><![CDATA[x{LINK}]]>y</description>")
    body = rss(f"<description>x{escape(halves[0])}<![CDATA[{halves[1]}y]]></description>")
    assert ElementTree.fromstring(rewritten(body)).findtext(".//description") == f"x{LINK}y"


def test_atom_says_which_texts_are_html() -> None:
    """Plain text that looks like an embed is text."""
    html = atom(
        f'<content type="html">{escape(VIDEO)}</content><summary type="HTML"><![CDATA[{VIDEO}]]></summary>'
    )
    plain = atom(f"<title>{escape(VIDEO)}</title><summary type='text'>{escape(VIDEO)}</summary>")
    assert "iframe" not in rewritten(html)
    assert rewritten(html).count("watch?v=jNQXAC9IVRw") == 2
    assert rewritten(plain) == plain


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_xhtml_in_a_feed_is_rewritten_by_the_rules_of_xml(prefix: str) -> None:
    """The link names its namespace."""
    xmlns = XHTML if not prefix else XHTML.replace("=", ":x=", 1)
    body = atom(f'<content type="xhtml"><{prefix}div {xmlns}>{{}}</{prefix}div></content>')
    frame = f'<{prefix}iframe src="https://www.youtube.com/embed/jNQXAC9IVRw" title="Im Zoo"/>'
    assert rewritten(body.format(frame)) == body.format(LINK.replace("<a ", f"<a {XHTML} "))


def test_scripts_go_and_pictures_of_providers_lose_their_address() -> None:
    """They would contact the provider from the reader."""
    gone = '<script async src="https://platform.twitter.com/widgets.js"></script>'
    body = '<p>a{}<img src="{}" alt="b"><img src="/c.png"></p>'
    cleaned = rewritten(
        rss(f"<description><![CDATA[{body.format(gone, 'https://i.ytimg.com/a.png')}]]></description>")
    )
    assert cleaned == rss(f"<description><![CDATA[{body.format('', '')}]]></description>")


def test_what_is_no_embed_stays_as_it_is() -> None:
    """Enclosures, media elements, links and titles are what feeds are for."""
    body = rss(
        f"<title>{escape(VIDEO)}</title><link>https://youtu.be/jNQXAC9IVRw</link>"
        '<enclosure url="https://www.youtube.com/v/jNQXAC9IVRw" type="video/mp4"/>'
        '<m:content xmlns:m="http://search.yahoo.com/mrss/" url="https://www.youtube.com/v/jNQXAC9IVRw">'
        '<m:thumbnail url="https://i.ytimg.com/vi/jNQXAC9IVRw/0.jpg"/></m:content>'
        "<description>a &amp; b</description>"
    )
    assert rewritten(body) == body


def test_a_grant_changes_nothing_in_a_feed() -> None:
    """Everybody gets the same."""
    granted = Grants((Grant("youtube", "always", "", 0, "0" * 16, "0" * 32),))
    body = rss(f"<description>{escape(VIDEO)}</description>")
    assert rewritten(body, grants=granted) == rewritten(body)


def test_no_form_and_no_style_sheet_comes_into_a_feed() -> None:
    """No reader could use them."""
    result = rewritten(rss(f"<description>{escape(VIDEO)}</description>"))
    assert "embedproxy" not in result


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            f"<rss><channel><language>en-US</language><description>{escape(VIDEO)}</description></channel></rss>",
            "Open at",
        ),
        (
            atom(f'<content type="html">{escape(VIDEO)}</content>').replace("<feed", '<feed xml:lang="fr"'),
            "Ouvrir sur",
        ),
    ],
)
def test_the_link_speaks_the_feeds_language(body: str, words: str) -> None:
    """RSS says it in an element, Atom in an attribute."""
    assert words in rewritten(body)


def test_without_links_to_providers_the_words_stand_alone() -> None:
    """The operator wants no such links."""
    result = rewritten(rss(f"<description><![CDATA[{VIDEO}]]></description>"), link_out=False)
    assert "<span>Im Zoo: Bei YouTube" in result
    assert "youtube.com" not in result


@pytest.mark.parametrize("size", [1, 9])
def test_pieces_of_any_size_give_the_same_feed(size: int) -> None:
    """Where the feed is cut on its way decides nothing."""
    body = rss(
        f"<description>ä{escape(VIDEO)}</description><content:encoded><![CDATA[{VIDEO}]]></content:encoded>"
    )
    assert rewritten(body, size=size) == rewritten(body)


def test_a_text_without_end_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text is held until it ends, and no longer than memory allows."""
    monkeypatch.setattr(feeds, "TEXT_LIMIT", 100)
    with pytest.raises(RewriteError, match="longer than 100"):
        rewritten(rss(f"<description>{'x' * 50 + chr(10) + 'y' * 100}</description>"))
