"""The documentation's pictures, taken of the demo as it is; only where EMBEDPROXY_PICTURES is set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Pages
from tests.browser.png import packed
from tests.browser.states import SETTINGS
from tests.browser.steps import FIRST, YOUTUBE, box_of, expect_player, load

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
MARGIN = 8  # CSS pixels of the site around a box
MOST_BYTES = 200 * 1024
PLAYER = """<!DOCTYPE html><html lang="de"><meta charset="utf-8"><title>Video</title><style>
  body { display: grid; place-content: center; height: 100vh; margin: 0; text-align: center;
    color: #dfe7ef; background: #16324f; font: 1.1rem system-ui, sans-serif; }
  svg { width: 5rem; margin: auto; fill: #dfe7ef; }
</style><svg viewBox="0 0 24 24"><path d="M5 3v18l16-9z"/></svg><p>Hier läuft das Video des Anbieters.</p>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("EMBEDPROXY_PICTURES" not in os.environ, reason="EMBEDPROXY_PICTURES is not set"),
]

both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


def keep(name: str, picture: bytes) -> None:
    """Write a picture of the documentation."""
    smaller = packed(picture)
    assert len(smaller) < MOST_BYTES
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.png").write_bytes(smaller)


def room_of(page: Page, provider: str) -> Locator:
    """What is drawn of a box."""
    return box_of(page, provider).locator(".embedproxy-room")


def around(*found: Locator) -> bytes:
    """A picture of elements that stand below each other, with a little of the page around them."""
    found[0].scroll_into_view_if_needed()
    found[-1].scroll_into_view_if_needed()
    boxes = [box for one in found if (box := one.bounding_box())]
    left, top = (min(box[side] for box in boxes) - MARGIN for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in boxes) + MARGIN
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    left, top = max(0, left), max(0, top)
    return found[0].page.screenshot(clip={"x": left, "y": top, "width": right - left, "height": bottom - top})


def pointed_away(page: Page) -> Page:
    """No button looks pressed or pointed at, no focus is drawn."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    return page


@both_schemes
def test_picture_of_the_placeholder(demo: str, page: Pages, scheme: str) -> None:
    """The box of a video in a post, at a desk."""
    visited = page(color_scheme=scheme, size=(1280, 900))
    visited.goto(demo + FIRST)
    keep(f"placeholder-{scheme}", around(room_of(visited, "youtube")))


def test_picture_of_the_placeholder_on_a_phone(demo: str, page: Pages) -> None:
    """The same box 320 pixels wide."""
    visited = page(size=(320, 800))
    visited.goto(demo + FIRST)
    keep("placeholder-phone", around(room_of(visited, "youtube")))


@both_schemes
def test_picture_of_the_second_layer(demo: str, page: Pages, scheme: str) -> None:
    """Everything a visitor may want to know before the press."""
    visited = page(color_scheme=scheme, size=(1280, 1100))
    visited.goto(demo + FIRST)
    box_of(visited, "youtube").locator("summary").click()
    keep(f"second-layer-{scheme}", around(room_of(pointed_away(visited), "youtube")))


def test_picture_of_a_post(demo: str, page: Pages) -> None:
    """The author's quotation, and the box below it."""
    visited = page(size=(1280, 900))
    visited.goto(demo + FIRST)
    quotation = visited.locator("blockquote", has_text="Jack Dorsey meldet")
    keep("post", around(quotation, room_of(visited, "x")))


@both_schemes
def test_picture_of_the_loaded_frame(demo: str, page: Pages, scheme: str) -> None:
    """The way back below the player, which is drawn here: nothing leaves this machine."""
    visited = page(color_scheme=scheme, size=(1280, 900))
    visited.route(f"https://{YOUTUBE}/**", lambda route: route.fulfill(body=PLAYER, content_type="text/html"))
    visited.goto(demo + FIRST)
    load(box_of(visited, "youtube"))
    expect(box_of(visited, "youtube").frame_locator("iframe").locator("p")).to_be_visible()
    keep(f"loaded-{scheme}", around(room_of(pointed_away(visited), "youtube")))


@both_schemes
def test_picture_of_the_settings_page(demo: str, page: Pages, scheme: str) -> None:
    """What a visitor has granted, once and always."""
    visited = page(color_scheme=scheme, size=(900, 1080))
    visited.goto(demo + FIRST)
    load(box_of(visited, "youtube"), always=True)
    expect_player(box_of(visited, "youtube"))
    box_of(visited, "x").locator(".embedproxy-load").press("Enter")
    expect(box_of(visited, "x").locator("iframe")).to_be_visible()
    visited.goto(demo + SETTINGS)
    keep(f"settings-{scheme}", visited.screenshot())
