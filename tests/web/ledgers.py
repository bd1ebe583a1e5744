"""Ledgers for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from embedproxy.consent.ledger import Record
from embedproxy.errors import LedgerError


@dataclass
class Memory:
    """Keeps records in a list; fails when told to.

    Attributes:
        records: what was recorded.
        broken: whether it fails.
    """

    records: list[Record] = field(default_factory=list)
    broken: bool = False

    async def append(self, record: Record, text: bytes | None = None) -> None:
        """Keep a record."""
        if self.broken:
            raise LedgerError("the disk is full")
        self.records.append(record)

    async def close(self) -> None:
        """Nothing to let go of."""
