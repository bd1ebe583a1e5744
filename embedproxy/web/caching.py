"""How long, and for whom, a rewritten page may be kept (DESIGN §8, LAW CAC-1 to CAC-3)."""

from __future__ import annotations

import re

from embedproxy.web.headers import Headers, joined, with_vary, without

# For one visitor only: browsers, CDNs (RFC 9213) and nginx are each told in their own header. The star is for
# everybody who goes by none of them: no answer kept fits any request, and a service worker's cache refuses to
# take it (https://w3c.github.io/ServiceWorker/#cache-put).
PRIVATE: Headers = [
    (b"cache-control", b"private, no-store"),
    (b"cdn-cache-control", b"no-store"),
    (b"x-accel-expires", b"0"),
    (b"vary", b"*"),
]
_UNKEPT = re.compile(rb"\b(?:no-store|no-cache)\b", re.IGNORECASE)
_PRIVATE = re.compile(rb"\bprivate\b", re.IGNORECASE)
_AGE = re.compile(rb'\b(s-maxage|max-age)\s*=\s*"?(\d+)', re.IGNORECASE)


def private(headers: Headers) -> Headers:
    """A page with a granted embed can never come out of a shared cache for somebody else."""
    kept = without(
        headers, b"cache-control", b"expires", b"pragma", b"age", b"etag", b"last-modified",
        b"cdn-cache-control", b"surrogate-control", b"x-accel-expires", b"vary",
    )  # fmt: skip
    return [*kept, *PRIVATE]


def shared(headers: Headers) -> Headers:
    """An undecided page: shared caches keep the upstream's freshness, browsers ask again each time."""
    control = joined(headers, b"cache-control")
    if not _UNKEPT.search(control):
        ages = {name.lower(): seconds for name, seconds in _AGE.findall(control)}
        fresh = ages.get(b"s-maxage") or ages.get(b"max-age")
        asked_again = b"max-age=0, must-revalidate"
        if _PRIVATE.search(control):
            asked_again = b"private, " + asked_again
        elif fresh:
            asked_again += b", s-maxage=" + fresh
        headers = [
            *without(headers, b"cache-control", b"expires", b"pragma"),
            (b"cache-control", asked_again),
        ]
    return with_vary(without(headers, b"last-modified"), b"Cookie")
