"""Markup of real sites and of attackers: what makes a browser load something, and what only looks like it."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

import pytest

from tests.embeds.pages import policy, rewrite

VIDEO = "https://www.youtube.com/embed/jNQXAC9IVRw"
PICTURE = "https://i.ytimg.com/vi/jNQXAC9IVRw/0.jpg"
WIDGETS = "https://platform.twitter.com/widgets.js"
LOADER = f'j=document.createElement("script");j.src="{WIDGETS}"'
CODED = base64.b64encode(LOADER.encode()).decode()
WIDE = quote(f"<img src={PICTURE}>".encode("utf-16-le"))
BOX = re.compile(r'<applet class="embedproxy-place" code="">.*?</applet>', re.DOTALL)


def shown(html: str) -> str:
    """The result with what each box is about in its place."""
    return BOX.sub(lambda box: "".join(f"[{embed}]" for embed in tickets(box[0])), rewrite(filled(html)))


def tickets(html: str) -> list[str]:
    """The items of the boxes in a text."""
    found = re.findall(r'name="ticket" value="([^"]+)"', html)
    return [policy().tickets.read(text).embed for text in found]


def filled(html: str) -> str:
    """Markup with its addresses."""
    for sign, address in {"$V": VIDEO, "$P": PICTURE, "$W": WIDGETS, "$L": LOADER, "$C": CODED}.items():
        html = html.replace(sign, address)
    return html


@pytest.mark.parametrize(
    ("html", "result"),
    [
        ('<img srcset="/b 1x,$P 2x">', '<img srcset="">'),
        ('<div class="lazyload" data-bgset="/b 1x,$P 2x">', '<div class="lazyload" data-bgset="">'),
        ('<base target=x><base href="$V/"><img src="x">', '<base target=x><base href="$V/"><img src="">'),
        ('<img src="x"><base href="$P">', '<img src="x"><base href="">'),
        ('<svg><path fill="url($P#a)"/></svg>', '<svg><path fill="url(&#34;about:invalid&#34;)"/></svg>'),
        ('<svg><set attributeName="href" to="$P"/></svg>', '<svg><set attributeName="href" to=""/></svg>'),
        ('<svg><animate values="/a;$P"/></svg>', '<svg><animate values=""/></svg>'),
        ('<svg><animate to="url($P)"/></svg>', '<svg><animate to=""/></svg>'),
        ('<svg><style>@import "//you<!-- -->tube.com"</style></svg>', "<svg></svg>"),
        ('<svg><style>@import "//you<g>x</g>tube.com"</style></svg>', "<svg></svg>"),
        ('<svg><style>@import "//you<g/>tube.com"</style></svg>', "<svg></svg>"),
        ("<svg><style>@import \"//you<g t='>'/>tube.com\"</style></svg>", "<svg></svg>"),
        ('<svg><style><![CDATA[@import "$P"]]></style></svg>', "<svg></svg>"),
        ('<svg><style>@import "$P"<x', '<svg>@import "$P"<x'),  # text, without its element
        ("<svg><style>a{b:url($P<x", "<svg>a{b:url($P<x"),
        ("<link rel=stylesheet href=\"data:text/css,@import '$P'\">", '<link rel=stylesheet href="">'),
        ("<style>@import 'data:,@import%20\"$P\"'</style>", '<style>@import "about:invalid"</style>'),
        ('<link rel="compression-dictionary" href="$P">', '<link rel="compression-dictionary" href="">'),
        ('<link rel="search" href="$P">', '<link rel="search" href="">'),
        ('<a ping="/own $P" href="/x">', '<a ping="" href="/x">'),
        ('<img attributionsrc="$P" src="/x">', '<img attributionsrc="" src="/x">'),
        (
            '<iframe srcdoc="x" style="a:url($P)"></iframe>',
            '<iframe srcdoc="x" style="a:url(&#34;about:invalid&#34;)"></iframe>',
        ),
        ('<model src="$P"></model>', '<model src=""></model>'),
        ('<amp-img src="$P"></amp-img>', '<amp-img src=""></amp-img>'),
        ('<amp-video poster="$P"></amp-video>', '<amp-video poster=""></amp-video>'),
        ("<iframe src=\"javascript:'<img src=$P>'\"></iframe>", '<iframe src=""></iframe>'),
        ("<iframe src=\" java\nscript:x('%2F%2Fyoutu.be/x')\"></iframe>", '<iframe src=""></iframe>'),
        (f'<iframe src="data:text/html;charset=utf-16le,{WIDE}"></iframe>', '<iframe src=""></iframe>'),
    ],
)
@pytest.mark.req("NET-1")
def test_what_loads_from_a_provider_loses_its_address(html: str, result: str) -> None:
    """However it is written."""
    assert shown(html) == filled(result)


@pytest.mark.parametrize(
    "script",
    [
        '<script src="data:text/javascript;base64,$C" defer></script>',
        '<script type="litespeed/javascript" data-src="$W"></script>',
        '<script type="rocketlazyloadscript" data-rocket-src="$W"></script>',
        '<script type="pmdelayedscript" src="$W"></script>',
        '<script type="text/psajs" src="$W"></script>',
        '<script type="wphb-delay-type" src="$W"></script>',
        '<script type="javascript/blocked" data-wpmeteor-src="$W"></script>',
        '<script type="application/vnd.embed-optimizer.javascript" src="$W"></script>',
        '<script data-type="lazy" data-src="$W"></script>',
        '<script data-type="lazy" data-src="data:text/javascript;base64,$C"></script>',
        '<script data-two_delay_src="$W"></script>',
        '<script type="a1b2c3d4e5f6a1b2c3d4e5f6-text/javascript" src="$W"></script>',
    ],
)
@pytest.mark.req("NET-1")
def test_a_script_that_an_optimiser_has_put_off_goes(script: str) -> None:
    """The optimiser would run it without asking anybody."""
    assert shown(f"a{script}b") == "ab"


@pytest.mark.parametrize(
    "text",
    [
        "$L",
        "document.write('<scr'+'ipt src=\"$W\"></scr'+'ipt>')",
        'export * from "$W"',
        'import"$W"',
        'jQuery.getScript("$W")',
        "e.innerHTML='<iframe src=\"$V\"></iframe>'",
        'e.setAttribute("src", "$W")',
        'e["src"] = "$W"',
    ],
)
@pytest.mark.parametrize("kind", ["", "module", "nitropack/inlinescript", "pmdelayedscript"])
def test_a_text_that_loads_one_provider_and_nothing_else_goes(text: str, kind: str) -> None:
    """Also where an optimiser runs it later."""
    assert shown(f'<script type="{kind}">{text}</script>') == f'<script type="{kind}"></script>'


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@verein",
        "https://www.youtube.com/watch?v=jNQXAC9IVRw",
        "https://www.youtube.com/",
        "https://www.facebook.com/verein",
        "https://www.facebook.com/sharer/sharer.php?u=",
        "https://x.com/intent/tweet?text=",
        "https://www.instagram.com/verein/",
        "https://www.linkedin.com/company/verein/",
        "https://open.spotify.com/playlist/37i9dQZF1DX5wDmLW735Yd",
        "https://www.google.com/maps/place/Berlin",
    ],
)
def test_a_text_that_only_links_to_a_provider_stays(address: str) -> None:
    """A menu, a share button or a list of profiles contacts nobody before it is pressed."""
    text = f"<script>let a = document.createElement('a'); a.href = '{address}'; menu.append(a)</script>"
    assert shown(text) == text


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/iframe_api",
        "https://www.youtube.com/oembed?url=",
        "https://www.facebook.com/tr?id=1",
        "https://www.facebook.com/plugins/like.php?href=",
        "https://www.instagram.com/embed.js",
        "https://open.spotify.com/embed/iframe-api/v1",
        "https://i.ytimg.com/vi/jNQXAC9IVRw/hqdefault.jpg",
        "https://platform.linkedin.com/in.js",
    ],
)
@pytest.mark.req("NET-1")
def test_one_link_beside_what_is_loaded_keeps_no_text(address: str) -> None:
    """Scripts, frames, pictures and answers for programs are not opened by anybody's press."""
    page = f"'{address}'; let b = 'https://www.{address.split('/')[2].partition('.')[2]}/'"
    text = f"let a = document.createElement('x'); a.src = {page}"
    assert shown(f"<script>{text}</script>") == "<script></script>"


