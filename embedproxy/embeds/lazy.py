"""Lazy loaders: addresses parked in an attribute until a script of the site copies them into place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from embedproxy.html.tags import Attribute, StartTag

# What the known loaders use: lazysizes, lozad, vanilla-lazyload, WP Rocket, LiteSpeed, Smush, a3, EWWW;
# Tally's own script takes its forms' addresses so.
_CLASS = re.compile(
    r"(?:^|[-_])(?:lazy|lozad|lazyload|lazyloaded|lazyloading|lazyestload|b-lazy|rocket-lazyload)", re.I
)
# Attributes beside which a loader takes what stands in data-src: LiteSpeed, Perfmatters, UIkit.
_MARKS = re.compile(r"data-lazy[\w-]*|(?:data-)?uk-(?:img|video)")
_ATTRIBUTES = re.compile(
    r"data-(?:lazy(?:-?src|-?srcset)?|ll-src|litespeed-src|litespeed-srcset|rocket-src|rocketsrc|wpfc-original-src|"
    r"ezsrc|ezsrcset|pagespeed-lazy-src|pin-nopin-src|perfmatters-preload|pmdelayedstyle|opt-src|src-lazy|lazy-url|"
    r"tally-src|"
    r"lzl-src|lzl-srcset)|nitro-lazy-(?:src|srcset|bg)"
)
_PARKED = re.compile(
    r"[\w-]+-(?:src|srcset|url|href|original|bg|bgset|background(?:-image)?|poster|lazy)|original|lazy"
)
# Elements of which only a loader reads such an attribute, and links, which lead somewhere and load nothing.
_ALWAYS = {"source": ("data-src", "data-srcset"), "link": ("data-href",)}
_LINKS = frozenset({"a", "area", "button", "form"})
_DELAYED = re.compile(r"data-(?:[\w-]*[_-])?src|nitro(?:pack)?-src")
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
    if _is_in_care(tag):
        return
    marked = any(_CLASS.search(name) for name in (tag.get("class") or "").split())
    marked = marked or any(_MARKS.fullmatch(attribute.name) for attribute in tag.attributes)
    always = _ALWAYS.get(tag.name, ())
    for attribute in tag.attributes:
        name = attribute.name
        leads = tag.name in _LINKS and name.endswith(("href", "url"))
        if (
            _ATTRIBUTES.fullmatch(name)
            or name in always
            or (marked and not leads and _PARKED.fullmatch(name))
        ):
            yield attribute


def delayed(script: StartTag) -> Iterator[Attribute]:
    """The attributes from which an optimiser takes a script's address; none where a consent tool does."""
    if not _is_in_care(script):
        yield from (each for each in script.attributes if _DELAYED.fullmatch(each.name))


def _is_in_care(tag: StartTag) -> bool:
    """Whether a consent tool has parked this element."""
    return any(_TOOLS.search(attribute.name) for attribute in tag.attributes) or bool(
        _TOOLS.search(tag.get("class") or "")
    )
