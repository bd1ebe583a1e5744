"""The real ledger at start, during the day, and at stop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from embedproxy import EmbedProxyMiddleware, Settings
from embedproxy.consent.ledger import NoLedger
from embedproxy.consent.ledger.archive import export
from embedproxy.consent.ledger.choice import kept_ledger
from embedproxy.errors import SettingsError
from tests.web.conftest import ORIGIN, Site, Visitor

pytestmark = pytest.mark.anyio


class Living(Site):
    """A site that knows the server's start and stop."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or the server."""
        if scope["type"] != "lifespan":
            return await super().__call__(scope, receive, send)
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        return await send({"type": "lifespan.shutdown.complete"})


async def served(app: Any, day: Callable[[], Awaitable[None]]) -> list[str]:
    """Start an application as servers do, let the day pass, and stop it."""
    asked: asyncio.Queue[Message] = asyncio.Queue()
    said: asyncio.Queue[Message] = asyncio.Queue()
    running = asyncio.create_task(app({"type": "lifespan"}, asked.get, said.put))
    heard = []
    for step in ("startup", "shutdown"):
        await asked.put({"type": f"lifespan.{step}"})
        answer = asyncio.create_task(said.get())
        await asyncio.wait({running, answer}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            await running
        heard.append(answer.result()["type"])
        if step == "startup":
            await day()
    await running
    return heard


async def pressed(app: Any) -> int:
    """A visitor opens the page and presses the button."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        visitor = Visitor(client)
        return (await visitor.press(await visitor.get())).status_code


async def recorded(settings: Settings) -> list[dict[str, Any]]:
    """Everything that the ledger holds."""
    ledger = kept_ledger(settings)
    try:
        return [record async for record in export(ledger.database)]
    finally:
        await ledger.close()


async def nothing() -> None:
    """A day without visitors."""


def broken(settings: Settings) -> None:
    """Put a folder where the ledger's file should be."""
    (settings.data_dir / "ledger.sqlite3").mkdir(parents=True)
    os.chmod(settings.data_dir, 0o700)


@pytest.mark.req("LED-5")
async def test_a_site_whose_ledger_cannot_be_opened_shows_pages_and_grants_nothing(
    settings: Settings,
) -> None:
    """The start goes on, every press is a 503 without a cookie."""
    broken(settings)
    app = EmbedProxyMiddleware(Living(), settings=settings)
    answers: list[int] = []

    async def day() -> None:
        answers.append(await pressed(app))

    assert await served(app, day) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert answers == [503]


@pytest.mark.req("LED-5")
async def test_a_ledger_recovers_by_itself(settings: Settings) -> None:
    """Once the disk is mended the next press counts, without a restart."""
    broken(settings)
    app = EmbedProxyMiddleware(Living(), settings=settings)
    assert await pressed(app) == 503
    (settings.data_dir / "ledger.sqlite3").rmdir()
    assert await pressed(app) == 303
    await app.desk.ledger.close()


async def test_the_ledger_is_ready_before_the_first_visitor(settings: Settings) -> None:
    """Its schema is made while the server starts."""
    app = EmbedProxyMiddleware(Living(), settings=settings)
    found: list[bool] = []

    async def day() -> None:
        found.append((settings.data_dir / "ledger.sqlite3").exists())

    await served(app, day)
    assert found == [True]


@pytest.mark.req("LED-3")
async def test_a_press_is_recorded_by_default(settings: Settings) -> None:
    """An empty configuration keeps the proof; after the stop the file is whole."""
    app = EmbedProxyMiddleware(Living(), settings=settings)

    async def day() -> None:
        assert await pressed(app) == 303

    await served(app, day)
    [record] = await recorded(settings)
    assert (record["event"], record["provider"], record["locale"]) == ("grant", "youtube", "de")


async def test_a_site_that_knows_no_start_and_stop_keeps_its_ledger_open(settings: Settings) -> None:
    """Servers go on when the application refuses the lifespan, and so must the ledger."""

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "what is this?"
        await Site()(scope, receive, send)

    app = EmbedProxyMiddleware(site, settings=settings)
    with pytest.raises(AssertionError, match="what is this"):
        await served(app, nothing)
    assert await pressed(app) == 303
    await app.desk.ledger.close()


async def test_an_operator_may_keep_no_ledger(settings: Settings) -> None:
    """Nothing is written but the cookies' key."""
    changed = Settings.model_validate({**settings.model_dump(), "ledger": "off"})
    app = EmbedProxyMiddleware(Living(), settings=changed)
    assert isinstance(app.desk.ledger, NoLedger)
    assert await pressed(app) == 303
    assert not list(Path(changed.data_dir).glob("ledger*"))


@pytest.mark.parametrize("url", ["mysql://u:hunter2@db/x", "nonsense", "sqlite://"])
def test_a_wrong_address_of_the_ledger_stops_the_start(settings: Settings, url: str) -> None:
    """And the complaint does not repeat the password."""
    changed = Settings.model_validate({**settings.model_dump(), "ledger": {"url": url}})
    with pytest.raises(SettingsError) as caught:
        EmbedProxyMiddleware(Living(), settings=changed)
    assert caught.value.key == "ledger.url"
    assert "hunter2" not in str(caught.value)


def test_an_open_key_file_stops_the_start(settings: Settings) -> None:
    """Others could forge the proof."""
    settings.data_dir.mkdir(mode=0o700)
    (settings.data_dir / "ledger.key").write_text("k" * 64)
    (settings.data_dir / "ledger.key").chmod(0o644)
    with pytest.raises(SettingsError, match="others may read the key"):
        EmbedProxyMiddleware(Living(), settings=settings)
