"""The visitor's own proof of a grant: a signed document that can be checked without the ledger.

Its fields follow ISO/IEC TS 27560:2023 in meaning, not in syntax: who asked, for what, when, what was said,
how long it holds. It names the visitor in no way; whoever holds it can show it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from embedproxy.consent.ledger.seal import Seal, same
from embedproxy.errors import LedgerError

SCHEMA = "embedproxy-receipt/1"
EXPORT = "embedproxy-export/1"  # several receipts, and what a browser holds, in one document
FILE_BYTES = 4 << 20  # far above what a browser's 4 KB of grants can become


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one grant was.

    Attributes:
        id: the grant's receipt, 32 hex digits.
        given: time of the press in Unix seconds.
        expires: time when the grant ends by itself, in Unix seconds.
        controller: the site's operator, as the notice named it.
        provider: the provider's id, or ``host:`` and the host of an unknown third party.
        extent: ``once`` or ``always``.
        embed: the embed's id; empty for ``always``.
        language: of the notice.
        notice: hash of the notice, 64 hex digits.
        text: the notice's full text, whose SHA-256 is its hash.
    """

    id: str
    given: int
    expires: int
    controller: str
    provider: str
    extent: str
    embed: str
    language: str
    notice: str
    text: str


def issue(receipt: Receipt, seal: Seal) -> str:
    """Write and sign a receipt.

    Args:
        receipt: what the grant was.
        seal: the ledger's, whose keys are kept as long as its records.

    Returns:
        A JSON document for the visitor.

    Raises:
        LedgerError: the text is not the one that the notice's hash names.
    """
    if hashlib.sha256(receipt.text.encode()).hexdigest() != receipt.notice:
        raise LedgerError("A receipt's text is not the one that its hash names.")
    shown = _document(receipt) | {"key": seal.newest}
    signed = shown | {"signature": _signature(shown, seal, seal.newest)}
    return json.dumps(signed, ensure_ascii=False, indent=2) + "\n"


def verify(text: str | bytes, seal: Seal) -> Receipt:
    """Check a receipt, without any database.

    Args:
        text: the document that the visitor shows.
        seal: with every key that was ever in use.

    Returns:
        What the grant was.

    Raises:
        LedgerError: it is no receipt, was changed, or was signed with a key that was not given.
    """
    return _verified(_read(text), seal)


def verify_all(text: str | bytes, seal: Seal) -> Iterator[Receipt]:
    """Check a receipt, or every receipt of an export, one after the other.

    Args:
        text: the document that the visitor shows.
        seal: with every key that was ever in use.

    Raises:
        LedgerError: as ``verify``, for the first that does not; or the export holds none.
    """
    document = _read(text)
    if document.get("schema") != EXPORT:
        yield _verified(document, seal)
        return
    several = document.get("receipts")
    if not isinstance(several, list) or not several:
        raise LedgerError("The export holds no receipts.")
    for one in several:
        yield _verified(one, seal)


def _verified(document: object, seal: Seal) -> Receipt:
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise LedgerError("This is no receipt of embedproxy's.")
    key = document.get("key")
    if not isinstance(key, str) or not seal.knows(key):
        raise LedgerError("The receipt was not signed with a key of this ledger.")
    shown = {name: value for name, value in document.items() if name != "signature"}
    signature = document.get("signature")
    if not isinstance(signature, str) or not _fits(signature, shown, seal, key):
        raise LedgerError("The receipt was changed.")
    return _receipt(document)


def _fits(signature: str, shown: Mapping[str, Any], seal: Seal, key: str) -> bool:
    try:
        return signature.isascii() and same(signature, _signature(shown, seal, key))
    except RecursionError:  # nested just so deep that it could be read, and cannot be written
        return False


def _document(receipt: Receipt) -> dict[str, Any]:
    """The receipt for people: times can be read, everything else is as it is."""
    document = {"schema": SCHEMA} | asdict(receipt)
    return document | {name: instant(document[name]) for name in ("given", "expires")}


def _signature(shown: Mapping[str, Any], seal: Seal, key: str) -> str:
    canonical = json.dumps(shown, sort_keys=True, separators=(",", ":"))
    return seal.over(key, "receipt", canonical)


def _read(text: str | bytes) -> dict[str, Any]:
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise LedgerError("This is no receipt: it cannot be read as JSON.") from None
    if not isinstance(document, dict):
        raise LedgerError("This is no receipt of embedproxy's.")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that comes twice: people read the first, programs the last."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name comes twice")
    return dict(pairs)


def _receipt(document: Mapping[str, Any]) -> Receipt:
    values = {field.name: document[field.name] for field in fields(Receipt)}
    return Receipt(**values | {name: _seconds(values[name]) for name in ("given", "expires")})


def instant(at: int) -> str:
    """Write a time as RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())
