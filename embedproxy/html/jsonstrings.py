"""The strings of a JSON text (RFC 8259), each with its path and its place, so that one can be changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from embedproxy.errors import RewriteError
from embedproxy.html.transcript import Transcript

_SIGN = re.compile(rb'"((?:[^"\\]++|\\.)*+)"([ \t\n\r]*+:)?|[\[\]{},]', re.DOTALL)
_PIECE = re.compile(
    rb"[^\\]++|(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.)"
)


@dataclass(frozen=True, slots=True)
class JsonString:
    """A string that is a value.

    Attributes:
        path: the keys that lead to it; the places in arrays are left out.
        start: offset behind its opening quote.
        end: offset of its closing quote.
        raw: its bytes, with their escapes.
    """

    path: tuple[str, ...]
    start: int
    end: int
    raw: bytes

    def transcript(self) -> Transcript:
        """What it says, and where it says it."""
        result = Transcript()
        for piece in _PIECE.finditer(self.raw):
            escape = piece[1]
            text = _decoded(escape).encode("utf-8", "surrogatepass") if escape else piece[0]
            start, end = self.start + piece.start(), self.start + piece.end()
            result.add(start, end, text, literal=not escape)
        return result


def json_strings(body: bytes) -> Iterator[JsonString]:
    """Find the strings that are values.

    Args:
        body: a whole JSON text in UTF-8.

    Raises:
        RewriteError: it is no JSON text.
    """
    _check(body)
    path: list[str] = []
    open_: list[bool] = []  # whether each container that is open is an object; its key is the path's last
    for sign in _SIGN.finditer(body):
        match sign[0][:1]:
            case b'"' if sign[2]:
                path[-1] = _decoded(sign[0].rstrip(b": \t\n\r"))
            case b'"':
                yield JsonString(tuple(path), sign.start(1), sign.end(1), sign[1])
            case b"{":
                open_.append(True)
                path.append("")
            case b"[":
                open_.append(False)
            case b"}" | b"]":
                if open_.pop():
                    path.pop()


def write_json(text: str) -> bytes:
    """Write a text as part of a JSON string; it may stand in a script element too, so it holds no ``<``."""
    return json.dumps(text)[1:-1].replace("<", "\\u003C").encode()


def _check(body: bytes) -> None:
    try:
        json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise RewriteError(f"the answer is no JSON that can be read: {error}") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _decoded(written: bytes) -> str:
    quoted = written if written.startswith(b'"') else b'"%b"' % written
    return str(json.loads(quoted))