def test_an_import_map_loses_the_addresses_of_providers_only() -> None:
    """The other names can be imported as before; a map without providers stays byte for byte."""
    own = '<script type="importmap">{"imports":{"a":"/a.js"}}</script>'
    assert rewrite(own) == own
    both = '{"imports":{"a":"/a.js<"},"scopes":{"/x/":{"yt":"https://www.youtube.com/x.js"}}}'
    result = rewrite(f'<script type="importmap">{both}</script>')
    assert '{"imports": {"a": "/a.js\\u003c"}, "scopes": {"/x/": {"yt": null}}}' in result
    broken = '<script type="importmap">{"imports":https://www.youtube.com</script>'
    assert rewrite(broken) == broken


@pytest.mark.parametrize(
    ("html", "result"),
    [
        (
            '<object width="4"><param name="Movie" value="$V"><embed src="$V"></embed></object>',
            "[youtube:jNQXAC9IVRw]",
        ),
        ('<object><param name="x" value="$V">a</object>', '<object><param name="x" value="$V">a</object>'),
        ('<object><param name="src" value="/own.swf">', '<object><param name="src" value="/own.swf">'),
        ('<youtube-video src="https://youtu.be/jNQXAC9IVRw"></youtube-video>', "[youtube:jNQXAC9IVRw]"),
        ('<vimeo-video src="https://vimeo.com/648359100">x</vimeo-video>', "[vimeo:648359100]"),
        ('<amp-video-iframe src="$V"></amp-video-iframe>', "[youtube:jNQXAC9IVRw]"),
        ('<iframe data-lazyloaded="1" src="about:blank" data-src="$V"></iframe>', "[youtube:jNQXAC9IVRw]"),
        ('<iframe nitro-lazy-src="$V"></iframe>', "[youtube:jNQXAC9IVRw]"),
        ('<iframe uk-video data-src="$V"></iframe>', "[youtube:jNQXAC9IVRw]"),
        (
            '<template shadowroot="open"><iframe src="$V"></iframe></template>',
            '<template shadowroot="open">[youtube:jNQXAC9IVRw]</template>',
        ),
    ],
)
def test_an_embed_in_old_or_new_clothes_gets_its_box(html: str, result: str) -> None:
    """Flash codes, custom elements, lazy loaders, what older browsers took for a shadow root."""
    assert shown(html) == filled(result)


