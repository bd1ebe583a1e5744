"""The corpus: real pages and embed codes that nobody here wrote (pytest -m corpus)."""

from __future__ import annotations

import base64
import re
from collections import Counter
from pathlib import Path
from typing import Any

import html5lib
import pytest
from selectolax.lexbor import LexborHTMLParser

from embedproxy.embeds.frames import ADDRESS
from embedproxy.errors import RewriteError
from embedproxy.web.documents import is_document
from tests import recall
from tests.corpus import CONTENT, FRAMES, SITE, Row, again, left, pages, rewritten, rows, snippets
from tests.embeds.pages import policy
from tests.unmeasured import unmeasured

pytestmark = pytest.mark.corpus

PLACE = re.compile(rb'<applet class="embedproxy-place" [^>]*>.*?</applet>', re.DOTALL)


@pytest.mark.req("NET-1")
def test_no_page_contacts_a_provider_or_shows_a_strangers_frame(corpus: Path) -> None:
    """Content embeds, hosts of our providers, and frames, objects and embeds of anybody: none is left."""
    registry, failures = policy().registry, Counter[str]()
    for each in pages(corpus):
        kinds = {resource["url"]: resource["kind"] for resource in each.row["third_party"]}
        for fetch in each.left:
            known = registry.owner(fetch.url)
            if kinds.get(fetch.url.href) in CONTENT or known or fetch.tag in FRAMES:
                failures[f"{fetch.tag}[{fetch.attribute}] {fetch.url.host}"] += 1
    assert not failures


def test_pages_without_third_parties_are_byte_identical(corpus: Path) -> None:
    """Nothing outside an embed changes (DESIGN rule 3)."""
    changed = [
        each.row["id"] for each in pages(corpus) if each.row["class"] == "none" and each.result != each.body
    ]
    assert not changed


def test_rewriting_a_page_twice_changes_nothing(corpus: Path) -> None:
    """Two of us in a row are as good as one."""
    changed = []
    for each in pages(corpus):
        if again(each.row, each.result)[0] != each.result:
            changed.append(each.row["id"])
    assert not changed


def test_boxes_leave_the_pages_structure_as_it_was(corpus: Path) -> None:
    """With every box emptied, before or after parsing, the tree is the same: it closes nothing around it."""
    broken = []
    for each in pages(corpus):
        if each.page.has_embeds:
            emptied = PLACE.sub(b'<applet class="embedproxy-place" code=""></applet>', each.result)
            if shape(each.result) != shape(emptied):
                broken.append(each.row["id"])
    assert not broken


@unmeasured
def shape(body: bytes) -> list[tuple[int, str, str, str]]:
    """Depth, name, text and tail of every element outside our boxes, and of the boxes themselves."""
    found: list[tuple[int, str, str, str]] = []

    def walk(element: Any, depth: int) -> None:
        boxed = element.get("class") == "embedproxy-place"
        own = "" if boxed else element.text or ""
        found.append((depth, str(element.tag), own, element.tail or ""))
        for child in () if boxed else element:
            walk(child, depth + 1)

    walk(html5lib.parse(body.decode("latin-1"), namespaceHTMLElements=False), 0)
    return found


def test_the_tree_outside_embeds_is_the_originals(corpus: Path) -> None:
    """Elements, their attributes and every text, as a browser's own parser (Lexbor) reads them."""
    changed = []
    for each in pages(corpus):
        same = each.result == each.body or outline(each.body) == outline(each.result)
        if not same and each.row["id"] not in ENDED_HEAD:
            changed.append(each.row["id"])
    assert not changed


@unmeasured
def outline(body: bytes) -> list[tuple[int, str, str]]:
    """Depth and name of every element, with its attributes' names, and of every text, but for embeds."""
    embeds = {*ADDRESS, *policy().registry.tags, "script", "style", "noscript", "template"}
    found: list[tuple[int, str, str]] = []

    def walk(node: Any, depth: int) -> None:
        child = node.child
        while child is not None:
            if child.tag == "-text":
                add_text(depth, child.text_content or "")
            elif child.is_element_node and child.tag not in embeds and not is_ours(child):
                found.append((depth, child.tag, " ".join(sorted(child.attributes))))
                walk(child, depth + 1)
            child = child.next

    def add_text(depth: int, text: str) -> None:
        before = found.pop()[2] if found and found[-1][:2] == (depth, "-text") else ""
        found.append((depth, "-text", before + text))

    walk(LexborHTMLParser(body.decode("latin-1")).root, 0)
    return found


def is_ours(element: Any) -> bool:
    """Whether we put an element there: a box, or a form for the controls in it."""
    place = element.tag == "applet" and element.attributes.get("class") == "embedproxy-place"
    return place or (element.tag == "form" and (element.attributes.get("id") or "").startswith("embedproxy-"))


