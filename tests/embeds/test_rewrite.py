"""The rewriting of whole pages: what goes, what stays, byte for byte."""

from __future__ import annotations

import random
import re
from html import escape

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.consent.grants import Grant, Grants
from tests.embeds.pages import page_at, policy, rewrite

YOUTUBE = '<iframe width="560" height="315" src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>'
TWEET = (
    '<blockquote class="twitter-tweet"><p lang="en">just setting up</p>&mdash; jack '
    '<a href="https://twitter.com/jack/status/20?ref_src=x">21. März</a></blockquote>'
)
WIDGETS = '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'
PLACE = re.compile(r'<applet class="embedproxy-place" [^>]*>.*?</applet>', re.DOTALL)


def rest(html: str) -> str:
    """What is left of a page when our boxes are taken out."""
    return PLACE.sub("", html)


def tickets(html: str) -> list[str]:
    """The provider and item that each box is about, by its ticket."""
    signed = re.findall(r'name="ticket" value="([^"]+)"', html)
    return [policy().tickets.read(text).embed for text in signed]


@pytest.mark.parametrize(
    "html",
    [
        "<iframe src='//WWW.YouTube.com./embed/jNQXAC9IVRw'></iframe>",
        '<IFRAME SRC="https:\\\\www.youtube.com\\embed\\jNQXAC9IVRw"></IFRAME>',
        '<iframe src="&#x68;ttps://www.you&#116;ube.com/embed/jNQXAC9IVRw"></iframe>',
        '<iframe src="\nht\ttps://www.youtube.com:443/embed/jNQXAC9IVRw "></iframe>',
        '<iframe src="https://www.%79outube.com/embed/jNQXAC9IVRw"></iframe>',
        '<iframe src="https://user:pw@www.youtube.com/embed/jNQXAC9IVRw"></iframe>',
        '<object data="https://www.youtube.com/v/jNQXAC9IVRw"><p>Flash</p></object>',
        '<embed src="https://www.youtube.com/v/jNQXAC9IVRw">',
        '<noscript><iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe></noscript>',
        '<base href="https://www.youtube.com/embed/"><iframe src="jNQXAC9IVRw"></iframe>',
        '<template shadowrootmode="open"><iframe src="//youtu.be/jNQXAC9IVRw"></iframe></template>',
        '<iframe class="lazyload" data-src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>',
        '<lite-youtube videoid="jNQXAC9IVRw"><a href="/x">y</a></lite-youtube>',
        '<amp-youtube data-videoid="jNQXAC9IVRw" width="480" height="270"></amp-youtube>',
    ],
)
@pytest.mark.req("NET-1")
def test_a_video_is_recognised_in_whatever_form(html: str) -> None:
    """The browser reads all of these as one address."""
    assert tickets(rewrite(html)) == ["youtube:jNQXAC9IVRw"]


@pytest.mark.parametrize(
    "html",
    [
        '<iframe src="https://site.example/embed/jNQXAC9IVRw"></iframe>',
        '<iframe src="//shop.site.example/"></iframe>',
        '<iframe src="/player?url=https://www.youtube.com/embed/x"></iframe>',
        '<iframe src="about:blank"></iframe>',
        "<iframe></iframe>",
        '<iframe data-embedproxy="allow" src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>',
        '<iframe data-src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>',
        '<iframe class="cmplz-video lazy" data-src-cmplz="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>',
        '<iframe data-cookieblock-src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>',
        '<script type="text/plain" src="https://www.youtube.com/iframe_api"></script>',
        '<!-- <iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe> -->',
        '<textarea><iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe></textarea>',
        '<template><iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe></template>',
        '<p data-code="<iframe src=https://www.youtube.com/embed/jNQXAC9IVRw>">',
        '<a href="https://www.youtube.com/watch?v=jNQXAC9IVRw" ping="https://x.example">v</a>',
        '<blockquote class="quote">text</blockquote>',
        '<script src="https://cdn.example.net/jquery.js"></script>',
        '<img src="https://pictures.example.net/a.png" srcset="/b.png 2x">',
        '<link rel="canonical" href="https://www.youtube.com/watch?v=jNQXAC9IVRw">',
        '<link rel="alternate" type="application/json+oembed" href="https://www.youtube.com/oembed?url=x">',
        '<div style="background: url(/own.png)">',
        '<svg><use href="#icon"/></svg>',
    ],
)
def test_what_is_no_embed_stays_byte_for_byte(html: str) -> None:
    """Nothing outside an embed changes (DESIGN rule 3)."""
    assert rewrite(html) == html


