"""A site's WebSocket works as before with embedproxy in front of the site."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from embedproxy import Settings
from embedproxy.application import create_app
from tests.browser.conftest import Pages, Sites
from tests.browser.internet import Internet

pytestmark = pytest.mark.browser

PAGE = """<!DOCTYPE html><html lang="de"><title>Liveblog</title><div id="said"></div><script>
  const socket = new WebSocket(location.href.replace("http", "ws") + "live");
  socket.onopen = () => socket.send("Grüße");
  socket.onmessage = ({ data }) => { said.innerHTML = data; socket.close(); };
  socket.onclose = ({ wasClean }) => { document.title = wasClean; };
</script>"""
FRAME = '<iframe src="https://www.youtube-nocookie.com/embed/jNQXAC9IVRw"></iframe>'


async def home(_request: Request) -> HTMLResponse:
    """The page that talks."""
    return HTMLResponse(PAGE)


async def live(socket: WebSocket) -> None:
    """The site's answer, and its patience until the other side closes."""
    await socket.accept()
    await socket.send_text(f"<p>{await socket.receive_text()} zurück</p>{FRAME}")
    await socket.receive()


def test_a_page_talks_to_its_site_and_a_frame_it_makes_of_that_is_stopped(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """Text there and back, an orderly end, and no request of the frame."""
    blog = Starlette(routes=[Route("/", home), WebSocketRoute("/live", live)])
    upstream = site(blog, http="httptools", ws="wsproto")
    visited = page()
    visited.goto(site(create_app(settings.model_copy(update={"upstream": upstream}))) + "/")
    expect(visited.locator("p")).to_have_text("Grüße zurück")
    expect(visited).to_have_title("true")
    expect(visited.locator("iframe")).to_have_count(1)
    assert internet.requests == []
