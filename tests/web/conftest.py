"""A site of one function, with the middleware in front of it, and a visitor without JavaScript."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from html import unescape

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from embedproxy import EmbedProxyMiddleware, Settings
from tests.web.ledgers import Memory

YOUTUBE = (
    '<iframe width="560" height="315" src="https://www.youtube.com/embed/jNQXAC9IVRw" '
    'title="Im Zoo" allowfullscreen></iframe>'
)
PAGE = f'<!DOCTYPE html><html lang="de"><head><title>x</title></head><body><p>vor</p>{YOUTUBE}<p>nach</p>'
PLAIN = '<!DOCTYPE html><html lang="de"><body><p>Nur Text. <a href="https://youtube.com/">y</a></p>'
ORIGIN = "https://blog.example"


@dataclass
class Site:
    """What the site behind the middleware answers, and what it was asked.

    Attributes:
        body: what it sends, in pieces.
        status: HTTP status.
        headers: response headers.
        seen: the scopes of the requests that reached it.
    """

    body: bytes | list[bytes] = field(default_factory=PAGE.encode)
    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(
        default_factory=lambda: [(b"content-type", b"text/html; charset=utf-8")]
    )
    seen: list[Scope] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        self.seen.append(scope)
        pieces = self.body if isinstance(self.body, list) else [self.body]
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        for number, piece in enumerate(pieces):
            more = number < len(pieces) - 1
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    def asked(self, name: str) -> str | None:
        """A header of the last request that reached the site."""
        found = [value for key, value in self.seen[-1]["headers"] if key == name.encode()]
        return found[0].decode() if found else None

    def gzipped(self) -> None:
        """Send the body compressed from now on."""
        assert isinstance(self.body, bytes)
        self.body = gzip.compress(self.body)
        self.headers.append((b"content-encoding", b"gzip"))


@dataclass
class Visitor:
    """A browser without JavaScript: it follows forms as browsers do.

    Attributes:
        client: speaks to the application; keeps its cookies.
    """

    client: httpx.AsyncClient

    async def get(self, path: str = "/post", **headers: str) -> httpx.Response:
        """Open a page."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers={"accept": "text/html", **named})

    async def press(
        self,
        page: httpx.Response,
        action: str = "load",
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send the first form of a page that leads to this action."""
        form = form_of(page.text, action)
        sent = {"sec-fetch-site": "same-origin", "origin": ORIGIN, **(headers or {})}
        path = f"/_embedproxy/{action}"
        return await self.client.post(path, data={**form, **(fields or {})}, headers=sent)


def form_of(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the first form with this action."""
    form = re.search(rf'<form[^>]*action="[^"]*/{action}".*?</form>', html, re.DOTALL)
    assert form, f"no form leads to {action}"
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in fields}


@pytest.fixture
def site() -> Site:
    """The site behind the middleware."""
    return Site()


@pytest.fixture
def ledger() -> Memory:
    """A ledger that can be looked into, and made to fail."""
    return Memory()


@pytest.fixture
def make_app(site: Site, settings: Settings, ledger: Memory) -> Callable[..., EmbedProxyMiddleware]:
    """Put the middleware in front of the site, with other settings where a test needs them."""

    def make(**changes: object) -> EmbedProxyMiddleware:
        changed = Settings.model_validate({**settings.model_dump(), **changes})
        return EmbedProxyMiddleware(site, settings=changed, ledger=ledger)

    return make


@pytest.fixture
async def visitor(make_app: Callable[..., EmbedProxyMiddleware]) -> AsyncIterator[Visitor]:
    """A visitor of the site with the usual settings."""
    transport = httpx.ASGITransport(make_app())
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield Visitor(client)
