"""The way of a click in a real browser: a YouTube video in the demo's first post."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.types import Receive, Scope, Send

from embedproxy import EmbedProxyMiddleware, Settings
from embedproxy.operator.demo.blog import create_blog
from tests.browser.conftest import Pages, Sites, Visits
from tests.browser.internet import Internet
from tests.browser.steps import (
    FIRST,
    VIDEO,
    YOUTUBE,
    box_of,
    expect_placeholder,
    expect_player,
    load,
    settled,
    showing,
    withdraw,
)

pytestmark = pytest.mark.browser

both_ways = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
TWO_VIDEOS = VIDEO.format("jNQXAC9IVRw") + VIDEO.format("M7lc1UVf-VE")


def marked(page: Page) -> bool:
    """Whether this is still the document that was marked, and not a reloaded one."""
    return bool(page.evaluate("window.marker === 1"))


@both_ways
@pytest.mark.parametrize("path", ["/", FIRST, "/gespraeche-im-gehen/", "/ueber-mich/", "/keine-seite"])
def test_nobody_but_the_site_hears_of_a_visitor(
    internet: Internet, demo: str, page: Pages, script: bool, path: str
) -> None:
    """Opening a page contacts no third party, and sets nothing in the browser."""
    visited = page(java_script_enabled=script)
    visited.goto(demo + path)
    settled(visited)
    assert internet.hosts == set()
    assert visited.context.cookies() == []


def test_the_box_says_in_german_what_a_press_means(demo: str, page: Pages) -> None:
    """Provider, sentence, second layer, tick, button and plain link stand in the box, the tick unset."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    for text in (
        "YouTube",
        "Mit dem Laden des Videos akzeptieren Sie die Datenschutzerklärung von YouTube.",
        "Mehr erfahren",
    ):
        expect(box.get_by_text(text, exact=True)).to_be_visible()
    expect(box.get_by_label("YouTube auf dieser Website immer laden")).not_to_be_checked()
    expect(box.locator("button")).to_have_text("Video laden")
    link = box.get_by_role("link", name="Bei YouTube öffnen")
    expect(link).to_have_attribute("href", "https://www.youtube.com/watch?v=jNQXAC9IVRw")


@both_ways
def test_the_second_layer_opens_in_silence(internet: Internet, demo: str, page: Pages, script: bool) -> None:
    """Reading on contacts nobody; both privacy policies are linked there."""
    visited = page(java_script_enabled=script)
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    box.get_by_text("Mehr erfahren").click()
    expect(box.get_by_role("link", name="Datenschutzerklärung von YouTube")).to_be_visible()
    expect(box.get_by_role("link", name="Datenschutzerklärung dieser Website")).to_be_visible()
    settled(visited)
    assert internet.hosts == set()


def test_a_press_puts_the_player_in_place_without_a_reload(
    internet: Internet, demo: str, page: Pages
) -> None:
    """The player comes, playing, into the same document, and only YouTube's quieter host is asked."""
    visited = page()
    visited.goto(demo + FIRST)
    visited.evaluate("window.marker = 1")
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    settled(visited)
    assert marked(visited)
    assert internet.hosts == {YOUTUBE}
    [request] = internet.requests
    assert request.path.startswith("/embed/jNQXAC9IVRw")
    assert "autoplay=1" in request.path
    assert request.headers["referer"] == demo + "/"


def test_a_press_is_remembered_in_one_signed_session_cookie(demo: str, page: Pages) -> None:
    """The grant is kept out of scripts' reach and ends with the session."""
    visited = page()
    visited.goto(demo + FIRST)
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    [cookie] = visited.context.cookies(demo)
    assert cookie["name"] == "embedproxy-once"
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Lax", -1)


def test_without_script_a_press_leads_back_to_the_same_spot(
    internet: Internet, demo: str, page: Pages
) -> None:
    """The form's answer is the page again, scrolled to the player."""
    visited = page(java_script_enabled=False)
    visited.goto(demo + FIRST)
    anchor = box_of(visited, "youtube").get_attribute("id")
    load(box_of(visited, "youtube"))
    expect(visited).to_have_url(f"{demo}{FIRST}#{anchor}")
    expect_player(box_of(visited, "youtube"))
    expect(box_of(visited, "youtube")).to_be_in_viewport()
    assert internet.hosts == {YOUTUBE}


def test_the_keyboard_is_enough(demo: str, page: Pages) -> None:
    """Tab leads to the button, Enter loads, Tab leads to the withdrawal, Enter takes back."""
    visited = page()
    visited.goto(demo + FIRST)
    for button, shown in ((".embedproxy-load", expect_player), (".embedproxy-withdraw", expect_placeholder)):
        for _ in range(40):
            visited.keyboard.press("Tab")
            if visited.evaluate("name => document.activeElement.matches(name)", button):
                break
        visited.keyboard.press("Enter")
        shown(box_of(visited, "youtube"))


