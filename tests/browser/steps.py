"""What a visitor does and sees, in the words of the tests."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from playwright.sync_api import Locator, Page, TimeoutError, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

FIRST = "/der-erste-satz/"
WALK = "/gespraeche-im-gehen/"
QUIET = 500  # milliseconds
YOUTUBE = "www.youtube-nocookie.com"
VIDEO = '<iframe width="560" height="315" src="https://www.youtube.com/embed/{}" allowfullscreen></iframe>'


def box_of(page: Page, provider: str, number: int = 0) -> Locator:
    """The box of a provider's embed, loaded or not."""
    return page.locator(f'.embedproxy[data-provider="{provider}"]').nth(number)


def load(box: Locator, *, always: bool = False) -> None:
    """Press the button that loads, with or without the tick for always."""
    if always:
        box.get_by_role("checkbox").check()
    box.locator('form[action$="/load"] button').click()


def withdraw(box: Locator) -> None:
    """Press the button that takes the grant back."""
    box.locator('form[action$="/withdraw"] button').click()


def expect_player(box: Locator, host: str = YOUTUBE) -> None:
    """The provider's own page stands in the box."""
    expect(box.frame_locator("iframe").locator("h1")).to_have_text(f"Player of {host}")


def expect_placeholder(box: Locator) -> None:
    """Nothing of the provider stands in the box, and it can be loaded."""
    expect(box.locator('form[action$="/load"] button')).to_be_visible()
    expect(box.locator("iframe")).to_have_count(0)


def extent_of(found: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of an element, in CSS pixels."""
    box = found.bounding_box()
    assert box, "the element is not drawn"
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def is_on_top(button: Locator) -> bool:
    """Whether a press on the middle of a button meets the button, and nothing laid over it."""
    button.scroll_into_view_if_needed()
    return bool(
        button.evaluate(
            """button => {
              const { x, y, width, height } = button.getBoundingClientRect();
              return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
            }"""
        )
    )


def settled(page: Page) -> Page:
    """Wait until the page is loaded and has asked for nothing for a while.

    Playwright's own ``networkidle`` sometimes never comes where a frame of another site was loaded.
    """
    page.wait_for_load_state()
    with suppress(TimeoutError):
        while True:
            page.wait_for_event("request", timeout=QUIET)
    return page


def showing(body: str, **headers: str) -> Any:
    """A site of one German page, and a page ``/kurz`` without embeds to leave it for."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    page = f'<!DOCTYPE html><html lang="de"><meta name="viewport" content="width=device-width">{body}'

    async def home(_request: Request) -> HTMLResponse:
        return HTMLResponse(page, headers=named)

    async def short(_request: Request) -> HTMLResponse:
        return HTMLResponse("<!DOCTYPE html><title>Kurz</title>", headers=named)

    return Starlette(routes=[Route("/", home), Route("/kurz", short)])
