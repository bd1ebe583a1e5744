"""Hostile markup by chance, compared with what a tree builder makes of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from embedproxy.html.tags import StartTag, Unclosed
from tests.html.oracle import INTEREST, addresses_of, bytewise, neutralised, random_sizes, read

_DRAWINGS = (
    "<svg> <svg> </svg> <math> </math> <g> </g> <path> <svg/> <foreignObject> </foreignObject> <desc> "
    "</desc> <title> </title> <mi> </mi> <mtext> <annotation-xml> <annotation-xml~encoding=text/html> "
    "<mglyph>"
)
_HTML = (
    "<p> </p> <div> </div> <b> </b> <a> </a> <font> <font~color=x> </font> <br> </br> <li> <span> </span> "
    "<form> </form> <button> <table> </table> <tr> <td> </td> <caption> <col> <colgroup> <select> </select> "
    "<option> <input> <frameset> </frameset> </body> </html> <head> </head> <x-y>"
)
_RAW = (
    "<style> </style> <style/> <script> </script> <script/> <textarea> </textarea> <xmp> </xmp> <noembed> "
    "</noembed> <noframes> </noframes> <iframe> </iframe> <noscript> </noscript> <plaintext> <template> "
    "</template> <template~shadowrootmode=open>"
)
_SIGNS = '<!-- --> <!--> --!> <!--- <! <? > </ < <![CDATA[ ]]> " \' = <a~b=" <a~b=\' <div~style=" x & \0'
_LOADS = "<IFRAME~src=$> <iframe~src=$> <img~src=$> <script~src=$></script> <image~src=$>"
_GROUPS = (_DRAWINGS, _HTML, _RAW, _SIGNS, _LOADS, _LOADS)
_PIECES = [piece.replace("~", " ") for group in _GROUPS for piece in group.split(" ")]


def soup(pieces: list[str]) -> str:
    """Put pieces together, each address with a number of its own."""
    return "".join(piece.replace("$", f"u{number}z") for number, piece in enumerate(pieces))


SOUP = st.lists(st.sampled_from(_PIECES), max_size=30).map(soup)


@settings(max_examples=400, deadline=None)
@given(SOUP)
def test_every_address_that_loads_is_reported(markup: str) -> None:
    """With scripting on and off; where something is cut, what follows is the next test's."""
    tokens = read(markup)
    if any(isinstance(token, Unclosed) for token in tokens):
        return
    tags = [token for token in tokens if isinstance(token, StartTag) and not token.template]
    found = {tag.get(name) for tag in tags for name in ("src", "data")}
    for scripting in (False, True):
        assert addresses_of(markup, scripting=scripting) <= found


@settings(max_examples=400, deadline=None)
@given(SOUP)
def test_nothing_loads_once_the_reported_tags_are_neutralised(markup: str) -> None:
    """What has to be cut is cut as well."""
    body = markup.encode()
    harmless = neutralised(body, read(body)).decode()
    for scripting in (False, True):
        assert addresses_of(harmless, scripting=scripting) == set()


@settings(max_examples=200, deadline=None)
@given(SOUP, st.integers(0, 2**32))
def test_soup_reads_alike_in_chunks_of_any_size(markup: str, seed: int) -> None:
    """Byte by byte, and by chance."""
    body = markup.encode()
    whole = read(body)
    assert read(body, INTEREST, bytewise(body)) == whole
    assert read(body, INTEREST, random_sizes(seed)) == whole, f"seed {seed}"


@settings(max_examples=200, deadline=None)
@given(SOUP)
def test_tokens_come_in_order_and_hold_the_bytes_of_the_document(markup: str) -> None:
    """So that a splicer can follow them."""
    body, before = markup.encode(), 0
    for token in read(body):
        assert before <= token.start <= token.end <= len(body)
        before = token.end
        if isinstance(token, StartTag):
            assert token.raw == body[token.start : token.end]
