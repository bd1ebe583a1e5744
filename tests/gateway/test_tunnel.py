"""WebSockets through the proxy, on real sockets: what switches, what does not, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Request, TextMessage

from embedproxy.application import create_app
from embedproxy.gateway import tunnel
from embedproxy.settings import Settings
from tests.gateway.conftest import (
    OK,
    PATIENCE,
    Told,
    Wire,
    answers,
    ask,
    exchange,
    http_scope,
    playing,
    proxy_to,
    serving,
    tell,
)

pytestmark = pytest.mark.anyio

OFFER = b"Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
KEYS = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
ASKED = b"GET /live?room=1 HTTP/1.1\r\nHost: a\r\n" + OFFER + KEYS + b"\r\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX: y\r\n\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"


async def echo(wire: Wire) -> None:
    """A script that switches and sends back whatever comes, in the same breath first a greeting."""
    await wire.head()
    await wire.send(SWITCH + b"hello ")
    while piece := await wire.reader.read(1 << 16):
        await wire.send(piece)


@contextlib.asynccontextmanager
async def front(*scripts: Any) -> AsyncIterator[tuple[int, Any]]:
    """A real server with the proxy, before a scripted upstream: its port, and the upstream."""
    async with playing(*scripts) as upstream, serving(proxy_to(upstream.url)) as port:
        yield port, upstream


@contextlib.asynccontextmanager
async def switched(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A client's connection behind its handshake."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASKED)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        yield reader, writer
        writer.close()


# -- the hostile way


@pytest.mark.parametrize(
    "asked",
    [
        ASKED.replace(b"WebSocket\r\n", b"h2c\r\n"),
        ASKED.replace(b"WebSocket\r\n", b"websocket, h2c\r\n"),
        ASKED.replace(b", Upgrade", b""),
        ASKED.replace(b"GET", b"POST"),
        ASKED.replace(b"GET", b"HEAD"),
        ASKED.replace(b"HTTP/1.1", b"HTTP/1.0"),
    ],
)
async def test_what_is_no_offer_of_a_websocket_is_not_passed_on_as_one(asked: bytes) -> None:
    """The upstream sees a plain request; one that switches all the same is not believed."""
    async with front(answers(SWITCH)) as (port, upstream):
        got = await exchange(port, asked)
    assert b" 101 " not in got
    assert b"upgrade:" not in upstream.requests[0]


@pytest.mark.parametrize(
    "answer",
    [
        SWITCH.replace(b"websocket", b"h2c"),
        SWITCH.replace(b"Upgrade: websocket\r\n", b""),
        SWITCH.replace(b"Connection: Upgrade\r\n", b""),
        SWITCH.replace(b"X: y", b"X: \x01"),
        SWITCH[:-4],
    ],
)
async def test_a_switch_to_something_else_is_no_answer(answer: bytes) -> None:
    """Nothing of it reaches the client."""

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.send(answer)

    async with front(script) as (port, _):
        got = await exchange(port, ASKED)
    assert b" 101 " not in got


async def test_a_request_behind_a_refused_offer_is_never_served() -> None:
    """Whoever was not let in sends no requests past us over what looks like a WebSocket."""
    refusal = b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno"
    async with front(answers(refusal, OK)) as (port, upstream):
        got = await exchange(port, ASKED + HIDDEN)
    assert got.startswith(b"HTTP/1.1 426 ")
    assert got.count(b"HTTP/1.1 ") == 1
    assert len(upstream.requests) == 1


async def test_an_offer_behind_an_unanswered_request_is_a_plain_request() -> None:
    """Its answer would overtake the first one's."""
    async with front(answers(OK, OK)) as (port, upstream):
        got = await exchange(port, b"GET /first HTTP/1.1\r\nHost: a\r\n\r\n" + ASKED)
    assert got.count(b"HTTP/1.1 200 OK") == 2
    assert b"upgrade:" not in upstream.requests[1]


