"""What the rewriting looks for in a page."""

from __future__ import annotations

import re
from functools import lru_cache

from embedproxy.embeds import frames, resources
from embedproxy.embeds.page import LANG_SCOPES
from embedproxy.html.tokenizer import Interest
from embedproxy.providers.registry import Registry

NAMES = frozenset(
    {*frames.ADDRESS, *resources.LOADING, *LANG_SCOPES}
    | {"applet", "base", "blockquote", "form", "meta", "noscript", "script", "style"}
)


@lru_cache(maxsize=8)  # every page asks; it depends on nothing else
def interest_of(registry: Registry) -> Interest:
    """What loads by itself, and what a provider's name or class marks."""
    marks = "|".join(sorted(map(re.escape, registry.marks))) or r"\b\B"
    pattern = resources.PATTERN + rf"|\bclass[^>]*[\s\"'=](?:{marks})".encode()
    return Interest(names=NAMES | registry.tags, pattern=pattern)
