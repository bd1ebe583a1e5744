"""Documents inside ``data:`` addresses, which can name any third party."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from embedproxy.html.charset import charset_of

_SCHEME = re.compile(r"[\0- ]*d[\t\n\r]*a[\t\n\r]*t[\t\n\r]*a[\t\n\r]*:", re.IGNORECASE)
_HEAD = 1024  # where a page declares its charset


@dataclass(frozen=True, slots=True)
class DataUrl:
    """What stands in a ``data:`` address (https://fetch.spec.whatwg.org/#data-urls).

    Attributes:
        essence: its media type in lower case, without parameters; may be empty.
        text: its content, in the charset that it names.
    """

    essence: str
    text: str


def is_data(address: str) -> bool:
    """Whether an address holds its content itself."""
    return _SCHEME.match(address) is not None


def read_data(address: str) -> DataUrl | None:
    """Decode a ``data:`` address.

    Returns:
        None where it is none, or one that browsers cannot read either.
    """
    scheme = _SCHEME.match(address)
    kind, comma, body = re.sub("[\t\n\r]", "", address).partition(",")
    if scheme is None or not comma:
        return None
    kind = kind.partition(":")[2]
    raw = unquote_to_bytes(body.partition("#")[0].encode("utf-8", "replace"))
    essence, *parameters = (part.strip().lower() for part in kind.split(";"))
    if "base64" in parameters:
        raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw) + b"==="
    try:
        raw = b64decode(raw) if "base64" in parameters else raw
        charset = charset_of(raw[:_HEAD], kind)
        return DataUrl(essence, raw[charset.bom :].decode(charset.codec, "replace"))
    except (Error, LookupError):
        return None
