"""What the rewriting looks for in a page."""

from __future__ import annotations

from functools import lru_cache

from embedproxy.embeds import facades, frames, resources
from embedproxy.embeds.page import LANG_SCOPES
from embedproxy.html.tokenizer import Interest
from embedproxy.providers.registry import Registry

NAMES = frozenset(
    {*frames.ADDRESS, *resources.LOADING, *resources.ANIMATING, *LANG_SCOPES, *facades.NAMES}
    | {"applet", "base", "blockquote", "form", "noscript", "script", "style"}
)


@lru_cache(maxsize=8)  # every page asks; it depends on nothing else
def interest_of(registry: Registry) -> Interest:
    """What loads by itself, and what a provider's name or class marks."""
    patterns = [resources.PATTERN, facades.PATTERN]
    if registry.attributes:
        names = "|".join(sorted(registry.attributes)).encode()
        patterns.append(rb"\b(?:%b)[\t\n\f\r ]*=" % names)
    pattern = rb"|".join(patterns)
    return Interest(NAMES | registry.tags, pattern, resources.CUES, registry.marks | facades.CLASSES)
