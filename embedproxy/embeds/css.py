"""Addresses in style sheets: found as browsers find them, replaced where they are foreign.

Style sheets are read by the tokens of CSS Syntax Level 3. A string is taken for an address where it stands in
a function or behind ``@import``; everywhere else it is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

NOWHERE = '"about:invalid"'  # browsers fetch nothing for it (CSS Values Level 4 §4.5.4)

_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}[ \t\n\r\f]?|[^\n\r\f0-9a-fA-F])"
_IDENTIFIER = rf"(?:[\w-]|[^\x00-\x7f]|{_ESCAPE})+"
_STRING = r'"(?:[^"\\\n]|\\[\s\S])*+(?:"|\Z)' + r"|'(?:[^'\\\n]|\\[\s\S])*+(?:'|\Z)"
_TOKEN = re.compile(
    rf"(?P<comment>/\*[\s\S]*?(?:\*/|\Z))"
    rf"|(?P<import>@{_IDENTIFIER})"
    rf"|(?P<function>{_IDENTIFIER})\((?P<space>[ \t\n\r\f]*)(?P<bare>(?:[^\s\"'()\\]|{_ESCAPE})*+)"
    rf"|(?P<identifier>{_IDENTIFIER})"
    rf"|(?P<string>{_STRING})"
    r"|(?P<open>\()|(?P<close>\))"
    r"|(?P<break>[{}\[\];])"
)
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
    done = depth = 0
    imports = False
    for token in _TOKEN.finditer(sheet):
        kind = token.lastgroup
        if kind == "comment":
            continue
        start, end = token.span()
        address: str | None = None
        if kind == "bare":
            depth += 1
            if unescape(token["function"]).lower() in ("url", "src") and token["bare"]:
                start, address = token.start("bare"), token["bare"]
        elif kind == "string" and (depth or imports):
            address = (
                token["string"][1:-1] if token["string"][-1:] == token["string"][:1] else token["string"][1:]
            )
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "break":
            depth = 0
        if address is not None and is_foreign(unescape(address)):
            result += (sheet[done:start], NOWHERE)
            done = end
        imports = kind == "import" and unescape(token["import"]).lower() == "@import"
    return "".join((*result, sheet[done:])) if result else sheet


def unescape(text: str) -> str:
    """Resolve the escapes of an identifier or a string (CSS Syntax Level 3 §4.3.7)."""
    return _ESCAPED.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        point = int(escape[1], 16)
        return chr(point) if 0 < point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"
    return "" if not escape[2] or escape[2] in "\n\f\r" else escape[2]
