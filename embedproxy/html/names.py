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

# Start tags that browsers drop inside a drawing, since their elements stand outside of it.
DROPPED = _words("body frameset head html")

# Start tags that browsers drop where no table is open.
TABLE_PARTS = _words("caption colgroup tbody td tfoot th thead tr")

# Open elements that a start tag closes, wherever in the same place they stand.
_LIST = _words("dd dt li")
_HEADINGS = _words("h1 h2 h3 h4 h5 h6")
_PARAGRAPHS = _words(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer "
    "form header hgroup hr listing main menu nav ol p plaintext pre search section summary table ul xmp"
)
CLOSES = {
    **dict.fromkeys(_PARAGRAPHS | _HEADINGS, _words("p")),
    **dict.fromkeys(_LIST, _LIST | {"p"}),
    **{name: _words(f"{name} p" if name == "table" else name) for name in _words("a button nobr table")},
    **dict.fromkeys(_words("input keygen select textarea"), _words("select")),
}

# Open elements that a start tag closes if they are the innermost.
_OPTIONS = _words("optgroup option")
_RUBY = _words("rb rp rt rtc")
CLOSES_TOP = {
    **dict.fromkeys(_HEADINGS, _HEADINGS),
    **dict.fromkeys(_OPTIONS | _RUBY | {"hr"}, _LIST | _OPTIONS | _RUBY | {"p"}),
}

# MathML elements whose content is HTML.
MATH_TEXT = _words("mi mn mo ms mtext")

# Elements that are MathML even inside of those.
GLYPHS = _words("malignmark mglyph")

# SVG elements whose content is HTML.
SVG_HTML = _words("desc foreignobject title")

# What simple drawings consist of: no integration point, nothing that loads, no name that ends the drawing.
DRAWING = _words(
    "animate animatetransform circle clippath defs ellipse filter g line lineargradient mask path pattern "
    "polygon polyline radialgradient rect stop symbol text tspan"
)
