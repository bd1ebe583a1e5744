"""A client's request as the upstream will read it: head bytes, and what must be known to send it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from embedproxy.gateway.forwarding import HOST, Fronts, Scope, claims_of, forwarding_lines
from embedproxy.gateway.framing import CHUNKED, EMPTY, UNFRAMED, Framing, FramingError, Headers, framing_of
from embedproxy.gateway.headers import HeaderError, check, named_by_connection, upstream_lines
from embedproxy.gateway.tunnel import OFFER, Releasable, releasable

# Asking twice means the same as asking once (RFC 9110 section 9.2.2).
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
# CONNECT would make a tunnel of the connection; TRACE would echo cookies to scripts that may not read them.
REFUSED = frozenset({"CONNECT", "TRACE"})

_METHOD = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_IN_TARGET = re.compile(rb"[\x00-\x20\x7f]")


class RequestRefused(ValueError):
    """A request that is not passed on.

    Attributes:
        status: HTTP status code of the answer.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to be written to the upstream.

    Attributes:
        head: request line and headers with the empty line behind them.
        framing: how its body is sent.
        head_only: the answer has no body (HEAD).
        repeatable: may be sent a second time when a kept connection turns out to be dead.
        expects: the client waits for ``100 Continue`` before it sends the body.
        closing: the client's connection is closed behind the answer, unless that switches protocols.
        client: the client's connection, where client and server are ready to switch to WebSocket.
    """

    head: bytes
    framing: Framing
    head_only: bool
    repeatable: bool
    expects: bool
    closing: bool
    client: Releasable | None = None


def request_of(scope: Scope, fronts: Fronts, authority: bytes) -> Request:
    """Turn an ASGI scope into the request for the upstream.

    Args:
        scope: an ASGI ``http`` scope.
        fronts: whose forwarding headers are believed.
        authority: ``Host`` for a client that sent none.

    Returns:
        The request; the target is the client's own, byte for byte.

    Raises:
        RequestRefused: ambiguous framing or host, control characters, or a method that proxies must not pass.
    """
    method: str = scope["method"]
    if method in REFUSED or not _METHOD.fullmatch(method):
        raise RequestRefused(f"the method is not passed on: {method!r}", 405 if method in REFUSED else 400)
    headers: Headers = scope["headers"]
    framing = _framing(method, headers, scope["http_version"])
    bodiless = framing.length == 0
    expects = not bodiless and _expects(headers, scope["http_version"])
    closing = _switching(headers, bodiless=bodiless)
    lines = [_request_line(method, scope), *_header_lines(scope, headers, fronts, authority)]
    lines += _framing_lines(framing, headers, expects=expects)
    client = releasable(scope) if closing else None
    lines += OFFER if client else ()
    return Request(
        b"\r\n".join(lines) + b"\r\n\r\n",
        framing,
        method == "HEAD",
        bodiless and method in IDEMPOTENT,
        expects,
        closing,
        client,
    )


def _request_line(method: str, scope: Scope) -> bytes:
    return b"%b %b HTTP/1.1" % (method.encode("ascii"), target_of(scope))


def target_of(scope: Scope) -> bytes:
    """The request target as the client sent it.

    Raises:
        RequestRefused: it holds a blank or a control character.
    """
    path: bytes = scope.get("raw_path") or quote(scope["path"], safe="/:@!$&'()*+,;=~").encode("ascii")
    query: bytes = scope["query_string"]
    target = path + b"?" + query if query else path
    if not target or _NOT_IN_TARGET.search(target):
        raise RequestRefused("the request target holds a blank or a control character")
    return target


def _header_lines(scope: Scope, headers: Headers, fronts: Fronts, authority: bytes) -> list[bytes]:
    """Host as the client sent it, the client's own headers, and what we say about the client.

    Host is kept, as operators write it for nginx (``proxy_set_header Host $host``): sites build absolute
    links, redirects and cookies from it, and those must carry the name that the visitor typed.
    """
    try:
        check(headers)
    except HeaderError as error:
        raise RequestRefused(str(error)) from None
    host = _host(headers, authority if scope["http_version"] == "1.0" else b"")
    believed = fronts.believe(scope)
    return [
        b"host: " + host,
        *upstream_lines(headers, believed=believed),
        *forwarding_lines(scope, host, claims_of(scope) if believed else {}),
    ]


def _host(headers: Headers, default: bytes) -> bytes:
    """The one ``Host``; HTTP/1.0 knows none (RFC 9112 section 3.2)."""
    hosts = [value for name, value in headers if name == b"host"] or [default]
    if len(hosts) > 1 or not HOST.fullmatch(hosts[0]):
        raise RequestRefused("Host is missing, repeated, or no host")
    return hosts[0]


def _framing(method: str, headers: Headers, version: str) -> Framing:
    try:
        framing = framing_of(headers, version)
    except FramingError as error:
        raise RequestRefused(f"the request is ambiguous: {error}") from None
    if framing is not UNFRAMED:
        return framing
    # HTTP/2 and later end a body by their own frames and need no header for it.
    return EMPTY if version in ("1.0", "1.1") or method in IDEMPOTENT - {"PUT"} else CHUNKED


def _switching(headers: Headers, *, bodiless: bool) -> bool:
    """Whether the client offers to switch protocols (``Upgrade``); only to WebSocket it ever comes.

    httptools stops reading a request's body at such an offer, and a server on it (uvicorn) then takes that
    body for the next request; so no body may come with it, and no request behind it.

    Raises:
        RequestRefused: a body comes with the offer.
    """
    if b"upgrade" not in dict(headers) or b"upgrade" not in named_by_connection(headers):
        return False
    if not bodiless:
        raise RequestRefused("a request with a body offers to switch protocols")
    return True


def _expects(headers: Headers, version: str) -> bool:
    if version == "1.0":
        return False  # RFC 9110 section 10.1.1: such an expectation is ignored
    return dict(headers).get(b"expect", b"").lower() == b"100-continue"


def _framing_lines(framing: Framing, headers: Headers, *, expects: bool) -> list[bytes]:
    lines = [b"expect: 100-continue"] if expects else []
    if framing.chunked:
        return [*lines, b"transfer-encoding: chunked"]
    if framing.length or b"content-length" in dict(headers):
        return [*lines, b"content-length: %d" % (framing.length or 0)]
    return lines
