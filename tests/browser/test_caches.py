"""What a browser's own memory, and a careless cache, hand out after a grant and after its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from embedproxy import EmbedProxyMiddleware, Settings
from tests.browser.conftest import CHROMIUM, DESKTOP, FLAGS, PATIENCE, Pages, Sites
from tests.browser.internet import Internet
from tests.browser.steps import (
    FIRST,
    VIDEO,
    box_of,
    expect_placeholder,
    expect_player,
    load,
    showing,
    withdraw,
)

pytestmark = pytest.mark.browser

ONE = VIDEO.format("jNQXAC9IVRw")
INSERTED = """<script>
  const frame = document.createElement("iframe");
  Object.assign(frame, { src: "https://www.you" + "tube.com/embed/M7lc1UVf-VE", width: 560, height: 315 });
  addEventListener("load", () => document.body.append(frame));
</script>"""


@pytest.fixture(scope="module")
def remembering(browser: Browser, internet: Internet) -> Iterator[Browser]:
    """A Chromium with its back/forward cache, which is switched off where tests drive it."""
    rules = f"--host-resolver-rules=MAP * 127.0.0.1:{internet.port}, EXCLUDE 127.0.0.1"
    chromium: BrowserType = browser.browser_type
    opened = chromium.launch(
        executable_path=CHROMIUM,
        args=[*FLAGS, rules],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield opened
    opened.close()


@pytest.fixture
def visitor(remembering: Browser) -> Iterator[BrowserContext]:
    """A visitor who can have several tabs."""
    visitor = remembering.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="de-DE")
    visitor.set_default_timeout(PATIENCE)
    visitor.add_init_script("addEventListener('pageshow', (event) => (window.back = event.persisted))")
    yield visitor
    visitor.close()


def left(tab: Page, home: str) -> None:
    """Follow a link away, so that the page lies in the browser's memory."""
    tab.evaluate("window.marker = 1")
    tab.goto(home + "/ueber-mich/")


def gone_back(tab: Page, home: str) -> Page:
    """Press the back button."""
    tab.evaluate("history.back()")
    tab.wait_for_url(home + FIRST, wait_until="commit")  # a page that comes back is not loaded again
    return tab


def test_a_placeholder_comes_out_of_the_browsers_memory(demo: str, visitor: BrowserContext) -> None:
    """The undecided page hinders no back/forward cache, and a press works in a page that came back."""
    tab = visitor.new_page()
    tab.goto(demo + FIRST)
    left(tab, demo)
    gone_back(tab, demo)
    tab.wait_for_function("window.back && window.marker")
    load(box_of(tab, "youtube"))
    expect_player(box_of(tab, "youtube"))


@pytest.mark.req("WDR-2")
def test_back_shows_no_player_that_was_withdrawn_in_another_tab(
    internet: Internet, demo: str, visitor: BrowserContext
) -> None:
    """Neither a document that is kept alive brings it back, loaded in place or with the page, nor a copy."""
    in_place, whole, other = (visitor.new_page() for _ in range(3))
    in_place.goto(demo + FIRST)
    load(box_of(in_place, "youtube"))
    expect_player(box_of(in_place, "youtube"))
    for tab in (whole, other):
        tab.goto(demo + FIRST)
        expect_player(box_of(tab, "youtube"))
    for tab in (in_place, whole):
        left(tab, demo)
    withdraw(box_of(other, "youtube"))
    expect_placeholder(box_of(other, "youtube"))
    internet.clear()
    for tab in (in_place, whole):
        expect_placeholder(box_of(gone_back(tab, demo), "youtube"))
    assert internet.requests == []


class Kept:
    """A site of one page that browsers revalidate.

    Attributes:
        app: the site.
        confirmed: how often a browser was told that its copy is still good.
    """

    def __init__(self, body: str, **headers: str) -> None:
        self._body = f'<!DOCTYPE html><html lang="de"><title>x</title>{body}'
        self._headers = {"ETag": '"1"', **headers}
        self.app = Starlette(routes=[Route("/{name:path}", self._answer)])
        self.confirmed = 0

    async def _answer(self, request: Request) -> Response:
        if request.headers.get("if-none-match") != '"1"':
            return HTMLResponse(self._body, headers=self._headers)
        self.confirmed += 1
        return Response(status_code=304, headers=self._headers)


def test_a_confirmed_copy_keeps_the_policy_it_came_with(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """After a 304 a press still loads in place, and a frame that the operator let pass still stands."""
    passed = '<iframe data-embedproxy="allow" src="https://own.example/x"></iframe>'
    kept, visited = Kept(ONE + passed, **{"Content-Security-Policy": "object-src 'none'"}), page()
    home = site(EmbedProxyMiddleware(kept.app, settings=settings))
    visited.goto(home)
    internet.wait_for("own.example")
    internet.clear()
    visited.goto(home)
    assert kept.confirmed
    internet.wait_for("own.example")
    visited.evaluate("window.marker = 1")
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    assert visited.evaluate("window.marker") == 1


class Careless:
    """A cache that gives everybody the first answer to an address, whatever the headers say."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._kept: list[Message] = []
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; only the home page is kept."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        self.asked += 1
        if not self._kept:
            await self._app(scope, receive, self._keep)
        for message in self._kept:
            await send(dict(message))

    async def _keep(self, message: Message) -> None:
        self._kept.append(message)


def test_a_careless_cache_makes_no_page_load_for_ever(site: Sites, settings: Settings, page: Pages) -> None:
    """A frame of a script that was granted but is not in the kept page's policy: one try, then a sentence."""
    cache, visited = Careless(EmbedProxyMiddleware(showing(ONE + INSERTED), settings=settings)), page()
    visited.goto(site(cache))
    load(box_of(visited, "youtube", 1))
    expect(visited.get_by_role("status").nth(1)).to_contain_text("Das Laden ist fehlgeschlagen")
    assert cache.asked == 2