async def test_a_server_that_keeps_its_connections_gets_a_plain_answer() -> None:
    """Other servers than ours do not offer to let go of one."""
    headers = [(b"host", b"a"), (b"connection", b"upgrade"), (b"upgrade", b"websocket")]
    async with playing(answers(OK)) as upstream:
        told = await ask(proxy_to(upstream.url), "GET", b"/live", headers=headers)
    assert (told.status, told.body) == (200, b"ok")
    assert b"upgrade:" not in upstream.requests[0]


# -- the good way


async def test_bytes_pass_both_ways_as_they_are() -> None:
    """Those that come with the upstream's head too."""
    async with front(echo) as (port, upstream), switched(port) as (reader, writer):
        writer.write(b"\x81\x85\x00\xff" + HIDDEN)
        assert await reader.readexactly(6 + 4 + len(HIDDEN)) == b"hello \x81\x85\x00\xff" + HIDDEN
        assert len(upstream.requests) == 1


async def test_the_handshake_reaches_both_sides() -> None:
    """Its keys up, its headers down, and each side told of the switch once."""
    async with front(echo) as (port, upstream), asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASKED)
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
    assert head == SWITCH.replace(
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nX", b"connection: upgrade\r\nupgrade: websocket\r\nx"
    )
    [asked] = upstream.requests
    assert asked.startswith(b"GET /live?room=1 HTTP/1.1\r\nhost: a\r\n")
    assert b"\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n" in asked
    assert asked.count(b"\r\nconnection: upgrade\r\nupgrade: websocket\r\n") == 1
    assert b"\r\nx-forwarded-for: 127.0.0.1\r\n" in asked


async def test_a_slow_side_holds_the_other_back_and_loses_nothing() -> None:
    """Sixteen megabytes each way, of which nobody reads until all are on their way."""
    size = 1 << 24
    sending = asyncio.Event()

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.send(SWITCH)
        task = asyncio.create_task(wire.send(b"d" * size))
        await sending.wait()
        got = await wire.reader.readexactly(size)
        await task
        assert got == b"u" * size
        await wire.send(b"!")

    async with front(script) as (port, _), switched(port) as (reader, writer):
        writer.write(b"u" * size)
        sending.set()
        assert await reader.readexactly(size) == b"d" * size
        assert await reader.readexactly(1) == b"!"


async def test_a_client_that_goes_away_takes_the_upstream_with_it() -> None:
    """What it sent last still arrives."""
    heard = asyncio.get_running_loop().create_future()

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.send(SWITCH)
        heard.set_result(await wire.closed())

    async with front(script) as (port, _):
        async with switched(port) as (_, writer):
            writer.write(b"bye")
        async with asyncio.timeout(PATIENCE):
            assert await heard == b"bye"


async def test_an_upstream_that_goes_away_takes_the_client_with_it() -> None:
    """What it sent last still arrives."""

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.send(SWITCH + b"bye")

    async with front(script) as (port, _), switched(port) as (reader, _):
        assert await reader.read() == b"bye"


async def test_a_socket_that_says_nothing_for_long_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor whose network went away without a word holds nothing for ever."""
    monkeypatch.setattr(tunnel, "IDLE_SECONDS", 0.1)
    async with front(echo) as (port, _), switched(port) as (reader, _):
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b"hello "


async def test_the_last_words_to_a_side_that_takes_none_are_not_waited_for_in_vain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The upstream has gone; the client's buffers are full."""
    monkeypatch.setattr(tunnel, "CLOSE_SECONDS", 0.1)

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.send(SWITCH)
        wire.writer.write(b"x" * (1 << 24))
        await asyncio.sleep(0)
        wire.reset()

    async with front(script) as (port, _), switched(port) as (reader, _):
        with contextlib.suppress(ConnectionError):
            await reader.read()


