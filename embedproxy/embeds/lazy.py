"""Lazy loaders: addresses parked in an attribute until a script of the site copies them into place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from embedproxy.html.tags import Attribute, StartTag

# What the known loaders use: lazysizes, lozad, vanilla-lazyload, WP Rocket, LiteSpeed, Smush, a3, EWWW.
_CLASS = re.compile(
    r"(?:^|[-_])(?:lazy|lozad|lazyload|lazyloaded|lazyloading|lazyestload|b-lazy|rocket-lazyload)", re.I
)
_ATTRIBUTES = re.compile(
    r"data-(?:lazy(?:-?src|-?srcset)?|ll-src|litespeed-src|litespeed-srcset|rocket-src|rocketsrc|wpfc-original-src|"
    r"ezsrc|pagespeed-lazy-src|pin-nopin-src|perfmatters-preload|opt-src|src-lazy|lazy-url)"
)
_PARKED = re.compile(r"(?:data-)?(?:[\w-]*-)?(?:src|srcset|url|href|original|bg|background(?:-image)?|lazy)")
# Marks of consent tools, which show a placeholder of their own.
_TOOLS = re.compile(
    r"cmplz|cmp-|cookieblock|cookieconsent|cookie-|cookiescript|borlabs|usercentrics|uc-|2click|two-?click|"
    r"consent|klaro|iub|cookiefirst|cli-|tarteaucitron|rcb-|real-cookie|suppressed|categories|optin|opt-in|embetty|"
    r"iframemanager|data-service",
    re.IGNORECASE,
)


def parked(tag: StartTag) -> Iterator[Attribute]:
    """The attributes from which a lazy loader would take an address.

    Args:
        tag: any start tag.

    Returns:
        Nothing where no known loader works on the tag, or where a consent tool has parked it.
    """
    attributes = tag.attributes
    if any(_TOOLS.search(attribute.name) for attribute in attributes) or _TOOLS.search(
        tag.get("class") or ""
    ):
        return
    marked = any(_CLASS.search(name) for name in (tag.get("class") or "").split())
    for attribute in attributes:
        if _ATTRIBUTES.fullmatch(attribute.name) or (marked and _PARKED.fullmatch(attribute.name)):
            yield attribute
