from __future__ import annotations

from typing import Any

import pytest

from embedproxy.gateway.forwarding import Fronts
from embedproxy.gateway.framing import CHUNKED, Framing
from embedproxy.gateway.request import Request, RequestRefused, request_of
from tests.gateway.conftest import http_scope

HOST = (b"host", b"site.example")


def made(method: str = "GET", target: bytes = b"/", *headers: tuple[bytes, bytes], **changes: Any) -> Request:
    """The request made of a scope with these headers besides Host."""
    scope = http_scope(method, target, **{"headers": [HOST, *headers], **changes})
    return request_of(scope, Fronts(("127.0.0.1",)), b"upstream:8080")


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")],
        [(b"content-length", b"5"), (b"content-length", b"0")],
        [(b"transfer-encoding", b"gzip")],
        [(b"host", b"other.example")],
        [(b"x", b"a\r\n\r\nGET /admin HTTP/1.1")],
        [(b"x y", b"a")],
        [(b"connection", b"upgrade"), (b"upgrade", b"x"), (b"content-length", b"5")],
        [(b"connection", b"upgrade"), (b"upgrade", b"x"), (b"transfer-encoding", b"chunked")],
    ],
)
def test_an_ambiguous_request_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    """Two lengths, two hosts, two requests in one: nobody guesses which was meant."""
    with pytest.raises(RequestRefused) as caught:
        made("POST", b"/", *headers)
    assert caught.value.status == 400


@pytest.mark.parametrize("target", [b"/a b", b"/a\r\nX: y", b"/?a\x00", b"/\x7f", b"/\t"])
def test_a_target_that_ends_the_line_early_is_refused(target: bytes) -> None:
    """The request line has two blanks, and both are ours."""
    with pytest.raises(RequestRefused):
        made("GET", target)


@pytest.mark.parametrize(
    ("method", "status"), [("CONNECT", 405), ("TRACE", 405), ("GET /x HTTP/1.1\r\nA:", 400), ("", 400)]
)
def test_methods_that_proxies_must_not_pass_are_refused(method: str, status: int) -> None:
    """No tunnels, no echo of cookies, no method that is a request of its own."""
    with pytest.raises(RequestRefused) as caught:
        made(method)
    assert caught.value.status == status


@pytest.mark.parametrize(
    "target", [b"/", b"/a%2Fb/../%2e%2E//?x=%zz&y=+&;?#", b"//evil.example/", b"*", b"/%C3%A4?\xc3\xa4"]
)
def test_the_target_passes_byte_for_byte(target: bytes) -> None:
    """Whoever decodes and encodes again has changed somebody's link."""
    assert made("GET", target).head.startswith(b"GET " + target + b" HTTP/1.1\r\n")


def test_a_server_without_raw_path_gets_the_path_encoded() -> None:
    """raw_path is optional in ASGI."""
    scope_changes = {"raw_path": None, "path": "/ä b"}
    assert made("GET", b"/", **scope_changes).head.startswith(b"GET /%C3%A4%20b HTTP/1.1\r\n")


def test_the_whole_head_is_as_expected() -> None:
    """Host as sent, the client's headers in order, then ours; no hop-by-hop ones."""
    head = made("GET", b"/?q", (b"accept", b"*/*"), (b"connection", b"keep-alive"), (b"cookie", b"a=b")).head
    assert head == (
        b"GET /?q HTTP/1.1\r\n"
        b"host: site.example\r\n"
        b"accept: */*\r\n"
        b"cookie: a=b\r\n"
        b"x-forwarded-for: 192.0.2.7\r\n"
        b"x-forwarded-host: site.example\r\n"
        b"x-forwarded-proto: http\r\n"
        b'forwarded: by=_embedproxy;for=192.0.2.7;host="site.example";proto=http\r\n\r\n'
    )


@pytest.mark.parametrize(
    "host",
    [b"", b"a b", b"a@b", b"a/b", b"a?b", b"a:b", b"a\\b", b"[::1", b"[::1]x", b"a, b", b"\xe4", b"a:80:80"],
)
def test_a_host_that_is_none_is_refused(host: bytes) -> None:
    """Two readers could see two hosts in it, and a cache would keep the page under the wrong one."""
    with pytest.raises(RequestRefused):
        made(headers=[(b"host", host)])


