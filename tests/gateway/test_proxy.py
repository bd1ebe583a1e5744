from __future__ import annotations

import asyncio
import hashlib
import http.client
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from embedproxy.errors import SettingsError
from tests.gateway.conftest import (
    OK,
    PATIENCE,
    Wire,
    answers,
    answers_then_closes,
    ask,
    exchange,
    playing,
    proxy_to,
    serving,
)
from tests.gateway.nginx import free_ports, nginx

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"

pytestmark = pytest.mark.anyio


async def endlessly(wire: Wire) -> None:
    """A script that answers whatever comes."""
    while True:
        await wire.request()
        await wire.send(OK)


@asynccontextmanager
async def front(*scripts: Any, **settings: Any) -> AsyncIterator[tuple[int, Any]]:
    """A real server with the proxy, before a scripted upstream: its port, and the upstream."""
    async with playing(*scripts) as upstream, serving(proxy_to(upstream.url, **settings)) as port:
        yield port, upstream


@pytest.mark.parametrize(
    "raw",
    [
        POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\n",
        POST + b"Content-Length: 0, 5\r\n\r\n",
        POST + b"Content-Length: +0\r\n\r\n",
        CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        CHUNKED + b"\r\n5\r\nhelloXX\r\n0\r\n\r\n",
        CHUNKED + b"\r\n5\nhello\n0\n\n",
        CHUNKED + b"\r\n-5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"\r\n0x5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
        POST + b"X: a\rGET /b HTTP/1.1\r\n\r\n",
        POST + b"X: a\x00b\r\n\r\n",
        POST + b"X: a\r\n folded\r\n\r\n",
        POST + b"Host: b\r\n\r\n",
        POST + b"Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: 5\r\n\r\nhello",
        b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_a_request_hidden_in_an_ambiguous_one_is_never_served(raw: bytes) -> None:
    """One refusal, then the connection closes; the upstream hears at most of a request that breaks off."""
    async with front(endlessly) as (port, upstream):
        got = await exchange(port, raw + HIDDEN + LAST)
    assert got.startswith(b"HTTP/1.1 400 ")
    assert got.count(b"HTTP/1.1 ") == 1
    assert all(each.startswith(CHUNKED[:10]) and each.endswith(b"\r\n\r\n") for each in upstream.requests)
    assert b"hidden" not in b"".join(upstream.requests)


@pytest.mark.parametrize("body", [b"", HIDDEN])
async def test_nothing_behind_an_offer_to_switch_protocols_is_served(body: bytes) -> None:
    """The server's parser stops there and would take the body for the next request."""
    first = POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with front(endlessly) as (port, upstream):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(PATIENCE):
            writer.write(first)
            got = await reader.readuntil(b"\r\n\r\n")
            writer.write(body + LAST)
            got += await reader.read()
        writer.close()
    assert got.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in got
    assert [each.split(b" ")[1] for each in upstream.requests] == ([] if body else [b"/a"])


async def test_pipelined_requests_are_served_in_order() -> None:
    """Plain ones, that is: two answers for two requests."""
    async with front(endlessly) as (port, upstream):
        got = await exchange(port, POST + b"Content-Length: 5\r\n\r\nhello" + LAST)
    assert got.count(b"HTTP/1.1 200 OK") == 2
    assert [each.split(b" ")[1] for each in upstream.requests] == [b"/a", b"/last"]


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
)
async def test_half_an_answer_breaks_the_clients_connection(raw: bytes) -> None:
    """No last chunk, no full length: the browser knows."""
    async with front(answers_then_closes(raw)) as (port, _):
        got = await exchange(port, LAST)
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert b"abc" in body
    assert not body.endswith(b"0\r\n\r\n")


async def test_a_304_with_a_length_does_not_break_the_connection() -> None:
    """Apache sends it; the server would count bytes that never come."""
    raw = b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 5\r\n\r\n'
    async with front(answers(raw, OK)) as (port, _):
        got = await exchange(port, LAST.replace(b"Connection: close\r\n", b"") + LAST)
    assert got == (
        b'HTTP/1.1 304 Not Modified\r\netag: "x"\r\n\r\n'
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"
    )


async def test_the_target_and_repeated_headers_arrive_as_they_were_sent() -> None:
    """Through the whole server, in both directions."""
    raw = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX: \xfc\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n"
    async with front(answers(raw)) as (port, upstream):
        target = b"/a%2Fb/../%2e%2E//?x=%zz&y=+"
        got = await exchange(port, LAST.replace(b"/last", target).replace(b"Host", b"Cookie: \xff\r\nHost"))
    assert upstream.requests[0].startswith(b"GET " + target + b" HTTP/1.1\r\nhost: a\r\ncookie: \xff\r\n")
    assert b"\r\nset-cookie: a=1\r\nx: \xfc\r\nset-cookie: b=2\r\n" in got


async def test_a_large_body_passes_both_ways_unchanged() -> None:
    """Eight megabytes up in chunks, the same down."""
    payload = hashlib.sha256(b"seed").digest() * 262144

    async def echo(wire: Wire) -> None:
        await wire.head()
        body = bytearray()
        while not body.endswith(b"\r\n0\r\n\r\n"):
            piece = await wire.reader.read(1 << 20)
            assert piece, f"broke off after {len(body)} bytes"
            body += piece
        await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)

    def asked(port: int) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        headers = {"Transfer-Encoding": "chunked"}
        connection.request("POST", "/", body=iter([payload]), headers=headers, encode_chunked=True)
        body = connection.getresponse().read()
        connection.close()
        return body

    async with front(echo) as (port, _):
        assert await asyncio.to_thread(asked, port) == payload


