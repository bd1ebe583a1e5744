"""Which headers pass the proxy, in each direction, as tables with the reason beside each name."""

from __future__ import annotations

import string
from collections.abc import Iterable

from embedproxy.gateway.forwarding import CLAIMS, WRITTEN
from embedproxy.gateway.framing import Headers

# Headers of one connection, never passed on (RFC 9110 section 7.6.1 and its predecessors).
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",  # trailers are dropped here, so nobody may be asked for them
        b"trailer",
        b"transfer-encoding",  # each side is framed anew
        b"upgrade",  # a protocol switched to behind our back could not be read any more
        b"http2-settings",  # belongs to Upgrade: h2c
    }
)

# Never passed to the upstream as the client sent them.
REQUEST_DROP = HOP_BY_HOP | {
    b"host",  # written first, exactly once
    b"content-length",  # written by the framing that was checked
    b"expect",  # written when there is a body to wait with
    b"proxy",  # CGI programs read it as HTTP_PROXY (httpoxy)
}

_STRANGERS_DROP = REQUEST_DROP | CLAIMS
_FRONTS_DROP = REQUEST_DROP | WRITTEN

# `Connection: host` and the like would take away what the request means; such wishes are not granted.
UNDROPPABLE = frozenset({b"host", b"content-length", b"cookie", b"authorization"})

_NOTHING: frozenset[bytes] = frozenset()
# tchar, RFC 9110 section 5.6.2
_TOKEN = b"!#$%&'*+-.^_`|~" + (string.digits + string.ascii_letters).encode()
_CONTROL = bytes(code for code in (*range(0x20), 0x7F) if code != ord("\t"))


class HeaderError(ValueError):
    """A header that would end its line early, or whose name is no token."""


def check(headers: Headers) -> None:
    """Refuse what could be read as another header, another message or a folded line.

    Raises:
        HeaderError: a name is no token, or a value holds CR, LF, NUL or another control character.
    """
    # All of them at once, by deleting what is looked for: much cheaper than a regular expression.
    names = [name for name, _ in headers]
    if not all(names) or b"".join(names).translate(None, _TOKEN):
        raise HeaderError("a header's name is not a token")
    values = b"".join([value for _, value in headers])
    if len(values.translate(None, _CONTROL)) != len(values):
        raise HeaderError("a header's value holds a control character")


def named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    """The tokens of ``Connection``, in lower case: options, and names of further hop-by-hop headers."""
    values = [value for name, value in headers if name == b"connection"]
    if not values:
        return _NOTHING
    return frozenset([token.strip().lower() for token in b",".join(values).split(b",")])


def upstream_lines(headers: Headers, *, believed: bool) -> list[bytes]:
    """The client's headers for the upstream, in their order, without line ends.

    Args:
        headers: as the client sent them, names in lower case.
        believed: the client is a front server whose claims about forwarding count.

    Returns:
        Lines without ``Host``, framing, hop-by-hop and forwarding headers; those are written separately.
    """
    drop = _FRONTS_DROP if believed else _STRANGERS_DROP
    named = named_by_connection(headers) - UNDROPPABLE
    lines = []
    for name, value in headers:
        # CGI and WSGI read X_Real_Ip as X-Real-Ip, so a dropped name is dropped in this spelling too.
        plain = name.replace(b"_", b"-") if b"_" in name else name
        if plain not in drop and name not in named and (plain is name or plain not in CLAIMS):
            lines.append(name + b": " + value)
    return lines


def client_headers(headers: Headers, status: int) -> Headers:
    """The upstream's headers for the client, in their order, repeated ones kept.

    Args:
        headers: as the upstream sent them, names in lower case.
        status: HTTP status code of the answer.
    """
    named = named_by_connection(headers)
    drop = HOP_BY_HOP if named <= HOP_BY_HOP else HOP_BY_HOP | named - UNDROPPABLE
    if status in (204, 304):
        drop |= {b"content-length"}  # servers would wait for a body that cannot come
    return [header for header in headers if header[0] not in drop]
