"""Addresses in style sheets: found as browsers find them, replaced where they are foreign.

Style sheets are read by the tokens of CSS Syntax Level 3. A string is taken for an address where it stands in
a function or behind ``@import``; everywhere else it is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

NOWHERE = '"about:invalid"'  # browsers fetch nothing for it (CSS Values Level 4 §4.5.4)

_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}[ \t\n\r\f]?|[^\n\r\f0-9a-fA-F])"
# Possessive, and no character fits twice: else a run of letters would be read in every possible way.
_IDENTIFIER = rf"(?:[a-zA-Z0-9_-]|[^\x00-\x7f]|{_ESCAPE})++"
# A string without its closing quote ends before the line does (CSS Syntax Level 3 §4.3.5).
_STRING = "|".join(
    rf"{quote}(?:[^{quote}\\\n\r\f]|\\(?:\r\n|[\s\S]))*+(?:{quote}|(?=[\n\r\f])|\\?\Z)" for quote in "\"'"
)
_TOKEN = re.compile(
    rf"(?P<comment>/\*[\s\S]*?(?:\*/|\Z))"
    rf"|(?P<import>@{_IDENTIFIER})|(?P<hash>\#{_IDENTIFIER})"
    rf"|(?P<function>{_IDENTIFIER})\((?P<space>[ \t\n\r\f]*)(?P<bare>(?:[^ \t\n\r\f\"'()\\]|{_ESCAPE})*+)"
    rf"|(?P<identifier>{_IDENTIFIER})"
    rf"|(?P<string>{_STRING})"
    r"|(?P<open>\()|(?P<close>\))|(?P<break>[{}\[\];])"
)
_URL_END = re.compile(r"[ \t\n\r\f]*(?:\)|\\?\Z)")
_REMNANTS = re.compile(r"(?:[^)\\]|\\[\s\S])*+(?:\)|\\?\Z)")
_ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\r\f]?|\r\n|([\s\S])|\Z)")


def clean_css(sheet: str, is_foreign: Callable[[str], bool]) -> str:
    """Replace the addresses of a style sheet, or of a style attribute, that must not be fetched.

    Args:
        sheet: its text.
        is_foreign: whether an address, as written but without escapes, must not be fetched.

    Returns:
        The text; unchanged where there was nothing to replace.
    """
    result: list[str] = []
    done = depth = at = 0
    imports = False
    while token := _TOKEN.search(sheet, at):
        kind, at = token.lastgroup, token.end()
        if kind == "comment":
            continue
        start, end = token.span()
        address: str | None = None
        if kind == "bare":
            name = unescape(token["function"]).lower()
            if name == "url" and _is_bad(sheet, token):
                at = _past(sheet, end)
                continue
            depth += 1
            if name != "url":  # its arguments are tokens like any other
                at = token.start("bare")
            elif token["bare"]:
                start, address = token.start("bare"), token["bare"]
        elif kind == "string" and (depth or imports):
            address = (
                token["string"][1:-1] if token["string"][-1:] == token["string"][:1] else token["string"][1:]
            )
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        if address is not None and is_foreign(unescape(address)):
            result += (sheet[done:start], NOWHERE)
            done = end
        imports = kind == "import" and unescape(token["import"]).lower() == "@import"
    return "".join((*result, sheet[done:])) if result else sheet


def _is_bad(sheet: str, url: re.Match[str]) -> bool:
    """Whether a url without quotes is broken, so that browsers skip it (CSS Syntax Level 3 §4.3.6)."""
    quoted = not url["bare"] and sheet[url.end() : url.end() + 1] in ('"', "'")
    return not quoted and _URL_END.match(sheet, url.end()) is None


def _past(sheet: str, at: int) -> int:
    """Where the remnants of a broken url end (CSS Syntax Level 3 §4.3.14)."""
    remnants = _REMNANTS.match(sheet, at)
    return remnants.end() if remnants else at


def unescape(text: str) -> str:
    """Resolve the escapes of an identifier or a string (CSS Syntax Level 3 §4.3.7)."""
    return _ESCAPED.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        point = int(escape[1], 16)
        return chr(point) if 0 < point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"
    return "" if not escape[2] or escape[2] in "\n\f\r" else escape[2]
