"""Ledgers for tests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from embedproxy.consent.ledger import Record
from embedproxy.errors import LedgerError


@dataclass
class Memory:
    """Keeps records in a list; fails when told to.

    Attributes:
        records: what was recorded.
        broken: whether it fails.
        crowd: how many must write at once before any of them gets on.
    """

    records: list[Record] = field(default_factory=list)
    broken: bool = False
    crowd: int = 0
    _here: list[asyncio.Future[None]] = field(default_factory=list)

    async def append(self, record: Record, text: bytes | None = None) -> None:
        """Keep a record."""
        if self.broken:
            raise LedgerError("the disk is full")
        self.records.append(record)
        if self.crowd:
            self._here.append(asyncio.get_running_loop().create_future())
            if len(self._here) == self.crowd:
                for waiting in self._here:
                    waiting.set_result(None)
            await asyncio.wait_for(self._here[-1], 5)

    async def close(self) -> None:
        """Nothing to let go of."""
