"""Two connections that have switched to WebSocket (RFC 6455): their bytes pass as they come, read by nobody.

What a script makes of them stays under the page's ``Content-Security-Policy``, as whatever else it inserts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from embedproxy.gateway.deadline import Deadline
from embedproxy.gateway.framing import Headers
from embedproxy.gateway.headers import client_headers, named_by_connection

# The name in an ASGI scope's ``extensions`` under which a server offers to let go of its connection.
EXTENSION = "embedproxy.tunnel"
PROTOCOL = b"websocket"
OFFER = (b"connection: upgrade", b"upgrade: websocket")
IDLE_SECONDS = 3600.0  # without a byte in either direction; sites that keep a socket open ping far more often
CLOSE_SECONDS = 10.0  # for what is still to be sent when one side has gone


class Releasable(Protocol):
    """A server's connection to a client."""

    def release(self) -> asyncio.Transport:
        """Let go of it: what comes on it from now on is no HTTP."""

    def connection_lost(self, exc: Exception | None) -> None:
        """To be told when it is gone."""


def releasable(scope: Mapping[str, Any]) -> Releasable | None:
    """The client's connection, where the server can let go of it and the client offers to switch.

    Args:
        scope: an ASGI ``http`` scope.
    """
    if scope["method"] != "GET" or scope["http_version"] != "1.1" or not is_switch(scope["headers"]):
        return None
    extensions: Mapping[str, Any] = scope.get("extensions") or {}
    connection: Releasable | None = extensions.get(EXTENSION, {}).get("connection")
    return connection


def is_switch(headers: Headers) -> bool:
    """Whether a head, of a request or of an answer, is about WebSocket (RFC 9110 section 7.8)."""
    protocols = [value.strip().lower() for name, value in headers if name == b"upgrade"]
    return protocols == [PROTOCOL] and b"upgrade" in named_by_connection(headers)


def switching_head(headers: Headers) -> bytes:
    """The head of the answer after which the client's connection is a WebSocket.

    Args:
        headers: of the upstream's own such answer, names in lower case.
    """
    passed = [name + b": " + value for name, value in client_headers(headers, 101)]
    return b"\r\n".join((b"HTTP/1.1 101 Switching Protocols", *OFFER, *passed, b"", b""))


class Tunnel:
    """Joins two connections until one of them ends.

    Args:
        near: the client's.
        far: the upstream's.
        lost: told once, when the client's is gone.

    Attributes:
        closed: set when the client's connection is gone; the upstream's then ends by itself.
    """

    def __init__(
        self, near: asyncio.Transport, far: asyncio.Transport, lost: Callable[[Exception | None], None]
    ) -> None:
        self.closed = asyncio.Event()
        self._near, self._lost = near, lost
        self._standing = [near, far]
        self._patience = Deadline(asyncio.get_running_loop(), self.abort)
        self.touch()
        near.set_protocol(_End(self, near, far))
        far.set_protocol(_End(self, far, near))

    def touch(self) -> None:
        """Something moved."""
        self._patience.start(IDLE_SECONDS)

    def ended(self, end: asyncio.Transport, exc: Exception | None) -> None:
        """One connection is gone: the other goes too, once it has taken what is on its way."""
        self._standing.remove(end)
        for other in self._standing:
            other.close()
        if self._standing:
            self._patience.start(CLOSE_SECONDS)
        else:
            self._patience.cancel()
        if end is self._near:
            self._lost(exc)
            self.closed.set()

    def abort(self) -> None:
        """End both at once."""
        for one in self._standing:
            one.abort()


class _End(asyncio.Protocol):
    """What happens on one connection, for the other."""

    def __init__(self, tunnel: Tunnel, own: asyncio.Transport, other: asyncio.Transport) -> None:
        self._tunnel, self._own, self._other = tunnel, own, other

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        self._tunnel.touch()
        self._other.write(data)

    def pause_writing(self) -> None:
        """This side takes no more for now, so the other is not read."""
        if not self._other.is_closing():
            self._other.pause_reading()

    def resume_writing(self) -> None:
        """This side takes more."""
        if not self._other.is_closing():
            self._other.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """This side is gone."""
        self._tunnel.ended(self._own, exc)