@pytest.mark.req("CFG-5")
def test_an_unknown_third_partys_frame_becomes_a_box_that_names_its_host() -> None:
    """Default deny."""
    result = rewrite('<iframe src="https://widgets.example.net/x"></iframe>')
    assert "<iframe" not in result
    assert "widgets.example.net" in result


def test_a_share_button_becomes_a_plain_link() -> None:
    """Nothing is loaded for it, so nothing needs a grant."""
    button = "https://platform.twitter.com/widgets/tweet_button.html?url=https%3A%2F%2Fsite.example%2F"
    html = f'<iframe src="{button}"></iframe>'
    result = rewrite(html)
    assert '<a class="embedproxy-share" href="https://twitter.com/intent/tweet?url=' in result
    assert "Bei X teilen" in result
    assert "<form" not in result


def test_a_captcha_says_that_the_form_needs_it() -> None:
    """The visitor must know why the form cannot be sent."""
    assert "Das Formular braucht Google reCAPTCHA" in rewrite(
        '<div class="g-recaptcha" data-sitekey="k"></div>'
    )


@pytest.mark.req("CFG-6")
def test_a_host_that_the_operator_lists_is_his_own_and_its_look_alike_is_not() -> None:
    """Sub-domains included, by labels."""
    own = '<iframe src="https://tube.verein.example/x"></iframe>'
    other = '<iframe src="https://notverein.example/x"></iframe>'
    result = rewrite(own + other, first_party=("verein.example",))
    assert own in result
    assert other not in result


@pytest.mark.parametrize("hiding", ['width="0"', 'height="1"', 'style="display:none"', "hidden"])
def test_a_frame_that_shows_nothing_vanishes(hiding: str) -> None:
    """It is there to track; a box would only puzzle."""
    assert rewrite(f'a<iframe {hiding} src="https://t.example.net/"></iframe>b') == "ab"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        (WIDGETS, ""),
        ('<script src="//connect.facebook.net/de_DE/sdk.js#xfbml=1"></script>', ""),
        ('<img alt="t" src="https://i.ytimg.com/vi/x/0.jpg">', '<img alt="t" src="">'),
        ('<img srcset="/a 1x, https://i.ytimg.com/b 2x">', '<img srcset="">'),
        ('<video poster="//i.ytimg.com/p.jpg" src="/v.mp4">', '<video poster="" src="/v.mp4">'),
        ('<link rel="preconnect x" href="//www.youtube.com">', '<link rel="preconnect x" href="">'),
        ("<LINK REL=dns-prefetch HREF=//player.vimeo.com>", '<LINK REL=dns-prefetch href="">'),
        (
            '<b style="color:red;background:url(https://i.ytimg.com/x)">',
            '<b style="color:red;background:url(&#34;about:invalid&#34;)">',
        ),
        ("<style>a{b:url(//i.ytimg.com/x)}</style>", '<style>a{b:url("about:invalid")}</style>'),
        ("<table background=https://i.ytimg.com/x>", '<table background="">'),
        ('<svg><image xlink:href="//i.ytimg.com/x"/></svg>', '<svg><image xlink:href=""/></svg>'),
        ('<svg><style>@import "//i.ytimg.com/x"</style></svg>', "<svg></svg>"),
        (
            '<meta http-equiv="refresh" content="0;url=//youtu.be/x">',
            '<meta http-equiv="refresh" content="">',
        ),
        ('<iframe src="data:text/html,<iframe src=//youtu.be/x>"></iframe>', '<iframe src=""></iframe>'),
        ('<img class="lazy" data-src="//i.ytimg.com/x">', '<img class="lazy" data-src="">'),
        (
            '<script>var j=document.createElement("script");j.src="//connect.facebook.net/sdk.js"</script>',
            "<script></script>",
        ),
        (
            "<script>document.write('<script src=\"https://platform.twitter.com/widgets.js\">')</script>",
            "<script></script>",
        ),
        ('<script type="rocketlazyloadscript" src="https://www.youtube.com/iframe_api"></script>', ""),
        (
            '<script type="speculationrules">{"prefetch":[{"urls":["https://youtu.be/x"]}]}</script>',
            '<script type="speculationrules"></script>',
        ),
    ],
)
@pytest.mark.req("NET-1")
def test_what_would_contact_a_provider_loses_its_address(html: str, left: str) -> None:
    """Whatever element or attribute it stands in."""
    assert rewrite(html) == left