def test_what_a_tool_has_parked_gets_no_box(corpus: Path) -> None:
    """The site's consent tool shows a placeholder of its own."""
    boxed = []
    for each in snippets(corpus):
        if (
            each.row["expect"] == "gated"
            and each.row["form"] in ("iframe", "script")
            and each.page.has_embeds
        ):
            boxed.append(each.row["id"])
    assert not boxed


@pytest.mark.req("NET-1")
def test_no_embed_code_of_a_known_provider_loads_anything(corpus: Path) -> None:
    """As an author pastes it into a page; an unknown third party's script or picture is its own affair."""
    failures = {}
    registry = policy().registry
    for each in snippets(corpus):
        bad = [fetch for fetch in each.left if fetch.tag in FRAMES or registry.owner(fetch.url)]
        if bad:
            failures[each.row["id"]] = bad
    assert not failures


def test_every_embed_code_is_known_as_its_providers(corpus: Path) -> None:
    """A code of a provider without a file names its host, and none of our providers."""
    wrong = {}
    for each in snippets(corpus):
        if not recall.is_recognised(each) and not recall.excuse(each):
            wrong[each.row["id"]] = each.row["provider"], each.named
    assert not wrong


def test_the_report_is_the_one_of_today(corpus: Path) -> None:
    """docs/corpus.md says what is so; scripts/corpus-report --write renews it."""
    assert recall.FILE.read_text(encoding="utf-8") == recall.report(corpus)


@pytest.mark.parametrize("expected", ["blocked", "untouched"])
def test_hostile_markup_comes_out_as_expected(corpus: Path, expected: str) -> None:
    """Browsers' own test suites and attackers; strict mode for what is blocked, as the hosts are nobody's."""
    wrong = []
    for row in rows(corpus / "adversarial" / "cases.jsonl"):
        if row["expect"] == expected and not row.get("needs") and not row.get("alt_ok") and is_page(row):
            wrong += [] if row["id"] in EXCUSED else [row["id"]] * (not is_right(row))
    assert not wrong


def is_page(row: Row) -> bool:
    """Whether a case is about a body alone; those about HTTP are tests of the middleware."""
    return not row["id"].startswith("http-") and is_document(row.get("content_type", "text/html").encode())


def is_right(row: Row) -> bool:
    """Whether a case comes out as it should."""
    raw: bytes = (
        base64.b64decode(row["html_b64"])
        if row.get("html_b64")
        else row["html"].encode("utf-8", "surrogatepass")
    )
    content_type = row.get("content_type", "text/html; charset=utf-8")
    blocked: bool = row["expect"] == "blocked"
    try:
        result, _ = rewritten(raw, content_type=content_type, rules=policy(strict=blocked))
    except RewriteError:
        return blocked
    if blocked:
        return not left(result, SITE, encoding_of(content_type))
    return bool(result == raw)


def encoding_of(content_type: str) -> str | None:
    """The charset that the header names."""
    return content_type.partition("charset=")[2].strip('"; ') or None


# Cases that come out otherwise, and why.
AMBIGUOUS = """Scripting on and off read the bytes differently; they are cut so that both readings agree:
h5tree-tests16-83 h5tree-tests16-84 h5tree-tests16-85 h5tree-tests16-86 h5tree-tests16-87 h5tree-tests16-88
h5tree-tests16-181 h5tree-tests5-15 h5tree-tests5-16"""
FRAMESETS = """Browsers drop what follows a frameset, which only a tree builder can know; a box is harmless:
splice-h5tree-tests19-74 splice-h5tree-tests6-48 splice-h5tree-domjs-unsafe-39 splice-h5tree-tests19-45
splice-h5tree-pending-spec-changes-0 splice-h5tree-tests18-31 splice-h5tree-tests19-76
splice-h5tree-tests6-10 splice-h5tree-plain-text-unsafe-19 splice-h5tree-webkit01-30
splice-h5tree-tests19-42 splice-h5tree-template-39 splice-h5tree-domjs-unsafe-41"""
GLYPHS = """Behind links and headings that cross each other nobody but a tree builder knows what a glyph is:
dompurify-210"""
ISINDEX = """html5lib still makes a field of the obsolete isindex, which browsers do not:
httpleaks-full"""
# A hidden frame in the head (in its noscript) had ended the head; without it the head goes on.
ENDED_HEAD = {"data-html-dailycaller-com2-c92a949dc036"}
EXCUSED = frozenset(" ".join((AMBIGUOUS, FRAMESETS, GLYPHS, ISINDEX)).split())
