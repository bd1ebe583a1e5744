"""A real nginx that caches, in front of embedproxy, in front of a site that allows it."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from embedproxy import Settings, create_app
from tests.browser.sites import Site
from tests.conftest import KEY
from tests.gateway.nginx import free_ports, nginx
from tests.web.conftest import PAGE, PLAIN, Visitor

pytestmark = pytest.mark.anyio

OPERATORS = Path(__file__).resolve().parents[2] / "docs" / "operators.md"
STALE = {"X-Accel-Expires": "@1"}  # nginx keeps the answer, and asks again each time
# What operators write into a location that caches, beside what all have.
LOCATIONS = {
    "usual": "",
    "ignores control": "proxy_ignore_headers Cache-Control Expires;",
    "ignores control and expiry": "proxy_ignore_headers Cache-Control Expires X-Accel-Expires;",
    "ignores control and vary": "proxy_ignore_headers Cache-Control Expires Vary;",
    "documented": "proxy_ignore_headers Vary;",
}
each_location = pytest.mark.parametrize("location", LOCATIONS)


@dataclass
class Blog:
    """The site: pages that anybody may keep for ten minutes.

    Attributes:
        headers: what its answers carry besides.
        asked: the requests that reached it, as method, path and If-None-Match.
    """

    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        """The site as an application."""
        return Starlette(routes=[Route("/{name:path}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        told = request.headers.get("if-none-match")
        self.asked.append((request.method, request.url.path, told))
        headers = {"ETag": '"1"', "Last-Modified": "Mon, 23 Nov 2026 00:00:00 GMT", "Accept-Ranges": "bytes"}
        headers |= {"Cache-Control": "public, max-age=600", "Vary": "Accept-Encoding", **self.headers}
        headers["Connection"] = "close"  # the applications of single tests then leave nothing open
        if told == '"1"':
            return Response(status_code=304, headers=headers)
        body = (PLAIN if "plain" in request.url.path else PAGE).encode()
        if "gzip" in request.headers["accept-encoding"]:
            headers["Content-Encoding"], body = "gzip", gzip.compress(body)
        return HTMLResponse(body, headers=headers)


class Switch:
    """What nginx asks: the site itself, or embedproxy with one or other settings."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await self.app(scope, receive, send)


@dataclass
class House:
    """All three servers.

    Attributes:
        blog: the site.
        switch: what stands between the site and nginx.
        make: builds embedproxy, with other settings where a test needs them.
        visit: gives a new visitor of one of nginx's locations.
    """

    blog: Blog
    switch: Switch
    make: Callable[..., Any]
    visit: Callable[..., Visitor] = field(init=False)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, dict[str, int]]]:
    """Start them once; each test asks for addresses of its own."""
    folder, blog = tmp_path_factory.mktemp("cache"), Blog()
    ports = dict(zip(LOCATIONS, free_ports(len(LOCATIONS)), strict=True))
    with ExitStack() as stack:
        upstream = served(stack, blog.app)

        def make(**changes: object) -> Any:
            settings = {"data_dir": folder / "data", "secret_keys": (KEY,), "upstream": upstream, **changes}
            return create_app(Settings.model_validate(settings))

        switch = Switch(make())
        stack.enter_context(nginx(folder, ports["usual"], caching(folder, ports, served(stack, switch))))
        yield House(blog, switch, make), ports


def served(stack: ExitStack, app: Any) -> str:
    """Serve an application; its address."""
    site = Site(app)
    stack.callback(site.close)
    return site.url


def caching(folder: Path, ports: dict[str, int], url: str) -> str:
    """The documented map, and one server with a cache of its own for each location."""
    [documented] = re.findall(r"```nginx\n(.*?)```", OPERATORS.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.partition(" #")[0].strip() for line in documented.splitlines()]
    bypass = "".join(line for line in lines if line.startswith("proxy_"))
    result = "".join(line for line in lines if line.startswith("map"))
    for number, (name, location) in enumerate(LOCATIONS.items()):
        result += (
            f"proxy_cache_path {folder}/{number} keys_zone=z{number}:1m;"
            f"server {{ listen 127.0.0.1:{ports[name]}; location / {{ proxy_pass {url}; {location}"
            f"{bypass if name == 'documented' else ''} proxy_http_version 1.1;"
            f"proxy_set_header Host $http_host; proxy_cache z{number}; proxy_cache_valid 200 10m;"
            "proxy_cache_revalidate on; proxy_cache_use_stale error http_502;"
            "add_header X-Cache $upstream_cache_status; } }"
        )
    return result


@pytest.fixture
async def house(servers: tuple[House, dict[str, int]]) -> AsyncIterator[House]:
    """The servers as every test finds them, and visitors with cookies of their own."""
    house, ports = servers
    app = house.switch.app
    async with AsyncExitStack() as stack:

        def visit(location: str = "usual") -> Visitor:
            url = f"http://127.0.0.1:{ports[location]}"
            client = httpx.AsyncClient(base_url=url)
            stack.push_async_callback(client.aclose)
            return Visitor(client)

        house.visit = visit
        yield house
    house.switch.app = app
    house.blog.headers.clear()
    house.blog.asked.clear()


async def press(visitor: Visitor, page: httpx.Response, action: str = "load") -> None:
    """Send a page's form as the page's own."""
    answer = await visitor.press(page, action, headers={"origin": str(visitor.client.base_url).rstrip("/")})
    assert answer.status_code == 303
    assert "x-cache" not in answer.headers


def shown(page: httpx.Response) -> tuple[str, str]:
    """How nginx came by a page, and what stands in it."""
    assert page.status_code == 200
    return page.headers["x-cache"], "player" if "<iframe" in page.text else "placeholder"


