"""Pages put through the rewriter, for tests."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from embedproxy import Settings, urls
from embedproxy.consent.grants import Grants
from embedproxy.embeds.page import Address, Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.rewrite import Rewriter
from embedproxy.web.desk import Desk

URL = "https://site.example/dir/page.html"
KEY = "0123456789abcdef0123456789abcdef"


@cache
def policy(**changes: object) -> Policy:
    """The policy of usual settings, or of changed ones."""
    folder = Path(tempfile.gettempdir())
    usual = {"secret_keys": (KEY,), "data_dir": folder, "operator": {"name": "V", "privacy_url": "/d"}}
    return Desk.of(Settings.model_validate({**usual, **changes})).policy


def page_at(url: str = URL, grants: Grants | None = None) -> Page:
    """A page about to be read."""
    parsed = urls.parse(url)
    assert parsed
    return Page(Address(parsed, parsed.target), grants or Grants())


def rewrite(html: str | bytes, *, size: int = 0, page: Page | None = None, **changes: object) -> str:
    """Rewrite a page, whole or in pieces of a size."""
    body = html.encode() if isinstance(html, str) else html
    rewriter = Rewriter(page or page_at(), policy(**changes))
    pieces = [body[at : at + size] for at in range(0, len(body), size)] if size else [body]
    return (b"".join(map(rewriter.feed, pieces)) + rewriter.close()).decode()
