"""Strict mode in a real browser: what a page's script asks of strangers, and what the try-out tells."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from embedproxy import EmbedProxyMiddleware, Settings
from embedproxy.web.tally import Tally
from tests.browser.conftest import Pages, Sites
from tests.browser.internet import Internet
from tests.browser.steps import VIDEO, box_of, expect_player, load, settled, showing

pytestmark = pytest.mark.browser

# Whatever a script can ask for, each of another stranger; it says when all of it is answered or refused.
ASKING = """<script>
const add = (name, values) => new Promise(done => {
  const element = Object.assign(document.createElement(name), values);
  element.onload = element.onerror = done;
  document.head.append(element);
});
const image = new Image();
Promise.allSettled([
  add("script", {src: "https://script.example/x.js"}),
  add("link", {rel: "stylesheet", href: "https://style.example/x.css"}),
  new Promise(done => Object.assign(image, {onload: done, onerror: done, src: "https://img.example/x.png"})),
  new FontFace("x", "url(https://font.example/x.woff2)").load(),
  fetch("https://connect.example/x?visitor=1", {mode: "no-cors"}),
  new Promise(done => { new Audio("https://media.example/x.mp3").onerror = done; }),
  new Promise(done => { new WebSocket("wss://socket.example/x").onerror = done; }),
]).then(() => document.documentElement.dataset.asked = "1");
</script>"""
STRANGERS = {f"{kind}.example" for kind in ("script", "style", "img", "font", "connect", "media", "socket")}
# The site's own code in every form that it may have.
OWN = """<style>#own { color: rgb(1, 2, 3) }</style><p id="own" style="margin: 7px">Eigenes</p>
<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" onload="this.dataset.handled = 1">
<script>
const blob = new Blob(["postMessage(eval('40 + 2'))"], {type: "text/javascript"});
new Worker(URL.createObjectURL(blob)).onmessage = told => own.dataset.worker = told.data;
</script>"""


def opened(page: Pages, site: Sites, settings: Settings, body: str, strict: bool | str) -> Page:
    """A page of a site in this mode, when it has asked for everything."""
    app = EmbedProxyMiddleware(showing(body), settings=settings.model_copy(update={"strict": strict}))
    visited = page()
    visited.goto(site(app))
    return visited


def asked(visited: Page) -> None:
    """Wait until each question was answered or refused."""
    expect(visited.locator("html[data-asked]")).to_be_attached()
    settled(visited)


def test_a_script_cannot_contact_strangers_in_strict_mode(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """No request of any kind leaves for a host that the operator has not listed."""
    asked(opened(page, site, settings, ASKING, strict=True))
    assert internet.hosts == set()


def test_the_sites_own_code_goes_on_in_strict_mode(site: Sites, settings: Settings, page: Pages) -> None:
    """Inline style, script and event handler, eval, data: and blob: contact nobody."""
    visited = opened(page, site, settings, OWN, strict=True)
    own = visited.locator("#own")
    expect(own).to_have_css("color", "rgb(1, 2, 3)")
    expect(own).to_have_css("margin", "7px")
    expect(own).to_have_attribute("data-worker", "42")
    expect(visited.locator("img[data-handled]")).to_be_attached()


def test_a_press_still_loads_in_strict_mode(site: Sites, settings: Settings, page: Pages) -> None:
    """In place, without a reload: the frame is named, and what it loads is its own business."""
    visited = opened(page, site, settings, VIDEO.format("jNQXAC9IVRw"), strict=True)
    visited.evaluate("window.marker = 1")
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    assert visited.evaluate("window.marker") == 1


def test_the_try_out_breaks_nothing_and_tells_everything(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """Each stranger is asked as before, and each is counted, by host and directive alone."""
    visited = opened(page, site, settings, ASKING, strict="report")
    asked(visited)
    tally = Tally(settings.data_dir)
    for _ in range(400):  # the browser sends its reports when it likes
        if len(counts := tally.counts()) == len(STRANGERS):
            break
        visited.wait_for_timeout(50)
    assert internet.hosts == STRANGERS
    assert {(stopped.directive, stopped.host) for stopped in counts} == {
        ("script-src", "script.example"),
        ("style-src", "style.example"),
        ("img-src", "img.example"),
        ("font-src", "font.example"),
        ("connect-src", "connect.example"),
        ("media-src", "media.example"),
        ("connect-src", "socket.example"),
    }