async def test_the_undecided_share_one_page(house: House) -> None:
    """The second visitor gets it out of the cache, with the head and a part of it too."""
    first, second = house.visit(), house.visit()
    assert shown(await first.get("/shared")) == ("MISS", "placeholder")
    assert shown(await second.get("/shared")) == ("HIT", "placeholder")
    part = await second.get("/shared", range="bytes=0-9")
    assert (shown(part), len(part.text) > 10) == (("HIT", "placeholder"), True)
    assert (await second.client.head("/shared", headers={"accept": "text/html"})).headers["x-cache"] == "HIT"
    assert len(house.blog.asked) == 1


async def test_a_head_that_comes_first_spoils_no_page(house: House) -> None:
    """nginx asks for the whole page then, and keeps it."""
    await house.visit().client.head("/head", headers={"accept": "text/html"})
    assert shown(await house.visit().get("/head")) == ("HIT", "placeholder")


async def test_a_browser_without_gzip_gets_no_gzip(house: House) -> None:
    """All of Vary counts, the site's part and ours: nginx before 1.23 reads the last line alone."""
    assert (await house.visit().get("/gzip", accept_encoding="gzip")).headers["content-encoding"] == "gzip"
    plain = await house.visit().get("/gzip", accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    assert shown(plain) == ("MISS", "placeholder")


async def test_a_site_that_forgets_to_name_gzip_is_helped(house: House) -> None:
    """A rewritten page that is packed says what that depended on."""
    house.blog.headers["Vary"] = "X-Other"
    await house.visit().get("/packed", accept_encoding="gzip")
    assert "content-encoding" not in (await house.visit().get("/packed", accept_encoding="identity")).headers


@pytest.mark.req("CAC-1")
@each_location
async def test_a_page_with_a_grant_is_never_given_to_somebody_else(house: House, location: str) -> None:
    """Neither a page that was kept before nor a new one, whatever header the operator ignores."""
    visitor, other = house.visit(location), house.visit(location)
    path = f"/granted/{location.replace(' ', '-')}"
    await press(visitor, await visitor.get(path))
    for address in (path, path + "/new"):
        await visitor.get(address)
        assert shown(await other.get(address))[1] == "placeholder"
    assert "set-cookie" not in (await other.get(path)).headers


@pytest.mark.req("CAC-1")
@each_location
async def test_nobody_reads_in_the_settings_what_another_has_granted(house: House, location: str) -> None:
    """Our own pages are kept as little as the site's with a grant."""
    visitor, other = house.visit(location), house.visit(location)
    await press(visitor, await visitor.get(f"/settings/{location.replace(' ', '-')}"))
    for path in ("/_embedproxy/settings", "/_embedproxy/export"):
        assert "youtube" in (await visitor.get(path)).text
        assert "youtube" not in (await other.get(path)).text


@pytest.mark.req("WDR-2")
@pytest.mark.parametrize("location", ["usual", "documented"])
async def test_a_grant_and_a_withdrawal_count_at_once(house: House, location: str) -> None:
    """Although the page lies in the cache, and afterwards it comes out of it again."""
    visitor, path = house.visit(location), f"/once/{location}"
    await press(visitor, await visitor.get(path))
    for _ in range(2):
        page = await visitor.get(path)
        assert shown(page)[1] == "player"
    await press(visitor, page, "withdraw")
    assert shown(await visitor.get(path)) == ("HIT", "placeholder")


async def test_an_old_page_is_confirmed_by_the_site(house: House) -> None:
    """Our tag goes through to the site as the site's own; a page without embeds is compared here."""
    house.blog.headers |= STALE
    visitor = house.visit()
    for path, asked in (("/confirmed", '"1"'), ("/confirmed/plain", None)):
        await visitor.get(path)
        assert (await visitor.get(path)).headers["x-cache"] == "REVALIDATED"
        assert house.blog.asked[-1] == ("GET", path, asked)


@pytest.mark.req("NET-1")
async def test_a_page_of_another_configuration_is_not_confirmed(house: House) -> None:
    """nginx keeps a page's headers through a 304, so the new policy comes with a new page."""
    house.blog.headers |= STALE
    visitor, path = house.visit(), "/changed"
    await visitor.get(path)
    house.switch.app = house.make(first_party=["cdn.example"])
    page = await visitor.get(path)
    assert page.headers["x-cache"] == "EXPIRED"
    assert "cdn.example" in page.headers["content-security-policy"]
    assert (await visitor.get(path)).headers["x-cache"] == "REVALIDATED"


@pytest.mark.req("NET-1")
async def test_a_page_from_before_is_not_confirmed(house: House) -> None:
    """Filled before embedproxy was there, the cache learns placeholder and policy as soon as it asks."""
    house.blog.headers |= STALE
    visitor, path, ours = house.visit(), "/before", house.switch.app
    house.switch.app = house.blog.app
    assert "content-security-policy" not in (await visitor.get(path)).headers
    house.switch.app = ours
    page = await visitor.get(path)
    assert shown(page) == ("EXPIRED", "placeholder")
    assert "frame-src" in page.headers["content-security-policy"]


async def test_an_old_page_may_stand_in_for_a_site_that_is_down(house: House) -> None:
    """The undecided one, that is: who has granted something gets the error."""
    house.blog.headers |= STALE
    visitor, other = house.visit(), house.visit()
    await press(visitor, await visitor.get("/down"))
    house.switch.app = house.make(upstream="http://127.0.0.1:9")
    assert shown(await other.get("/down")) == ("STALE", "placeholder")
    assert (await visitor.get("/down")).status_code == 502
