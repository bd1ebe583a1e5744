"""The harness itself: what it must notice, and what it must not."""

from __future__ import annotations

import socket
import ssl

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Pages, Sites
from tests.browser.internet import Internet
from tests.browser.steps import settled, showing

pytestmark = pytest.mark.browser

PLAYER = "https://www.youtube.com/embed/jNQXAC9IVRw"


def test_a_raw_frame_reaches_the_internet(internet: Internet, site: Sites, page: Pages) -> None:
    """Without a proxy the provider learns of the visitor: the log is able to show it."""
    visited = page()
    visited.goto(site(showing(f'<iframe src="{PLAYER}"></iframe>')))
    expect(visited.frame_locator("iframe").locator("h1")).to_have_text("Player of www.youtube.com")
    assert internet.hosts == {"www.youtube.com"}


def test_a_page_without_third_parties_is_silent(internet: Internet, site: Sites, page: Pages) -> None:
    """The browser itself contacts nobody, so that an empty log means an empty log."""
    visited = page()
    visited.goto(site(showing("<h1>Still</h1>")))
    settled(visited)
    assert internet.hosts == set()


def test_a_player_sees_who_embeds_it(internet: Internet, site: Sites, page: Pages) -> None:
    """Chromium sends the site's origin across origins, and the log keeps it."""
    visited, home = page(), site(showing(f'<iframe src="{PLAYER}"></iframe>'))
    visited.goto(home)
    expect(visited.frame_locator("iframe").locator("#referrer")).to_have_text(home + "/")
    assert [request.headers["referer"] for request in internet.requests] == [home + "/"]


def test_a_player_without_a_referrer_shows_its_error(site: Sites, page: Pages) -> None:
    """YouTube's error 153 can be provoked."""
    visited = page()
    visited.goto(site(showing(f'<iframe src="{PLAYER}" referrerpolicy="no-referrer"></iframe>')))
    expect(visited.frame_locator("iframe").locator("h1")).to_have_text("Error 153")


def test_plain_http_reaches_the_internet_too(internet: Internet, site: Sites, page: Pages) -> None:
    """One port speaks both: a picture without TLS is seen as well."""
    visited = page()
    visited.goto(site(showing('<img src="http://pictures.example/one.png" alt="">')))
    visited.wait_for_function("document.images[0].naturalWidth === 8")
    assert [(request.host, request.path) for request in internet.requests] == [
        ("pictures.example", "/one.png")
    ]


def test_a_connection_without_a_request_is_noticed(internet: Internet) -> None:
    """A preconnect asks for nothing, and yet the provider learns of the visitor."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", internet.port)) as plain,
        trusting.wrap_socket(plain, server_hostname="fonts.example"),
    ):
        internet.wait_for("fonts.example")
    assert internet.requests == []


def test_a_page_without_script_still_loads(site: Sites, page: Pages) -> None:
    """JavaScript can be switched off for a visitor."""
    visited = page(java_script_enabled=False)
    visited.goto(site(showing('<p id="p">aus</p><script>p.textContent = "an"</script>')))
    expect(visited.locator("#p")).to_have_text("aus")


def test_a_visitor_may_prefer_the_dark(site: Sites, page: Pages) -> None:
    """Colour scheme and size of the window are the test's to choose."""
    visited = page(color_scheme="dark", size=(320, 640))
    visited.goto(site(showing("")))
    assert visited.evaluate("matchMedia('(prefers-color-scheme: dark) and (width: 320px)').matches")
