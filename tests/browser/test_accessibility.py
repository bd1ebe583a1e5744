"""Keyboard, names, messages and focus: what no automated check can judge."""

from __future__ import annotations

import re
from itertools import takewhile

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Pages
from tests.browser.states import PRESSED, loaded, opened
from tests.browser.steps import (
    FIRST,
    WALK,
    box_of,
    expect_placeholder,
    expect_player,
    load,
    withdraw,
)

pytestmark = pytest.mark.browser

TITLE = "Me at the zoo: das erste Video auf YouTube"
LABELS = """elements => elements.filter((one) => one.checkVisibility()).map((one) => [
  one.getAttribute("aria-label") || one.innerText, one.innerText.trim()])"""
WHERE = """() => {
  const at = document.activeElement;
  return at.closest(".embedproxy") ? at.tagName.toLowerCase() + (at.name ? ":" + at.name : "") : "";
}"""
SPOKEN = """box => {
  window.spoken = [];
  new MutationObserver(() => {
    const line = document.querySelector('.embedproxy[data-provider="youtube"] [role=status]');
    if (line.textContent) window.spoken.push(line.textContent);
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""


def tabbed(page: Page, presses: int) -> list[str]:
    """What has the focus after each press of Tab; empty outside of boxes."""
    found = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        found.append(page.evaluate(WHERE))
    return found


def stops(page: Page, box: Locator) -> list[str]:
    """The stops of the Tab key in a box, from its first one on."""
    box.locator("summary").focus()
    return [page.evaluate(WHERE), *takewhile(bool, tabbed(page, 12))]


@pytest.mark.req("A11Y-1")
@pytest.mark.req("NOT-7")
def test_tab_goes_through_the_box_as_it_is_read(demo: str, page: Pages) -> None:
    """First what a press means, then the button, then what it may mean for later, then the way out."""
    visited = page()
    visited.goto(demo + FIRST)
    assert stops(visited, box_of(visited, "youtube")) == ["summary", "button", "input:always", "a"]


@pytest.mark.req("A11Y-1")
def test_tab_goes_through_the_open_second_layer(demo: str, page: Pages) -> None:
    """Its three links come between its own switch and the button."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    box.locator("summary").press("Enter")
    assert stops(visited, box) == ["summary", "a", "a", "a", "button", "input:always", "a"]


@pytest.mark.req("A11Y-1")
def test_tab_goes_from_the_frame_to_the_withdrawal(demo: str, page: Pages) -> None:
    """Behind the frame, which holds nothing to press here, come the link to the settings and the button."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    load(box)
    expect_player(box)
    expect(box).to_be_focused()
    for stop in (box.get_by_role("link"), box.get_by_role("button")):
        visited.keyboard.press("Tab")
        expect(stop).to_be_focused()


@pytest.mark.req("A11Y-1")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_can_be_seen(demo: str, page: Pages, scheme: str) -> None:
    """Every stop of the Tab key has an outline of three pixels."""
    visited = page(color_scheme=scheme)
    visited.goto(demo + FIRST)
    box_of(visited, "youtube").locator("summary").focus()
    for _ in range(4):
        outline = visited.evaluate("getComputedStyle(document.activeElement).outline")
        assert re.search(r"solid 3px", outline), outline
        visited.keyboard.press("Tab")


@pytest.mark.req("A11Y-2")
def test_names_say_the_label_and_the_title(demo: str, page: Pages) -> None:
    """Who hears the button knows which video it loads, and of which provider the other takes back."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    expect(box).to_have_accessible_name(f"YouTube {TITLE}")
    expect(box.get_by_role("button")).to_have_accessible_name(f"Video laden: {TITLE}")
    expect(box.get_by_role("checkbox")).to_have_accessible_name("YouTube auf dieser Website immer laden")
    expect(box.get_by_role("checkbox")).to_have_accessible_description(re.compile("180 Tage"))
    load(box)
    expect(box).to_have_accessible_name(f"YouTube: {TITLE}")
    expect(box.get_by_role("button")).to_have_accessible_name("Einwilligung widerrufen: YouTube")


@pytest.mark.req("A11Y-2")
def test_every_name_begins_with_what_is_seen(demo: str, page: Pages) -> None:
    """Who speaks the visible words reaches the control (WCAG 2.5.3), before and after the press."""
    visited = page()
    visited.goto(demo + FIRST)
    opened(visited)
    controls = visited.locator(".embedproxy :is(a, button, summary)")
    before = controls.evaluate_all(LABELS)
    loaded(visited)
    pairs = [*before, *controls.evaluate_all(LABELS)]
    assert len(pairs) > 20
    assert [pair for pair in pairs if not pair[1] or not pair[0].startswith(pair[1])] == []


