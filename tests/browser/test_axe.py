"""What axe-core finds in every state, in light and dark, on a phone and at a desk: nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from embedproxy import Settings
from tests.browser.axe import violations
from tests.browser.conftest import Pages, Sites
from tests.browser.states import error_states, post_states, settings_states
from tests.browser.steps import WALK, showing

pytestmark = [pytest.mark.browser, pytest.mark.req("A11Y-1"), pytest.mark.req("A11Y-4")]

in_every_look = pytest.mark.parametrize(
    ("scheme", "width"),
    [("light", 320), ("light", 1280), ("dark", 320), ("dark", 1280)],
)
BROKEN = '<title>Kaputt</title><main><h1>Kaputt</h1><button></button><p style="color: #ccc">grau</p></main>'


def found(page: Page, states: Iterator[str]) -> dict[str, list[str]]:
    """What axe-core finds, by the name of the state; states without a finding are left out."""
    every = {state: violations(page) for state in states}
    assert every
    return {state: lines for state, lines in every.items() if lines}


def test_axe_finds_what_is_broken(site: Sites, page: Pages) -> None:
    """A button without a name and pale text are found, so that no finding means no finding."""
    visited = page()
    visited.goto(site(showing(BROKEN)))
    assert {line.partition(":")[0] for line in violations(visited)} == {"button-name", "color-contrast"}


@in_every_look
def test_a_post_is_accessible_in_every_state(demo: str, page: Pages, scheme: str, width: int) -> None:
    """Placeholder, second layer, quotation with its box, loaded frame, and after the withdrawal."""
    visited = page(color_scheme=scheme, size=(width, 800))
    assert found(visited, post_states(visited, demo)) == {}


@in_every_look
def test_wrapped_embeds_are_accessible(demo: str, page: Pages, scheme: str, width: int) -> None:
    """A map, a video in a wrapper of WordPress and a photograph, as they are delivered."""
    visited = page(color_scheme=scheme, size=(width, 800))
    visited.goto(demo + WALK)
    assert violations(visited) == []


@in_every_look
def test_the_settings_page_is_accessible(demo: str, page: Pages, scheme: str, width: int) -> None:
    """Empty, with grants, and with the message after a withdrawal."""
    visited = page(color_scheme=scheme, size=(width, 800))
    assert found(visited, settings_states(visited, demo)) == {}


@in_every_look
def test_error_pages_are_accessible(
    site: Sites, settings: Settings, page: Pages, scheme: str, width: int
) -> None:
    """404, 403, 409, 504 and 502 in a browser that came there by itself."""
    visited = page(color_scheme=scheme, size=(width, 800))
    assert found(visited, error_states(visited, site, settings)) == {}
