"""What rewriting costs: beside other HTML engines, and with few or many provider files.

    python benchmarks/rewriting.py [--rounds 15]

Everything is measured in one process and in turns: each round takes every way once, in random order, so
that a busy machine slows all alike. The tables show medians over the rounds and ratios of these.

The other engines do less than we do: they parse the page, replace the frames of three known hosts by a fixed
text and write the page out. They know no scripts, styles, pictures or hints, draw no notice and sign no
ticket. html5lib is left out above 100 KB, where one round of it takes seconds.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import html5lib
from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser
from turbohtml.rewrite import Element, rewrite

from embedproxy import Settings, urls
from embedproxy.embeds.page import Address, Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.rewrite import Rewriter
from embedproxy.notices.notice import load_notices
from embedproxy.providers.loader import CATALOGUE, files_in, registry_of
from embedproxy.web.desk import Desk

Way = Callable[[bytes], object]
SIZES = {"20 KB": 20_000, "100 KB": 100_000, "1 MB": 1_000_000}
EMBEDS = (0, 3, 200)
SLOW = frozenset({"html5lib"})
SLOW_BYTES = 100_000
HOSTS = ("www.youtube.com", "player.vimeo.com", "w.soundcloud.com")
CODES = (
    '<iframe width="560" height="315" src="https://www.youtube.com/embed/jNQXAC9IVRw" allowfullscreen>'
    "</iframe>",
    '<iframe src="https://player.vimeo.com/video/22439234" width="640" height="360"></iframe>',
    '<blockquote class="twitter-tweet"><p>Hallo</p><a href="https://twitter.com/jack/status/20">2006</a>'
    '</blockquote><script async src="https://platform.twitter.com/widgets.js"></script>',
)
BOX = "<div><p>Mit dem Laden akzeptieren Sie die Datenschutzerklärung.</p><button>Laden</button></div>"
TEXT = (
    "Wer einen Satz beginnt, soll ihn auch beenden; wer ihn nicht beenden kann, soll ihn kürzer beginnen. "
    'Das steht so <a class="link" href="/regeln/" rel="author">in den Regeln</a>, und daran halten wir uns. '
)
PARAGRAPHS = (
    f'<p class="text">{TEXT}</p>\n',
    f"<p>{TEXT * 2}</p>\n",
    '<figure class="wide"><img src="/bilder/1.jpg" srcset="/bilder/1.jpg 1x, /bilder/2.jpg 2x" alt="Zwei">'
    "</figure>\n",
    f'<div class="card" data-id="17"><h2 id="a">Überschrift</h2><p>{TEXT}</p></div>\n',
    '<ul class="list"><li id="a"><b>Erstens</b> kurz</li><li id="b"><i>zweitens</i> lang</li></ul>\n',
    f'<p class="text">{TEXT * 3}</p>\n',
    '<svg width="24" height="24" viewBox="0 0 24 24"><path d="M3 5.5h18v13H3z"/><g><circle r="2"/></g></svg>',
    f"<blockquote><p>{TEXT}</p></blockquote>\n",
    '<script>window.layer = window.layer || []; layer.push({"seite": "beitrag", "art": "text"});</script>\n',
)


def page_of(size: int, embeds: int) -> bytes:
    """An article of about so many bytes with so many embeds, spread over it."""
    parts = ['<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Beitrag</title></head><body>']
    filled, source = len(parts[0]), itertools.cycle(PARAGRAPHS)
    body: list[str] = []
    while filled < size:
        body.append(next(source))
        filled += len(body[-1].encode())
    for number in range(embeds):
        body.insert(len(body) * (number + 1) // (embeds + 1), CODES[number % len(CODES)])
    return "".join((*parts, *body, "</body></html>")).encode()


def policy_of(files: int | None, folder: Path) -> Policy:
    """The policy with so many provider files, those of the page's embeds among them; None: all of them."""
    settings = Settings(data_dir=folder, ledger="off")  # type: ignore[arg-type]
    policy = Desk.of(settings).policy
    if files is None:
        return policy
    needed = {"youtube", "vimeo", "x"}
    every = sorted(files_in(CATALOGUE), key=lambda file: (file.stem not in needed, file.stem))
    registry = registry_of(*every[:files])
    return replace(policy, registry=registry, notices=load_notices(settings, registry.providers))


