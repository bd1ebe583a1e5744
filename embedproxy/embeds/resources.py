"""Pictures, styles, media and hints that would make the browser contact a provider (LAW §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import is_allowed
from embedproxy.embeds.verdict import Blank, Verdict
from embedproxy.html.tags import Attribute, StartTag

# What each element loads by itself, by attribute (https://html.spec.whatwg.org/#attributes-3).
LOADING: dict[str, tuple[str, ...]] = {
    "audio": ("src",),
    "img": ("src", "srcset"),
    "image": ("src", "srcset", "href", "xlink:href"),
    "input": ("src",),
    "link": ("href", "imagesrcset"),
    "source": ("src", "srcset"),
    "track": ("src",),
    "video": ("src", "poster"),
}
# The kinds of link that make the browser connect; any one of several tokens is enough.
LOADING_RELS = frozenset(
    {
        "apple-touch-icon",
        "dns-prefetch",
        "icon",
        "manifest",
        "modulepreload",
        "preconnect",
        "prefetch",
        "preload",
        "prerender",
        "stylesheet",
    }
)
_CANDIDATE = re.compile(r"[^\s,]\S*[^\s,]|[^\s,]")


def judge_resource(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about an element that loads something: addresses at a provider's host lose their value."""
    if is_allowed(tag) or (tag.name == "link" and not _connects(tag)):
        return None
    names = LOADING[tag.name]
    found = tuple(at for at in tag.attributes if at.name in names and _is_foreign(at, page, policy))
    return Blank(found) if found else None


def _connects(link: StartTag) -> bool:
    return not LOADING_RELS.isdisjoint((link.get("rel") or "").lower().split())


def _is_foreign(attribute: Attribute, page: Page, policy: Policy) -> bool:
    for reference in _references(attribute):
        url = page.resolve(reference)
        if url and policy.foreign_owner(url, page.host):
            return True
    return False


def _references(attribute: Attribute) -> Iterator[str]:
    """The addresses in an attribute: several in a ``srcset``, one elsewhere."""
    if attribute.name.endswith("srcset"):
        yield from _CANDIDATE.findall(attribute.value)
    elif attribute.value:
        yield attribute.value
