"""A site's own service worker, which keeps pages where no header of HTTP's caches counts."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from embedproxy import EmbedProxyMiddleware, Settings
from tests.browser.conftest import Pages, Sites
from tests.browser.internet import Internet
from tests.browser.steps import VIDEO, box_of, expect_placeholder, expect_player, load, settled, withdraw

pytestmark = pytest.mark.browser

OPERATORS = Path(__file__).resolve().parents[2] / "docs" / "operators.md"
# As plug-ins for progressive web apps write it: what was seen once comes out of the worker's cache.
CACHE_FIRST = """
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || !event.request.url.startsWith(location.origin)) return;
  event.respondWith(
    caches.match(event.request).then(
      (kept) =>
        kept ||
        fetch(event.request).then((fresh) => {
          const copy = fresh.clone();
          caches.open("all").then((cache) => cache.put(event.request, copy));
          return fresh;
        }),
    ),
  );
});
"""
PAGE = f"""<!DOCTYPE html><html lang="de"><meta name="viewport" content="width=device-width"><title>x</title>
<script>
  navigator.serviceWorker.register("/worker.js").catch(() => {{}}); // the page may be left before
</script>{VIDEO.format("jNQXAC9IVRw")}"""


class App:
    """A progressive web app: with or without embedproxy in front of it, and with a worker that may change."""

    def __init__(self, settings: Settings) -> None:
        self.worker = CACHE_FIRST
        self.proxied = True
        self._site = Starlette(
            routes=[Route("/worker.js", self._script), Route("/{name:path}", self._page)],
        )
        self._ours = EmbedProxyMiddleware(self._site, settings=settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with or without embedproxy."""
        app: Any = self._ours if self.proxied else self._site
        await app(scope, receive, send)

    async def _script(self, _request: Request) -> Response:
        return Response(self.worker, media_type="text/javascript")

    async def _page(self, _request: Request) -> Response:
        return HTMLResponse(PAGE, headers={"Cache-Control": "max-age=0"})


def controlled(page: Page, address: str) -> Page:
    """A page whose worker has taken over; what is opened next goes through it."""
    page.goto(address + "/", wait_until="commit")
    page.evaluate(
        """() => navigator.serviceWorker.controller ||
        new Promise((done) => (navigator.serviceWorker.oncontrollerchange = done))"""
    )
    return page


def kept(page: Page) -> list[str]:
    """The paths that the worker keeps."""
    found: list[str] = page.evaluate(
        """async () => {
          const names = await caches.keys();
          const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
          return requests.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    return found


@pytest.mark.req("WDR-2")
def test_a_worker_cannot_keep_a_page_with_a_grant(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """Its cache refuses the page, so that after the withdrawal the next view is a placeholder."""
    home = site(App(settings))
    visited = controlled(page(), home)
    load(box_of(visited, "youtube"), always=True)
    expect_player(box_of(visited, "youtube"))
    for _ in range(2):
        visited.goto(home + "/zwei")
        expect_player(box_of(visited, "youtube"))
    assert "/zwei" not in kept(visited)
    withdraw(box_of(visited, "youtube"))
    expect_placeholder(box_of(visited, "youtube"))
    internet.clear()
    visited.goto(home + "/zwei")
    expect_placeholder(box_of(settled(visited), "youtube"))
    assert internet.hosts == set()


def test_a_press_works_in_a_page_that_a_worker_kept(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """The placeholder of the undecided may be kept; it shows no player, and its button loads one."""
    home = site(App(settings))
    visited = controlled(page(), home)
    visited.goto(home + "/zwei")
    visited.wait_for_function("async () => Boolean(await caches.match('/zwei'))")
    for _ in range(2):
        visited.goto(home + "/zwei")
        load(box_of(visited, "youtube"))
        expect_player(box_of(visited, "youtube"))
    assert "/zwei" in kept(visited)


def test_the_documented_worker_empties_the_caches_from_before(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """A raw page that a worker kept is out of reach until the site's worker changes; then it is gone."""
    app = App(settings)
    app.proxied = False
    home = site(app)
    visited = controlled(page(), home)
    visited.goto(home + "/zwei", wait_until="commit")
    visited.wait_for_function("async () => Boolean(await caches.match('/zwei'))")
    app.proxied = True
    app.worker = documented() + CACHE_FIRST
    internet.clear()
    visited.goto(home + "/zwei", wait_until="commit")
    internet.wait_for("www.youtube.com")  # the limit: nobody but the worker was asked for this page
    visited.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())")
    visited.wait_for_function("async () => !(await caches.match('/zwei'))")
    internet.clear()
    visited.goto(home + "/zwei")
    expect_placeholder(box_of(settled(visited), "youtube"))
    assert internet.hosts == set()


def documented() -> str:
    """The lines that operators are told to put into their worker."""
    found = re.findall(r"```js\n(.*?)```", OPERATORS.read_text(encoding="utf-8"), re.DOTALL)
    [lines] = [textwrap.dedent(block) for block in found if "caches" in block]
    return lines