def ours(policy: Policy) -> Way:
    """The product's own way, as the middleware takes it for the undecided."""
    url = urls.parse("https://site.example/beitrag/")
    assert url

    def way(body: bytes) -> bytes:
        rewriter = Rewriter(Page(Address(url, url.target)), policy)
        return rewriter.feed(body) + rewriter.close()

    return way


def with_turbohtml(body: bytes) -> bytes:
    """turbohtml's streaming rewriter, with Latin-1 in and out to keep the bytes."""

    def frame(element: Element) -> None:
        if _is_known(element.get("src")):
            element.replace(BOX, html=True)

    written = rewrite(body.decode("latin-1"), elements=[("iframe", frame)])
    return written.encode("latin-1", "xmlcharrefreplace")


def with_selectolax(body: bytes) -> str:
    """Lexbor's tree, edited and written out."""
    tree = LexborHTMLParser(body)
    for frame in tree.css("iframe"):
        if _is_known(frame.attributes.get("src")):
            frame.replace_with(LexborHTMLParser(BOX).css_first("div"))
    return tree.html or ""


def with_html5lib(body: bytes) -> str:
    """The reference parser, edited and written out."""
    tree = html5lib.parse(body, transport_encoding="utf-8", namespaceHTMLElements=False)
    for parent in list(tree.iter()):
        for frame in [child for child in parent if child.tag == "iframe" and _is_known(child.get("src"))]:
            frame.tag, frame.text = "div", "Mit dem Laden"
    return str(html5lib.serialize(tree, omit_optional_tags=False))


def _is_known(address: str | None) -> bool:
    url = urls.parse(address or "")
    return url is not None and url.host in HOSTS


def medians(ways: Mapping[str, Way], body: bytes, rounds: int) -> dict[str, float]:
    """Seconds of CPU that each way takes for a page, taken in turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(body)  # compiled expressions, caches
    for _ in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            times = max(1, 200_000 // len(body))
            start = time.process_time()
            for _ in range(times):
                ways[name](body)
            taken[name].append((time.process_time() - start) / times)
    return {name: statistics.median(values) for name, values in taken.items()}


def compare(ways: Mapping[str, Way], title: str, rounds: int, base: str) -> None:
    """Print one table: megabytes a second, and how many times the cost of the base."""
    table = Table("page", "embeds", *ways, title=title)
    for (label, size), embeds in itertools.product(SIZES.items(), EMBEDS):
        body = page_of(size, embeds)
        chosen = {name: way for name, way in ways.items() if size <= SLOW_BYTES or name not in SLOW}
        taken = medians(chosen, body, rounds)
        cells = [
            f"{len(body) / taken[name] / 1e6:,.0f} ({taken[name] / taken[base]:.2f})" if name in taken else ""
            for name in ways
        ]
        table.add_row(label, str(embeds), *cells)
    Console(width=140).print(table)


def main() -> None:
    """Measure both and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = ours(policy_of(None, folder))
        peers = {"turbohtml": with_turbohtml, "selectolax": with_selectolax, "html5lib": with_html5lib}
        title = "MB/s (CPU time as a multiple of ours)"
        compare({"embedproxy": whole, **peers}, title, rounds, "embedproxy")
        count = len(files_in(CATALOGUE))
        sizes = {"10 files": 10, "150 files": 150, f"{count} files": None}
        ways = {label: ours(policy_of(files, folder)) for label, files in sizes.items()}
        compare(
            ways, "MB/s by number of provider files (CPU time as a multiple of 10 files)", rounds, "10 files"
        )


if __name__ == "__main__":
    main()
