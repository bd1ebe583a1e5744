"""What share of the corpus's embeds is found, kept from loading and called by its provider's name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from embedproxy import urls
from tests.corpus import CONTENT, FRAMES, Outcome, owner_of, pages, snippets
from tests.embeds.pages import policy
from tests.names import provider_of
from tests.providers.test_vectors import DIFFERENCES, vectors

FILE = Path(__file__).resolve().parents[1] / "docs" / "corpus.md"
RECEIVED = "23 November 2026"
NOBODY = "no provider file"
# Embed codes that are not called by the name that the corpus gives them, and why.
EXCUSES = {
    "The frame is another host's, which then shows the provider's; the notice names the host that the "
    "browser contacts.": r"s9e\.github\.io",
    "It names no item that could be shown (an example cut short, a template of a program, a widget of the "
    "whole site); its script is kept away.": r'href="\.\.\."|No URL|-class">feed|\$permalink|\$twitter_|'
    r"<amp-facebook-(?:comments|like) |<gcse:|data-momentid|class=\"reddit-embed\"|by hand from a post",
    "A link that a script would dress up stays the link that it is.": r"<a\s[^>]*(?:-moment|data-pin-do)",
    "A quotation of a post on some WordPress names no frame: the quotation stays, and a frame beside it "
    "gets the box.": "wp-embedded-content",
    "A shop's checkout is no embed and is left alone.": r"paypal\.com/sdk/js",
}
HEAD = """# The corpus

Written by `scripts/corpus-report --write`; do not edit it by hand.

{pages} saved pages, {snippets} embed codes and {vectors} addresses from other projects' tests, as
received on {received}; nobody here wrote them, and they are not part of this repository. Every
page and every embed code goes through the rewriting as an undecided visitor gets it. html5lib, tinycss2 and
ada-url then read the result, with scripting off and on, and list what a browser would fetch from other sites.

* **Requests** are those of the saved pages' markup that must not happen: content embeds, anything from a
  host of a provider that the catalogue knows, and the frames, objects and embeds of anybody. *Kept* is how
  many no longer happen.
* **Codes** are embed codes that load something, or that a script would turn into an embed. *Silent* are those
  after which nothing of a provider and nobody's frame is left to load; *named* are those whose notice or link
  names the right provider. A code whose provider has no file is named rightly when none of ours is named.
* **Addresses** are right when the catalogue gives the provider and the id that the source gives, or nothing
  for an address that the source calls no item. Those of a provider that has no file stand in a line of their
  own, where only the second kind can be right.
"""
TAIL = """
## Not covered by rewriting

* Scripts, pictures, fonts and styles of hosts that no provider file names. They are left alone, since taking
  them away would break pages; `strict` mode takes them away, and its report-only run tells the operator
  which they are.
* What a page's own script inserts later. Nothing in the markup shows it; the added Content-Security-Policy
  stops the frames among it, and in `strict` mode the rest.
* Addresses that a consent tool has parked. They do not load by themselves, and the tool shows a placeholder
  of its own.
* Accounts, lists and articles that their provider shows in no frame: a frame of such an address becomes the
  provider's placeholder, and shows the address itself after a grant.
"""


@dataclass
class Count:
    """How many there were, and how many of them came out right in one way or another."""

    requests: int = 0
    kept: int = 0
    codes: int = 0
    silent: int = 0
    named: int = 0
    addresses: int = 0
    right: int = 0


@dataclass
class Counts:
    """Everything that is counted.

    Attributes:
        whole: all of it.
        providers: by provider id.
        shapes: by element (requests) or form of the embed code.
        boxes: boxes for embeds that the page's author did not have there.
        parked: boxes for what a consent tool had parked.
        pages: pages without third parties, and those of them that changed.
        untouched: embed codes that load nothing, and those of them that changed.
    """

    whole: Count = field(default_factory=Count)
    providers: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    shapes: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    boxes: list[str] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    pages: tuple[int, int] = (0, 0)
    untouched: tuple[int, int] = (0, 0)


def counts_as_code(each: Outcome) -> bool:
    """Whether an embed code is one that loads something, by itself or by a script."""
    return each.row["expect"] not in ("gated", "untouched")


def is_recognised(each: Outcome) -> bool:
    """Whether an embed code is called by its provider's name, or by none of ours where we know none."""
    if not counts_as_code(each):
        return True
    expected = provider_of(each.row["provider"])
    if expected:
        return each.named == {expected}
    return all(name.startswith("host:") for name in each.named)


def excuse(each: Outcome) -> str | None:
    """Why an embed code is not called so."""
    return next((why for why, shape in EXCUSES.items() if re.search(shape, each.row["html"])), None)


def is_silent(each: Outcome) -> bool:
    """Whether nothing of a provider and nobody's frame is left to load."""
    return not any(fetch.tag in FRAMES or policy().registry.owner(fetch.url) for fetch in each.left)


