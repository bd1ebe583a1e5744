from __future__ import annotations

from typing import Any

import pytest

from embedproxy.errors import SettingsError
from embedproxy.gateway.forwarding import Fronts, claims_of, client_scheme, forwarding_lines
from tests.gateway.conftest import http_scope

FRONT = ("127.0.0.1",)


def scope_from(address: str | None, *headers: tuple[bytes, bytes], **changes: Any) -> dict[str, Any]:
    """A request from an address, with these headers."""
    return http_scope(client=(address, 1) if address is not None else None, headers=list(headers), **changes)


def test_a_strangers_word_about_the_scheme_does_not_count() -> None:
    """Anybody can send X-Forwarded-Proto."""
    scope = scope_from("192.0.2.7", (b"x-forwarded-proto", b"https"), (b"forwarded", b"proto=https"))
    assert client_scheme(scope, FRONT) == "http"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([(b"x-forwarded-proto", b"https")], "https"),
        ([(b"x-forwarded-proto", b"HTTPS")], "https"),
        ([(b"x-forwarded-proto", b"wss")], "https"),
        ([(b"x-forwarded-proto", b"https, http")], "http"),
        ([(b"x-forwarded-proto", b"https"), (b"x-forwarded-proto", b"http")], "http"),
        ([(b"x-forwarded-proto", b"gopher")], "http"),
        ([(b"forwarded", b'for=192.0.2.7;Proto="https"')], "https"),
        ([(b"forwarded", b"proto=https, for=192.0.2.7;proto=http")], "http"),
        ([(b"forwarded", b"for=192.0.2.7")], "http"),
        ([], "http"),
    ],
)
def test_the_nearest_fronts_word_counts(headers: list[tuple[bytes, bytes]], expected: str) -> None:
    """Of a list only the last entry was written by the server that is believed."""
    assert client_scheme(scope_from("127.0.0.1", *headers), FRONT) == expected


@pytest.mark.parametrize(("scheme", "expected"), [("https", "https"), ("wss", "https"), ("ws", "http")])
def test_without_a_front_the_connection_tells_the_scheme(scheme: str, expected: str) -> None:
    """A WebSocket has the scheme of the page it belongs to."""
    assert client_scheme(scope_from("192.0.2.7", scheme=scheme), FRONT) == expected


@pytest.mark.parametrize(
    ("allow", "address", "believed"),
    [
        (("127.0.0.1", "::1"), "127.0.0.1", True),
        (("127.0.0.1", "::1"), "::1", True),
        (("127.0.0.1",), "127.0.0.2", False),
        (("127.0.0.1",), "::ffff:127.0.0.1", True),
        (("10.0.0.0/8",), "10.1.2.3", True),
        (("10.0.0.0/8",), "11.1.2.3", False),
        (("10.0.0.0/8",), "fe80::1%eth0", False),
        (("fe80::/10",), "fe80::1%eth0", True),
        (("10.0.0.0/8",), "testclient", False),
        (("10.0.0.0/8",), None, False),
        (("127.0.0.1",), None, False),
        (("*",), None, True),
        ((), "127.0.0.1", False),
    ],
)
def test_only_named_addresses_are_believed(
    allow: tuple[str, ...], address: str | None, believed: bool
) -> None:
    """Addresses, networks, everybody; IPv4 inside IPv6 is the same address."""
    assert Fronts(allow).believe(scope_from(address)) is believed


def test_an_unreadable_address_stops_the_start() -> None:
    """A typing error must not silently believe nobody."""
    with pytest.raises(SettingsError, match=r"127\.0\.0\.l") as caught:
        Fronts(("127.0.0.l",))
    assert (caught.value.code, caught.value.key) == ("E007", "forwarded_allow")


def test_the_client_is_named_to_the_upstream() -> None:
    """Four headers say who asks, for which host, and over which scheme."""
    lines = forwarding_lines(scope_from("192.0.2.7", scheme="https"), b"site.example:8443", {})
    assert lines == [
        b"x-forwarded-for: 192.0.2.7",
        b"x-forwarded-host: site.example:8443",
        b"x-forwarded-proto: https",
        b'forwarded: by=_embedproxy;for=192.0.2.7;host="site.example:8443";proto=https',
    ]


def test_a_believed_front_is_appended_to_its_own_lists() -> None:
    """The visitor's address stays first, the front's comes last."""
    scope = scope_from(
        "::1",
        (b"x-forwarded-for", b"192.0.2.7"),
        (b"x-forwarded-for", b"198.51.100.1"),
        (b"x-forwarded-host", b"www.site.example"),
        (b"x-forwarded-proto", b"https"),
        (b"forwarded", b"for=192.0.2.7;proto=https"),
    )
    assert forwarding_lines(scope, b"inner", claims_of(scope)) == [
        b"x-forwarded-for: 192.0.2.7, 198.51.100.1, ::1",
        b"x-forwarded-host: www.site.example",
        b"x-forwarded-proto: https",
        b"forwarded: for=192.0.2.7;proto=https, "
        b'by=_embedproxy;for="[::1]";host="www.site.example";proto=https',
    ]


def test_a_client_without_address_is_unknown() -> None:
    """Behind a Unix socket there is no address to tell (RFC 7239 section 6.2)."""
    lines = forwarding_lines(scope_from(None), b'a"b', {})
    assert lines[0] == b"x-forwarded-for: unknown"
    assert lines[3] == b'forwarded: by=_embedproxy;for=unknown;host="ab";proto=http'
