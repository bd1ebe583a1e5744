"""The blog's files: pages in their layout and static files, read once at the start."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

BLOG = "Zwischen zwei Sätzen"
HTML = "text/html; charset=utf-8"
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A finished file.

    Attributes:
        body: its bytes.
        media_type: its Content-Type.
        tag: its entity tag, in quotes (RFC 9110 §8.8.3).
    """

    body: bytes
    media_type: str
    tag: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be laid out.

    Attributes:
        file: name of its content in the folder of pages, without its ending.
        title: what stands in the browser's tab.
        summary: one sentence for search engines.
        theme: classes of its body element.
    """

    file: str
    title: str
    summary: str
    theme: str = "plain"


def leaf(body: bytes, media_type: str) -> Leaf:
    """Put bytes on the shelf with their entity tag."""
    return Leaf(body, media_type, f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def lay_out(page: Page, values: Mapping[str, str] | None = None) -> Leaf:
    """Set a page's content into the blog's layout.

    Args:
        page: which one.
        values: what its content asks for with ``$name``, already escaped for HTML.
    """
    content = Template(_read(_folder("pages") / f"{page.file}.html")).substitute(values or {})
    layout = Template(_read(_folder("pages") / "layout.html"))
    whole = layout.substitute(
        title=page.title, summary=page.summary, theme=page.theme, blog=BLOG, content=content
    )
    return leaf(whole.encode(), HTML)


def static_files() -> dict[str, Leaf]:
    """Every static file, by its path on the site."""
    return {
        f"/static/{file.name}": leaf(file.read_bytes(), MEDIA_TYPES[ending])
        for file in _folder("static").iterdir()
        if (ending := file.name[file.name.rfind(".") :]) in MEDIA_TYPES
    }


def feed(site: str) -> Leaf:
    """The RSS feed.

    Args:
        site: the site's address as the reader sees it, without a slash at the end, escaped for XML.
    """
    text = Template(_read(_folder("pages") / "feed.xml")).substitute(site=site, blog=BLOG)
    return leaf(text.encode(), "application/rss+xml; charset=utf-8")


def _folder(name: str) -> Traversable:
    return files("embedproxy.operator.demo") / name


def _read(file: Traversable) -> str:
    return file.read_text(encoding="utf-8")
