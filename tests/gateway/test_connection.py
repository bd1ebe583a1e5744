from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from embedproxy.errors import UpstreamError, UpstreamTimeout
from embedproxy.gateway.connection import HIGH_WATER, Connection, StaleConnection
from embedproxy.settings import Timeouts
from tests.gateway.conftest import OK, Script, Wire, answers, answers_then_closes, playing

GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
SHORT = Timeouts(connect=5, read=0.05, write=0.05)

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def connected(script: Script, timeouts: Timeouts | None = None) -> AsyncIterator[Connection]:
    """A connection to an upstream that plays one script."""
    loop = asyncio.get_running_loop()
    async with playing(script) as upstream:
        _, connection = await loop.create_connection(
            lambda: Connection(loop, timeouts or Timeouts(), lambda _: None), "127.0.0.1", upstream.port
        )
        try:
            yield connection
        finally:
            connection.abort(None)


async def body_of(connection: Connection, *, head_only: bool = False) -> bytes:
    """Ask once; the whole body."""
    answer = connection.begin(GET, head_only=head_only, uploading=False)
    await connection.head(answer)
    body = await connection.piece(answer)
    while not answer.complete:
        body += await connection.piece(answer)
    return body


async def test_bytes_on_an_idle_connection_close_it() -> None:
    """Nobody asked for them, so nobody gets them."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.send(OK)
        await idle.wait()
        await wire.send(OK.replace(b"ok", b"no"))
        await wire.closed()

    idle = asyncio.Event()
    async with connected(script) as connection:
        assert await body_of(connection) == b"ok"
        assert connection.finish()
        assert connection.quiet()
        idle.set()
        while not connection.closed:
            await asyncio.sleep(0)
        assert not connection.quiet()


async def test_bytes_that_wait_unread_are_noticed_before_the_next_request() -> None:
    """The event loop has not looked yet, but the socket is asked."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.send(OK)
        await idle.wait()
        wire.writer.get_extra_info("socket")._sock.send(b"HTTP/1.1 200 OK\r\n")
        assert not connection.quiet()
        assert not connection.closed
        noticed.set()
        await wire.closed()

    idle, noticed = asyncio.Event(), asyncio.Event()
    async with connected(script) as connection:
        await body_of(connection)
        assert connection.finish()
        idle.set()
        await noticed.wait()


async def test_surplus_bytes_spoil_the_connection_only() -> None:
    """The answer is delivered, the connection is not used again."""
    async with connected(answers(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")) as connection:
        assert await body_of(connection) == b"ok"
        assert not connection.finish()
        assert connection.closed


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"])
async def test_a_close_in_the_middle_is_an_error(raw: bytes) -> None:
    """On a new connection that is no staleness."""
    async with connected(answers_then_closes(raw)) as connection:
        with pytest.raises(UpstreamError) as caught:
            await body_of(connection)
        assert not isinstance(caught.value, StaleConnection)


async def test_a_reset_in_the_middle_of_an_unframed_body_is_an_error() -> None:
    """Only an orderly close ends such a body."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.send(b"HTTP/1.1 200 OK\r\n\r\nabc")
        await begun.wait()
        wire.reset()

    begun = asyncio.Event()
    async with connected(script) as connection:
        answer = connection.begin(GET, head_only=False, uploading=False)
        await connection.head(answer)
        assert await connection.piece(answer) == b"abc"
        begun.set()
        with pytest.raises(UpstreamError, match="broke"):
            await connection.piece(answer)


async def test_a_close_before_the_first_byte_of_a_later_answer_is_staleness() -> None:
    """The upstream closed what it thought was idle."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.send(OK)
        await wire.request()

    async with connected(script) as connection:
        await body_of(connection)
        assert connection.finish()
        with pytest.raises(StaleConnection):
            await body_of(connection)


async def test_a_silent_upstream_is_too_slow() -> None:
    """Nothing within the time that the settings give."""
    async with connected(answers(b""), SHORT) as connection:
        with pytest.raises(UpstreamTimeout):
            await body_of(connection)
        assert connection.closed


async def test_silence_in_the_middle_is_too_slow() -> None:
    """The time runs between two pieces as well."""
    async with connected(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), SHORT) as connection:
        with pytest.raises(UpstreamTimeout):
            await body_of(connection)


async def test_an_upstream_that_takes_no_more_is_too_slow() -> None:
    """A body that is not read runs into the write timeout."""

    async def script(wire: Wire) -> None:
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await over.wait()

    over = asyncio.Event()
    async with connected(script, SHORT) as connection:
        connection.begin(GET, head_only=False, uploading=True)
        with pytest.raises(UpstreamTimeout):
            await connection.write(b"x" * 64_000_000)
        with pytest.raises(UpstreamTimeout):
            await connection.write(b"x")
        over.set()


async def test_while_the_body_goes_up_the_upstream_has_time() -> None:
    """Its time to answer runs only from the end of the request."""

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.closed()

    async with connected(script, SHORT) as connection:
        answer = connection.begin(GET, head_only=False, uploading=True)
        waiting = asyncio.create_task(connection.head(answer))
        done, _ = await asyncio.wait([waiting], timeout=0.15)
        assert not done
        connection.uploaded()
        with pytest.raises(UpstreamTimeout):
            await waiting


async def test_a_slow_reader_pauses_the_upstream_and_a_finished_connection_reads_again() -> None:
    """What is held for a slow client is bounded; a connection kept while paused would hang."""
    size = 16 * HIGH_WATER
    big = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.send(big)
        await wire.request()
        await wire.send(OK)
        await wire.closed()

    async with connected(script) as connection:
        answer = connection.begin(GET, head_only=False, uploading=False)
        await connection.head(answer)
        while answer.size <= HIGH_WATER:
            await asyncio.sleep(0)
        assert not connection._transport.is_reading()
        assert answer.size < 3 * HIGH_WATER
        got = 0
        while not answer.complete:
            got += len(await connection.piece(answer))
        assert got == size
        assert connection.finish()
        assert connection._transport.is_reading()
        assert await body_of(connection) == b"ok"


async def test_a_connection_paused_at_the_very_end_is_not_kept_paused() -> None:
    """The last bytes can both complete the answer and fill the buffer."""
    async with connected(answers(OK, OK)) as connection:
        answer = connection.begin(GET, head_only=False, uploading=False)
        await connection.head(answer)
        await connection.piece(answer)
        connection._transport.pause_reading()
        connection._paused = True
        assert connection.finish()
        assert await body_of(connection) == b"ok"


async def test_permission_comes_with_100_continue() -> None:
    """The body is sent when the upstream asks for it."""
    async with connected(answers(b"HTTP/1.1 100 Continue\r\n\r\n")) as connection:
        answer = connection.begin(GET, head_only=False, uploading=True)
        assert await connection.permission(answer, 20)


async def test_permission_is_not_waited_for_forever() -> None:
    """Old upstreams know no 100 Continue."""
    async with connected(answers(b"")) as connection:
        answer = connection.begin(GET, head_only=False, uploading=True)
        assert await connection.permission(answer, 0.01)


async def test_a_final_answer_is_no_permission() -> None:
    """The upstream has refused; the body stays where it is."""
    async with connected(answers(OK)) as connection:
        answer = connection.begin(GET, head_only=False, uploading=True)
        assert not await connection.permission(answer, 20)
        assert not connection.finish()
