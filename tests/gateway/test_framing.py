from __future__ import annotations

import pytest

from embedproxy.gateway.framing import CHUNKED, UNFRAMED, Framing, FramingError, Headers, framing_of


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")],
        [(b"content-length", b"5"), (b"content-length", b"6")],
        [(b"content-length", b"5"), (b"content-length", b"5")],
        [(b"content-length", b"5, 5")],
        [(b"content-length", b"+5")],
        [(b"content-length", b"-5")],
        [(b"content-length", b"1_0")],
        [(b"content-length", b"")],
        [(b"content-length", b" 5")],
        [(b"content-length", "٥".encode())],
        [(b"content-length", b"9" * 19)],
        [(b"transfer-encoding", b"gzip, chunked")],
        [(b"transfer-encoding", b"identity")],
        [(b"transfer-encoding", b"\x0bchunked")],
        [(b"transfer-encoding", b"chunked"), (b"transfer-encoding", b"chunked")],
    ],
)
def test_a_length_that_two_readers_could_see_differently_is_refused(headers: Headers) -> None:
    """Whoever repairs such a message hides a second one in it."""
    with pytest.raises(FramingError):
        framing_of(headers, "1.1")


def test_chunks_in_http_1_0_are_refused() -> None:
    """HTTP/1.0 knows no transfer codings (RFC 9112 section 6.1)."""
    with pytest.raises(FramingError):
        framing_of([(b"transfer-encoding", b"chunked")], "1.0")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([(b"content-type", b"text/html")], UNFRAMED),
        ([(b"content-length", b"0")], Framing(length=0)),
        ([(b"content-length", b"1048576")], Framing(length=1048576)),
        ([(b"transfer-encoding", b"Chunked")], CHUNKED),
    ],
)
def test_one_plain_statement_is_believed(headers: Headers, expected: Framing) -> None:
    """A length in digits, or chunks, or neither."""
    assert framing_of(headers, "1.1") == expected
