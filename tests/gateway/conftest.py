"""What the gateway's tests share: an upstream that plays bytes, an ASGI client, a real server in front."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from embedproxy.gateway.proxy import Proxy
from embedproxy.listener import Listener
from embedproxy.settings import Settings

PATIENCE = 20.0  # seconds; a test that waits longer than this hangs
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Wire:
    """One accepted connection of the scripted upstream."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: Upstream
    ) -> None:
        self.reader, self.writer, self._upstream = reader, writer, upstream

    async def head(self) -> bytes:
        """The next request's head, recorded."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        self._upstream.requests.append(head)
        return head

    async def request(self) -> bytes:
        """The next request's head and body, recorded."""
        head = await self.head()
        if b"\r\ntransfer-encoding: chunked" in head:
            body = await self.reader.readuntil(b"0\r\n\r\n")
        else:
            length = _LENGTH.search(head)
            body = await self.reader.readexactly(int(length[1])) if length else b""
        self._upstream.requests[-1] = head + body
        return head + body

    async def send(self, data: bytes) -> None:
        """Send bytes exactly as given."""
        self.writer.write(data)
        await self.writer.drain()

    async def closed(self) -> bytes:
        """Wait until the other side closes; what it sent before."""
        with contextlib.suppress(ConnectionError):
            return await self.reader.read()
        return b""

    def reset(self) -> None:
        """Close without a word: the other side sees a reset."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.writer.transport.abort()


Script = Callable[[Wire], Awaitable[None]]


@dataclass
class Upstream:
    """An upstream that plays one script per connection; the last one is played again and again."""

    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.asynccontextmanager
async def playing(*scripts: Script, host: str = "127.0.0.1", tls: Any = None) -> AsyncIterator[Upstream]:
    """Start an upstream; the first connection gets the first script, and so on."""
    upstream, tasks, writers = Upstream(), set[asyncio.Task[None]](), list[asyncio.StreamWriter]()

    async def play(script: Script, wire: Wire) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await script(wire)
        wire.writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = scripts[min(upstream.connections, len(scripts) - 1)]
        upstream.connections += 1
        writers.append(writer)
        tasks.add(asyncio.create_task(play(script, Wire(reader, writer, upstream))))

    server = await asyncio.start_server(accept, host, 0, ssl=tls)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        for _ in range(8):
            await asyncio.sleep(0)  # both sides see the end of their connections
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*tasks)


def answers(*raw: bytes) -> Script:
    """A script that answers one request after the other on its connection, then waits for the end."""

    async def script(wire: Wire) -> None:
        for answer in raw:
            await wire.request()
            await wire.send(answer)
        await wire.closed()

    return script


def answers_then_closes(*raw: bytes) -> Script:
    """A script that answers and closes."""

    async def script(wire: Wire) -> None:
        for answer in raw:
            await wire.request()
            await wire.send(answer)

    return script


@dataclass
class Told:
    """What an ASGI client was told."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    complete: bool = False

    def header(self, name: bytes) -> list[bytes]:
        """All values of one header."""
        return [value for key, value in self.headers if key == name]


def http_scope(method: str = "GET", target: bytes = b"/", **changes: Any) -> dict[str, Any]:
    """An ASGI scope as uvicorn makes it."""
    path, _, query = target.partition(b"?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", b"site.example")],
        "client": ("192.0.2.7", 40000),
        **changes,
    }


async def ask(proxy: Proxy, method: str = "GET", target: bytes = b"/", *body: bytes, **changes: Any) -> Told:
    """Ask a proxy as a server would, for a client that sends these pieces of body and then stays."""
    told = Told()
    return await tell(told, proxy, http_scope(method, target, **changes), *body)


async def tell(told: Told, proxy: Proxy, scope: dict[str, Any], *body: bytes) -> Told:
    """Like `ask`, into a record that can be looked at when the proxy raises."""
    pieces = list(body)

    async def receive() -> dict[str, Any]:
        if pieces:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.status, told.headers = message["status"], message["headers"]
        else:
            told.body += message.get("body", b"")
            told.complete = not message.get("more_body", False)

    async with asyncio.timeout(PATIENCE):
        await proxy(scope, receive, send)
    return told


def proxy_to(url: str, **settings: Any) -> Proxy:
    """A proxy with an upstream and otherwise the defaults."""
    return Proxy(Settings.model_validate({"upstream": url, **settings}))


@contextlib.asynccontextmanager
async def serving(app: Any, **options: Any) -> AsyncIterator[int]:
    """A real uvicorn on httptools in front of an application, as `embedproxy serve` starts it; its port."""
    config = uvicorn.Config(
        app,
        **{
            "http": Listener,
            "ws": "none",
            "loop": "asyncio",
            "lifespan": "on",
            "proxy_headers": False,
            "server_header": False,
            "date_header": False,
            "access_log": False,
            "log_level": "critical",
            "timeout_graceful_shutdown": 2,
            **options,
        },
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listener.close()


async def exchange(port: int, raw: bytes) -> bytes:
    """Send bytes to a port and read what comes back until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(PATIENCE):
            writer.write(raw)
            with contextlib.suppress(ConnectionError):
                return await reader.read()
            return b""
    finally:
        writer.close()
