"""The seals that make the ledger tamper-evident (LAW LED-6)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence

from embedproxy.errors import LedgerError

Part = str | int | None

EMBED_DIGITS = 32  # 128 bits: no two embeds share a hash, and nobody without the key tells which it is


class Seal:
    """Computes HMAC-SHA-256 seals; whoever changes the database without the key cannot.

    Each use has a key of its own, derived from the ledger's key, so that a seal made for one use is worth
    nothing for another. A chain names the key it is sealed with by a fingerprint, so that keys can change.

    Args:
        keys: the ledger's keys, oldest to newest; the newest seals, all of them verify. They are apart from
            the cookies' keys: those change often and end grants, these must hold as long as the proof.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {_derived(key.encode(), "fingerprint").hex()[:16]: key.encode() for key in keys}
        self.newest = list(self._keys)[-1]
        self._uses: dict[tuple[str, str], bytes] = {}

    def knows(self, key: str) -> bool:
        """Whether the key with this fingerprint was given."""
        return key in self._keys

    def over(self, key: str, use: str, *parts: Part) -> str:
        """Seal what belongs together.

        Args:
            key: fingerprint of the key.
            use: what the seal is for, such as ``record`` or ``head``.
            parts: what is sealed, in a fixed order.

        Returns:
            64 hex digits.

        Raises:
            LedgerError: the key was not given.
        """
        text = json.dumps(parts, separators=(",", ":"), ensure_ascii=True)
        return hmac.digest(self._key(key, use), text.encode(), hashlib.sha256).hex()

    def embed(self, embed: str) -> str | None:
        """Give the keyed hash of an embed's id, under the newest key; None for no embed."""
        return self.over(self.newest, "embed", embed)[:EMBED_DIGITS] if embed else None

    def _key(self, key: str, use: str) -> bytes:
        if not self.knows(key):
            raise LedgerError(f"The ledger's key {key} is missing.")
        if (key, use) not in self._uses:
            self._uses[key, use] = _derived(self._keys[key], use)
        return self._uses[key, use]


def same(seal: str | None, other: str | None) -> bool:
    """Compare two seals without telling by the time taken how far they agree."""
    return seal is not None and other is not None and hmac.compare_digest(seal.encode(), other.encode())


def _derived(key: bytes, use: str) -> bytes:
    return hmac.digest(key, b"embedproxy.ledger.v1." + use.encode(), hashlib.sha256)
