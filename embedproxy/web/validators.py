"""ETags of rewritten pages, and the conditional requests that come back with them (DESIGN §8)."""

from __future__ import annotations

import re

_TAG = re.compile(rb'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_OURS = re.compile(rb"(?P<strength>[sw])\.(?P<upstream>.*)\.ep-(?P<digest>[0-9a-f]{16})", re.DOTALL)


def our_tag(upstream: bytes, digest: str) -> bytes | None:
    """Weak ETag of a rewritten page: the upstream's tag and a digest of the configuration.

    Args:
        upstream: the upstream's ETag, as its header says.
        digest: sixteen hex digits of the configuration.

    Returns:
        The header's value; None where the upstream's is no ETag (RFC 9110 §8.8.3).
    """
    found = _TAG.fullmatch(upstream.strip())
    if not found:
        return None
    strength = b"w" if upstream.strip().startswith(b"W/") else b"s"
    return b'W/"%b.%b.ep-%b"' % (strength, found[1], digest.encode())


def upstream_tags(if_none_match: bytes, digest: str) -> bytes:
    """Map our tags in an If-None-Match back to the upstream's.

    Tags that are not ours, or of another configuration, are left out: they may belong to a page that still
    held its embeds, and a 304 would bring it back.

    Returns:
        The header for the upstream; empty where none of the tags is ours and current.
    """
    result = []
    for tag in _TAG.findall(if_none_match):
        ours = _OURS.fullmatch(tag)
        if ours and ours["digest"] == digest.encode():
            weak = b"W/" if ours["strength"] == b"w" else b""
            result.append(weak + b'"' + ours["upstream"] + b'"')
    return b", ".join(result)


def matches(if_none_match: bytes, tag: bytes | None) -> bool:
    """Whether a conditional request names this tag, by the weak comparison (RFC 9110 §13.1.2)."""
    if not tag:
        return False
    return if_none_match.strip() == b"*" or tag.removeprefix(b"W/").strip(b'"') in _TAG.findall(if_none_match)