@cache
def counted(corpus: Path) -> Counts:
    """Count everything."""
    counts = Counts()
    for each in pages(corpus):
        _count_page(each, counts)
    for each in snippets(corpus):
        _count_code(each, counts)
    for vector in vectors(corpus):
        for count in (counts.whole, counts.providers[vector.provider or NOBODY]):
            count.addresses += 1
            count.right += vector.is_known and vector.is_right
    clean = [each for each in pages(corpus) if each.row["class"] == "none"]
    counts.pages = len(clean), sum(each.result != each.body for each in clean)
    inert = [each for each in snippets(corpus) if each.row["expect"] == "untouched"]
    counts.untouched = len(inert), sum(each.result != each.body for each in inert)
    return counts


def _count_page(each: Outcome, counts: Counts) -> None:
    left = {fetch.url.href for fetch in each.left}
    known, live, parked = set(), set(), {resource["url"] for resource in each.row["inert"]}
    for resource in each.row["third_party"]:
        url = urls.parse(resource["url"])
        owner = owner_of(url) if url else ""
        known.add(owner)
        claim = policy().registry.claim(url) if url else None
        live |= {f"{owner}:{claim.id}"} if claim else set()
        parked.discard(resource["url"])
        foreign = resource["kind"] in CONTENT or resource["tag"] in FRAMES
        if url and (foreign or not owner.startswith("host:")):
            name = NOBODY if owner.startswith("host:") else owner
            for count in (
                counts.whole,
                counts.providers[name],
                counts.shapes[f"`{resource['tag']}` in pages"],
            ):
                count.requests += 1
                count.kept += url.href not in left
    marked = {provider_of(mark["provider"] or "") for mark in each.row["markers"]}
    for ticket in each.boxes:
        provider = ticket.provider.partition("@")[0]
        if ticket.url in parked and provider not in marked and ticket.embed not in live:
            counts.parked.append(ticket.url)
        elif provider not in known | marked:
            counts.boxes.append(f"`{ticket.provider}` in `{each.row['id']}`")


def _count_code(each: Outcome, counts: Counts) -> None:
    if not counts_as_code(each):
        if each.row["form"] in ("iframe", "script") and each.boxes:
            counts.parked.append(each.row["id"])
        return
    name = provider_of(each.row["provider"]) or NOBODY
    for count in (counts.whole, counts.providers[name], counts.shapes[f"code: {each.row['form']}"]):
        count.codes += 1
        count.silent += is_silent(each)
        count.named += is_recognised(each)


def report(corpus: Path) -> str:
    """The page for the docs."""
    counts = counted(corpus)
    whole = counts.whole
    sizes = {"pages": len(pages(corpus)), "snippets": len(snippets(corpus)), "vectors": whole.addresses}
    return "\n".join(
        [
            HEAD.format(**sizes, received=RECEIVED),
            *_table({"everything": whole}),
            "",
            "## By shape",
            "",
            *_table(counts.shapes),
            "",
            "## False positives",
            "",
            *_mistakes(counts),
            "",
            "## Addresses",
            "",
            *_addresses(corpus),
            "",
            "## Embed codes called otherwise",
            "",
            *_excused(corpus),
            "",
            "## By provider",
            "",
            *_table(counts.providers),
            TAIL,
        ]
    )


def _mistakes(counts: Counts) -> Iterator[str]:
    yield f"* Pages without third parties: {counts.pages[0]}; changed by a byte: {counts.pages[1]}."
    yield f"* Embed codes that load nothing: {counts.untouched[0]}; changed: {counts.untouched[1]}."
    yield f"* Boxes for what a consent tool had parked: {len(counts.parked)}."
    yield f"* Boxes of a provider that the page does not embed: {len(counts.boxes)}."
    yield from (f"    * {box}" for box in sorted(counts.boxes))


def _addresses(corpus: Path) -> Iterator[str]:
    all_of_them = list(vectors(corpus))
    asked = [each for each in all_of_them if each.is_known]
    wrong = [each for each in asked if not each.is_right]
    right = len(asked) - len(wrong)
    yield f"Of {len(all_of_them)} addresses {len(asked)} are ours to know: {right} of these come out right,"
    yield f"{right / len(asked):.1%}. The other {len(wrong)}:"
    yield ""
    for why in DIFFERENCES:
        found = sorted(
            f"`{each.url.host}{each.url.target}`" for each in wrong if each.url and each.difference == why
        )
        yield f"* {len(found)}: {why} {', '.join(found)}"


def _excused(corpus: Path) -> Iterator[str]:
    others = [each for each in snippets(corpus) if not is_recognised(each)]
    for why in EXCUSES:
        names = sorted(each.row["id"] for each in others if excuse(each) == why)
        yield f"* {len(names)}: {why} {', '.join(f'`{name}`' for name in names)}"


def _table(counts: dict[str, Count]) -> Iterator[str]:
    head = ("", "requests", "kept", "codes", "silent", "named", "addresses", "right")
    yield _line(head)
    yield _line(("---", *("---:",) * (len(head) - 1)))
    for name, count in sorted(counts.items()):
        yield _line((name, *(str(getattr(count, column) or "") for column in head[1:])))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
