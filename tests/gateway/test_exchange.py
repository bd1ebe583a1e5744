from __future__ import annotations

import asyncio
from typing import Any

import pytest

from embedproxy.errors import UpstreamError, UpstreamTimeout
from embedproxy.gateway import exchange as exchange_module
from embedproxy.gateway import pool as pool_module
from tests.gateway.conftest import (
    OK,
    PATIENCE,
    Told,
    Wire,
    answers,
    answers_then_closes,
    ask,
    http_scope,
    playing,
    proxy_to,
    tell,
)

HOST = (b"host", b"site.example")
CHUNKED = (b"transfer-encoding", b"chunked")

pytestmark = pytest.mark.anyio


def sized(length: int, *more: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """Headers of a request with a body."""
    return [HOST, (b"content-length", b"%d" % length), *more]


async def test_an_answer_that_breaks_off_is_never_ended_cleanly() -> None:
    """The client must see that half of it is missing."""
    told = Told()
    async with playing(answers_then_closes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")) as upstream:
        with pytest.raises(UpstreamError):
            await tell(told, proxy_to(upstream.url), http_scope())
    assert (told.status, told.body, told.complete) == (200, b"abc", False)


async def test_garbage_in_the_middle_of_chunks_breaks_the_answer() -> None:
    """What came before it was sent; the end is not."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        await wire.send(b"zz\r\n")
        await wire.closed()

    told = Told()
    async with playing(script) as upstream:
        with pytest.raises(UpstreamError):
            await tell(told, proxy_to(upstream.url), http_scope())
    assert not told.complete


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", UpstreamError),
        (b"HTTP/1.1 200 OK\r\nContent-Len", UpstreamError),
        (b"nonsense\r\n\r\n", UpstreamError),
        (b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n", UpstreamError),
    ],
)
async def test_no_answer_is_an_error_before_the_start(raw: bytes, error: type[Exception]) -> None:
    """Then a page can still be shown."""
    told = Told()
    async with playing(answers_then_closes(raw)) as upstream:
        with pytest.raises(error):
            await tell(told, proxy_to(upstream.url), http_scope())
    assert told.status == 0


async def test_a_slow_upstream_is_a_timeout() -> None:
    """504, not 502."""
    async with playing(answers(b"")) as upstream:
        with pytest.raises(UpstreamTimeout) as caught:
            await ask(proxy_to(upstream.url, timeouts={"read": 0.05}))
    assert caught.value.status_hint == 504


async def test_surplus_bytes_never_answer_the_next_request() -> None:
    """Response splitting ends at the connection."""
    surplus = OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    async with playing(answers(surplus), answers(OK)) as upstream:
        proxy = proxy_to(upstream.url)
        assert [(await ask(proxy)).body for _ in range(2)] == [b"ok", b"ok"]
        assert upstream.connections == 2
        proxy.close()


async def test_a_connection_is_used_again() -> None:
    """GET, HEAD, 304, 204 and chunks leave it in order."""
    raw = [
        OK,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ]
    async with playing(answers(*raw)) as upstream:
        proxy = proxy_to(upstream.url)
        told = [await ask(proxy, method) for method in ("GET", "HEAD", "GET", "GET", "GET")]
        assert [each.status for each in told] == [200, 200, 304, 204, 200]
        assert [each.body for each in told] == [b"ok", b"", b"", b"", b"ok"]
        assert told[1].header(b"content-length") == [b"5"]
        assert told[3].headers == told[4].headers == []
        assert all(each.complete for each in told)
        assert upstream.connections == 1
        proxy.close()


async def test_a_dead_connection_is_replaced_for_a_harmless_request() -> None:
    """The upstream closed it just when it was needed."""

    async def dying(wire: Wire) -> None:
        await wire.request()
        await wire.send(OK)
        await wire.request()

    async with playing(dying, answers(OK)) as upstream:
        proxy = proxy_to(upstream.url)
        assert (await ask(proxy)).body == b"ok"
        assert (await ask(proxy)).body == b"ok"
        assert (upstream.connections, len(upstream.requests)) == (2, 3)
        proxy.close()


async def test_a_second_failure_is_not_tried_a_third_time() -> None:
    """Once, on a new connection, and then the truth."""

    async def dying(wire: Wire) -> None:
        await wire.request()
        await wire.send(OK)
        await wire.request()

    async with playing(dying, answers_then_closes(b"")) as upstream:
        proxy = proxy_to(upstream.url)
        await ask(proxy)
        with pytest.raises(UpstreamError):
            await ask(proxy)
        assert upstream.connections == 2


async def test_a_comment_is_never_sent_twice() -> None:
    """The upstream may have read it before it closed."""

    async def dying(wire: Wire) -> None:
        await wire.request()
        await wire.send(OK)
        await wire.request()

    async with playing(dying, answers(OK)) as upstream:
        proxy = proxy_to(upstream.url)
        await ask(proxy)
        with pytest.raises(UpstreamError):
            await ask(proxy, "POST", b"/", b"a=b", headers=sized(3))
        assert upstream.connections == 1


async def test_a_comment_avoids_a_connection_that_grew_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it seldom meets a dead one."""
    monkeypatch.setattr(pool_module, "YOUNG_SECONDS", -1.0)
    async with playing(answers(OK)) as upstream:
        proxy = proxy_to(upstream.url)
        await ask(proxy)
        assert (await ask(proxy, "POST", b"/", b"a=b", headers=sized(3))).body == b"ok"
        assert upstream.connections == 2
        proxy.close()


async def test_a_body_with_a_length_passes_as_it_is() -> None:
    """In as many pieces as it comes, and the connection stays."""
    async with playing(answers(OK, OK)) as upstream:
        proxy = proxy_to(upstream.url)
        for _ in range(2):
            await ask(proxy, "POST", b"/", b"a=", b"", b"b\r\n", headers=sized(5))
        assert all(each.endswith(b"\r\ncontent-length: 5\r\n\r\na=b\r\n") for each in upstream.requests)
        assert upstream.connections == 1
        proxy.close()


async def test_a_body_without_a_length_passes_in_chunks() -> None:
    """Empty pieces must not end it early."""
    async with playing(answers(OK)) as upstream:
        proxy = proxy_to(upstream.url)
        await ask(proxy, "POST", b"/", b"hello ", b"", b"world" * 5, headers=[HOST, CHUNKED])
        body = upstream.requests[0].partition(b"\r\n\r\n")[2]
        assert body == b"6\r\nhello \r\n19\r\n" + b"world" * 5 + b"\r\n0\r\n\r\n"
        proxy.close()


@pytest.mark.parametrize("pieces", [(b"ab",), (b"abc", b"defg")])
async def test_a_body_that_is_not_as_long_as_announced_is_not_passed_on(pieces: tuple[bytes, ...]) -> None:
    """Its rest would be read as another request."""

    async def script(wire: Wire) -> None:
        await wire.head()
        got.append(await wire.closed())

    got: list[bytes] = []
    async with playing(script) as upstream:
        told = await ask(proxy_to(upstream.url), "POST", b"/", *pieces, headers=sized(5))
        assert told.status == 0
        while not got:
            await asyncio.sleep(0)
        assert len(got[0]) < 5


async def test_the_upstreams_permission_is_awaited() -> None:
    """The client is asked for its body when the upstream asks for it."""

    async def script(wire: Wire) -> None:
        head = await wire.head()
        order.append("head" if b"\r\nexpect: 100-continue\r\n" in head else "no expectation")
        await wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        order.append((await wire.reader.readexactly(3)).decode())
        await wire.send(OK)
        await wire.closed()

    order: list[str] = []
    async with playing(script) as upstream:
        proxy = proxy_to(upstream.url)
        told = await ask(proxy, "POST", b"/", b"a=b", headers=sized(3, (b"expect", b"100-continue")))
        assert (told.body, order, told.header(b"connection")) == (b"ok", ["head", "a=b"], [])
        proxy.close()


async def test_a_refusal_before_the_body_spares_the_client_the_upload() -> None:
    """And closes: what the client sends next could be the body or another request."""
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked = True
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.status, told.headers = message["status"], message["headers"]

    told = Told()
    raw = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.send(raw)
        await wire.closed()

    scope = http_scope("POST", b"/", headers=[HOST, CHUNKED, (b"expect", b"100-continue")])
    async with playing(script) as upstream, asyncio.timeout(PATIENCE):
        await proxy_to(upstream.url)(scope, receive, send)
    assert (told.status, told.headers) == (413, [(b"content-length", b"0"), (b"connection", b"close")])
    assert not asked


async def test_an_early_answer_reaches_the_client_and_ends_the_upload() -> None:
    """An upstream may refuse in the middle of a body; the connection is then not used again."""

    async def script(wire: Wire) -> None:
        await wire.head()
        await wire.send(OK)
        await wire.closed()

    async with playing(script) as upstream:
        proxy = proxy_to(upstream.url)
        scope = http_scope("POST", b"/", headers=sized(100))
        told = Told()

        async def receive() -> dict[str, Any]:
            if told.status == 0 and not first:
                first.append(True)
                return {"type": "http.request", "body": b"a", "more_body": True}
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Any) -> None:
            told.status = message.get("status", told.status)
            told.body += message.get("body", b"")

        first: list[bool] = []
        async with asyncio.timeout(PATIENCE):
            await proxy(scope, receive, send)
        assert (told.status, told.body) == (200, b"ok")
        assert proxy._pool is not None
        assert len(proxy._pool) == 0


@pytest.mark.parametrize("headers", [[HOST], sized(100)])
async def test_a_client_that_goes_away_ends_the_exchange(
    headers: list[tuple[bytes, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The upstream sees its connection close instead of working for nobody."""
    monkeypatch.setattr(exchange_module, "LISTEN_AFTER", 0.0)

    async def script(wire: Wire) -> None:
        await wire.head()
        asked.set()
        await wire.closed()
        closed.set()

    async def receive() -> dict[str, Any]:
        await asked.wait()
        return {"type": "http.disconnect"}

    asked, closed = asyncio.Event(), asyncio.Event()
    async with playing(script) as upstream, asyncio.timeout(PATIENCE):
        await proxy_to(upstream.url)(http_scope("POST", b"/", headers=headers), receive, _unexpected)
        await closed.wait()


async def test_a_client_that_goes_away_while_connecting_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection stands too late."""
    monkeypatch.setattr(exchange_module, "LISTEN_AFTER", 0.0)
    gone = asyncio.Event()
    connect = pool_module.Pool.connect

    async def slowly(self: pool_module.Pool) -> Any:
        await gone.wait()
        await asyncio.sleep(0)
        return await connect(self)

    async def receive() -> dict[str, Any]:
        gone.set()
        return {"type": "http.disconnect"}

    monkeypatch.setattr(pool_module.Pool, "connect", slowly)
    async with playing(answers(OK)) as upstream, asyncio.timeout(PATIENCE):
        await proxy_to(upstream.url)(http_scope(), receive, _unexpected)
        assert upstream.requests == []


async def test_a_server_whose_receive_fails_fails_the_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its error is not lost in a task that nobody looks at."""
    monkeypatch.setattr(exchange_module, "LISTEN_AFTER", 0.0)

    async def receive() -> dict[str, Any]:
        raise RuntimeError("broken server")

    async with playing(answers(b"")) as upstream, asyncio.timeout(PATIENCE):
        with pytest.raises(RuntimeError, match="broken server"):
            await proxy_to(upstream.url)(http_scope(), receive, _unexpected)


async def test_a_cancelled_exchange_closes_its_connection() -> None:
    """A server that shuts down leaves nothing behind."""

    async def script(wire: Wire) -> None:
        await wire.head()
        asked.set()
        await wire.closed()
        closed.set()

    asked, closed = asyncio.Event(), asyncio.Event()
    async with playing(script) as upstream, asyncio.timeout(PATIENCE):
        task = asyncio.create_task(ask(proxy_to(upstream.url)))
        await asked.wait()
        task.cancel()
        await closed.wait()


async def test_a_slow_client_holds_the_upstream_back() -> None:
    """A body of many megabytes never gathers in memory."""
    size, piece = 32 * 1024 * 1024, b"x" * 65536
    sent = got = furthest = 0

    async def script(wire: Wire) -> None:
        nonlocal sent
        await wire.head()
        await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        while sent < size:
            await wire.send(piece)
            sent += len(piece)

    async def send(message: Any) -> None:
        nonlocal got, furthest
        got += len(message.get("body", b""))
        for _ in range(50):
            await asyncio.sleep(0)
        furthest = max(furthest, sent - got)

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async with playing(script) as upstream, asyncio.timeout(PATIENCE):
        await proxy_to(upstream.url)(http_scope(), receive, send)
    assert got == size
    assert furthest < 12 * 1024 * 1024  # most of it in the kernel's socket buffers


async def test_a_slow_upstream_holds_the_client_back() -> None:
    """The client's body is taken only as fast as the upstream takes it."""

    total, taken, held, told, full = 64 * 1024 * 1024, 0, 65536, Told(), asyncio.Event()

    async def script(wire: Wire) -> None:
        await wire.head()
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await full.wait()
        wire.writer.transport.resume_reading()  # type: ignore[attr-defined]
        await wire.reader.readexactly(total - held)
        await wire.reader.readexactly(held)
        await wire.send(OK)
        await wire.closed()

    async def receive() -> dict[str, Any]:
        nonlocal taken
        if taken == total:
            await asyncio.Event().wait()
        taken += 65536
        asyncio.get_running_loop().call_later(0.05, watch, taken)
        return {"type": "http.request", "body": b"x" * 65536, "more_body": taken < total}

    def watch(then: int) -> None:
        if taken == then:
            full.set()  # nothing was taken for a while: the proxy waits for the upstream

    async def send(message: Any) -> None:
        told.status = message.get("status", told.status)

    async with playing(script) as upstream, asyncio.timeout(PATIENCE):
        scope = http_scope("POST", b"/", headers=sized(total))
        task = asyncio.create_task(proxy_to(upstream.url)(scope, receive, send))
        await full.wait()
        assert taken < total // 2
        await task
    assert told.status == 200


async def _unexpected(message: Any) -> None:
    raise AssertionError(message)
