"""What is known of the client behind front servers: ``X-Forwarded-*`` and ``Forwarded`` (RFC 7239).

Anybody can send these headers, so they are believed only when the connection comes from an address that the
operator named in ``forwarded_allow``. From everybody else they are thrown away and written anew. Where such a
header holds a list, only the last entry is the word of the server next to us; entries before it are hearsay.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from embedproxy.errors import SettingsError

Scope = MutableMapping[str, Any]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# A host and port as RFC 9110 section 7.2 allows them: a name, an IPv4 or a bracketed IPv6 address. Anything
# else in ``Host`` could end up in links, in a policy or in a cache's key as something else.
HOST = re.compile(rb"(?:[\w.~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?")

# How we call ourselves in ``Forwarded`` (RFC 7239 section 6.3). A site may stand behind a few of us, but one
# that has passed more often goes round in circles.
OURSELVES = b"_embedproxy"
ROUNDS = 4

SECURE = {"http": "http", "https": "https", "ws": "http", "wss": "https"}

# Names by which some back end learns who the client is, which host or path was asked for, or whether TLS was
# used. From a client that is not believed they would be lies told in our name.
CLAIMS = frozenset(
    {
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-protocol",
        b"x-forwarded-scheme",
        b"x-forwarded-server",
        b"x-forwarded-ssl",
        b"front-end-https",
        b"x-url-scheme",
        b"x-real-ip",
        b"x-client-ip",
        b"x-cluster-client-ip",
        b"true-client-ip",
        b"cf-connecting-ip",
        b"fastly-client-ip",
        b"x-original-url",  # Symfony and IIS take the path from these two
        b"x-rewrite-url",
    }
)

# The four that we write ourselves; a believed front's others pass on untouched.
WRITTEN = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"})


class Fronts:
    """The addresses of front servers that are believed.

    Args:
        allow: IP addresses, networks in CIDR notation, or ``*`` for everybody.

    Raises:
        SettingsError: an entry is none of these.
    """

    __slots__ = ("_addresses", "_everybody", "_networks")

    def __init__(self, allow: Iterable[str]) -> None:
        entries = set(allow)
        self._everybody = "*" in entries
        networks = [_network(entry) for entry in sorted(entries - {"*"})]
        single = [network for network in networks if network.num_addresses == 1]
        self._addresses = frozenset(str(network.network_address) for network in single)
        self._networks = tuple(network for network in networks if network.num_addresses > 1)

    def believe(self, scope: Scope) -> bool:
        """Whether this request comes straight from a front server that the operator named."""
        if self._everybody:
            return True
        address = client_address(scope)
        if not self._networks:
            return address in self._addresses
        return address in self._addresses or self._inside(address)

    def _inside(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False  # a Unix socket or a test client
        return any(parsed in network for network in self._networks)


def client_address(scope: Scope) -> str:
    """The IP address at the other end of the connection; empty when there is none (a Unix socket)."""
    client = scope.get("client")
    address: str = client[0] if client else ""
    # A socket that listens on both families reports IPv4 clients as ::ffff:192.0.2.1.
    return address.removeprefix("::ffff:") if "." in address else address.partition("%")[0]


def client_scheme(scope: Scope, allow: tuple[str, ...]) -> str:
    """The scheme that the visitor's browser used.

    Args:
        scope: an ASGI ``http`` or ``websocket`` scope.
        allow: the setting ``forwarded_allow``.

    Returns:
        ``https`` or ``http``; for a WebSocket that of the page it belongs to.
    """
    fronts = _fronts(allow)
    claims = claims_of(scope) if fronts.believe(scope) else {}
    return scheme_of(scope, claims)


def scheme_of(scope: Scope, claims: Mapping[bytes, bytes]) -> str:
    """The scheme by the believed claims, else by the connection itself."""
    told = _last(claims.get(b"x-forwarded-proto", b"")) or _parameter(claims.get(b"forwarded", b""), b"proto")
    return SECURE.get(told.decode("latin-1").lower()) or SECURE.get(scope.get("scheme", "http"), "http")


def claims_of(scope: Scope) -> dict[bytes, bytes]:
    """The written ones of the request's forwarding headers, repeated ones joined (RFC 9110 section 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in WRITTEN:
            found[name] = found[name] + b", " + value if name in found else value
    return found


def is_going_round(scope: Scope) -> bool:
    """Whether this request has passed here before, again and again: the upstream leads back to us."""
    told = b",".join(value for name, value in scope["headers"] if name == b"forwarded")
    return told.count(b"by=" + OURSELVES) >= ROUNDS


def forwarding_lines(scope: Scope, host: bytes, claims: Mapping[bytes, bytes]) -> list[bytes]:
    """Header lines that tell the upstream about the client.

    Args:
        scope: the request.
        host: the value of its ``Host``.
        claims: the forwarding headers of a believed front; empty when it is not believed.

    Returns:
        Lines without their line ends: two lists with the client's address appended, and scheme and host.
    """
    address = client_address(scope).encode("ascii", "replace")
    scheme = scheme_of(scope, claims).encode("ascii")
    shown = claims.get(b"x-forwarded-host", host)
    element = b"by=%b;for=%b;host=%b;proto=%b" % (OURSELVES, _node(address), _quoted(shown), scheme)
    return [
        b"x-forwarded-for: " + _appended(claims.get(b"x-forwarded-for", b""), address or b"unknown"),
        b"x-forwarded-host: " + shown,
        b"x-forwarded-proto: " + scheme,
        b"forwarded: " + _appended(claims.get(b"forwarded", b""), element),
    ]


@lru_cache(maxsize=8)
def _fronts(allow: tuple[str, ...]) -> Fronts:
    return Fronts(allow)


def _network(entry: str) -> Network:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        raise SettingsError(
            f"forwarded_allow: {entry!r} is no IP address and no network.",
            code="E007",
            key="forwarded_allow",
            hint="Examples: 127.0.0.1, 10.0.0.0/8, *",
        ) from None


def _appended(before: bytes, last: bytes) -> bytes:
    return before + b", " + last if before else last


def _node(address: bytes) -> bytes:
    """The address as RFC 7239 section 6 writes it: IPv6 in brackets and quotes."""
    if not address:
        return b"unknown"
    return b'"[%b]"' % address if b":" in address else address


def _quoted(host: bytes) -> bytes:
    """A host as a quoted string: a port's colon is not allowed in a token (RFC 7239 section 4)."""
    return b'"%b"' % host.replace(b"\\", b"").replace(b'"', b"")


def _last(value: bytes) -> bytes:
    return value.rpartition(b",")[2].strip()


def _parameter(forwarded: bytes, name: bytes) -> bytes:
    """One parameter of the last element of ``Forwarded``."""
    for pair in _last(forwarded).split(b";"):
        key, _, value = pair.strip().partition(b"=")
        if key.lower() == name:
            return value.strip(b'"')
    return b""
