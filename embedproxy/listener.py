"""uvicorn's HTTP/1.1 protocol with the limits that it lacks: how large a head is, and how slow a client."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from embedproxy.gateway.deadline import Deadline
from embedproxy.gateway.tunnel import EXTENSION

HEAD_BYTES = 65536  # request line and headers; browsers and fronts send a few thousand
HEAD_SECONDS = 30.0  # for all of them, however many pieces they come in
BODY_SECONDS = 60.0  # between two pieces of a body
TAKE_SECONDS = 300.0  # until a client takes more of an answer; the kernel's buffers hide some of its slowness


class _Reading(Enum):
    """What is being read of a request."""

    NOTHING = 0
    HEAD = 1
    BODY = 2


class Listener(HttpToolsProtocol):
    """One client's connection; who keeps it waiting for too long, or never ends a head, loses it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._reading = _Reading.NOTHING
        self._unread = 0  # bytes of a head that is not complete
        self._released = False
        self._sending = Deadline(self.loop, self._too_slow)
        self._taking = Deadline(self.loop, self._abort)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The connection stands: a request is to follow."""
        super().connection_made(transport)
        self._sending.start(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._sending.cancel()
        self._taking.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client."""
        waited = self._is_waiting
        super().data_received(data)
        if self._reading is _Reading.BODY:
            self._sending.start(BODY_SECONDS)
        elif not self._is_waiting:
            self._sending.stop()
        else:
            self._unread += len(data)
            if self._unread > HEAD_BYTES:
                self._refuse()
            elif not waited:
                self._sending.start(HEAD_SECONDS)

    def release(self) -> asyncio.Transport:
        """Let go of the connection: what comes on it from now on is no HTTP."""
        self._released = True
        self._sending.cancel()
        self._taking.cancel()
        return self.transport

    def shutdown(self) -> None:
        """The server stops."""
        super().shutdown()
        if self._released:
            self.transport.close()  # a WebSocket ends when somebody ends it

    def pause_writing(self) -> None:
        """The client takes no more for now."""
        super().pause_writing()
        self._taking.start(TAKE_SECONDS)

    def resume_writing(self) -> None:
        """The client takes more."""
        super().resume_writing()
        self._taking.stop()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """A request line begins."""
        self._reading = _Reading.HEAD
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; what comes behind a chunked body is none (RFC 9110 section 6.5.1), whatever it claims."""
        if self._reading is _Reading.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES:
            raise ValueError("the head is too large")  # the parser's caller answers 400 and closes
        self._reading, self._unread = _Reading.BODY, 0
        if self.parser.should_upgrade() and not self._is_busy:
            self.scope["extensions"] = {EXTENSION: {"connection": self}}
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is complete."""
        self._reading = _Reading.NOTHING
        super().on_message_complete()

    # Waiting.

    @property
    def _is_waiting(self) -> bool:
        """Whether the client owes a head: it began one, or nothing else is going on."""
        return self._reading is _Reading.HEAD or (self._reading is _Reading.NOTHING and not self._is_busy)

    @property
    def _is_busy(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _too_slow(self) -> None:
        if self.flow.read_paused or (self._reading is _Reading.HEAD and self._is_busy):
            self._sending.start(BODY_SECONDS)  # it is we who keep the client waiting
        else:
            self._abort()

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def _abort(self) -> None:
        self.transport.abort()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: uvicorn's advice to install a library would not help."""
