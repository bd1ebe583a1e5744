"""Character references in attribute values, decoded as browsers decode them (WHATWG HTML 13.2.5.72-80)."""

from __future__ import annotations

import re
from html.entities import html5

_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?|([a-zA-Z][a-zA-Z0-9]*;?))")
_LONGEST = max(map(len, html5))
_REPLACEMENT = "\ufffd"


def decode_references(value: str) -> str:
    """Decode the character references of an attribute value.

    ``html.unescape`` follows the rules for text; in an attribute a reference without its semicolon that is
    followed by ``=`` or a letter or digit stays as it is, so ``?a=1&copy=2`` keeps its parameter.

    Args:
        value: the value as written between its quotes, already decoded to text.

    Returns:
        The value that a script would read.
    """
    return _REFERENCE.sub(_replace, value) if "&" in value else value


def _replace(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _named(match, name)
    return _numbered(int(hexadecimal, 16) if hexadecimal else _decimal(decimal))


def _decimal(digits: str) -> int:
    # Python refuses to convert thousands of digits; every number this long is out of range anyway.
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) < 8 else 0x110000


def _numbered(number: int) -> str:
    if number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return _REPLACEMENT
    if 0x80 <= number <= 0x9F:
        # The five bytes that windows-1252 leaves undefined stay control characters.
        return bytes([number]).decode("cp1252", "ignore") or chr(number)
    return chr(number)


def _named(match: re.Match[str], name: str) -> str:
    for length in range(min(len(name), _LONGEST), 1, -1):
        character = html5.get(name[:length])
        if character is not None:
            return _unless_in_a_parameter(match, name, length, character)
    return match.group()


def _unless_in_a_parameter(match: re.Match[str], name: str, length: int, character: str) -> str:
    after = name[length : length + 1] or match.string[match.end() : match.end() + 1]
    if name[length - 1] != ";" and (after == "=" or (after.isascii() and after.isalnum())):
        return match.group()
    return character + name[length:]
