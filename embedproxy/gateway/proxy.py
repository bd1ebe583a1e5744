"""The reverse proxy as an ASGI application: everything it is asked, it asks the upstream."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope, Send

from embedproxy.errors import UpstreamError
from embedproxy.gateway.address import upstream_address
from embedproxy.gateway.exchange import ClientGone, Exchange
from embedproxy.gateway.forwarding import Fronts, is_going_round
from embedproxy.gateway.pool import Pool
from embedproxy.gateway.request import RequestRefused, request_of
from embedproxy.settings import Settings


class Proxy:
    """Forwards requests to ``settings.upstream``.

    Errors before the answer's start leave as exceptions, so that a middleware can show a page; errors behind
    it leave as exceptions too, and the server then breaks the client's connection: half a page never looks
    like a whole one.

    Args:
        settings: ``upstream``, ``upstream_ca``, ``timeouts`` and ``forwarded_allow`` are used.

    Raises:
        SettingsError: the upstream's address or an address of a front server cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._address = upstream_address(settings.upstream, settings.upstream_ca)
        self._fronts = Fronts(settings.forwarded_allow)
        self._timeouts = settings.timeouts
        self._pool: Pool | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI scope: ``http``, ``websocket`` or ``lifespan``.

        Raises:
            UpstreamError: no answer that can be trusted (status hint 502).
            UpstreamTimeout: no answer in time (status hint 504).
        """
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(receive, send)
        else:
            await self._lifespan(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_going_round(scope):
            raise UpstreamError("the upstream leads back to embedproxy: check the setting upstream")
        try:
            request = request_of(scope, self._fronts, self._address.authority)
        except RequestRefused as refusal:
            await _refuse(send, refusal.status)
            return
        try:
            await Exchange(self._pool_here(), request, receive, send).run()
        except ClientGone:
            return

    async def _websocket(self, receive: Receive, send: Send) -> None:
        """Refuse: the server makes it a 403 before the handshake."""
        await receive()
        await send({"type": "websocket.close", "code": 1013, "reason": "not forwarded"})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def close(self) -> None:
        """Close the idle connections to the upstream."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _pool_here(self) -> Pool:
        """The pool, made anew when its event loop has ended (asking which one runs costs a system call)."""
        if self._pool is None or self._pool.loop.is_closed():
            self._pool = Pool(self._address, self._timeouts, asyncio.get_running_loop())
        return self._pool


async def _refuse(send: Send, status: int) -> None:
    """Answer a request that is not passed on, and close the connection: what follows it cannot be trusted."""
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    body = b"This request is not passed on.\n"
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
