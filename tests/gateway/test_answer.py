from __future__ import annotations

import random

import pytest

from embedproxy.errors import UpstreamError
from embedproxy.gateway.answer import FRUITLESS, INTERIM, Answer

HEAD = b"HTTP/1.1 200 OK\r\n"


def fed(*pieces: bytes, head_only: bool = False) -> Answer:
    """An answer after these pieces."""
    answer = Answer(head_only=head_only)
    for piece in pieces:
        answer.feed(piece)
    return answer


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
        HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n",
        HEAD + b"Content-Length: 3, 4\r\n\r\n",
        HEAD + b"Content-Length: -3\r\n\r\n",
        HEAD + b"Content-Length: 99999999999999999999\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        HEAD + b"X: a\r\n b\r\n\r\n",
        HEAD + b"X: a\rb\r\n\r\n",
        HEAD + b"X: a\x00b\r\n\r\n",
        HEAD + b"X : a\r\n\r\n",
        HEAD + b" X: a\r\n\r\n",
        b"HTTP/1.1 200 OK\nX: a\n\n",
        b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/0.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * (INTERIM + 1),
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
)
def test_nonsense_is_an_error_in_pieces_of_any_size(raw: bytes) -> None:
    """What cannot be trusted does not become an answer, however the bytes arrive."""
    with pytest.raises(UpstreamError):
        fed(raw)
    with pytest.raises(UpstreamError):
        fed(*(raw[place : place + 1] for place in range(len(raw))))


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"X: " + b"a" * 100,
        HEAD + b"X: a\r\n" * 100,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 100,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"a" * 100,
    ],
)
def test_headers_without_end_are_an_error(raw: bytes) -> None:
    """Heads, chunk extensions and trailers cannot fill the memory."""
    answer = fed(raw)
    filler = b"b" * 1024 if b"X: a\r\n" not in raw else b"Y: b\r\n" * 200
    for _ in range(FRUITLESS // len(filler) - 1):
        answer.feed(filler)
    with pytest.raises(UpstreamError, match="without end"):
        answer.feed(filler * 2)


def test_a_whole_answer_is_read_in_pieces_of_any_size() -> None:
    """Status, headers in order, body; the seed of the random cuts is in the name of the failure."""
    raw = HEAD + b"Set-Cookie: a=1\r\nContent-Length: 5\r\nset-cookie: b=2\r\n\r\nhello"
    for seed in range(200):
        cuts = sorted(random.Random(seed).sample(range(1, len(raw)), 4))
        answer = fed(*(raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)))
        assert (answer.status, answer.complete, answer.reusable) == (200, True, True), seed
        assert answer.headers == [(b"set-cookie", b"a=1"), (b"content-length", b"5"), (b"set-cookie", b"b=2")]
        assert answer.take() == b"hello", seed


def test_chunks_are_undone_and_trailers_dropped() -> None:
    """The body is what the upstream meant, not how it was wrapped."""
    answer = fed(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n"
    )
    assert (answer.take(), answer.complete, answer.reusable) == (b"abcde", True, True)
    assert answer.headers == [(b"transfer-encoding", b"chunked")]


@pytest.mark.parametrize(
    ("raw", "head_only"),
    [
        (HEAD + b"Content-Length: 5\r\n\r\n", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", True),
        (HEAD + b"\r\n", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", False),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", False),
        (HEAD + b"Content-Length: 0\r\n\r\n", False),
    ],
)
def test_answers_without_body_end_with_their_head(raw: bytes, head_only: bool) -> None:
    """HEAD, 204 and 304 have none, whatever the headers say."""
    answer = fed(raw, head_only=head_only)
    assert (answer.complete, answer.reusable, answer.take()) == (True, True, b"")


@pytest.mark.parametrize(
    ("raw", "head_only"),
    [
        (HEAD + b"Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", False),
        (HEAD + b"Content-Length: 2\r\n\r\nokgarbage", False),
        (HEAD + b"Content-Length: 4\r\n\r\nevil", True),
        (b"HTTP/1.1 304 Not Modified\r\n\r\nevil", False),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", False),
    ],
)
def test_bytes_behind_an_answer_spoil_the_connection_and_not_the_answer(raw: bytes, head_only: bool) -> None:
    """The answer is whole; what stands behind it is nobody's."""
    answer = fed(raw, head_only=head_only)
    assert (answer.complete, answer.reusable) == (True, False)
    assert b"evil" not in answer.take()


def test_interim_answers_leave_no_trace() -> None:
    """Their headers (a preload hint, say) never reach the visitor."""
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: <https://other.example/>; rel=preconnect\r\n\r\n"
    answer = fed(b"HTTP/1.1 100 Continue\r\n\r\n" + hint)
    assert (answer.permitted, answer.started) == (True, False)
    answer.feed(HEAD + b"Content-Length: 2\r\n\r\nok")
    assert (answer.headers, answer.take()) == ([(b"content-length", b"2")], b"ok")


def test_a_body_without_length_ends_with_the_connection() -> None:
    """HTTP/1.0 servers end their bodies that way."""
    answer = fed(b"HTTP/1.0 200 OK\r\n\r\n", b"abc")
    assert not answer.complete
    answer.end()
    assert (answer.complete, answer.reusable, answer.take()) == (True, False, b"abc")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 20",
        HEAD + b"Content-Length: 5\r\n",
        HEAD + b"Content-Length: 5\r\n\r\nabc",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
    ],
)
def test_an_end_in_the_middle_is_an_error(raw: bytes) -> None:
    """Half an answer never looks like a whole one."""
    answer = fed(raw) if raw else Answer(head_only=False)
    with pytest.raises(UpstreamError, match="in the middle"):
        answer.end()


@pytest.mark.parametrize(
    ("version", "connection", "reusable"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"Connection: Keep-Alive\r\n", True),
        (b"1.1", b"Connection: foo, Close\r\n", False),
        (b"1.0", b"", False),
        (b"1.0", b"Connection: keep-alive\r\n", True),
    ],
)
def test_the_upstream_says_whether_the_connection_stays(
    version: bytes, connection: bytes, reusable: bool
) -> None:
    """RFC 9112 section 9.3."""
    raw = b"HTTP/" + version + b" 200 OK\r\n" + connection + b"Content-Length: 0\r\n\r\n"
    assert fed(raw).reusable is reusable


@pytest.mark.parametrize(
    ("value", "patience"), [(b"timeout=5, max=100", 5), (b"max=100", None), (b"timeout=x", None)]
)
def test_the_upstream_says_how_long_the_connection_stays(value: bytes, patience: int | None) -> None:
    """Apache and Node announce it in Keep-Alive."""
    assert fed(HEAD + b"Keep-Alive: " + value + b"\r\nContent-Length: 0\r\n\r\n").patience == patience
