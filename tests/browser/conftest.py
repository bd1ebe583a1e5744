"""A real Chromium, a fake third-party internet and sites on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from embedproxy import EmbedProxyMiddleware, Settings
from embedproxy.operator.demo.blog import create_blog
from tests.browser.internet import Internet
from tests.browser.sites import Site

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--ignore-certificate-errors",
    # What Chromium asks its makers for by itself goes nowhere, so that the log holds pages' requests only.
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--gaia-url=http://127.0.0.1:9/",
    "--autofill-server-url=http://127.0.0.1:9/",
)
DESKTOP = (1280, 900)
PATIENCE = 15_000  # milliseconds; a busy machine with two cores needs some
expect.set_options(timeout=PATIENCE)

Visits = Callable[..., BrowserContext]
Pages = Callable[..., Page]
Sites = Callable[..., str]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser's tests at the end and together: one start of Chromium, and quick tests fail first.

    Playwright keeps an event loop running in this thread, beside which ``asyncio.run`` cannot work.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="package")
def internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    """Every third party of the world, on one loopback port."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is missing: apt-get install openssl")
    world = Internet(tmp_path_factory.mktemp("internet"))
    yield world
    world.close()


@pytest.fixture(scope="package")
def browser(internet: Internet) -> Iterator[Browser]:
    """Debian's Chromium, for which every host but 127.0.0.1 is the fake internet."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    rules = f"--host-resolver-rules=MAP * 127.0.0.1:{internet.port}, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, rules])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def quiet(internet: Internet) -> None:
    """Each test starts with an internet that has heard of nobody."""
    internet.clear()


@pytest.fixture
def context(browser: Browser) -> Iterator[Visits]:
    """A factory of visitors, each with cookies and a cache of their own.

    Options: ``java_script_enabled``, ``color_scheme``, ``forced_colors``, ``size`` as width and height.
    """
    with ExitStack() as stack:

        def visit(*, size: tuple[int, int] = DESKTOP, **options: Any) -> BrowserContext:
            viewport: ViewportSize = {"width": size[0], "height": size[1]}
            visitor = browser.new_context(viewport=viewport, locale="de-DE", **options)
            stack.callback(visitor.close)
            visitor.set_default_timeout(PATIENCE)
            return visitor

        yield visit


@pytest.fixture
def page(context: Visits) -> Iterator[Pages]:
    """A factory of pages of new visitors; an uncaught error of a page's script fails the test."""
    errors: list[str] = []

    def open_page(**options: Any) -> Page:
        opened = context(**options).new_page()
        opened.on("pageerror", lambda error: errors.append(str(error)))
        return opened

    yield open_page
    assert not errors


@pytest.fixture
def site() -> Iterator[Sites]:
    """A factory of sites: serves an ASGI application and gives its address without a slash at the end."""
    with ExitStack() as stack:

        def serve(app: Any, **options: Any) -> str:
            served = Site(app, **options)
            stack.callback(served.close)
            return served.url

        yield serve


@pytest.fixture
def demo(site: Sites, settings: Settings) -> str:
    """The address of the demo blog with embedproxy in front of it."""
    return site(EmbedProxyMiddleware(create_blog(), settings=settings))
