"""Content codings: opened piece by piece, however much is packed into a few bytes."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

from embedproxy.errors import RewriteError
from embedproxy.web import codings
from embedproxy.web.codings import PIECE_BYTES, decoders

TEXT = random.Random(7).randbytes(100_000).hex().encode()


def opened(coding: str, *chunks: bytes) -> list[bytes]:
    """The pieces that come out, to the end."""
    pieces = list(chunks)
    for decoder in decoders(coding):
        pieces = [piece for chunk in pieces for piece in decoder.feed(chunk)]
        decoder.close()
    return pieces


@pytest.mark.parametrize("size", [1000, 1 << 20])
@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:50_000]) + gzip.compress(TEXT[50_000:]) + b"\0" * 9),
        ("x-gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
        ("deflate, identity, gzip", gzip.compress(zlib.compress(TEXT))),
        ("identity", TEXT),
    ],
)
def test_what_was_packed_comes_out_whole(coding: str, packed: bytes, size: int) -> None:
    """In pieces of any size, also of several codings."""
    chunks = [packed[:1], *(packed[at : at + size] for at in range(1, len(packed), size))]
    assert b"".join(opened(coding, *chunks)) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
@pytest.mark.parametrize("length", [PIECE_BYTES, 40 * PIECE_BYTES, 40 * PIECE_BYTES + 1])
def test_a_bomb_opens_in_small_pieces(coding: str, length: int) -> None:
    """A few kilobytes must not fill the memory at once; nothing is lost at the seams."""
    packed = b"\0" * length
    for name in coding.split(", "):
        packed = gzip.compress(packed) if name == "gzip" else zlib.compress(packed)
    pieces = opened(coding, packed)
    assert max(map(len, pieces)) <= PIECE_BYTES
    assert sum(map(len, pieces)) == length


def test_more_than_a_page_can_be_is_an_attack(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends before the memory does."""
    monkeypatch.setattr(codings, "OPENED_BYTES", 3 * PIECE_BYTES)
    with pytest.raises(RewriteError, match="more than a page can be"):
        opened("gzip", gzip.compress(b"\0" * (4 * PIECE_BYTES)))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(TEXT)[:-1]),
        ("gzip", TEXT),
        ("gzip", gzip.compress(TEXT) + b"x"),
        ("deflate", zlib.compress(TEXT)[:-5]),
        ("deflate", b"x"),
        ("br", TEXT),
        ("gzip, br", TEXT),
    ],
)
def test_what_cannot_be_opened_is_an_error(coding: str, packed: bytes) -> None:
    """Cut short, not packed at all, followed by something else, or packed as nobody here can open it."""
    with pytest.raises(RewriteError):
        opened(coding, packed)
