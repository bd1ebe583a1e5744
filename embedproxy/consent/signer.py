"""The signer that cookies and tickets share: HMAC-SHA-256, one salt each, a list of keys (LAW SEC-1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode


class Signer:
    """Signs what JSON can hold as letters, digits, ``-``, ``_`` and ``.``, and reads it back.

    Args:
        keys: oldest to newest; the newest signs, all of them are accepted.
        salt: what is signed for one use is foreign to every other.
        limit: longest text that is read, in characters.
    """

    def __init__(self, keys: Sequence[str | bytes], *, salt: str, limit: int) -> None:
        raw = [key.encode() if isinstance(key, str) else key for key in keys]
        self._serializer = URLSafeSerializer(raw, salt=salt, signer_kwargs={"digest_method": hashlib.sha256})
        self._limit = limit

    def sign(self, content: Any) -> str:
        """Give the signed text; the same for the same content, key and salt."""
        text = self._serializer.dumps(content)
        return text.decode() if isinstance(text, bytes) else text

    def read(self, text: str) -> Any:
        """Give what was signed; None for every text that is too long or that no key has signed."""
        if len(text) > self._limit or not text.isascii():
            return None
        try:
            content = self._serializer.loads(text)
        except BadData:
            return None
        return content if _exact(text) else None


def _exact(text: str) -> bool:
    """Whether the signature is spelt as we spell it: base64 decoders forgive junk and loose last bits."""
    signature = text.rpartition(".")[2]
    return base64_encode(base64_decode(signature)) == signature.encode()
