"""The corpus: real pages and embed codes that nobody here wrote (pytest -m corpus)."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest

from embedproxy import urls
from embedproxy.embeds.page import Address, Page
from embedproxy.embeds.policy import Policy
from embedproxy.errors import RewriteError
from embedproxy.web.documents import Document, is_document
from tests.embeds.pages import policy
from tests.fetches import Fetch, fetches

pytestmark = pytest.mark.corpus

CONTENT = frozenset(
    {"audio", "booking", "chart", "chat", "code", "comments", "doc", "form", "image", "map", "model3d"}
    | {"share", "social", "video", "widget"}
)
FRAMES = frozenset({"iframe", "frame", "object", "embed"})
SITE = "https://site.example/dir/page.html"
PLACE = re.compile(rb'<applet class="embedproxy-place" code="">.*?</applet>', re.DOTALL)
Row = dict[str, Any]


def rows(file: Path) -> Iterator[Row]:
    """The rows of a JSON Lines file."""
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def rewritten(
    body: bytes, url: str = SITE, content_type: str = "text/html; charset=utf-8", rules: Policy | None = None
) -> tuple[bytes, Page]:
    """A page as the undecided get it, and what was found in it."""
    parsed = urls.parse(url)
    assert parsed
    page = Page(Address(parsed, parsed.target))
    document = Document(page, rules or policy(), content_type.encode(), b"")
    return document.feed(body) + document.close(), page


def left(body: bytes, url: str, encoding: str | None) -> set[Fetch]:
    """What a browser would fetch from other sites, with scripting off or on."""
    found = (fetches(body, url, scripting=scripting, encoding=encoding) for scripting in (False, True))
    return {fetch for both in found for fetch in both}


def pages(corpus: Path) -> Iterator[tuple[Row, bytes]]:
    """Every saved page with its row."""
    for row in rows(corpus / "pages" / "MANIFEST.jsonl"):
        yield row, (corpus / row["file"]).read_bytes()


def outcome(row: Row, body: bytes) -> tuple[bytes, Page]:
    """A saved page as the undecided get it."""
    return rewritten(body, row["page_url"], f"text/html; charset={row['charset']}")


@pytest.mark.req("NET-1")
def test_no_page_contacts_a_provider_or_shows_a_strangers_frame(corpus: Path) -> None:
    """Content embeds, hosts of our providers, and frames, objects and embeds of anybody: none is left."""
    registry, failures = policy().registry, Counter[str]()
    for row, body in pages(corpus):
        kinds = {each["url"]: each["kind"] for each in row["third_party"]}
        for fetch in left(outcome(row, body)[0], row["page_url"], row["charset"]):
            known = registry.owner(fetch.url)
            if kinds.get(fetch.url.href) in CONTENT or known or fetch.tag in FRAMES:
                failures[f"{fetch.tag}[{fetch.attribute}] {fetch.url.host}"] += 1
    assert not failures


def test_pages_without_third_parties_are_byte_identical(corpus: Path) -> None:
    """Nothing outside an embed changes (DESIGN rule 3)."""
    changed = [
        row["id"] for row, body in pages(corpus) if row["class"] == "none" and outcome(row, body)[0] != body
    ]
    assert not changed


def test_rewriting_a_page_twice_changes_nothing(corpus: Path) -> None:
    """Two of us in a row are as good as one."""
    changed = []
    for row, body in pages(corpus):
        once, _ = outcome(row, body)
        if outcome(row, once)[0] != once:
            changed.append(row["id"])
    assert not changed


def test_boxes_leave_the_pages_structure_as_it_was(corpus: Path) -> None:
    """With every box emptied, before or after parsing, the tree is the same: it closes nothing around it."""
    broken = []
    for row, body in pages(corpus):
        result, page = outcome(row, body)
        if page.has_embeds:
            emptied = PLACE.sub(b'<applet class="embedproxy-place" code=""></applet>', result)
            if shape(result) != shape(emptied):
                broken.append(row["id"])
    assert not broken


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


def test_what_a_tool_has_parked_gets_no_box(corpus: Path) -> None:
    """The site's consent tool shows a placeholder of its own."""
    boxed = []
    for row in rows(corpus / "snippets" / "snippets.jsonl"):
        if row["expect"] == "gated" and row["form"] in ("iframe", "script"):
            _, page = rewritten(f"<!DOCTYPE html><body>{row['html']}<p>after".encode())
            if page.has_embeds:
                boxed.append(row["id"])
    assert not boxed


@pytest.mark.req("NET-1")
def test_no_embed_code_of_a_known_provider_loads_anything(corpus: Path) -> None:
    """As an author pastes it into a page; an unknown third party's script or picture is its own affair."""
    failures = {}
    registry = policy().registry
    for row in rows(corpus / "snippets" / "snippets.jsonl"):
        result, _ = rewritten(f"<!DOCTYPE html><body>{row['html']}<p>after".encode())
        found = left(result, SITE, "utf-8")
        bad = [fetch for fetch in found if fetch.tag in FRAMES or registry.owner(fetch.url)]
        if bad:
            failures[row["id"]] = bad
    assert not failures


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
    raw = (
        base64.b64decode(row["html_b64"])
        if row.get("html_b64")
        else row["html"].encode("utf-8", "surrogatepass")
    )
    content_type = row.get("content_type", "text/html; charset=utf-8")
    blocked = row["expect"] == "blocked"
    try:
        result, _ = rewritten(raw, content_type=content_type, rules=policy(strict=blocked))
    except RewriteError:
        return blocked
    return not left(result, SITE, encoding_of(content_type)) if blocked else bool(result == raw)


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
ISINDEX = """html5lib still makes a field of the obsolete isindex, which browsers do not:
httpleaks-full"""
EXCUSED = frozenset(" ".join((AMBIGUOUS, FRAMESETS, ISINDEX)).split())
