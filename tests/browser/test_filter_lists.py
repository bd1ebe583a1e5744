"""Content blockers leave the box alone: who hid it would take the visitor's choice away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from embedproxy import Settings
from tests.browser.conftest import Pages, Sites
from tests.browser.filter_lists import filter_lists, stops
from tests.browser.states import error_states, post_states, settings_states
from tests.browser.steps import WALK, showing

pytestmark = pytest.mark.browser

# "ads" inside a longer word, such as "loads", is in no list; as a word of a name it is.
FORBIDDEN = re.compile(r"cookie|consent|gdpr|banner|overlay|popup|(?<![a-z])ads(?![a-z])", re.IGNORECASE)
# What hides one of our elements, or something around one; what else of the site it hides is no matter here.
HIDING = """(lines) => {
  const ours = [...document.querySelectorAll(".embedproxy-place, .embedproxy")];
  const hit = (one) => ours.some((own) => own.contains(one) || one.contains(own));
  const broken = [];
  const found = lines.split("\\n").filter((selector) => {
    try {
      return [...document.querySelectorAll(selector)].some(hit);
    } catch {
      broken.push(selector); // notation of one blocker alone, which browsers do not know
      return false;
    }
  });
  return { found, broken: broken.length };
}"""
NAMES = """() => [...document.querySelectorAll(
    ".embedproxy-place, .embedproxy-place *, .embedproxy-page, .embedproxy-page *, link[href*=_embedproxy]")]
  .flatMap((one) => [one.tagName, ...one.classList, one.id, one.getAttribute("name"),
    ...["action", "href", "src", "data"].map((key) => one.getAttribute(key))
      .filter((address) => address && address.startsWith("/_"))])
  .filter(Boolean)"""


def hiding(page: Page, states: Iterator[str]) -> dict[str, list[str]]:
    """The selectors that hide something of ours, by the name of the state."""
    selectors, found = filter_lists().selectors, {}
    for state in states:
        answer = page.evaluate(HIDING, "\n".join(selectors))  # a list of so many takes seconds to hand over
        assert answer["broken"] < len(selectors) / 100
        found[state] = answer["found"]
    return {state: hits for state, hits in found.items() if hits}


def names(page: Page, states: Iterator[str]) -> set[str]:
    """Every class, id, name and address of ours in some states of a page."""
    return {name for _ in states for name in page.evaluate(NAMES)}


def walked(page: Page, demo: str) -> Iterator[str]:
    """The post with wrapped videos, a map and a photograph."""
    page.goto(demo + WALK)
    yield "wrapped"


def test_the_lists_hide_what_they_are_made_for(site: Sites, page: Pages) -> None:
    """Names that we might have chosen are hidden, so that no finding means no finding."""
    visited = page()
    visited.goto(site(showing('<div class="embedproxy"><p class="cookie-consent" id="cookie-banner">')))
    found = hiding(visited, iter(["a name of that kind"]))
    assert {".cookie-consent", "#cookie-banner"} & set(found["a name of that kind"])
    assert len(filter_lists().selectors) > 10_000


def test_no_list_hides_a_box(demo: str, page: Pages) -> None:
    """Placeholder, second layer, loaded frame, withdrawn: not one element of ours is matched."""
    visited = page()
    assert hiding(visited, post_states(visited, demo)) == {}
    assert hiding(visited, walked(visited, demo)) == {}


def test_no_list_hides_a_page_of_ours(demo: str, site: Sites, settings: Settings, page: Pages) -> None:
    """The settings page and the error pages are whole."""
    visited = page()
    assert hiding(visited, settings_states(visited, demo)) == {}
    assert hiding(visited, error_states(visited, site, settings)) == {}


def test_no_list_stops_a_request_of_ours(demo: str, page: Pages) -> None:
    """Style sheet, script and every address of a form or a link are let through."""
    visited = page()
    asked: set[str] = set()
    visited.on("request", lambda request: asked.add(request.url))
    paths = names(visited, post_states(visited, demo)) | names(visited, settings_states(visited, demo))
    asked |= {demo + path for path in paths if path.startswith("/")}
    own = {url.replace(demo, "https://blog.example").lower() for url in asked if "_embedproxy" in url}
    assert len(own) >= 8
    assert [(pattern, url) for pattern in filter_lists().patterns for url in own if stops(pattern, url)] == []
    assert stops("/cookie-consent^*.js|", "https://blog.example/cookie-consent/1.js")


def test_no_name_of_ours_is_one_they_look_for(
    demo: str, site: Sites, settings: Settings, page: Pages
) -> None:
    """No class, id, name or address holds a word of the trade, in any state of any page."""
    visited = page()
    found = names(visited, post_states(visited, demo))
    found |= names(visited, walked(visited, demo))
    found |= names(visited, settings_states(visited, demo))
    found |= names(visited, error_states(visited, site, settings))
    assert {"embedproxy-load", "ticket", "/_embedproxy/load", "embedproxy-page"} <= found
    assert {name for name in found if FORBIDDEN.search(name)} == set()
