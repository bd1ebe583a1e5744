"""ETags of rewritten pages, and the conditional requests that come back with them (DESIGN §8)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(rb'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_OURS = re.compile(
    rb"(?P<strength>[sw])\.(?P<upstream>.*)\.ep-(?P<digest>[0-9a-f]{16})(?P<mark>-[0-9a-f]{8}|)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Ours:
    """A tag of ours that a conditional request names.

    Attributes:
        tag: the whole of it, as a header's value.
        upstream: the upstream's tag that is in it, as a header's value.
        mark: of the policy that the site itself sent with the page.
    """

    tag: bytes
    upstream: bytes
    mark: bytes


def our_tag(upstream: bytes, digest: str, site_policy: bytes) -> bytes | None:
    """Weak ETag of a page: the upstream's tag, a digest of the configuration and a mark of the site's policy.

    Args:
        upstream: the upstream's ETag, as its header says.
        digest: sixteen hex digits of the configuration.
        site_policy: the site's own Content-Security-Policy; empty where it sends none.

    Returns:
        The header's value; None where the upstream's is no ETag (RFC 9110 §8.8.3).
    """
    found = _TAG.fullmatch(upstream.strip())
    if not found:
        return None
    strength = b"w" if upstream.strip().startswith(b"W/") else b"s"
    return b'W/"%b.%b.ep-%b%b"' % (strength, found[1], digest.encode(), mark_of(site_policy))


def mark_of(site_policy: bytes) -> bytes:
    """A mark by which a later answer tells whether the site's own policy is still the same."""
    return b"-" + hashlib.sha256(site_policy).hexdigest()[:8].encode() if site_policy else b""


def our_tags(if_none_match: bytes, digest: str) -> Iterator[Ours]:
    """The tags in an If-None-Match that are ours, and of today's configuration.

    Others are left out: they may belong to a page that still held its embeds, and a 304 would bring it back.
    """
    for tag in _TAG.findall(if_none_match):
        ours = _OURS.fullmatch(tag)
        if ours and ours["digest"] == digest.encode():
            weak = b"W/" if ours["strength"] == b"w" else b""
            upstream = weak + b'"' + ours["upstream"] + b'"'
            yield Ours(b'W/"' + tag + b'"', upstream, ours["mark"])


def upstream_tags(if_none_match: bytes, digest: str) -> bytes:
    """Map our tags in an If-None-Match back to the upstream's; empty where none is ours and current."""
    return b", ".join(dict.fromkeys(ours.upstream for ours in our_tags(if_none_match, digest)))


def confirmed(if_none_match: bytes, upstream: bytes, digest: str) -> Ours | None:
    """Which of our tags a 304 of the upstream confirms; some servers leave its tag out.

    Args:
        if_none_match: the visitor's own header.
        upstream: the ETag of the 304; empty where it has none.
        digest: sixteen hex digits of the configuration.
    """
    named = list(our_tags(if_none_match, digest))
    if not upstream:
        return named[0] if len(named) == 1 else None
    bare = upstream.strip().removeprefix(b"W/")
    return next((ours for ours in named if ours.upstream.removeprefix(b"W/") == bare), None)


def matches(if_none_match: bytes, tag: bytes | None) -> bool:
    """Whether a conditional request names this tag, by the weak comparison (RFC 9110 §13.1.2)."""
    if not tag:
        return False
    return if_none_match.strip() == b"*" or tag.removeprefix(b"W/").strip(b'"') in _TAG.findall(if_none_match)
