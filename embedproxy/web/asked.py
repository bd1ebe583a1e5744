"""What a request asks for, as far as it decides about the response."""

from __future__ import annotations

from starlette.types import Scope

from embedproxy import urls
from embedproxy.embeds.page import Address
from embedproxy.gateway.forwarding import HOST, Fronts, claims_of, scheme_of
from embedproxy.urls import Url
from embedproxy.web.headers import first, joined

# Destinations that never become a document (https://fetch.spec.whatwg.org/#concept-request-destination). An
# unknown one may; "empty" is fetch() and XMLHttpRequest, whose answer a script may put into the page.
PIECES = frozenset(
    {
        b"audio", b"audioworklet", b"font", b"image", b"json", b"manifest", b"paintworklet", b"report",
        b"script", b"serviceworker", b"sharedworker", b"style", b"track", b"video", b"webidentity", b"worker",
    }
)  # fmt: skip

# What an Accept header begins with where a browser without that header asks for a part of a page.
PARTS = (b"audio/", b"font/", b"image/", b"text/css", b"video/")


def may_be_page(scope: Scope) -> bool:
    """Whether the answer may be a page: for such a request the upstream must send it whole and readable."""
    destination = first(scope["headers"], b"sec-fetch-dest")
    if destination is not None:
        return destination not in PIECES
    accept = joined(scope["headers"], b"accept").strip().lower()
    if accept.startswith(PARTS):
        return b"html" in accept
    return not accept or any(kind in accept for kind in (b"html", b"xml", b"*/*"))


def site_url(scope: Scope, fronts: Fronts) -> Url | None:
    """The site's address as the visitor's browser knows it; None where the request names no usable host."""
    claims = claims_of(scope) if fronts.believe(scope) else {}
    told = claims.get(b"x-forwarded-host", b"").rpartition(b",")[2].strip()
    host = told or joined(scope["headers"], b"host")
    if not HOST.fullmatch(host):
        return None
    return urls.parse(f"{scheme_of(scope, claims)}://{host.decode('latin-1')}/")


def address_of(scope: Scope, site: Url | None) -> Address:
    """The page's address; a request without a host is answered as if it came to ``localhost``."""
    raw: bytes = scope.get("raw_path") or str(scope["path"]).encode()
    query: bytes = scope.get("query_string", b"")
    target = raw.partition(b"?")[0].decode("latin-1") + ("?" + query.decode("latin-1") if query else "")
    origin = site.origin if site else "http://localhost"
    url = urls.parse(origin + "/" + target.lstrip("/")) or urls.parse(origin + "/")
    assert url, "an origin that was parsed before"
    return Address(url, url.target)
