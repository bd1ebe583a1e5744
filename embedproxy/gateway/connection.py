"""One connection to the upstream: bytes out, one answer at a time in, with back-pressure both ways."""

from __future__ import annotations

import asyncio
import contextlib
import select
from collections.abc import Callable
from typing import cast

from embedproxy.errors import UpstreamError, UpstreamTimeout
from embedproxy.gateway.answer import Answer
from embedproxy.gateway.deadline import Deadline
from embedproxy.settings import Timeouts

# Body bytes held for a slow client before the upstream is told to wait.
HIGH_WATER = 256 * 1024


class StaleConnection(UpstreamError):
    """A kept connection was closed before the first byte of an answer: the request may not have been read."""


class Connection(asyncio.Protocol):
    """One connection, used by one exchange after the other.

    Args:
        loop: the event loop.
        timeouts: patience with the upstream.
        lost: called once when the connection is gone.

    Attributes:
        answer: the answer that is being read; None while idle.
        closed: nothing can be sent any more.
        uploading: the request's body is not complete.
        used: an earlier exchange was carried.
        idle_since: event loop's time at which it became idle, in seconds.
        idle_until: event loop's time at which it is closed when nobody needs it, in seconds.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, timeouts: Timeouts, lost: Callable[[Connection], None]
    ) -> None:
        self.answer: Answer | None = None
        self.closed = self.used = self.uploading = False
        self.idle_since = self.idle_until = 0.0
        self._loop, self._timeouts, self._lost = loop, timeouts, lost
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._permit: asyncio.Future[None] | None = None
        self._paused = self._full = False
        self._reading = Deadline(loop, self._too_slow)
        self._writing = Deadline(loop, self._too_slow)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast(asyncio.Transport, transport)
        self._poll = select.poll()
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        """Bytes came: part of the answer, or nothing that anybody asked for."""
        answer = self.answer
        if answer is None or (answer.complete and not answer.switched):
            self.abort(UpstreamError("the upstream sent bytes that nobody asked for"))
            return
        try:
            answer.feed(data)
        except UpstreamError as error:
            self.abort(error)
            return
        if answer.size > HIGH_WATER and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone, by whichever side."""
        self.closed = True
        if self._error is None:
            self._error = self._reason(exc)
        self._reading.cancel()
        self._writing.cancel()
        if self.answer is not None:
            self.answer.close()
        self.resume_writing()
        self._wake()
        self._lost(self)

    def pause_writing(self) -> None:
        """The upstream takes no more for now."""
        self._full = True

    def resume_writing(self) -> None:
        """The upstream takes more."""
        self._full = False
        _ring(self._writer)

    # What an exchange calls.

    def begin(self, head: bytes, *, head_only: bool, uploading: bool, switching: bool = False) -> Answer:
        """Send a request's head.

        Args:
            head: request line and headers.
            head_only: the answer has no body.
            uploading: a body follows; the upstream's time starts when it is complete.
            switching: the request offers to switch to WebSocket.

        Returns:
            The answer to it, of which nothing is known yet.
        """
        answer = self.answer = Answer(head_only=head_only, switching=switching)
        self.uploading = uploading
        self._transport.write(head)
        return answer

    async def head(self, answer: Answer) -> None:
        """Wait until the answer's head is complete.

        Raises:
            UpstreamError: the connection broke, or the answer is none; StaleConnection as explained there.
            UpstreamTimeout: it did not come in time.
        """
        while not answer.started:
            await self._more()

    async def permission(self, answer: Answer, seconds: float) -> bool:
        """Wait for ``100 Continue``, a final answer, or so many seconds (RFC 9110 section 10.1.1).

        Returns:
            Whether the request's body is to be sent.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (answer.permitted or answer.started or self.closed):
                    self._permit = self._loop.create_future()
                    await self._permit
        return not answer.started

    async def piece(self, answer: Answer) -> bytes:
        """The body bytes that have come, at least one unless the answer is complete.

        Raises:
            UpstreamError: the answer broke off.
            UpstreamTimeout: no more came in time.
        """
        while not answer.size and not answer.complete:
            await self._more()
        piece = answer.take()
        if self._paused:
            self._paused = False
            if not self.closed:
                self._transport.resume_reading()
        return piece

    async def write(self, *pieces: bytes) -> None:
        """Send part of a request's body, and wait while the upstream is slow to take it.

        Raises:
            UpstreamError: the connection broke.
            UpstreamTimeout: the upstream took nothing in time.
        """
        if self._error is not None:
            raise self._error
        self._transport.write(b"".join(pieces) if len(pieces) > 1 else pieces[0])
        if not self._full:
            return
        self._writer = self._loop.create_future()
        self._writing.start(self._timeouts.write)
        try:
            await self._writer
        finally:
            self._writing.stop()
            self._writer = None
        if self._error is not None:
            raise self._error

    def uploaded(self) -> None:
        """The request is complete: from now on the upstream's time runs."""
        self.uploading = False
        if self._reader is not None:
            self._reading.start(self._timeouts.read)

    def finish(self) -> bool:
        """End the exchange whose answer is complete.

        Returns:
            Whether the connection may carry another one.
        """
        answer, self.answer = self.answer, None
        if answer is None or not answer.complete or not answer.reusable or self.uploading or self.closed:
            self.abort(None)
            return False
        if self._paused:
            # A connection kept while paused would hang its next exchange.
            self._paused = False
            self._transport.resume_reading()
        self.used = True
        return True

    def release(self) -> asyncio.Transport:
        """Let go of the connection that has switched protocols: what comes on it from now on is no HTTP."""
        self.closed = True
        self._reading.cancel()
        self._writing.cancel()
        return self._transport

    def quiet(self) -> bool:
        """Whether nothing has come on an idle connection, not even its end; asked before each reuse.

        The event loop may not have looked yet, and what already waits there would become the answer to a
        request that has not been sent.
        """
        return not self.closed and not self._poll.poll(0)

    def abort(self, error: Exception | None) -> None:
        """Close at once, and let whoever waits fail with the error."""
        if self._error is None:
            self._error = error or UpstreamError("the connection was given up")
        self.closed = True
        self._transport.abort()
        self._wake()
        self.resume_writing()

    # Waiting.

    async def _more(self) -> None:
        """Wait for anything to happen on the connection."""
        if self._error is not None:
            raise self._error
        if not self.uploading:
            self._reading.start(self._timeouts.read)
        self._reader = self._loop.create_future()
        try:
            await self._reader
        finally:
            self._reading.stop()
            self._reader = None

    def _wake(self) -> None:
        _ring(self._reader)
        _ring(self._permit)

    def _too_slow(self) -> None:
        self.abort(UpstreamTimeout("the upstream is too slow"))

    def _reason(self, exc: Exception | None) -> Exception:
        """Why the exchange fails that was under way, if one was."""
        answer = self.answer
        if answer is not None and not answer.touched and self.used:
            return StaleConnection("the upstream closed a kept connection")
        if exc is not None or answer is None:
            return UpstreamError(f"the connection to the upstream broke: {type(exc).__name__}")
        try:
            answer.end()
        except UpstreamError as error:
            return error
        return UpstreamError("the upstream closed the connection")


def _ring(bell: asyncio.Future[None] | None) -> None:
    if bell is not None and not bell.done():
        bell.set_result(None)
