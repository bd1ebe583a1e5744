"""Reads the shared corpus and puts it through the rewriter; every page once, however many tests ask."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from embedproxy import urls
from embedproxy.consent.tickets import Ticket
from embedproxy.embeds.page import Address, Page
from embedproxy.embeds.policy import Policy
from embedproxy.web.documents import Document
from tests.embeds.pages import policy
from tests.fetches import Fetch, fetches

CONTENT = frozenset(
    {"audio", "booking", "chart", "chat", "code", "comments", "doc", "form", "image", "map", "model3d"}
    | {"share", "social", "video", "widget"}
)
FRAMES = frozenset({"iframe", "frame", "object", "embed"})
SITE = "https://site.example/dir/page.html"
UTF_8 = "text/html; charset=utf-8"
_TICKET = re.compile(rb'name="ticket" value="([^"]+)"')
_SHARED = re.compile(rb'class="embedproxy-share" href="([^"]+)"')
_TWO_READINGS = re.compile(rb"noscript|srcdoc", re.IGNORECASE)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A page, or an embed code in a page, as the undecided get it.

    Attributes:
        row: what the corpus says of it.
        body: as it came.
        result: as it left.
        page: what was found in it.
        left: what a browser would still fetch from other sites, with scripting off or on.
    """

    row: Row
    body: bytes
    result: bytes
    page: Page
    left: frozenset[Fetch]

    @property
    def boxes(self) -> list[Ticket]:
        """What the boxes are about, in order."""
        return [policy().tickets.read(text.decode()) for text in _TICKET.findall(self.result)]

    @property
    def named(self) -> set[str]:
        """The providers that the visitor is told of, by box or share link; else those that were kept away."""
        told = {ticket.provider.partition("@")[0] for ticket in self.boxes}
        links = (urls.parse(unescape(link.decode())) for link in _SHARED.findall(self.result))
        told |= {owner_of(link) for link in links if link}
        if told or self.result == self.body:
            return told
        return {owner_of(fetch.url) for fetch in left(self.body, SITE, "utf-8") - self.left}


def owner_of(url: urls.Url) -> str:
    """Whose an address is: a provider's id, else ``host:`` and the host."""
    owner = policy().registry.owner(url)
    return owner.id if owner else f"host:{url.host}"


def rows(file: Path) -> Iterator[Row]:
    """The rows of a JSON Lines file."""
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def rewritten(
    body: bytes, url: str = SITE, content_type: str = UTF_8, rules: Policy | None = None
) -> tuple[bytes, Page]:
    """A page as the undecided get it, and what was found in it."""
    parsed = urls.parse(url)
    assert parsed
    page = Page(Address(parsed, parsed.target))
    document = Document(page, rules or policy(), content_type.encode(), b"")
    return document.feed(body) + document.close(), page


def left(body: bytes, url: str, encoding: str | None) -> frozenset[Fetch]:
    """What a browser would fetch from other sites, with scripting off or on."""
    modes = (False, True) if _TWO_READINGS.search(body) or b"\0" in body else (False,)
    return frozenset(
        fetch for mode in modes for fetch in fetches(body, url, scripting=mode, encoding=encoding)
    )


def again(row: Row, body: bytes) -> tuple[bytes, Page]:
    """Put a saved page through the rewriter."""
    return rewritten(body, row["page_url"], f"text/html; charset={row['charset']}")


@cache
def pages(corpus: Path) -> tuple[Outcome, ...]:
    """Every saved page."""
    found = []
    for row in rows(corpus / "pages" / "MANIFEST.jsonl"):
        body = (corpus / row["file"]).read_bytes()
        result, page = again(row, body)
        found.append(Outcome(row, body, result, page, left(result, row["page_url"], row["charset"])))
    return tuple(found)


@cache
def snippets(corpus: Path) -> tuple[Outcome, ...]:
    """Every embed code, as an author pastes it into a page."""
    found = []
    for row in rows(corpus / "snippets" / "snippets.jsonl"):
        body = f"<!DOCTYPE html><body>{row['html']}<p>after".encode()
        result, page = rewritten(body)
        found.append(Outcome(row, body, result, page, left(result, SITE, "utf-8")))
    return tuple(found)
