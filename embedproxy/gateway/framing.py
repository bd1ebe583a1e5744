"""How long a message is: the one question on which request smuggling feeds (RFC 9112 section 6)."""

from __future__ import annotations

from dataclasses import dataclass

STATING = frozenset({b"content-length", b"transfer-encoding"})

Headers = list[tuple[bytes, bytes]]


class FramingError(ValueError):
    """A message whose end two readers could see in two places; it is neither passed on nor repaired."""


@dataclass(frozen=True, slots=True)
class Framing:
    """Where a message's body ends.

    Attributes:
        length: bytes of the body; None when no header says so.
        chunked: the body comes in chunks.
    """

    length: int | None = None
    chunked: bool = False


UNFRAMED = Framing()  # a request without body, or an answer that ends with the connection
CHUNKED = Framing(chunked=True)
EMPTY = Framing(length=0)


def framing_of(headers: Headers, version: str) -> Framing:
    """Read the framing of a message from its headers, strictly.

    Args:
        headers: names in lower case.
        version: HTTP version, such as ``1.1``.

    Returns:
        The framing; UNFRAMED when there is neither of the two headers.

    Raises:
        FramingError: both headers, one of them twice, a coding other than ``chunked``, chunks in HTTP/1.0,
            or a length that is not plain digits.
    """
    stated = [header for header in headers if header[0] in STATING]
    if not stated:
        return UNFRAMED
    if len(stated) > 1:
        raise FramingError("its length is stated more than once")
    name, value = stated[0]
    return _chunks(value, version) if name == b"transfer-encoding" else Framing(length=_digits(value))


def _chunks(coding: bytes, version: str) -> Framing:
    if coding.strip(b" \t").lower() != b"chunked":
        raise FramingError("its transfer coding is unknown")  # we could not undo it, and may not pass it on
    if version == "1.0":
        raise FramingError("chunks do not exist in HTTP/1.0")
    return CHUNKED


def _digits(value: bytes) -> int:
    if not value.isdigit() or len(value) > 18:  # int() would also take +1, 1_0 and blanks
        raise FramingError("its length is not a number")
    return int(value)
