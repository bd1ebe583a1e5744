"""Every state in which a visitor may meet something of ours, one after the other in a real browser."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from playwright.sync_api import Page, Response, expect

from embedproxy import EmbedProxyMiddleware, Settings, create_app
from embedproxy.consent.tickets import Tickets
from embedproxy.operator.demo.blog import create_blog
from embedproxy.settings import Timeouts
from tests.browser.conftest import Sites
from tests.browser.steps import FIRST, box_of, expect_placeholder, load, showing

SETTINGS = "/_embedproxy/settings"
PRESSED = ("youtube", "x", "soundcloud")  # a video, a post with its quotation, something to listen to
FOREIGN = '<title>Fremd</title><form method="post" action="{}"><button>Los</button></form>'


def opened(page: Page) -> None:
    """Open the second layer of every box."""
    for summary in page.locator(".embedproxy summary").all():
        summary.press("Enter")
    expect(page.locator(".embedproxy details:not([open])")).to_have_count(0)


def loaded(page: Page) -> None:
    """Load every embed of the demo's first post; by keyboard, since the page moves below the pointer."""
    for provider in PRESSED:
        box = box_of(page, provider)
        box.locator(".embedproxy-load").press("Enter")
        expect(box.locator("iframe")).to_be_visible()


def post_states(page: Page, demo: str) -> Iterator[str]:
    """Lead through the states of a post with a video, a quotation and something to listen to.

    Yields:
        The name of the state that the page is in now.
    """
    page.goto(demo + FIRST)
    yield "placeholder, and a quotation with its box"
    opened(page)
    yield "second layer open"
    box_of(page, "youtube").get_by_role("checkbox").check()
    yield "always ticked"
    loaded(page)
    yield "loaded"
    box_of(page, "youtube").locator(".embedproxy-withdraw").press("Enter")
    expect_placeholder(box_of(page, "youtube"))
    expect(box_of(page, "youtube").get_by_role("status")).not_to_be_empty()
    yield "withdrawn"


def settings_states(page: Page, demo: str) -> Iterator[str]:
    """Lead through the states of the settings page, from no grant on."""
    page.context.clear_cookies()
    page.goto(demo + SETTINGS)
    yield "nothing granted"
    page.goto(demo + FIRST)
    load(box_of(page, "youtube"), always=True)
    expect(box_of(page, "youtube").locator("iframe")).to_be_visible()
    box_of(page, "x").locator(".embedproxy-load").press("Enter")
    expect(box_of(page, "x").locator("iframe")).to_be_visible()
    page.goto(demo + SETTINGS)
    yield "two grants"
    page.get_by_role("button").first.click()
    expect(page.get_by_role("status")).not_to_be_empty()
    yield "one withdrawn"


def error_states(page: Page, site: Sites, settings: Settings) -> Iterator[str]:
    """Lead through the pages that say what went wrong."""
    demo = site(EmbedProxyMiddleware(create_blog(), settings=settings))
    assert _status(page.goto(demo + SETTINGS + "/nichts")) == 404
    yield "404"
    page.goto(site(showing(FOREIGN.format(demo + "/_embedproxy/forget"))))
    with page.expect_navigation() as refused:
        page.get_by_role("button").click()
    assert _status(refused.value) == 403
    yield "403"
    page.goto(demo + FIRST)
    with page.expect_navigation() as stale:
        _send_stale_ticket(page, Tickets([key.get_secret_value() for key in settings.secret_keys]))
    assert _status(stale.value) == 409
    yield "409"
    with _listening() as port:
        late = {"upstream": f"http://127.0.0.1:{port}", "timeouts": Timeouts(connect=5, read=0.1, write=5)}
        assert _status(page.goto(site(create_app(settings.model_copy(update=late))))) == 504
        yield "504"
    down = create_app(settings.model_copy(update={"upstream": f"http://127.0.0.1:{port}"}))
    assert _status(page.goto(site(down))) == 502
    yield "502"


def _status(response: Response | None) -> int:
    return response.status if response else 0


def _send_stale_ticket(page: Page, tickets: Tickets) -> None:
    """Send a form as it stood in a page from before the notice changed, past the script."""
    form = page.locator(".embedproxy-form").first
    field = form.locator("input[name=ticket]")
    old = replace(tickets.read(field.input_value()), notice="0" * 64)
    field.evaluate("(field, text) => (field.value = text)", tickets.sign(old))
    form.evaluate("form => form.submit()")


@contextmanager
def _listening() -> Iterator[int]:
    """A port where somebody takes connections and never says a word; closed afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])
