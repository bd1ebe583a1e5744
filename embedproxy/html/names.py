"""Names of elements that decide how markup is read, as WHATWG HTML 13.2.6 lists them."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Elements whose content is not markup.
RAW = _words("iframe noembed noframes plaintext script style textarea title xmp")

# Tags that change how the bytes after them are read; they are looked at even when nobody asked for them.
STRUCTURAL = RAW | _words("col frameset math noscript select svg template")

# Start tags that end foreign content: they never stand in it.
BREAKOUT = _words(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing "
    "menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)

# HTML elements that have no end tag.
VOID = _words(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr"
)

# Tags that may close elements around a drawing although the tag stands at an integration point.
PIERCING = _words(
    "caption col colgroup frameset input keygen select table tbody td template textarea tfoot th thead tr"
)

# MathML elements whose content is HTML.
MATH_TEXT = _words("mi mn mo ms mtext")

# SVG elements whose content is HTML.
SVG_HTML = _words("desc foreignobject title")

# What simple drawings consist of: no integration point, nothing that loads, no name that ends the drawing.
DRAWING = _words(
    "animate animatetransform circle clippath defs ellipse filter g line lineargradient mask path pattern "
    "polygon polyline radialgradient rect stop symbol text tspan"
)
