"""The limits of the server: slow clients and endless heads, on real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from embedproxy import listener
from tests.gateway.conftest import OK, PATIENCE, answers, exchange, playing, proxy_to, serving

pytestmark = pytest.mark.anyio

HEAD = b"POST /a HTTP/1.1\r\nHost: a\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
LARGE = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
SHORT = 0.2  # seconds


@contextlib.asynccontextmanager
async def site(*scripts: Any) -> AsyncIterator[tuple[int, Any]]:
    """A real server with the proxy before a scripted upstream: its port, and the upstream."""
    async with (
        playing(*(scripts or (answers(OK, OK, OK),))) as upstream,
        serving(proxy_to(upstream.url)) as port,
    ):
        yield port, upstream


@pytest.mark.parametrize(
    "sent", [b"", b"G", b"\r\n", HEAD, HEAD + b"X: ", HEAD + b"Content-Length: 0\r\n\r\n" + b"\r\n"]
)
async def test_a_head_that_never_ends_loses_its_connection(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    """A connection that asks for nothing is not kept for nothing."""
    monkeypatch.setattr(listener, "HEAD_SECONDS", SHORT)
    async with site() as (port, _):
        got = await exchange(port, sent)
    assert got.count(b"HTTP/1.1 200 OK") == sent.count(b"\r\n\r\n")


async def test_a_head_in_many_pieces_gets_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte now and then is what a slow loris sends."""
    monkeypatch.setattr(listener, "HEAD_SECONDS", SHORT)
    async with site() as (port, upstream):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(PATIENCE):
            closed = asyncio.create_task(reader.read())
            while not closed.done():
                writer.write(b"G" if not upstream.connections else b"")
                await asyncio.wait([closed], timeout=SHORT / 4)
        writer.close()
    assert upstream.requests == []


async def test_a_body_that_stops_loses_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The upstream's connection is freed with it."""
    monkeypatch.setattr(listener, "BODY_SECONDS", SHORT)
    ended = asyncio.Event()

    async def script(wire: Any) -> None:
        await wire.head()
        await wire.closed()
        ended.set()

    async with site(script) as (port, _):
        assert await exchange(port, HEAD + b"Content-Length: 9\r\n\r\nhalf") == b""
        async with asyncio.timeout(PATIENCE):
            await ended.wait()


async def test_a_slow_upstream_is_not_the_clients_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the answer is awaited the client owes nothing."""
    monkeypatch.setattr(listener, "HEAD_SECONDS", SHORT)
    monkeypatch.setattr(listener, "BODY_SECONDS", SHORT)

    async def script(wire: Any) -> None:
        await wire.request()
        await asyncio.sleep(3 * SHORT)
        await wire.send(OK)

    async with site(script) as (port, _):
        assert (await exchange(port, LAST)).endswith(b"\r\n\r\nok")


async def test_a_client_that_takes_nothing_loses_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the upstream, which would send on, is released."""
    monkeypatch.setattr(listener, "TAKE_SECONDS", SHORT)
    ended = asyncio.Event()

    async def script(wire: Any) -> None:
        await wire.request()
        await wire.send(LARGE)
        with contextlib.suppress(ConnectionError):
            while True:
                await wire.send(b"x" * 65536)
        ended.set()

    async with site(script) as (port, _):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(LAST)
        async with asyncio.timeout(PATIENCE):
            await ended.wait()
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"X: " + b"a" * 2 * listener.HEAD_BYTES,
        HEAD + b"X: " + b"a" * listener.HEAD_BYTES + b"\r\n\r\n",
        HEAD + b"X: a\r\n" * 20_000,
        b"GET /" + b"a" * listener.HEAD_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\r\n" * listener.HEAD_BYTES,
    ],
)
async def test_a_head_without_end_is_refused(sent: bytes) -> None:
    """httptools itself would gather it until the memory is full."""
    async with site() as (port, upstream):
        got = await exchange(port, sent)
    assert got == b"" or got.startswith(b"HTTP/1.1 400 ")
    assert upstream.requests == []


async def test_what_comes_behind_a_body_is_no_header() -> None:
    """A front server lets trailers pass that it would never let pass as headers."""
    trailers = b"0\r\nX-Real-IP: 10.0.0.1\r\nCookie: admin=1\r\nHost: b\r\n\r\n"
    async with site() as (port, upstream):
        got = await exchange(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + trailers + LAST)
    assert got.count(b"HTTP/1.1 200 OK") == 2
    assert not {b"x-real-ip", b"cookie"} & {
        line.partition(b":")[0] for line in upstream.requests[0].lower().split(b"\r\n")
    }