async def test_the_servers_stop_ends_open_sockets() -> None:
    """It does not wait for them."""
    async with playing(echo) as upstream, contextlib.AsyncExitStack() as stack:
        async with serving(proxy_to(upstream.url), timeout_graceful_shutdown=PATIENCE) as port:
            reader, writer = await stack.enter_async_context(switched(port))
            writer.write(b"on")
            await reader.readexactly(8)
        assert await reader.read() == b""


async def test_a_cancelled_exchange_leaves_no_connection_behind() -> None:
    """As when a server gives up on its open requests."""
    ended = asyncio.Event()

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.send(SWITCH)
        begun.set()
        await wire.closed()
        ended.set()

    class Client:
        """A server's end of a connection whose other end nobody reads."""

        def __init__(self, transport: Any) -> None:
            self._transport: asyncio.Transport = transport

        def release(self) -> asyncio.Transport:
            return self._transport

        def connection_lost(self, exc: Exception | None) -> None:
            pass

    begun = asyncio.Event()
    headers = [(b"host", b"a"), (b"connection", b"upgrade"), (b"upgrade", b"websocket")]
    async with playing(answers(b"")) as visitor, playing(script) as upstream, asyncio.timeout(PATIENCE):
        _, writer = await asyncio.open_connection("127.0.0.1", visitor.port)
        extensions = {tunnel.EXTENSION: {"connection": Client(writer.transport)}}
        scope = http_scope("GET", b"/live", headers=headers, extensions=extensions)
        task = asyncio.create_task(tell(Told(), proxy_to(upstream.url), scope))
        await begun.wait()
        while not isinstance(writer.transport.get_protocol(), tunnel._End):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await ended.wait()


async def test_a_real_conversation_passes_the_whole_product(tmp_path: Path) -> None:
    """Text and bytes there and back, the site's own cookie, none of ours, and a close by the rules."""
    settings = Settings.model_validate({"data_dir": tmp_path / "data"})
    async with playing(_talker) as upstream:
        app = create_app(settings.model_copy(update={"upstream": upstream.url}))
        async with serving(app) as port, asyncio.timeout(PATIENCE):
            said = await _talk(port)
        await app.desk.ledger.close()
    assert said == ["text: grüß", "bytes: 4", "closed: 1000"]
    [asked] = upstream.requests
    assert b"\r\ncookie: session=1\r\n" in asked
    assert b"embedproxy" not in asked.replace(b"_embedproxy", b"")


async def _talker(wire: Wire) -> None:
    """A site's own WebSocket: tells what it got."""
    side = WSConnection(ConnectionType.SERVER)
    side.receive_data(await wire.head())
    while True:
        for event in side.events():
            if isinstance(event, Request):
                await wire.send(side.send(AcceptConnection()))
            elif isinstance(event, TextMessage):
                await wire.send(side.send(TextMessage(data=f"text: {event.data}")))
            elif isinstance(event, BytesMessage):
                await wire.send(side.send(TextMessage(data=f"bytes: {len(event.data)}")))
            elif isinstance(event, CloseConnection):
                await wire.send(side.send(event.response()))
                return
        side.receive_data(await wire.reader.read(1 << 16) or None)


async def _talk(port: int) -> list[str]:
    """A browser's side of it: what was said, in order."""
    side, said = WSConnection(ConnectionType.CLIENT), []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    cookies = (b"cookie", b"session=1; __Host-embedproxy=x; embedproxy-once=y")
    writer.write(side.send(Request(host="a", target="/live", extra_headers=[cookies])))
    while data := await reader.read(1 << 16):
        side.receive_data(data)
        for event in side.events():
            if isinstance(event, AcceptConnection):
                writer.write(side.send(TextMessage(data="grüß")) + side.send(BytesMessage(data=b"\0\1\2\3")))
            elif isinstance(event, TextMessage):
                said.append(event.data)
                if len(said) == 2:
                    writer.write(side.send(CloseConnection(code=1000)))
            elif isinstance(event, CloseConnection):
                said.append(f"closed: {event.code}")
    writer.close()
    return said
