"""Mutations: pieces of pages cut, doubled, swapped and spoilt, with live embeds set among them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import cycle

VIDEO = "https://www.youtube.com/embed/jNQXAC9IVRw"
PICTURE = "https://i.ytimg.com/vi/jNQXAC9IVRw/0.jpg"
# Everything that loads, in as many shapes as there are judges.
LIVE = tuple(
    text.replace("$V", VIDEO).replace("$P", PICTURE).encode()
    for text in (
        '<iframe width="560" height="315" src="$V"></iframe>',
        "<IFRAME SRC=$V></IFRAME>",
        "<iframe title='a > b' src=\"ht\ttps:\\\\www.youtube.com\\embed\\jNQXAC9IVRw\">",
        '<iframe src="https://widgets.example.net/x" style="display:none"></iframe>',
        '<iframe srcdoc="&lt;iframe src=$V&gt;&lt;/iframe&gt;"></iframe>',
        "<iframe srcdoc='<p>a<img src=\"$P\">'></iframe>",
        '<iframe src="data:text/html,<img src=$P>"></iframe>',
        '<object data="$V"><param name="movie" value="$V"><embed src="$V"></object>',
        '<embed src="$V">',
        '<blockquote class="twitter-tweet"><p>x</p><a href="https://twitter.com/jack/status/20">d</a></blockquote>',
        '<script async src="https://platform.twitter.com/widgets.js"></script>',
        '<script src="https://gist.github.com/octocat/6cad326836d38bd3a7ae.js"></script>',
        '<script>var j=document.createElement("script");j.src="//connect.facebook.net/sdk.js"</script>',
        '<div class="fb-post" data-href="https://www.facebook.com/zuck/posts/10102593740125791"></div>',
        '<lite-youtube videoid="jNQXAC9IVRw"></lite-youtube>',
        '<img class="lazy" src="/a.png" data-src="$P" srcset="/b.png, $P 2x">',
        "<img src='$P' alt='\">'>",
        '<picture><source srcset="$P"><img src=/x></picture>',
        '<video poster="$P"><source src="$P"><track src="$P"></video>',
        '<input type=image src="$P">',
        '<link rel="preconnect stylesheet" href="https://www.youtube.com">',
        '<meta http-equiv="refresh" content="0;url=https://youtu.be/jNQXAC9IVRw">',
        "<style>a{b:url($P)}@import '$P';</style>",
        '<b style="background:u\\rl($P)">',
        '<table background="$P"><tr><td>',
        '<svg><image xlink:href="$P"/><use href="$P"></use><style>a{b:url($P)}</style></svg>',
        "<svg><script href='https://platform.twitter.com/widgets.js'/></svg>",
        '<noscript><img src="$P"></noscript>',
        '<noscript><iframe src="$V"></iframe>',
        '<div><template shadowrootmode="open"><img src="$P"></template></div>',
        '<template><iframe src="$V"></iframe></template>',
        '<base href="https://www.youtube.com/embed/"><iframe src="jNQXAC9IVRw"></iframe>',
    )
)
# What turns the reading of what follows round.
TURNS = (
    *rb"""<!-- --> <!--> --!> <!--- <![CDATA[ ]]> <? < </ > " ' = ` & &lt; / <p> </p> <b> </b> <a> </a> <form>
    </form> <table> </table> <tr> <td> <select> </select> <option> <frameset> </frameset> <head> </head>
    <body> </body> </html> <svg> </svg> <math> </math> <mi> <title> </title> <desc> <foreignObject> <style>
    </style> <script> </script> <textarea> </textarea> <xmp> </xmp> <noscript> </noscript> <noembed>
    <noframes> <plaintext> <template> </template> <iframe> </iframe> <object> </object> <blockquote>
    </blockquote> <applet> </applet> <x-y> </x-y> <turbo-stream> <col> <caption> <li> <br> <font>
    <annotation-xml> <base> <script><!--<script>""".split(),
    *(b"\0", b"\xff", b"\xc3", b"\r\n", b"\\"),
)
LONGEST = 30_000  # bytes of a page: enough for every rule, and quick to read
Mutation = Callable[[bytes, random.Random], bytes]


def excerpt(page: bytes, chance: random.Random) -> bytes:
    """A stretch of a page that is not too long."""
    size = chance.randint(200, LONGEST)
    start = chance.randrange(max(1, len(page) - size // 2))
    return page[start : start + size]


def mutated(page: bytes, chance: random.Random) -> bytes:
    """Change a page a few times."""
    for _ in range(chance.randint(1, 8)):
        page = chance.choices(MUTATIONS, WEIGHTS)[0](page, chance)[: 2 * LONGEST]
    return page


def pieces(page: bytes, sizes: Sequence[int]) -> list[bytes]:
    """Cut a page into pieces of these sizes, over and over; without sizes it stays whole."""
    found: list[bytes] = []
    at = 0
    for size in cycle(sizes or (len(page) or 1,)):
        if at >= len(page):
            break
        found.append(page[at : at + size])
        at += size
    return found


def _places(page: bytes, chance: random.Random, number: int) -> list[int]:
    """Places by chance, in order; every other one at a tag, where things turn out differently."""
    found = []
    for _ in range(number):
        at = chance.randrange(len(page) + 1)
        sign = page.find(b"<", at)
        found.append(sign if sign >= 0 and chance.random() < 0.5 else at)
    return sorted(found)


def _set_in(page: bytes, chance: random.Random) -> bytes:
    (at,) = _places(page, chance, 1)
    return page[:at] + chance.choice(LIVE) + page[at:]


def _turn(page: bytes, chance: random.Random) -> bytes:
    (at,) = _places(page, chance, 1)
    return page[:at] + chance.choice(TURNS) + page[at:]


def _cut(page: bytes, chance: random.Random) -> bytes:
    start, end = _places(page, chance, 2)
    return page[:start] + page[min(end, start + chance.choice((1, 20, 2000))) :]


def _double(page: bytes, chance: random.Random) -> bytes:
    start, end, to = _places(page, chance, 3)
    return page[:to] + page[start:end] + page[to:]


def _swap(page: bytes, chance: random.Random) -> bytes:
    one, two, three = _places(page, chance, 3)
    return page[:one] + page[two:three] + page[one:two] + page[three:]


def _noise(page: bytes, chance: random.Random) -> bytes:
    (at,) = _places(page, chance, 1)
    return page[:at] + chance.randbytes(chance.randint(1, 9)) + page[at + chance.randint(0, 9) :]


def _truncate(page: bytes, chance: random.Random) -> bytes:
    (at,) = _places(page, chance, 1)
    return page[:at] + chance.choice((b"", b"<", b"</", b'<iframe src="', b"<!--", b"<script>"))


MUTATIONS: tuple[Mutation, ...] = (_set_in, _turn, _cut, _double, _swap, _noise, _truncate)
WEIGHTS = (6, 4, 2, 1, 1, 2, 1)
