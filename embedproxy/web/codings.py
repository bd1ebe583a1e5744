"""Content codings: what the upstream compressed is opened, rewritten and compressed again."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from embedproxy.errors import RewriteError

GZIP_WINDOW = 31  # zlib's wbits for the gzip format
OPENED_BYTES = 1 << 30  # more than that out of one response is an attack, not a page
PIECE_BYTES = 1 << 18  # how much of a page is opened at once
LEVEL = 4  # rewriting is per request: speed before the last percent
ACCEPTED = b"gzip"  # what we ask the upstream for, where the visitor's browser takes it too


class Decoder(Protocol):
    """Opens one content coding."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Open a piece, in pieces: a thousand bytes may be packed in one. RewriteError where it is broken."""
        ...

    def close(self) -> None:
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

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Open a piece; RewriteError where it is no gzip."""
        while chunk:
            stream = self._stream = self._stream or zlib.decompressobj(GZIP_WINDOW)
            for piece in _opened(stream, chunk):
                self._opened = _bounded(self._opened + len(piece))
                yield piece
            chunk = stream.unused_data
            if stream.eof:
                self._stream = None
                chunk = b"" if not chunk.strip(b"\0") else chunk  # padding after the last member

    def close(self) -> None:
        """RewriteError where the last member is cut short."""
        if self._stream:
            raise RewriteError("the compressed page is cut short")


@dataclass(slots=True)
class Inflate:
    """deflate: zlib's format, and the raw one that some servers send (RFC 9110 §8.4.1.2)."""

    _stream: zlib._Decompress | None = None
    _head: bytes = b""
    _opened: int = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Open a piece; RewriteError where it is no deflate."""
        if self._stream is None:
            self._head += chunk
            if len(self._head) < 2:
                return
            chunk, self._head = self._head, b""
            zlib_header = chunk[0] & 0x0F == 8 and int.from_bytes(chunk[:2], "big") % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
        for piece in _opened(self._stream, chunk):
            self._opened = _bounded(self._opened + len(piece))
            yield piece

    def close(self) -> None:
        """RewriteError where the page is cut short."""
        if self._head or (self._stream and not self._stream.eof):
            raise RewriteError("the compressed page is cut short")


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


def _opened(stream: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    piece = b""
    while chunk or len(piece) == PIECE_BYTES:  # behind a full piece zlib may still hold some of the page
        try:
            piece = stream.decompress(chunk, PIECE_BYTES)
        except zlib.error as error:
            raise RewriteError(f"the page's content coding is broken: {error}") from None
        chunk = stream.unconsumed_tail
        yield piece


def _bounded(total: int) -> int:
    if total > OPENED_BYTES:
        raise RewriteError("the compressed page opens to more than a page can be")
    return total