@pytest.mark.parametrize(
    "host", [b"a", b"a.example:8080", b"[::1]:80", b"xn--mller-kva.example", b"a_b", b"a."]
)
def test_a_host_passes_as_it_was_sent(host: bytes) -> None:
    """Sites build their links from it."""
    assert b"\r\nhost: " + host + b"\r\n" in made(headers=[(b"host", host)]).head


def test_a_request_of_today_needs_a_host() -> None:
    """RFC 9112 section 3.2 asks for a 400; only HTTP/1.0 knows none."""
    with pytest.raises(RequestRefused):
        made(headers=[])


def test_a_client_without_host_gets_the_upstreams() -> None:
    """HTTP/1.0 clients need not send one, HTTP/1.1 upstreams need it."""
    assert b"\r\nhost: upstream:8080\r\n" in made(headers=[], http_version="1.0").head


def test_a_believed_front_is_quoted() -> None:
    """What a named front says of the visitor reaches the upstream."""
    head = made("GET", b"/", (b"x-forwarded-for", b"198.51.100.1"), client=("127.0.0.1", 1)).head
    assert b"\r\nx-forwarded-for: 198.51.100.1, 127.0.0.1\r\n" in head


def test_a_stranger_is_not_quoted() -> None:
    """What a stranger says of himself does not."""
    head = made("GET", b"/", (b"x-forwarded-for", b"198.51.100.1"), (b"x_real_ip", b"::1")).head
    assert b"\r\nx-forwarded-for: 192.0.2.7\r\n" in head
    assert b"198.51.100.1" not in head
    assert b"::1" not in head


@pytest.mark.parametrize(
    ("method", "headers", "version", "framing", "line"),
    [
        ("GET", [], "1.1", Framing(length=0), None),
        ("POST", [], "1.1", Framing(length=0), None),
        ("POST", [(b"content-length", b"0")], "1.1", Framing(length=0), b"content-length: 0"),
        ("POST", [(b"content-length", b"7")], "1.1", Framing(length=7), b"content-length: 7"),
        ("POST", [(b"transfer-encoding", b"chunked")], "1.1", CHUNKED, b"transfer-encoding: chunked"),
        ("POST", [], "2", CHUNKED, b"transfer-encoding: chunked"),
        ("PUT", [], "2", CHUNKED, b"transfer-encoding: chunked"),
        ("GET", [], "2", Framing(length=0), None),
    ],
)
def test_the_body_is_framed_once(
    method: str, headers: list[tuple[bytes, bytes]], version: str, framing: Framing, line: bytes | None
) -> None:
    """Exactly one header says how long the body is, and we wrote it."""
    request = made(method, b"/", *headers, http_version=version)
    found = [
        each for each in request.head.split(b"\r\n") if each.startswith((b"content-length", b"transfer-e"))
    ]
    assert request.framing == framing
    assert found == ([line] if line else [])


@pytest.mark.parametrize(
    ("method", "length", "repeatable"),
    [("GET", 0, True), ("HEAD", 0, True), ("DELETE", 0, True), ("POST", 0, False), ("PUT", 5, False)],
)
def test_only_harmless_requests_may_be_sent_twice(method: str, length: int, repeatable: bool) -> None:
    """Idempotent, and without a body that is gone after the first time."""
    assert made(method, b"/", (b"content-length", b"%d" % length)).repeatable is repeatable


@pytest.mark.parametrize(
    ("version", "length", "expects"), [("1.1", 5, True), ("1.1", 0, False), ("1.0", 5, False)]
)
def test_an_expectation_is_passed_on_when_there_is_something_to_wait_with(
    version: str, length: int, expects: bool
) -> None:
    """Expect: 100-continue is for HTTP/1.1 requests with a body."""
    headers = [(b"expect", b"100-Continue"), (b"content-length", b"%d" % length)]
    request = made("POST", b"/", *headers, http_version=version)
    assert request.expects is expects
    assert (b"\r\nexpect: 100-continue\r\n" in request.head) is expects


def test_an_offer_to_switch_protocols_closes_the_connection_behind_the_answer() -> None:
    """The server stopped parsing there, so nothing behind it can be trusted."""
    request = made("GET", b"/", (b"connection", b"Upgrade"), (b"upgrade", b"h2c"))
    assert request.closing
    assert b"upgrade" not in request.head
    assert not made("GET", b"/", (b"upgrade", b"h2c")).closing
