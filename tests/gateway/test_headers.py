from __future__ import annotations

import pytest

from embedproxy.gateway.headers import HeaderError, check, client_headers, upstream_lines


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"x", b"a\r\nset-cookie: b=c"),
        (b"x", b"a\rb"),
        (b"x", b"a\nb"),
        (b"x", b"a\r\n folded"),
        (b"x", b"a\x00b"),
        (b"x", b"a\x7fb"),
        (b"x y", b"a"),
        (b"x:y", b"a"),
        (b"x\r\ny", b"a"),
        (b"", b"a"),
        ("ü".encode(), b"a"),
    ],
)
def test_what_ends_a_line_early_is_refused(name: bytes, value: bytes) -> None:
    """A header that could be read as two is not passed on."""
    with pytest.raises(HeaderError):
        check([(b"host", b"site.example"), (name, value)])


def test_tabs_and_high_bytes_in_values_are_allowed() -> None:
    """Old servers send Latin-1 in file names and tabs between words."""
    check([(b"content-disposition", b'attachment; filename="\xfcber.pdf"\tx'), (b"x-empty", b"")])


@pytest.mark.parametrize(
    "name",
    [
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
        b"expect",
        b"proxy",
        b"transfer_encoding",
        b"content_length",
        b"x_forwarded_for",
    ],
)
@pytest.mark.parametrize("believed", [True, False])
def test_what_belongs_to_the_clients_connection_stays_there(name: bytes, believed: bool) -> None:
    """Hop-by-hop headers and what we write ourselves, also in the spelling that CGI cannot tell apart."""
    assert upstream_lines([(name, b"x"), (b"accept", b"*/*")], believed=believed) == [b"accept: */*"]


def test_headers_named_in_connection_stay_too() -> None:
    """Connection may name further headers of this connection (RFC 9110 section 7.6.1)."""
    headers = [
        (b"connection", b"close, X-Private"),
        (b"x-private", b"a"),
        (b"connection", b"x-more"),
        (b"x-more", b"b"),
    ]
    assert upstream_lines(headers, believed=False) == []
    assert client_headers(headers, 200) == []


def test_connection_cannot_take_away_cookies() -> None:
    """A client that names Cookie in Connection would make a logged-in visitor look anonymous in a cache."""
    headers = [(b"connection", b"cookie"), (b"cookie", b"a=b")]
    assert upstream_lines(headers, believed=False) == [b"cookie: a=b"]


@pytest.mark.parametrize("name", [b"x-real-ip", b"x-forwarded-port", b"cf-connecting-ip", b"x-original-url"])
def test_a_strangers_claims_are_dropped_and_a_fronts_pass(name: bytes) -> None:
    """Only a named front may say who the client is."""
    assert upstream_lines([(name, b"x")], believed=False) == []
    assert upstream_lines([(name, b"x")], believed=True) == [name + b": x"]


def test_order_and_repetition_survive_on_the_way_up() -> None:
    """The upstream reads the client's own headers, as they were."""
    headers = [(b"b", b"1"), (b"a", b" 2"), (b"b", b"3"), (b"x_odd", b"4"), (b"cookie", b"\xff")]
    assert upstream_lines(headers, believed=False) == [
        b"b: 1",
        b"a:  2",
        b"b: 3",
        b"x_odd: 4",
        b"cookie: \xff",
    ]


def test_repeated_cookies_survive_on_the_way_down() -> None:
    """Joining Set-Cookie with commas would break both."""
    headers = [(b"set-cookie", b"a=1"), (b"connection", b"close"), (b"etag", b'"x"'), (b"set-cookie", b"b=2")]
    assert client_headers(headers, 200) == [
        (b"set-cookie", b"a=1"),
        (b"etag", b'"x"'),
        (b"set-cookie", b"b=2"),
    ]


@pytest.mark.parametrize(("status", "kept"), [(200, True), (206, True), (304, False), (204, False)])
def test_a_length_without_body_is_not_passed_on(status: int, kept: bool) -> None:
    """Servers would wait for the bytes that a 304 announces and never sends."""
    assert bool(client_headers([(b"content-length", b"5")], status)) is kept