@both_ways
def test_a_reload_keeps_the_player_for_this_visitor_alone(
    demo: str, page: Pages, context: Visits, script: bool
) -> None:
    """The grant lasts over a reload; another visitor sees the placeholder."""
    visited, stranger = page(java_script_enabled=script), context().new_page()
    visited.goto(demo + FIRST)
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    visited.reload()
    expect_player(box_of(visited, "youtube"))
    stranger.goto(demo + FIRST)
    expect_placeholder(box_of(stranger, "youtube"))


@both_ways
def test_a_withdrawal_lasts(internet: Internet, demo: str, page: Pages, script: bool) -> None:
    """One press brings the placeholder back; it stays after a reload, a link and the back button."""
    visited = page(java_script_enabled=script)
    visited.goto(demo + FIRST)
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    visited.reload()
    visited.goto(demo + "/ueber-mich/")
    visited.go_back()
    expect_player(box_of(visited, "youtube"))
    withdraw(box_of(visited, "youtube"))
    expect_placeholder(box_of(visited, "youtube"))
    settled(visited)
    internet.clear()
    visited.reload()
    expect_placeholder(box_of(visited, "youtube"))
    visited.goto(demo + "/ueber-mich/")
    visited.go_back()
    expect_placeholder(box_of(visited, "youtube"))
    visited.goto(demo + FIRST)
    expect_placeholder(box_of(settled(visited), "youtube"))
    assert internet.hosts == set()


@both_ways
def test_once_loads_one_of_two_videos(site: Sites, settings: Settings, page: Pages, script: bool) -> None:
    """Without the tick the second video of the same provider stays a placeholder, after a reload too."""
    visited = page(java_script_enabled=script)
    visited.goto(site(EmbedProxyMiddleware(showing(TWO_VIDEOS), settings=settings)))
    load(box_of(visited, "youtube"))
    for _ in range(2):
        expect_player(box_of(visited, "youtube"))
        expect_placeholder(box_of(visited, "youtube", 1))
        visited.reload()


@both_ways
def test_always_loads_every_video(site: Sites, settings: Settings, page: Pages, script: bool) -> None:
    """With the tick both videos are loaded, and the cookie outlives the session."""
    visited = page(java_script_enabled=script)
    home = site(EmbedProxyMiddleware(showing(TWO_VIDEOS), settings=settings))
    visited.goto(home)
    load(box_of(visited, "youtube"), always=True)
    for number in (0, 1):
        expect_player(box_of(visited, "youtube", number))
    [cookie] = visited.context.cookies(home)
    assert cookie["name"] == "embedproxy"
    assert cookie["expires"] > 0


@both_ways
def test_a_page_that_browsers_may_keep_follows_the_grant(demo: str, page: Pages, script: bool) -> None:
    """The upstream allows ten minutes; the browser's copy never shows what the visitor decided before."""
    visited = page(java_script_enabled=script)
    for step, shown in ((load, expect_player), (withdraw, expect_placeholder)):
        visited.goto(demo + FIRST)
        step(box_of(visited, "youtube"))
        shown(box_of(visited, "youtube"))
        visited.goto(demo + "/")
        visited.get_by_role("link", name="Der erste Satz muss nicht glänzen").click()
        shown(box_of(visited, "youtube"))


class Late:
    """The blog, and embedproxy in front of it once it is switched on."""

    def __init__(self, settings: Settings) -> None:
        self._blog = create_blog()
        self._proxied = EmbedProxyMiddleware(self._blog, settings=settings)
        self.on = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with or without embedproxy."""
        app: Any = self._proxied if self.on else self._blog
        await app(scope, receive, send)


def test_a_copy_from_before_is_not_confirmed(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """A browser that kept the raw page asks with its tag, and gets the placeholder instead of a 304."""
    visited, late = page(), Late(settings)
    visited.goto(site(late) + FIRST)
    internet.wait_for("www.youtube.com")
    settled(visited)
    late.on = True
    internet.clear()
    visited.reload()
    expect_placeholder(box_of(settled(visited), "youtube"))
    assert internet.hosts == set()


@pytest.mark.parametrize(
    "damage", ["x", "", "AAAA.BBBB", "%00"], ids=["altered", "empty", "foreign", "broken"]
)
def test_a_damaged_cookie_is_no_grant_and_no_error(
    internet: Internet, demo: str, page: Pages, damage: str
) -> None:
    """The page comes with its placeholder, as if there were no cookie."""
    visited = page()
    visited.goto(demo + FIRST)
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    [cookie] = visited.context.cookies(demo)
    altered = "x" + cookie["value"][1:] if damage == "altered" else damage
    visited.context.add_cookies([{"name": cookie["name"], "value": altered, "url": demo}])
    settled(visited)
    internet.clear()
    answer = visited.reload()
    assert answer
    assert answer.status == 200
    expect_placeholder(box_of(settled(visited), "youtube"))
    assert internet.hosts == set()
