"""Trees of a fast tree builder (turbohtml), in the shape in which tests.fetches reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import turbohtml

from tests.fetches import XHTML, XLINK, Fetch, fetches_of
from tests.unmeasured import unmeasured

SPACES = {
    "HTML": XHTML,
    "SVG": "{http://www.w3.org/2000/svg}",
    "MATHML": "{http://www.w3.org/1998/Math/MathML}",
}


def fetched(text: str, page_url: str, *, scripting: bool) -> Iterator[Fetch]:
    """List what a browser would fetch from other sites, shadow trees included.

    Args:
        text: the page.
        page_url: its address.
        scripting: whether ``noscript`` is text (on) or markup (off).
    """

    def read(document: str) -> Element:
        return tree_of(turbohtml.parse(document, scripting=scripting, positions=False))

    return fetches_of(read(text), page_url, read)


@unmeasured
def tree_of(document: Any) -> Element:
    """The elements of a parsed document as plain elements with namespaces, without recursion."""
    root = Element("document")
    waiting: list[tuple[Any, Element]] = [(node, root) for node in reversed(document.children)]
    while waiting:
        node, parent = waiting.pop()
        if getattr(node, "tag", None):
            own = _element(node, parent)
            shadow = getattr(node, "shadow_root", None)
            waiting += [(child, own) for child in reversed(node.children)]
            waiting += [(child, own) for child in reversed(shadow.children)] if shadow is not None else []
        elif type(node).__name__ == "Text":
            _write(node.text, parent)
    return root


def _element(node: Any, parent: Element) -> Element:
    own = Element(SPACES[node.namespace.name] + node.tag)
    for name, value in node.attrs.items():
        own.set(XLINK if name == "xlink:href" else name, _value(value))
    parent.append(own)
    return own


def _value(value: Any) -> str:
    """An attribute's value; a list of tokens stands for some attributes, such as ``class`` and ``rel``."""
    return value if isinstance(value, str) else " ".join(value or ())


def _write(text: str, parent: Element) -> None:
    """Only the text of style sheets is read, and these hold nothing else."""
    parent.text = (parent.text or "") + text