@pytest.mark.parametrize(
    "lazy",
    [
        '<iframe src="about:blank" data-lazy-src="$V"></iframe>',
        '<iframe class="lazyload" data-src="$V"></iframe>',
        '<youtube-video src="$V"></youtube-video>',
    ],
)
def test_an_embed_that_stands_in_the_noscript_too_gets_one_box(lazy: str) -> None:
    """With scripting off both would be seen; another embed in a noscript keeps its own."""
    pair = '<noscript><iframe src="$V"></iframe></noscript>'
    assert shown(lazy + pair) == "[youtube:jNQXAC9IVRw]<noscript></noscript>"
    assert shown(pair) == "<noscript>[youtube:jNQXAC9IVRw]</noscript>"


@pytest.mark.parametrize(
    ("html", "result"),
    [
        ('<img class="lozad" data-background-image="$P">', '<img class="lozad" data-background-image="">'),
        ('<i class="lazy" data-bg="url($P)">', '<i class="lazy" data-bg="">'),
        ('<video class="lazy" data-poster="$P">', '<video class="lazy" data-poster="">'),
        ('<picture><source data-srcset="$P"></picture>', '<picture><source data-srcset=""></picture>'),
        ('<link data-pmdelayedstyle="$P">', '<link data-pmdelayedstyle="">'),
        ('<link rel="stylesheet" data-href="$P">', '<link rel="stylesheet" data-href="">'),
        ('<img data-lazyloaded="1" data-src="$P">', '<img data-lazyloaded="1" data-src="">'),
        ('<img uk-img data-src="$P">', '<img uk-img data-src="">'),
        ('<img nitro-lazy-srcset="$P 1x">', '<img nitro-lazy-srcset="">'),
    ],
)
def test_what_a_lazy_loader_would_put_in_place_loses_its_address(html: str, result: str) -> None:
    """Each by the marks of a loader that is in wide use."""
    assert shown(html) == filled(result)