@pytest.mark.req("A11Y-3")
def test_the_status_says_what_happens(demo: str, page: Pages) -> None:
    """Loading, loaded and withdrawn are announced one after the other."""
    visited = page()
    visited.goto(demo + FIRST)
    visited.evaluate(SPOKEN)

    def slow(route: Route) -> None:
        visited.wait_for_function("window.spoken.length")
        route.continue_()

    visited.route("**/_embedproxy/load", slow)
    box = box_of(visited, "youtube")
    load(box)
    expect(box.get_by_role("status")).to_have_text("Video von YouTube wurde geladen.")
    withdraw(box)
    expect(box.get_by_role("status")).to_have_text(re.compile("^Einwilligung widerrufen"))
    spoken = list(dict.fromkeys(visited.evaluate("window.spoken")))
    assert [text.split()[-1] for text in spoken] == ["geladen.", "geladen.", "geladen."]
    assert spoken[0] == "Video wird geladen."


@pytest.mark.req("A11Y-3")
def test_a_failure_is_said_and_changes_nothing(demo: str, page: Pages) -> None:
    """Without a connection the placeholder stays, says so, and keeps the focus."""
    visited = page()
    visited.goto(demo + FIRST)
    visited.route("**/_embedproxy/load", lambda route: route.abort())
    box = box_of(visited, "youtube")
    load(box)
    expect(box.get_by_role("status")).to_have_text(re.compile("^Das Laden ist fehlgeschlagen"))
    expect_placeholder(box)
    expect(box.locator(".embedproxy-load")).to_be_focused()


@pytest.mark.req("A11Y-3")
def test_the_focus_follows_the_press(demo: str, page: Pages) -> None:
    """After loading it is on the frame's container, after the withdrawal on the button again."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    for _ in range(2):
        box.locator(".embedproxy-load").press("Enter")
        expect(box).to_be_focused()
        expect(box).to_have_role("group")
        box.locator(".embedproxy-withdraw").press("Enter")
        expect(box.locator(".embedproxy-load")).to_be_focused()


@pytest.mark.req("A11Y-3")
def test_the_focus_is_not_called_back(demo: str, page: Pages) -> None:
    """Who goes on while the frame is on its way stays where they are, and hears that it came."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")

    def gone(route: Route) -> None:
        visited.get_by_label("Name", exact=True).focus()
        route.continue_()

    visited.route("**/_embedproxy/load", gone)
    load(box)
    expect(box.get_by_role("status")).to_have_text("Video von YouTube wurde geladen.")
    expect(visited.get_by_label("Name", exact=True)).to_be_focused()


def test_presses_in_quick_succession_all_count(demo: str, page: Pages) -> None:
    """Each grant is built on the one before: all embeds are still there after a reload."""
    visited = page()
    visited.goto(demo + FIRST)
    for _ in range(2):
        visited.locator(".embedproxy-load").evaluate_all("all => all.forEach((button) => button.click())")
        expect(visited.locator(".embedproxy iframe")).to_have_count(len(PRESSED))
        visited.reload()
        expect(visited.locator(".embedproxy iframe")).to_have_count(len(PRESSED))


@pytest.mark.req("A11Y-3")
def test_without_script_the_keyboard_goes_on_at_the_box(demo: str, page: Pages) -> None:
    """The page comes again at the box: the next stop of the Tab key is inside it."""
    visited = page(java_script_enabled=False)
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    box.locator(".embedproxy-load").press("Enter")
    expect(box.locator("iframe")).to_be_visible()
    expect(box).to_be_focused()


@pytest.mark.req("A11Y-4")
@pytest.mark.parametrize("path", [FIRST, WALK])
def test_every_frame_has_a_title(demo: str, page: Pages, path: str) -> None:
    """A screen reader says what a frame holds before one goes into it."""
    visited = page()
    visited.goto(demo + path)
    visited.locator(".embedproxy-load").evaluate_all("all => all.forEach((button) => button.click())")
    expect(visited.locator(".embedproxy-load")).to_have_count(0)
    titles = visited.locator("iframe").evaluate_all("all => all.map((frame) => frame.title)")
    assert len(titles) >= len(PRESSED)
    assert all(titles)
