"""Content codings: what the upstream compressed is opened, rewritten and compressed again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Protocol

from embedproxy.errors import RewriteError

GZIP_WINDOW = 31  # zlib's wbits for the gzip format
OPENED_BYTES = 1 << 30  # more than that out of one response is an attack, not a page
LEVEL = 4  # rewriting is per request: speed before the last percent
ACCEPTED = b"gzip"  # what we ask the upstream for, where the visitor's browser takes it too


class Decoder(Protocol):
    """Opens one content coding."""

    def feed(self, chunk: bytes) -> bytes:
        """Open a piece."""
        ...

    def close(self) -> bytes:
        """The body has ended; RewriteError where it is cut short."""
        ...


def decoders(coding: str) -> list[Decoder]:
    """The decoders for a Content-Encoding header, in the order in which they apply.

    Raises:
        RewriteError: a coding that we do not know (LAW NET-4).
    """
    names = [name.strip().lower() for name in coding.split(",")]
    return [_decoder(name) for name in reversed(names) if name not in ("", "identity")]


def _decoder(name: str) -> Decoder:
    if name in ("gzip", "x-gzip"):
        return Gunzip()
    if name == "deflate":
        return Inflate()
    raise RewriteError(f"the page is in the content coding {name!r}, which cannot be read")


@dataclass(slots=True)
class Gunzip:
    """gzip, also of several members in a row (RFC 1952 §2.2)."""

    _stream: zlib._Decompress | None = None
    _opened: int = 0

    def feed(self, chunk: bytes) -> bytes:
        """Open a piece; RewriteError where it is no gzip."""
        parts: list[bytes] = []
        while chunk:
            self._stream = self._stream or zlib.decompressobj(GZIP_WINDOW)
            parts.append(_opened(self._stream, chunk))
            chunk = self._stream.unused_data
            if self._stream.eof:
                self._stream = None
                chunk = b"" if not chunk.strip(b"\0") else chunk  # padding after the last member
        self._opened = _bounded(self._opened, parts)
        return b"".join(parts)

    def close(self) -> bytes:
        """RewriteError where the last member is cut short."""
        if self._stream:
            raise RewriteError("the compressed page is cut short")
        return b""


@dataclass(slots=True)
class Inflate:
    """deflate: zlib's format, and the raw one that some servers send (RFC 9110 §8.4.1.2)."""

    _stream: zlib._Decompress | None = None
    _head: bytes = b""
    _opened: int = 0

    def feed(self, chunk: bytes) -> bytes:
        """Open a piece; RewriteError where it is no deflate."""
        if self._stream is None:
            self._head += chunk
            if len(self._head) < 2:
                return b""
            chunk, self._head = self._head, b""
            zlib_header = chunk[0] & 0x0F == 8 and int.from_bytes(chunk[:2], "big") % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
        part = _opened(self._stream, chunk)
        self._opened = _bounded(self._opened, [part])
        return part

    def close(self) -> bytes:
        """RewriteError where the page is cut short."""
        if self._head or (self._stream and not self._stream.eof):
            raise RewriteError("the compressed page is cut short")
        return b""


@dataclass(slots=True)
class Gzip:
    """Compresses what was rewritten, piece by piece, so that the browser can show each at once."""

    _stream: zlib._Compress = field(
        default_factory=lambda: zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    )

    def feed(self, chunk: bytes, *, last: bool) -> bytes:
        """Compress a piece and let all of it out."""
        packed = self._stream.compress(chunk)
        return packed + self._stream.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


def _opened(stream: zlib._Decompress, chunk: bytes) -> bytes:
    try:
        return stream.decompress(chunk)
    except zlib.error as error:
        raise RewriteError(f"the page's content coding is broken: {error}") from None


def _bounded(before: int, parts: list[bytes]) -> int:
    total = before + sum(map(len, parts))
    if total > OPENED_BYTES:
        raise RewriteError("the compressed page opens to more than a page can be")
    return total
