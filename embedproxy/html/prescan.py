"""What a page says about its own encoding in its first bytes (WHATWG HTML 13.2.3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from embedproxy.html.grammar import TAG
from embedproxy.html.tags import StartTag

_LIMIT = 1024  # bytes; browsers look no further
_COMMENT = re.compile(rb"<!--(?:-?>|.*?-->)", re.DOTALL)
_BOGUS = re.compile(rb"<(?:!(?!--)|[?/])[^>]*>")
_CHARSET = re.compile(
    r"charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"([^\"]*)\"|'([^']*)'|([^\t\n\f\r ;\"'][^\t\n\f\r ;]*))", re.I
)


def prescan(head: bytes) -> Iterator[str]:
    """Look for ``<meta>`` tags that name an encoding.

    Args:
        head: the page's beginning; at most 1024 bytes of it count.

    Yields:
        Labels as written. The first that is known to the reader counts.
    """
    head = head[:_LIMIT]
    at = head.find(b"<")
    while at >= 0:
        match = _COMMENT.match(head, at) or TAG.match(head, at) or _BOGUS.match(head, at)
        if match is None and head.startswith(b"<!--", at):
            return
        if match and match.re is TAG and not match.group(1) and match.group(2).lower() == b"meta":
            yield _label(StartTag("meta", at, match.end(), match.group(), "latin-1"))
        at = head.find(b"<", match.end() if match else at + 1)


def _label(tag: StartTag) -> str:
    charset = tag.get("charset")
    if charset is not None:
        return charset
    if (tag.get("http-equiv") or "").lower() != "content-type":
        return ""
    match = _CHARSET.search(tag.get("content") or "")
    return next((group for group in match.groups() if group), "") if match else ""