@pytest.mark.parametrize(
    "text",
    [
        "var a=1;fetch('/api');x.src='https://connect.facebook.net/sdk.js';y.src='https://cdn.example.net/z.js'",
        "/* https://www.youtube.com */ menu.open()",
        '{"prefetch":[{"source":"document","where":{"href_matches":"/*"}}]}',
    ],
)
def test_a_script_that_does_more_is_left_to_the_browsers_policy(text: str) -> None:
    """Taking it away would break more than the embed."""
    html = f"<script>{text}</script>"
    assert rewrite(html) == html


def test_strict_mode_loads_nothing_from_anybody() -> None:
    """For operators who want to list every host themselves."""
    html = '<script src="https://cdn.example.net/a.js"></script><img src="https://x.example.net/p">'
    assert rewrite(html, strict=True) == '<img src="">'


def test_a_quotation_stays_readable_and_its_box_stands_below_it() -> None:
    """The author's text is the page's; only the provider's script goes."""
    result = rewrite(f"<p>a</p>{TWEET} {WIDGETS}<p>b</p>")
    assert rest(result) == f"<p>a</p>{TWEET} <p>b</p>"
    assert result.startswith(f"<p>a</p>{TWEET}<applet")
    assert tickets(result) == ["x:20"]


def test_a_quotation_without_an_end_is_passed_on_whole() -> None:
    """Nothing is lost, however long the page."""
    html = TWEET.removesuffix("</blockquote>") + "<p>x</p>" * 20000
    assert rewrite(html) == html
    assert rewrite(html, size=999) == html


def test_a_marked_element_gets_its_box_inside() -> None:
    """Facebook's fb-post and its kind have no text of the author's."""
    html = '<div class="fb-post" data-href="https://www.facebook.com/zuck/posts/10102593740125791"></div>'
    result = rewrite(html)
    assert rest(result) == html
    assert len(tickets(result)) == 1


def test_an_object_without_an_end_loses_its_tag_only() -> None:
    """What follows is the page's."""
    result = rewrite('<object data="https://www.youtube.com/v/jNQXAC9IVRw"><p>after')
    assert rest(result) == "<p>after"


def test_an_iframe_without_an_end_takes_what_it_had_swallowed() -> None:
    """The rest of such a page was never shown."""
    assert rest(rewrite("a" + YOUTUBE.removesuffix("</iframe>") + "b")) == "a"


def test_the_structure_around_a_box_stays_as_it_was() -> None:
    """A box in a paragraph, a link or bold text closes none of them."""
    html = f"<p>one <b>two <a href='/x'>three {YOUTUBE} four</a> five</b> six</p><p>seven"
    parsed = html5lib.parse(rewrite(html), namespaceHTMLElements=False)
    place = next(parsed.iter("applet"))
    parent = next(element for element in parsed.iter() if place in list(element))
    place_tail = place.tail
    assert parent.tag == "a"
    assert place_tail == " four"
    inside = set(place.iter("p"))
    assert ["".join(p.itertext()).split()[-1] for p in parsed.iter("p") if p not in inside] == [
        "six",
        "seven",
    ]


def test_controls_inside_a_form_of_the_page_belong_to_a_form_behind_it() -> None:
    """Forms do not nest: the press would send the page's form."""
    parsed = html5lib.parse(
        rewrite(f'<form action="/own" id="f">{YOUTUBE}</form>'), namespaceHTMLElements=False
    )
    forms = {form.get("id"): form.get("action") for form in parsed.iter("form")}
    button = next(parsed.iter("button"))
    assert forms[button.get("form")] == "/_embedproxy/load"
    assert forms["f"] == "/own"


def test_two_boxes_of_one_video_have_their_own_anchors() -> None:
    """DOM ids are unique."""
    ids = re.findall(r'id="(embedproxy-[0-9a-f]+(?:-\d+)?)"', rewrite(YOUTUBE * 3))
    assert len(set(ids)) == len(ids) == 3


def test_the_stylesheet_stands_in_the_first_box_only() -> None:
    """Once is enough, and pages without embeds get none."""
    assert rewrite(YOUTUBE * 3).count('rel="stylesheet"') == 1


def test_a_base_on_another_origin_does_not_mislead_our_forms() -> None:
    """Relative addresses would go to the base's host."""
    assert 'action="https://site.example/_embedproxy/load"' in rewrite(
        f'<base href="//cdn.example.net/">{YOUTUBE}'
    )


