"""One request and its answer: carried between the client and the upstream piece by piece."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Send

from embedproxy.errors import UpstreamError
from embedproxy.gateway.answer import Answer
from embedproxy.gateway.connection import Connection, StaleConnection
from embedproxy.gateway.headers import client_headers
from embedproxy.gateway.pool import Pool
from embedproxy.gateway.request import Request
from embedproxy.gateway.tunnel import Releasable, Tunnel, switching_head

# Most answers are there before it matters whether the client still waits; only longer exchanges pay for a
# task that listens.
LISTEN_AFTER = 0.05  # seconds
# How long the client's body waits for the upstream's permission (RFC 9110 section 10.1.1: not forever).
PERMISSION_SECONDS = 1.0


class ClientGone(Exception):
    """The client went away; nobody is left to answer."""


class Exchange:
    """One request on its way to the upstream and the answer on its way back.

    Args:
        pool: where connections come from.
        request: what is asked.
        receive: the client's body, and the news that it went away.
        send: the way to the client.
    """

    __slots__ = ("_connection", "_gone", "_listener", "_pool", "_receive", "_request", "_send", "_timer")

    def __init__(self, pool: Pool, request: Request, receive: Receive, send: Send) -> None:
        self._pool = pool
        self._request = request
        self._receive = receive
        self._send = send
        self._connection: Connection | None = None
        self._listener: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._gone: Exception | None = None

    async def run(self) -> None:
        """Carry it out.

        Raises:
            UpstreamError: no answer, or one that broke off; in the second case the client's answer has begun
                and must be broken too.
            ClientGone: the client went away.
        """
        try:
            if self._request.framing.length == 0:
                self._timer = self._pool.loop.call_later(LISTEN_AFTER, self._begin_listening)
            connection, answer = await self._ask()
            client = self._request.client
            if client is not None and answer.switched:
                await self._join(client, connection, answer)
            else:
                await self._tell(connection, answer)
        finally:
            self._stop()

    async def _ask(self) -> tuple[Connection, Answer]:
        """Send the request; once more on a new connection when a kept one was dead."""
        repeatable = self._request.repeatable
        connection = self._pool.kept(repeatable=repeatable)
        if connection is not None:
            try:
                return await self._ask_on(connection)
            except StaleConnection:
                if not repeatable:
                    raise
        return await self._ask_on(await self._pool.connect())

    async def _ask_on(self, connection: Connection) -> tuple[Connection, Answer]:
        self._connection = connection
        if self._gone is not None:
            raise self._gone
        uploading = self._request.framing.length != 0
        answer = connection.begin(
            self._request.head,
            head_only=self._request.head_only,
            uploading=uploading,
            switching=self._request.client is not None,
        )
        if uploading:
            self._begin_listening()
        await connection.head(answer)
        return connection, answer

    async def _tell(self, connection: Connection, answer: Answer) -> None:
        """Pass the answer on; a slow client holds the upstream back."""
        headers = client_headers(answer.headers, answer.status)
        if self._request.closing or (self._request.expects and connection.uploading):
            # Otherwise what the client sends next, body or request, could be taken for the other.
            headers.append((b"connection", b"close"))
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        more = True
        while more:
            piece = await connection.piece(answer)
            more = not answer.complete
            if not more:
                self._connection = None
                if connection.finish():  # before the client has taken the last piece: others need it
                    self._pool.keep(connection, answer.patience)
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    async def _join(self, client: Releasable, connection: Connection, answer: Answer) -> None:
        """Let both sides talk WebSocket; over when the client's connection is."""
        self._connection = None
        near, far = client.release(), connection.release()
        near.write(switching_head(answer.headers) + answer.rest)
        tunnel = Tunnel(near, far, client.connection_lost)
        try:
            await tunnel.closed.wait()
        except asyncio.CancelledError:
            tunnel.abort()
            raise

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()
        if self._connection is not None:
            self._connection.abort(None)

    # The client's side.

    def _begin_listening(self) -> None:
        self._listener = self._pool.loop.create_task(self._listen())

    async def _listen(self) -> None:
        """Pass the body on, then wait for the news that the client went away."""
        try:
            if self._request.framing.length != 0 and self._connection is not None:
                await self._upload(self._connection)
            while (await self._receive())["type"] != "http.disconnect":
                pass
            raise ClientGone
        except UpstreamError:
            return  # whoever waits for the answer learns of it there
        except Exception as error:
            self._gone = error
            if self._connection is not None:
                self._connection.abort(error)

    async def _upload(self, connection: Connection) -> None:
        """Pass the request's body on, piece by piece; a slow upstream holds the client back.

        Raises:
            ClientGone: the body broke off, or is not as long as announced.
            UpstreamError: the upstream does not take it.
        """
        framing, answer = self._request.framing, connection.answer
        if self._request.expects and answer and not await connection.permission(answer, PERMISSION_SECONDS):
            return  # answered without the body, which then stays where it is
        left, more = framing.length, True
        while more:
            message = await self._receive()
            body: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            if left is not None:
                left -= len(body)
            if message["type"] == "http.disconnect" or (
                left is not None and (left < 0 or (left and not more))
            ):
                raise ClientGone
            if body:
                await connection.write(*_framed(body, chunked=framing.chunked))
        if framing.chunked:
            await connection.write(b"0\r\n\r\n")
        connection.uploaded()


def _framed(body: bytes, *, chunked: bool) -> tuple[bytes, ...]:
    return (b"%x\r\n" % len(body), body, b"\r\n") if chunked else (body,)
