"""What a browser would fetch by itself for a page: an independent reading of our output by html5lib."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import html5lib
import tinycss2

from embedproxy import urls
from tests.unmeasured import unmeasured

Element = Any  # xml.etree.ElementTree.Element, with html5lib's names
XHTML = "{http://www.w3.org/1999/xhtml}"
XLINK = "{http://www.w3.org/1999/xlink}href"
LOADING: dict[str, tuple[str, ...]] = {
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "script": ("src", "href", XLINK),
    "img": ("src", "srcset"),
    "image": ("src", "srcset", "href", XLINK),
    "feimage": ("href", XLINK),
    "use": ("href", XLINK),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "input": ("src",),
    "link": ("href", "imagesrcset"),
    "body": ("background",),
    "table": ("background",),
    "td": ("background",),
    "th": ("background",),
    "tr": ("background",),
}
RELS = {
    "stylesheet", "icon", "preload", "modulepreload", "prefetch", "prerender", "preconnect", "dns-prefetch",
    "manifest", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon",
}  # fmt: skip
DRAWN = {"script", "image", "feimage", "use"}  # elements of SVG that load something
REFRESH = re.compile(r"\s*[\d.]+\s*[;,\s]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", re.IGNORECASE)
SCRIPT_TYPES = re.compile(r"^\s*(?:$|module$|(?:text|application)/(?:x-)?(?:java|ecma)script)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request that a browser would make.

    Attributes:
        tag: the element's name.
        attribute: where the address stands.
        url: the address.
    """

    tag: str
    attribute: str
    url: urls.Url


@unmeasured
def fetches(page: bytes | str, page_url: str, *, scripting: bool, encoding: str | None = None) -> list[Fetch]:
    """List what a browser would fetch from other sites.

    Args:
        page: the page.
        page_url: its address.
        scripting: whether ``noscript`` is text (on) or markup (off).
        encoding: of bytes, as the response's header says.
    """
    options = {"transport_encoding": encoding} if encoding and isinstance(page, bytes) else {}
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    tree = parser.parse(page, scripting=scripting, **options)

    def inner(document: str) -> Element:
        return html5lib.HTMLParser(namespaceHTMLElements=True).parse(document, scripting=scripting)

    return list(fetches_of(tree, page_url, inner))


def fetches_of(tree: Element, page_url: str, read: Callable[[str], Element]) -> Iterator[Fetch]:
    """List what a browser would fetch for a tree, in the tree's order.

    A base counts for what follows it, as when a browser parses; in a drawing it is none.

    Args:
        tree: the page's root.
        page_url: its address.
        read: makes a tree of the page in a ``srcdoc``.
    """
    page, base = urls.parse(page_url), ""
    assert page
    for element in _live(tree):
        name = str(element.tag).rpartition("}")[2].lower()
        if element.tag == f"{XHTML}base" and not base and element.get("href") is not None:
            found = urls.parse(element.get("href"), page_url)
            base = found.href if found else page_url
        for attribute, reference in _references(element, name):
            url = urls.parse(reference, base or page_url)
            if reference.strip() and url and not urls.same_site(url.host, page.host):
                yield Fetch(name, attribute, url)
        if element.tag == f"{XHTML}iframe" and element.get("srcdoc"):
            yield from fetches_of(read(element.get("srcdoc")), page_url, read)


def _live(element: Element) -> Iterator[Element]:
    """Every element but those in an inert template."""
    if not isinstance(element.tag, str):
        return
    yield element
    if element.tag == f"{XHTML}template" and not element.get("shadowrootmode"):
        return
    for child in element:
        yield from _live(child)


def _references(element: Element, name: str) -> Iterator[tuple[str, str]]:
    if element.get("style"):
        yield from (("style", url) for url in css_urls(element.get("style"), sheet=False))
    if name == "style":
        yield from (("style", url) for url in css_urls("".join(element.itertext()), sheet=True))
    if name == "meta" and (element.get("http-equiv") or "").lower() == "refresh":
        target = REFRESH.match(element.get("content") or "")
        if target:
            yield "content", target[1]
    if _sleeps(element, name):
        return
    drawn = not element.tag.startswith(XHTML)
    for attribute in LOADING.get(name, ()):
        if name in DRAWN and drawn != attribute.endswith("href"):  # src is HTML's, href SVG's
            continue
        value = element.get(attribute)
        if value and attribute.endswith("srcset"):
            yield from ((attribute, part) for part in re.findall(r"(?:^|,)\s*([^\s,]\S*)", value))
        elif value:
            yield attribute, value


def _sleeps(element: Element, name: str) -> bool:
    """Whether this element loads nothing although it names something."""
    if not element.tag.startswith(XHTML) and name not in DRAWN:
        return True
    if name == "script":
        kind = element.get("type")
        if kind is None and element.get("language"):
            kind = "text/" + element.get("language")
        return not SCRIPT_TYPES.match(kind or "")
    if name == "link":
        return RELS.isdisjoint((element.get("rel") or "").lower().split())
    return name == "input" and (element.get("type") or "").strip().lower() != "image"


def css_urls(text: str, *, sheet: bool) -> Iterator[str]:
    """The addresses that a style sheet or a style attribute loads."""
    tokens = tinycss2.parse_component_value_list(text)
    yield from _css_tokens(tokens)


def _css_tokens(tokens: list[Any]) -> Iterator[str]:
    imports = False
    for token in tokens:
        if token.type == "url":
            yield token.value
        elif token.type == "function":
            if token.lower_name in ("url", "src", "image", "image-set", "-webkit-image-set"):
                yield from (part.value for part in token.arguments if part.type == "string")
            yield from _css_tokens(token.arguments)
        elif token.type == "at-keyword":
            imports = token.lower_value == "import"
            continue
        elif token.type == "string" and imports:
            yield token.value
        elif token.type in ("{} block", "() block", "[] block"):
            yield from _css_tokens(token.content)
        if token.type not in ("whitespace", "comment"):
            imports = False
