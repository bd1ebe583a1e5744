"""Address templates of provider files, filled so that no value breaks out of its place.

The notation is RFC 6570's: ``{id}`` is escaped whole, ``{+id}`` keeps slashes and what is escaped already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

Pairs = list[tuple[str, str]]

_SLOT = re.compile(r"\{(?P<plus>\+?)(?P<name>[a-z][a-z0-9_-]*)\}", re.IGNORECASE)
_SEGMENT = (
    "!$&'()*,;=:@~"  # RFC 3986 pchar, unescaped in a path segment; "+" is escaped, servers disagree on it
)
_VALUE = "!$()*,;:@/?~"  # in a query value; the apostrophe is escaped as the URL Standard does
_LOOSE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def names(template: str) -> frozenset[str]:
    """The names that a template asks for."""
    return frozenset(slot["name"] for slot in _SLOT.finditer(template))


def flaw(template: str) -> str:
    """What is wrong with a template.

    Returns:
        A reason that completes "the template …"; empty when nothing is wrong.
    """
    host = template.removeprefix("https://").partition("/")[0]
    if not template.startswith("https://") or not host:
        return "must begin with https:// and a host"
    if _SLOT.search(host) and host != "{host}":
        return "must name its host, or take the matched one with {host} alone"
    if "#" in template:
        return "must not hold a fragment"
    if re.search(r"[{}\s]", _SLOT.sub("", template)):
        return "holds a brace or a space that belongs to no {name}"
    if re.search(r"\}\{", template):
        return "must have something between two names"
    return ""


def is_safe(value: str) -> bool:
    """Whether a captured value may stand in a path: dot segments would climb out of it, even escaped."""
    return not any(unquote(segment) in (".", "..") for segment in re.split(r"[/\\]", value))


def fill(template: str, values: Mapping[str, str]) -> tuple[str, Pairs]:
    """Put values into a template.

    Args:
        template: as in a provider file, without flaw.
        values: text by name, not escaped; what is missing counts as empty.

    Returns:
        The address up to its query, escaped, and the query's names and values, not escaped; a pair whose
        value came out empty is left out.
    """
    head, _, query = template.partition("?")
    written = [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&")) if name]
    filled = [(name, _SLOT.sub(lambda slot: values.get(slot["name"], ""), value)) for name, value in written]
    pairs = [pair for pair, (_, value) in zip(filled, written, strict=True) if pair[1] or not value]
    return _escaped(head, values), pairs


def join(head: str, pairs: Pairs) -> str:
    """Put an address and its query together.

    Args:
        head: address up to its query, escaped.
        pairs: names and values, not escaped.
    """
    query = "&".join(f"{quote(name, safe='[]')}={quote(value, safe=_VALUE)}" for name, value in pairs)
    return f"{head}?{query}" if query else head


def _escaped(text: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: _escape(values.get(slot["name"], ""), reserved=bool(slot["plus"])), text)


def _escape(value: str, *, reserved: bool) -> str:
    if not reserved:
        return quote(value, safe=_SEGMENT)
    return _LOOSE_PERCENT.sub("%25", quote(value, safe=_SEGMENT + "/%"))
