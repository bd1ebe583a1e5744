"""Pictures, styles, media and hints that would make the browser contact a provider (LAW §4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from embedproxy.embeds.css import clean_css, unescape
from embedproxy.embeds.dataurl import is_data, read_data
from embedproxy.embeds.facades import may_be_facade, undone
from embedproxy.embeds.lazy import parked
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import is_allowed
from embedproxy.embeds.srcset import candidates
from embedproxy.embeds.verdict import Amend, Drop
from embedproxy.html.tags import Attribute, StartTag

# What each element loads by itself, by attribute (https://html.spec.whatwg.org/#attributes-3, SVG 2 §16), or
# what the AMP runtime loads for it (https://amp.dev/documentation/components).
LOADING: dict[str, tuple[str, ...]] = {
    "amp-anim": ("src", "srcset"),
    "amp-audio": ("src",),
    "amp-img": ("src", "srcset"),
    "amp-pixel": ("src",),
    "amp-video": ("src", "poster"),
    "audio": ("src",),
    "bgsound": ("src",),
    "feimage": ("href", "xlink:href"),
    "image": ("src", "srcset", "href", "xlink:href"),
    "img": ("src", "srcset", "lowsrc"),
    "input": ("src",),
    "link": ("href", "imagesrcset"),
    "model": ("src",),
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
        "compression-dictionary",
        "dns-prefetch",
        "fluid-icon",
        "icon",
        "manifest",
        "mask-icon",
        "modulepreload",
        "next",  # Firefox fetches it ahead
        "preconnect",
        "prefetch",
        "preload",
        "prerender",
        "search",  # browsers read the description of a search engine
        "stylesheet",
    }
)
# What loads on every element: the old picture, and reports of a click or of a view.
ANYWHERE = ("attributionsrc", "background", "ping")
# Attributes of drawings that are style sheets' properties as well (SVG 2 §6.6).
PRESENTATION = (
    *("clip-path", "cursor", "fill", "filter", "marker", "marker-end", "marker-mid", "marker-start", "mask"),
    "stroke",
)
ANIMATING, ANIMATED = frozenset({"animate", "set"}), ("by", "from", "to", "values")  # they may set an href
CUES = (
    *(
        b"style",
        b"background",
        b"lazy",
        b"lozad",
        b"data-",
        b"uk-",
        b"ping",
        b"attributionsrc",
        b"http-equiv",
    ),
    *(b"clip-path", b"cursor", b"fill", b"filter", b"marker", b"mask", b"stroke"),
)
# Start tags of any name that may load something: by style, by such an attribute, or through a lazy loader.
_IN_STYLE = rb"(?:url|image|\\|&)"  # an address, or an escape that may hide one
_STYLES = rb"(?:style|clip-path|cursor|fill|filter|marker[a-z-]*|mask|stroke)"
PATTERN = rb"\b%b[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"[^\"]*%b|'[^']*%b|[^\"'\s>]*%b)|%b" % (
    _STYLES,
    *(_IN_STYLE,) * 3,
    rb"\b(?:background|ping|attributionsrc)[\t\n\f\r ]*=|lazy|lozad|\buk-(?:img|video)\b|\bdata-[\w-]*src|"
    rb"http-equiv",
)
DATA_DEPTH = 8  # style sheets in data: addresses inside each other, as far as they are read
# Media types that no browser reads as a style sheet.
_NO_SHEETS = ("application/", "audio/", "font/", "image/", "video/")
# An address whose host can be read without parsing: no user info, no number, nothing escaped.
_PLAIN = re.compile(r"(?:https?:)?//((?:[a-z0-9-]+\.)+[a-z]{2,})(?=[/?#]|$)", re.IGNORECASE | re.ASCII)
_REFRESH = re.compile(r"""\s*[\d.]*[;,\s]\s*(?:url\s*=\s*)?["']?([^"']*)""", re.IGNORECASE)
_WORD = re.compile(r"[^\s\"'(){}<>;,=]+")  # what may be an address in a style sheet


def judge_resource(tag: StartTag, page: Page, policy: Policy) -> Amend | None:
    """Decide about an element that loads something: what would contact a provider loses its value."""
    page.shows |= tag.name in LOADING and tag.name not in ("input", "link")
    stays = page.stays(tag.raw.decode("latin-1")) and not may_be_facade(tag)
    if stays or is_allowed(tag):
        return None
    found = dict(_changes(tag, _foreign(page, policy)))
    changes = tuple((attribute, value) for attribute, value in found.items() if value != attribute.value)
    return Amend(changes) if changes else None


def judge_base(tag: StartTag, page: Page, policy: Policy) -> Amend | Drop | None:
    """Take the page's base, unless it is a provider's and comes late.

    What stands before it may still be resolved against it: browsers look at pictures a moment later. One
    that only some browsers go by is taken from all, or the next would count for the others.
    """
    attribute = next((each for each in tag.attributes if each.name == "href"), None)
    if attribute is None or page.is_based or tag.foreign:
        return None
    if tag.noscript or tag.doubtful:
        return Drop()
    late = page.shows and _foreign(page, policy)(attribute.value)
    page.set_base("" if late else attribute.value)
    return Amend(((attribute, ""),)) if late else None


def clean_sheet(sheet: str, page: Page, policy: Policy) -> str:
    """Replace what a style sheet would load from a provider."""
    return sheet if page.stays(sheet, sheet=True) else clean_css(sheet, _foreign(page, policy))


def names_foreign(text: str, page: Page, policy: Policy) -> bool:
    """Whether any word of a style sheet, taken for an address, would contact a provider.

    For sheets of which nobody can tell where they end: a sheet cut short there may load what it does not load
    when it is read on.
    """
    if page.stays(text, sheet=True):
        return False
    return any(map(_foreign(page, policy), _WORD.findall(unescape(text))))


def _foreign(page: Page, policy: Policy, depth: int = 0) -> Callable[[str], bool]:
    """Whether a reference on this page leads to something that must not be loaded."""

    def is_foreign(reference: str) -> bool:
        if is_data(reference):
            return _imports(reference)
        plain = _PLAIN.match(reference)
        if plain and policy.is_stranger(plain[1].lower()):
            return False
        url = page.resolve(reference)
        return url is not None and policy.is_foreign(url, page.host)

    def _imports(reference: str) -> bool:
        """Whether a style sheet in a ``data:`` address loads something itself."""
        held = read_data(reference)
        if held is None or held.essence.startswith(_NO_SHEETS):
            return False
        deeper = _foreign(page, policy, depth + 1)
        return depth >= DATA_DEPTH or clean_css(held.text, deeper) != held.text

    return is_foreign


def _changes(tag: StartTag, is_foreign: Callable[[str], bool]) -> Iterator[tuple[Attribute, str]]:
    names = () if tag.name == "link" and not _connects(tag) else LOADING.get(tag.name, ())
    for attribute in tag.attributes:
        if attribute.name in names or attribute.name in ANYWHERE:
            if any(map(is_foreign, _references(attribute))):
                yield attribute, ""
        elif attribute.name == "style" or attribute.name in PRESENTATION:
            yield attribute, clean_css(attribute.value, is_foreign)
        elif tag.name in ANIMATING and attribute.name in ANIMATED:
            parts = attribute.value.split(";")
            if any(is_foreign(part) or clean_css(part, is_foreign) != part for part in parts):
                yield attribute, ""
        elif attribute.name == "content" and _refreshes(tag) and is_foreign(_target(attribute)):
            yield attribute, ""
    yield from undone(tag, is_foreign)
    for attribute in parked(tag):
        value = attribute.value
        if any(map(is_foreign, _references(attribute))) or clean_css(value, is_foreign) != value:
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
    """The addresses in an attribute: several in a ``srcset`` and in what reports, one elsewhere."""
    if attribute.name.endswith(("srcset", "bgset")):
        yield from candidates(attribute.value)
    elif attribute.name in ("attributionsrc", "ping"):
        yield from attribute.value.split()
    elif attribute.value:
        yield attribute.value