@pytest.mark.parametrize(
    "html",
    [
        '<a class="lazy" data-href="$V" href="$V">film</a>',
        '<button class="lazy-tab" data-url="$V">film</button>',
        '<iframe data-src="$V"></iframe>',
        '<iframe class="cmplz-iframe lazyload" data-src="$V" data-category="marketing"></iframe>',
        '<script type="text/plain" data-src="$W"></script>',
        '<script data-cookieconsent="marketing" data-src="$W"></script>',
        '<svg><path fill="url(#a)" filter="url(#b)"/><style>a{fill:url(#c)}</style></svg>',
        '<svg><style><!-- url --><g></g></style><animate values="0;1"/></svg>',
        '<link rel="stylesheet" href="data:text/css,a{b:url(/own.png)}">',
        "<img src=\"data:image/svg+xml,<svg><image href='$P'/></svg>\">",
        '<object data="/player.swf"><param name="movie" value="$V"></object>',
        '<iframe src="javascript:void(0)"></iframe>',
        '<my-player src="/film.mp4"></my-player>',
        '<my-link src="https://pictures.example.net/x"></my-link>',
        '<amp-foo src="$V"></amp-foo>',
        '<script type="application/ld+json">{"embedUrl":"$V"}</script>',
        '<title><iframe src="$V"></iframe></title>',
        "<pre>&lt;iframe src=$V&gt;</pre>",
        '<meta property="og:video" content="$V"><link itemprop="embedUrl" href="$V">',
        '<form action="https://www.youtube.com/results"></form>',
        '<blockquote class="twitter-tweet"><a href="https://youtu.be/jNQXAC9IVRw">film</a></blockquote>',
        "<base><base target=_top>",
    ],
)
def test_what_only_looks_like_an_embed_stays_byte_for_byte(html: str) -> None:
    """Links, drawings' own references, code samples, what a consent tool has parked."""
    assert rewrite(filled(html)) == filled(html)


@pytest.mark.parametrize(
    ("around", "stays"),
    [
        ("<svg>$</svg>", True),
        ("<noscript>$</noscript>", False),
        ("<svg></b>$</svg>", False),
        ("<select>$</select>", False),
        ("<div><template shadowrootmode=open>$</template></div>", False),
    ],
)
@pytest.mark.req("NET-1")
def test_a_base_that_some_browsers_do_not_go_by_sets_none(around: str, stays: bool) -> None:
    """It is not built, or not in the document's own tree; the next one would count instead."""
    base = '<base href="https://site.example/">'
    html = around.replace("$", base) + '<base href="https://www.youtube.com/embed/"><img src=x>'
    result = rewrite(html)
    assert 'src=""' in result
    assert (base in result) == stays


def test_the_base_inside_a_srcdoc_counts_there() -> None:
    """Whatever the page around it says."""
    inner = "&lt;base href='https://www.youtube.com/embed/'&gt;&lt;img src='x'&gt;"
    assert "src=&#34;&#34;" in rewrite(f'<base href="/"><iframe srcdoc="{inner}"></iframe>')


def test_style_sheets_inside_each_other_are_read_to_an_end() -> None:
    """What goes deeper than anybody would write is not loaded."""
    sheet = "a{}"
    for _ in range(12):
        sheet = f'@import "data:text/css,{quote(sheet)}"'
    link = '<link rel="stylesheet" href="data:text/css,{}">'
    assert rewrite(link.format(quote(sheet))) == '<link rel="stylesheet" href="">'
    shallow = quote("@import 'data:text/css,a{}'")
    assert rewrite(link.format(shallow)) == link.format(shallow)


@pytest.mark.parametrize("object_", ['<object data="$V">', '<object data="$V" hidden>', "<my-x src=$V>"])
def test_an_end_tag_in_a_template_ends_nothing_outside(object_: str) -> None:
    """Else the template would go and what it kept inert would load."""
    end = "</my-x>" if "my-x" in object_ else "</object>"
    result = shown(f'{object_}<template>{end}<img src="$P"></template>x')
    assert result.endswith(f'<template>{end}<img src="{PICTURE}"></template>x')


@pytest.mark.parametrize("piece", ["<g>", "<g ", "</g>", "<!", "<!--", "]]>", "<?"])
def test_a_sheet_full_of_markup_is_read_in_one_go(piece: str) -> None:
    """However much of it is left open."""
    assert rewrite("<svg><style>" + piece * 20000).startswith("<svg>")


def test_no_script_stands_in_a_box_that_may_lie_in_a_script() -> None:
    """Its end tag would end the page's script, and what follows would be read in another way."""
    html = f'<frameset><script><iframe src="{VIDEO}"></iframe>'
    once = rewrite(html)
    assert rewrite(once) == once