@pytest.mark.req("NOT-2")
@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f'<html lang="en">{YOUTUBE}', "Load video"),
        (f'<html lang="en"><article lang="de-AT">{YOUTUBE}</article>', "Video laden"),
        (f'<html lang="en"><article lang="de">x</article>{YOUTUBE}', "Load video"),
        (f'<html lang="tlh">{YOUTUBE}', "Video laden"),
        (YOUTUBE, "Video laden"),
        (f'<html lang="de">{YOUTUBE.replace("width", "lang=fr width")}', "Charger la vid"),
    ],
)
def test_the_notice_speaks_the_language_of_its_place(html: str, text: str) -> None:
    """The nearest lang, else the configured default; never the visitor's browser (DESIGN rule 4)."""
    assert text in rewrite(html)


@pytest.mark.req("SEC-5")
@pytest.mark.parametrize(
    "title",
    ["&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;", "' onload=x", "</applet>", "]]>", "\x00", "ä🎬"],
)
def test_what_is_copied_from_the_page_is_text_and_nothing_else(title: str) -> None:
    """A title cannot become markup, before the press or after it."""
    html = YOUTUBE.replace("width", f'title="{title}" onload="x()" srcdoc="<script>" width')
    grant = Grant("youtube", "always", "", 0, "0" * 16, "0" * 32)
    for grants in (Grants(), Grants((grant,))):
        result = rewrite(html, page=page_at(grants=grants))
        parsed = html5lib.parse(result, namespaceHTMLElements=False)
        assert not [script for script in parsed.iter("script") if not script.get("src")]
        assert not [
            element for element in parsed.iter() if any(name.startswith("on") for name in element.attrib)
        ]
        assert not [frame for frame in parsed.iter("iframe") if frame.get("srcdoc")]
        assert result.isascii()


@pytest.mark.req("CTR-1")
@pytest.mark.req("CTR-2")
def test_the_granted_frame_is_the_providers_own_and_tells_it_no_path() -> None:
    """YouTube needs an origin as referrer and no frame around its own."""
    grant = Grant("youtube", "always", "", 0, "0" * 16, "0" * 32)
    result = rewrite(YOUTUBE, page=page_at(grants=Grants((grant,))))
    assert 'src="https://www.youtube-nocookie.com/embed/jNQXAC9IVRw"' in result
    assert 'referrerpolicy="strict-origin-when-cross-origin"' in result
    assert result.count("<iframe") == 1


def test_rewriting_twice_changes_nothing() -> None:
    """Two of us in a row are as good as one."""
    once = rewrite(f"<p>{YOUTUBE}{TWEET}{WIDGETS}<img src=//i.ytimg.com/x>")
    assert rewrite(once) == once


@given(st.integers(1, 60), st.randoms(use_true_random=False))
def test_a_page_in_pieces_is_the_page_in_one(size: int, chance: random.Random) -> None:
    """Whatever the upstream's packets cut through."""
    parts = [
        YOUTUBE,
        TWEET,
        WIDGETS,
        "<p>x",
        "<!-- y -->",
        "<style>a{b:url(//i.ytimg.com/x)}</style>",
        "</p>",
    ]
    html = "".join(chance.choices(parts, k=6))
    assert rewrite(html, size=size) == rewrite(html)


@pytest.mark.parametrize("depth", [1, 3, 200])
def test_a_page_in_a_page_in_a_page_is_silent_however_deep(depth: int) -> None:
    """Whoever nests a thousand of them wants to exhaust the reader: the deepest are left out."""
    page = '<iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>'
    for _ in range(depth):
        page = f'<iframe srcdoc="{escape(page)}"></iframe>'
    assert "youtube.com/embed" not in rewrite(page)


def test_what_a_quotation_leaves_open_ends_with_it() -> None:
    """The element in it and the post itself both get their box, each in its place."""
    page = (
        '<blockquote class="twitter-tweet"><a href="https://twitter.com/jack/status/20"></a>'
        '<lite-youtube videoid="jNQXAC9IVRw"></blockquote><p>x'
    )
    for size in (0, 1, 7):
        result = rewrite(page, size=size)
        assert re.findall(r'data-provider="(\w+)"', result) == ["youtube", "x"]
        assert result.endswith("<p>x")


@pytest.mark.parametrize(
    "mark", ['lite-youtube videoid="jNQXAC9IVRw"', 'amp-youtube data-videoid="jNQXAC9IVRw"']
)
@pytest.mark.req("NET-1")
def test_a_drawing_gets_no_box_which_would_end_it(mark: str) -> None:
    """A frame in a drawing is none, until a box stands before it."""
    html = f"<svg><{mark}></{mark.partition(' ')[0]}><iframe src=//e.example/></iframe></svg>"
    assert rewrite(html) == html
