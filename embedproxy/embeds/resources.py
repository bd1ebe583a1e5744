"""Pictures, styles, media and hints that would make the browser contact a provider (LAW §4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from embedproxy.embeds.css import clean_css
from embedproxy.embeds.lazy import parked
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import is_allowed
from embedproxy.embeds.verdict import Amend
from embedproxy.html.tags import Attribute, StartTag

# What each element loads by itself, by attribute (https://html.spec.whatwg.org/#attributes-3, SVG 2 §16).
LOADING: dict[str, tuple[str, ...]] = {
    "audio": ("src",),
    "feimage": ("href", "xlink:href"),
    "image": ("src", "srcset", "href", "xlink:href"),
    "img": ("src", "srcset", "lowsrc"),
    "input": ("src",),
    "link": ("href", "imagesrcset"),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
# The kinds of link that make the browser connect; any one of several tokens is enough.
LOADING_RELS = frozenset(
    {
        "apple-touch-icon",
        "apple-touch-icon-precomposed",
        "apple-touch-startup-image",
        "dns-prefetch",
        "fluid-icon",
        "icon",
        "manifest",
        "mask-icon",
        "modulepreload",
        "preconnect",
        "prefetch",
        "preload",
        "prerender",
        "stylesheet",
    }
)
# Start tags of any name that may load something: by style, by the old attribute, or through a lazy loader.
CUES = (b"style", b"background", b"lazy", b"data-", b"http-equiv")
_IN_STYLE = rb"(?:url|image|\\|&)"  # an address, or an escape that may hide one
PATTERN = rb"\bstyle[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"[^\"]*%b|'[^']*%b|[^\"'\s>]*%b)|%b" % (
    *(_IN_STYLE,) * 3,
    rb"\bbackground[\t\n\f\r ]*=|lazy|\bdata-[\w-]*src|http-equiv",
)
# An address whose host can be read without parsing: no user info, no number, nothing escaped.
_PLAIN = re.compile(r"(?:https?:)?//((?:[a-z0-9-]+\.)+[a-z]{2,})(?=[/?#]|$)", re.IGNORECASE | re.ASCII)
_CANDIDATE = re.compile(r"[^\s,]\S*[^\s,]|[^\s,]")
_REFRESH = re.compile(r"""\s*[\d.]*[;,\s]\s*(?:url\s*=\s*)?["']?([^"']*)""", re.IGNORECASE)


def judge_resource(tag: StartTag, page: Page, policy: Policy) -> Amend | None:
    """Decide about an element that loads something: what would contact a provider loses its value."""
    if page.stays(tag.raw.decode("latin-1")) or is_allowed(tag):
        return None
    changes = tuple(dict(_changes(tag, _foreign(page, policy))).items())
    return Amend(changes) if changes else None


def clean_sheet(sheet: str, page: Page, policy: Policy) -> str:
    """Replace what a style sheet would load from a provider."""
    return sheet if page.stays(sheet, sheet=True) else clean_css(sheet, _foreign(page, policy))


def _foreign(page: Page, policy: Policy) -> Callable[[str], bool]:
    """Whether a reference on this page leads to something that must not be loaded."""

    def is_foreign(reference: str) -> bool:
        plain = _PLAIN.match(reference)
        if plain and policy.is_stranger(plain[1].lower()):
            return False
        url = page.resolve(reference)
        return url is not None and policy.is_foreign(url, page.host)

    return is_foreign


def _changes(tag: StartTag, is_foreign: Callable[[str], bool]) -> Iterator[tuple[Attribute, str]]:
    names = () if tag.name == "link" and not _connects(tag) else LOADING.get(tag.name, ())
    for attribute in tag.attributes:
        if attribute.name in names or attribute.name == "background":
            if any(map(is_foreign, _references(attribute))):
                yield attribute, ""
        elif attribute.name == "style":
            cleaned = clean_css(attribute.value, is_foreign)
            if cleaned != attribute.value:
                yield attribute, cleaned
        elif attribute.name == "content" and _refreshes(tag) and is_foreign(_target(attribute)):
            yield attribute, ""
    for attribute in parked(tag):
        if any(map(is_foreign, _references(attribute))):
            yield attribute, ""


def _connects(link: StartTag) -> bool:
    return not LOADING_RELS.isdisjoint((link.get("rel") or "").lower().split())


def _refreshes(tag: StartTag) -> bool:
    """Whether this is a ``meta`` that leads the visitor away without a click."""
    return tag.name == "meta" and (tag.get("http-equiv") or "").strip().lower() == "refresh"


def _target(attribute: Attribute) -> str:
    found = _REFRESH.match(attribute.value)
    return found[1].strip() if found else ""


def _references(attribute: Attribute) -> Iterator[str]:
    """The addresses in an attribute: several in a ``srcset``, one elsewhere."""
    if attribute.name.endswith("srcset"):
        yield from _CANDIDATE.findall(attribute.value)
    elif attribute.value:
        yield attribute.value
