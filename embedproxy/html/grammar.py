"""The grammar of markup as possessive regular expressions: what a tag is and what may be skipped in C.

Every quantifier that could backtrack is possessive, so a failed match costs no more than its length. A
construct matches only when its last byte has arrived; nothing here treats the end of the bytes as an end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from embedproxy.html.cues import Cues
from embedproxy.html.names import DRAWING, STRUCTURAL

SPACE = rb"\t\n\f\r "  # vertical tab is not among them
_END = rb"[" + SPACE + rb"/>]"  # what ends a tag's name
_VALUE = rb"(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^" + SPACE + rb">]*+)"
_NAME = rb"(?:=[^" + SPACE + rb"/>=]*+|[^" + SPACE + rb"/>=]++)"
_EQUALS = rb"[" + SPACE + rb"]*+="
# An attribute whose quote never closes must not match without its value: the tag is unfinished.
_ATTRIBUTES = (
    rb"(?:["
    + SPACE
    + rb"/]++|"
    + _NAME
    + rb"(?:"
    + _EQUALS
    + rb"["
    + SPACE
    + rb"]*+"
    + _VALUE
    + rb"|(?!"
    + _EQUALS
    + rb")))*+>"
)
# The common spelling, several times as fast: name="value" with nothing between name, sign and quote.
_TIDY = (
    rb"(?:[^\"'=>]*+(?<![" + SPACE + rb"/\"'])="
    rb"(?:\"[^\"]*+\"|'[^']*+'|[^" + SPACE + rb"\"'=>]++(?=[" + SPACE + rb">])))*+[^\"'=>]*+>"
)
_REST = rb"(?:" + _TIDY + rb"|" + _ATTRIBUTES + rb")"
_COMMENT = rb"!--(?:-?>|(?:[^-]++|-(?!-!?>))*+--!?>)"

ATTRIBUTE = re.compile(rb"(" + _NAME + rb")(?:" + _EQUALS + rb"[" + SPACE + rb"]*+(" + _VALUE + rb"))?+")
TAG_NAME = re.compile(rb"</?([a-zA-Z][^" + SPACE + rb"/>]*+)")
TAG = re.compile(rb"<(/?)([a-zA-Z][^" + SPACE + rb"/>]*+)" + _REST)


@dataclass(frozen=True)
class Interest:
    """The tags that a reader wants to see.

    Attributes:
        names: lower-case names; start and end tags of these are reported, and the text of raw-text elements.
        pattern: start tags of any other name are reported when this regular expression fits somewhere in
            their bytes, which are put in lower case for it.
        cues: lower-case literals; a fit of the pattern begins with one of them.
        classes: start tags of any other name are reported when they have one of these classes.

    Custom elements (any name with a hyphen) are always reported.
    """

    names: frozenset[str]
    pattern: bytes = b""
    cues: tuple[bytes, ...] = ()
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grammar:
    """The regular expressions for one interest.

    Attributes:
        skip: matches, always, the longest run of text and constructs that need no look.
        cues: finds where tags of any name are of interest.
    """

    skip: re.Pattern[bytes]
    cues: Cues


@lru_cache(maxsize=16)
def grammar_of(interest: Interest) -> Grammar:
    """Compile the grammar for an interest; the last few are kept.

    Args:
        interest: what the reader wants to see.

    Returns:
        The compiled expressions.
    """
    return Grammar(re.compile(_skip(interest.names)), Cues(interest))


def _any(names: frozenset[str]) -> bytes:
    return b"|".join(re.escape(name).encode() for name in sorted(names)) or b"(?!)"


def _letters(names: frozenset[str]) -> bytes:
    first = {name[0] for name in names}
    return "".join(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in first).encode()


def _skip(names: frozenset[str]) -> bytes:
    stops = names | STRUCTURAL
    quick = _letters(stops)
    word = rb"[^-" + SPACE + rb"/>]*+(?=" + _END + rb")" + _REST  # no hyphen: not a custom element
    safe = rb"[" + quick + quick.upper() + rb"]" + word + rb"|" if quick else b""
    start = safe + rb"(?!(?i:" + _any(stops) + rb")" + _END + rb")[a-zA-Z]" + word
    end = rb"/(?!(?i:" + _any(stops) + rb")" + _END + rb")[a-zA-Z](?:[^->\"'=]*+>|" + word + rb")"
    bogus = rb"(?:!(?!--|\[CDATA\[)|\?|/(?=[^a-zA-Z]))[^>]*+>"
    lone = rb"(?=[^a-zA-Z/!?])"
    constructs = (end, start, _COMMENT, bogus, lone, _drawing(names))
    return rb"[^<]*+(?:<(?:" + rb"|".join(constructs) + rb")[^<]*+)*+"


def _drawing(names: frozenset[str]) -> bytes:
    # However its tags nest, a drawing of harmless elements has left foreign content after its </svg>.
    inner = rb"/?(?i:" + _any(DRAWING - names) + rb")(?=" + _END + rb")" + _REST
    if names & {"svg"}:
        return rb"(?!)"
    opening = rb"(?i:svg)(?=" + _END + rb")" + _REST
    return (
        opening + rb"[^<]*+(?:<(?:" + inner + rb"|" + _COMMENT + rb")[^<]*+)*+</(?i:svg)[" + SPACE + rb"]*+>"
    )
