"""A record as a row of the ledger: checked, reduced to what may be kept, and sealed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from embedproxy.consent.grants import Extent
from embedproxy.consent.ledger.record import Control, Event, Record
from embedproxy.consent.ledger.seal import Seal
from embedproxy.errors import LedgerError

Row = dict[str, Any]

CONTENT = ("at", "event", "provider", "extent", "embed", "notice", "version", "lang", "control", "receipt")

_VISIBLE = "[^\x00-\x1f\x7f\ud800-\udfff]"  # PostgreSQL takes no NUL, no database half a character
_SHAPES = {
    "event": "|".join(get_args(Event)),
    "provider": rf"{_VISIBLE}{{1,300}}",
    "extent": "|".join(get_args(Extent)),
    "notice": "[0-9a-f]{16}|[0-9a-f]{64}",
    "version": "[0-9A-Za-z.-]{0,32}",
    "lang": "[0-9A-Za-z-]{2,35}",
    "control": "|".join(get_args(Control)),
    "receipt": "(?:[0-9a-f]{32})?",
}
_CHECKS = {name: re.compile(shape) for name, shape in _SHAPES.items()}
_YEARS = range(0, 1 << 40)  # Unix seconds that every database and calendar of ours can hold


def content_of(record: Record, seal: Seal) -> Row:
    """Give the columns of a record's content; the embed is a keyed hash from here on.

    Raises:
        LedgerError: a field does not have the shape that it is kept in.
    """
    for name, check in _CHECKS.items():
        if not check.fullmatch(getattr(record, name)):
            raise LedgerError(f"A record's {name} is not fit to be kept.")
    if record.at not in _YEARS:
        raise LedgerError("A record's time is not fit to be kept.")
    content = {name: getattr(record, name) for name in CONTENT}
    return content | {"embed": seal.embed(record.embed), "at": int(record.at)}


def linked(content: Row, seal: Seal, key: str, chain: str, seq: int, prev: str) -> Row:
    """Give the whole row at its place in a chain."""
    row = content | {"chain": chain, "seq": seq, "prev": prev}
    return row | {"mac": mac_of(row, seal, key)}


def mac_of(row: Mapping[Any, Any], seal: Seal, key: str) -> str:
    """Compute the seal that a row should bear."""
    return seal.over(key, "record", row["chain"], row["seq"], row["prev"], *(row[name] for name in CONTENT))


def tombstone(row: Mapping[Any, Any], seal: Seal, key: str) -> Row:
    """Give what replaces a row's columns when its content is erased: only the holder of the key can."""
    erased = seal.over(key, "erased", row["chain"], row["seq"], row["mac"])
    return dict.fromkeys(CONTENT) | {"erased": erased}