async def test_a_client_that_goes_away_frees_the_upstream() -> None:
    """Through the whole server: the upstream sees its connection close."""

    async def script(wire: Wire) -> None:
        await wire.head()
        asked.set()
        await wire.closed()
        closed.set()

    asked, closed = asyncio.Event(), asyncio.Event()
    async with front(script) as (port, _), asyncio.timeout(PATIENCE):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(LAST)
        await asked.wait()
        writer.close()
        await closed.wait()


async def test_the_servers_shutdown_closes_idle_connections() -> None:
    """The upstream is not left waiting."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.send(OK)
        await wire.closed()
        closed.set()

    closed = asyncio.Event()
    async with playing(script) as upstream, asyncio.timeout(PATIENCE):
        async with serving(proxy_to(upstream.url)) as port:
            await exchange(port, LAST)
            assert not closed.is_set()
        await closed.wait()


def test_a_new_event_loop_gets_its_own_connections() -> None:
    """Connections of a loop that has ended cannot be used."""

    async def once() -> bytes:
        async with playing(endlessly) as upstream:
            proxy._address = proxy_to(upstream.url)._address
            return (await ask(proxy)).body

    proxy = proxy_to("http://127.0.0.1:1")
    assert [asyncio.run(once()), asyncio.run(once())] == [b"ok", b"ok"]


async def test_an_upstream_that_leads_back_to_us_is_an_error() -> None:
    """Round and round until no connection is left: the operator reads what is wrong after four rounds."""
    rounds: list[Any] = []

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        rounds.append(scope["type"])
        await app(scope, receive, send)

    app: Any = None
    async with serving(counted, lifespan="off") as port:
        app = proxy_to(f"http://127.0.0.1:{port}")
        got = await exchange(port, LAST)
        app.close()
    assert got.startswith(b"HTTP/1.1 500 ")
    assert rounds == ["http"] * 5


def test_a_proxy_without_upstream_does_not_start() -> None:
    """The setting has no default that could be right."""
    with pytest.raises(SettingsError):
        proxy_to("")


@pytest.fixture
def upstream_nginx(tmp_path: Path) -> Iterator[str]:
    """A real nginx with one page, one large file and a place that takes bodies; its address."""
    [port] = free_ports(1)
    (tmp_path / "page.html").write_text("<p>Guten Tag</p>")
    (tmp_path / "large.bin").write_bytes(b"\x00\xff" * 4_000_000)
    served = (
        f"keepalive_requests 3; server {{ listen 127.0.0.1:{port}; root {tmp_path}; client_max_body_size 1k;"
        "location /to { return 302 $scheme://$http_host/page.html; } }"
    )
    with nginx(tmp_path, port, served):
        yield f"http://127.0.0.1:{port}"
    shutil.rmtree(tmp_path)


async def test_a_real_nginx_is_served_through(upstream_nginx: str) -> None:
    """Pages, ranges, validators, redirects, and connections that nginx closes after three requests."""
    proxy = proxy_to(upstream_nginx)
    host = (b"host", b"site.example")
    for _ in range(10):
        page = await ask(proxy, "GET", b"/page.html")
        assert (page.status, page.body) == (200, b"<p>Guten Tag</p>")
    tag = (b"if-none-match", page.header(b"etag")[0])
    assert (await ask(proxy, "GET", b"/page.html", headers=[host, tag])).status == 304
    part = await ask(proxy, "GET", b"/large.bin", headers=[host, (b"range", b"bytes=1-4")])
    assert (part.status, part.body) == (206, b"\xff\x00\xff\x00")
    head = await ask(proxy, "HEAD", b"/large.bin")
    assert (head.header(b"content-length"), head.body) == ([b"8000000"], b"")
    assert (await ask(proxy, "GET", b"/large.bin")).body == b"\x00\xff" * 4_000_000
    assert (await ask(proxy, "GET", b"/to")).header(b"location") == [b"http://site.example/page.html"]
    assert (await ask(proxy, "GET", b"/%00")).status == 400
    proxy.close()


async def test_a_real_nginx_refuses_a_body_early(upstream_nginx: str) -> None:
    """413 comes before the body has been sent; the visitor sees it."""
    proxy = proxy_to(upstream_nginx)
    headers = [(b"host", b"a"), (b"content-length", b"2000"), (b"expect", b"100-continue")]
    told = await ask(proxy, "POST", b"/page.html", b"x" * 2000, headers=headers)
    assert told.status == 413
    proxy.close()


async def test_a_websocket_is_refused_before_its_handshake() -> None:
    """Try again later (RFC 6455 section 7.4.1): the server makes a 403 of it."""
    told: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        told.append(message)

    await proxy_to("http://127.0.0.1:1")({"type": "websocket"}, receive, send)
    assert told == [{"type": "websocket.close", "code": 1013, "reason": "not forwarded"}]
