"""One answer of the upstream, parsed from bytes as they come; knows no sockets."""

from __future__ import annotations

import re
from typing import Any

import httptools

from embedproxy.errors import UpstreamError
from embedproxy.gateway.framing import EMPTY, UNFRAMED, FramingError, Headers, framing_of
from embedproxy.gateway.headers import HeaderError, check, named_by_connection
from embedproxy.gateway.tunnel import is_switch

# Bytes that may come without any body in them: a head, chunk sizes, trailers. Far above what servers send.
FRUITLESS = 256 * 1024
# Interim answers (1xx) before the final one.
INTERIM = 32

_TIMEOUT = re.compile(rb"\btimeout=(\d{1,5})\b")


class _Surplus(Exception):
    """Bytes behind the answer's end; never shown outside this module."""


class Answer:
    """One answer: fed with bytes, it tells what is known of it so far.

    Args:
        head_only: the request was HEAD, so that no body follows whatever the headers say.
        switching: the request offered to switch to WebSocket.

    Attributes:
        status: HTTP status code, 0 until the head is complete.
        headers: names in lower case, in order, repeated ones kept; without those of interim answers.
        started: the head is complete.
        complete: the body is complete.
        reusable: the connection may carry another request when this answer is complete.
        patience: seconds for which the upstream says it keeps an idle connection; None when it does not say.
        permitted: the upstream asked for the request's body (100 Continue).
        touched: at least one byte has come.
        until_close: the body ends with the connection.
        switched: from here on the connection is a WebSocket.
        rest: what came on it since.
        size: bytes of body that wait to be taken.
    """

    __slots__ = (
        "_fruitless",
        "_head_only",
        "_interim",
        "_interims",
        "_parser",
        "_pieces",
        "_switching",
        "complete",
        "headers",
        "patience",
        "permitted",
        "rest",
        "reusable",
        "size",
        "started",
        "status",
        "switched",
        "touched",
        "until_close",
    )

    def __init__(self, *, head_only: bool, switching: bool = False) -> None:
        self.status = 0
        self.headers: Headers = []
        self.started = self.complete = self.reusable = self.permitted = self.touched = False
        self.until_close = self.switched = False
        self.rest = b""
        self.patience: int | None = None
        self.size = 0
        self._pieces: list[bytes] = []
        self._head_only = head_only
        self._switching = switching
        self._interim = False
        self._interims = self._fruitless = 0
        self._parser: Any = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take bytes from the upstream.

        Raises:
            UpstreamError: they are not HTTP/1.1 that can be trusted.
        """
        self.touched = True
        if self.switched:
            self.rest += data
            return
        before = self.size
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as error:
            if self.switched:
                self.rest = data[error.args[0] :]
            else:
                self._give_up(error)
        except httptools.HttpParserError as error:
            self._give_up(error)
        if self.complete:
            self.close()
        elif self.size == before:
            self._fruitless += len(data)
            if self._fruitless > FRUITLESS:
                raise UpstreamError("the upstream sends headers without end")
        else:
            self._fruitless = 0

    def end(self) -> None:
        """The upstream closed the connection.

        Raises:
            UpstreamError: the answer was not complete.
        """
        if self.started and self.until_close:
            self.complete = True
        if not self.complete:
            raise UpstreamError("the upstream closed the connection in the middle of its answer")

    def take(self) -> bytes:
        """All body bytes that have come and were not taken yet."""
        pieces, self._pieces, self.size = self._pieces, [], 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        """Let go of the parser: it refers back to this object, so only a garbage collection would free it."""
        self._parser = None

    def _give_up(self, error: Exception) -> None:
        if self.complete:
            self.reusable = False  # something stands behind this answer; the answer itself is whole
            return
        cause = error.__context__
        self.close()
        if isinstance(cause, UpstreamError):
            raise cause from None
        raise UpstreamError(f"the upstream does not answer in HTTP/1.1: {error}") from None

    # What httptools calls.

    def on_message_begin(self) -> None:
        """A status line begins."""
        if self.complete:
            raise _Surplus

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or, behind a chunked body, a trailer; trailers are dropped."""
        if not self.started:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The head is complete: decide what follows it."""
        status = self._parser.get_status_code()
        if status == 101:
            self._switch()
            return
        if 100 <= status < 200:
            self._pass_over(status)
            return
        if not 200 <= status < 600:
            raise UpstreamError(f"the upstream's status is none: {status}")
        self._start(status, self._parser.get_http_version())

    def on_body(self, piece: bytes) -> None:
        """A piece of the body."""
        if self.complete:
            raise _Surplus
        self._pieces.append(piece)
        self.size += len(piece)

    def on_message_complete(self) -> None:
        """The end, by length or by the last chunk."""
        if self._interim:
            self._interim = False
            self.headers.clear()
        else:
            self.complete = True

    def _pass_over(self, status: int) -> None:
        """Interim answers are for us: 100 permits the body, others are not worth the visitor's silence."""
        self._interims += 1
        if self._interims > INTERIM:
            raise UpstreamError("the upstream sends interim answers without end")
        self._interim = True
        self.permitted = self.permitted or status == 100

    def _switch(self) -> None:
        if not self._switching or not is_switch(self.headers):
            raise UpstreamError("the upstream switched protocols without being asked")
        self._check()
        self.status, self.started, self.switched = 101, True, True

    def _check(self) -> None:
        try:
            check(self.headers)
        except HeaderError as error:
            raise UpstreamError(f"the upstream's answer cannot be trusted: {error}") from None

    def _start(self, status: int, version: str) -> None:
        if version not in ("1.1", "1.0"):
            raise UpstreamError(f"the upstream speaks HTTP/{version}")
        self._check()
        try:
            framing = framing_of(self.headers, version)
        except FramingError as error:
            raise UpstreamError(f"the upstream's answer cannot be trusted: {error}") from None
        bodiless = self._head_only or status in (204, 304)
        self.until_close = not bodiless and framing is UNFRAMED
        self._keep(version)
        self.status, self.started = status, True
        if bodiless or framing == EMPTY:
            self.complete = True  # the parser does not know that this answers a HEAD

    def _keep(self, version: str) -> None:
        options = named_by_connection(self.headers)
        kept = b"keep-alive" in options if version == "1.0" else b"close" not in options
        self.reusable = kept and not self.until_close
        if self.reusable:
            self.patience = _seconds(dict(self.headers).get(b"keep-alive", b""))


def _seconds(value: bytes) -> int | None:
    found = _TIMEOUT.search(value)
    return int(found[1]) if found else None
