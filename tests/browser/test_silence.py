"""Pointing, tabbing, scrolling and waiting tell nobody anything; a signal against sharing is heeded."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Pages, Visits
from tests.browser.internet import Internet
from tests.browser.states import PRESSED, SETTINGS, opened
from tests.browser.steps import (
    FIRST,
    YOUTUBE,
    box_of,
    expect_placeholder,
    expect_player,
    load,
    settled,
    withdraw,
)

pytestmark = pytest.mark.browser

SENDS_GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });"
SENDS_DNT = "Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' });"
SIGNALS = {"Sec-GPC": (SENDS_GPC, {"Sec-GPC": "1"}), "DNT": (SENDS_DNT, {"DNT": "1"})}
SENTENCE = "Ihr Browser sendet ein Signal gegen die Weitergabe von Daten"

with_each_signal = pytest.mark.parametrize("signal", SIGNALS)


def objecting(page: Pages, signal: str, **options: Any) -> Page:
    """A page of a visitor whose browser sends a signal, and tells scripts so."""
    script, headers = SIGNALS[signal]
    visited = page(extra_http_headers=headers, **options)
    visited.add_init_script(script)
    return visited


@pytest.mark.req("CON-2")
@pytest.mark.req("NET-1")
def test_nothing_but_a_press_tells_a_provider(internet: Internet, demo: str, page: Pages) -> None:
    """The pointer crosses and rests, the focus goes through, the page is scrolled, time passes: silence."""
    visited = page()
    own: list[Request] = []
    visited.goto(demo + FIRST)
    settled(visited)
    visited.on("request", lambda request: own.append(request))
    for provider in PRESSED:
        box = box_of(visited, provider)
        for part in (".embedproxy-room", "summary", ".embedproxy-load", ".embedproxy-always", "a"):
            box.locator(part).filter(visible=True).first.hover()
        box.locator(".embedproxy-load").focus()
        box.locator("summary").focus()
    opened(visited)
    for _ in range(40):
        visited.keyboard.press("Tab")
    visited.mouse.move(0, 0)
    visited.mouse.move(640, 880, steps=40)
    for way in (4000, -8000, 2000):
        visited.mouse.wheel(0, way)
    visited.evaluate("new Promise((done) => requestIdleCallback(done))")
    settled(visited)
    assert internet.hosts == set()
    assert own == []  # and none to the site either: nobody is watched


@pytest.mark.req("WDR-1")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_taking_back_is_as_easy_as_giving(demo: str, page: Pages, script: bool) -> None:
    """One press each, at the same place, and as many requests to the site."""
    visited = page(java_script_enabled=script)
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    posts: dict[str, int] = {}
    visited.on("request", lambda request: posts.update({request.url: posts.get(request.url, 0) + 1}))
    for press, shown in ((load, expect_player), (withdraw, expect_placeholder)):
        press(box)
        shown(box)
    given, taken = (posts[f"{demo}/_embedproxy/{route}"] for route in ("load", "withdraw"))
    assert (given, taken) == (1, 1)


@pytest.mark.req("SIG-1")
@with_each_signal
def test_a_signal_takes_always_away(demo: str, page: Pages, signal: str) -> None:
    """The box for always is gone, a sentence says why, also where a frame was withdrawn again."""
    visited = objecting(page, signal)
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    for _ in range(2):
        expect(box.get_by_role("checkbox")).to_have_count(0)
        expect(box.get_by_text(SENTENCE)).to_be_visible()
        load(box)
        expect_player(box)
        withdraw(box)
        expect_placeholder(box)


@pytest.mark.req("SIG-1")
def test_without_a_signal_nothing_is_said_of_signals(demo: str, page: Pages) -> None:
    """The sentence is hidden from eyes and screen readers, and the box for always is there."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    expect(box.get_by_text(SENTENCE)).to_be_hidden()
    expect(box.get_by_role("checkbox")).to_be_visible()


@pytest.mark.req("SIG-1")
@with_each_signal
def test_one_press_still_loads_one_embed(internet: Internet, demo: str, page: Pages, signal: str) -> None:
    """A press for this video counts beside the signal; it ends with the session."""
    visited = objecting(page, signal)
    visited.goto(demo + FIRST)
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    settled(visited)
    assert internet.hosts == {YOUTUBE}
    assert [(one["name"], one["expires"]) for one in visited.context.cookies(demo)] == [
        ("embedproxy-once", -1)
    ]


@pytest.mark.req("SIG-1")
@with_each_signal
def test_without_script_a_ticked_always_counts_once(demo: str, page: Pages, signal: str) -> None:
    """The page is the same for everybody, so the server decides; the settings page says why."""
    visited = objecting(page, signal, java_script_enabled=False)
    visited.goto(demo + FIRST)
    load(box_of(visited, "youtube"), always=True)
    expect_player(box_of(visited, "youtube"))
    assert [one["name"] for one in visited.context.cookies(demo)] == ["embedproxy-once"]
    visited.goto(demo + SETTINGS)
    expect(visited.get_by_role("status")).to_contain_text(SENTENCE)


@pytest.mark.req("SIG-1")
@pytest.mark.req("CAC-3")
def test_the_page_is_the_same_with_and_without_a_signal(demo: str, context: Visits) -> None:
    """One page can be kept for everybody: a signal changes no byte of it."""
    bodies = set()
    for headers in ({}, *(headers for _, headers in SIGNALS.values())):
        answer = context(extra_http_headers=headers).request.get(demo + FIRST)
        bodies.add(answer.body())
    assert len(bodies) == 1
