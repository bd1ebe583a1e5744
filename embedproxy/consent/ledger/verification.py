"""Whether the ledger is as it was written (LAW LED-6).

What shows: a record that was changed, removed, inserted, moved or erased without the key; a chain that was
cut off at its end or beginning, or that vanished whole between two others; a notice's text that was changed.

What cannot show from the database alone: an earlier state of it put back, be it the whole, such as an old
backup, or one chain's, its last records removed and an older mark of its end put back; and the newest chains
removed whole together with their registration. Against these helps a note of the heads, kept elsewhere and
handed in again: every one of them must still be found.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from embedproxy.consent.ledger.database import Database
from embedproxy.consent.ledger.rows import mac_of
from embedproxy.consent.ledger.seal import Seal, same
from embedproxy.consent.ledger.tables import bases, chains, heads, notices, records

PAGE = 1000  # records held in memory at once


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stood at some time: what to note elsewhere.

    Attributes:
        chain: 32 hex digits.
        seq: number of the last record.
        mac: its seal.
    """

    chain: str
    seq: int
    mac: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first thing in a chain that is not as it was written.

    Attributes:
        chain: 32 hex digits; empty when it concerns no single chain.
        seq: number of the record, 0 for the chain as a whole.
        reason: what is wrong with it.
    """

    chain: str
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found.

    Attributes:
        records: how many records were read.
        heads: where each chain ends.
        flaws: the first flaw of each chain; empty when everything is as it was written.
    """

    records: int
    heads: tuple[Head, ...]
    flaws: tuple[Flaw, ...]


class _Broken(Exception):
    """The walk along a chain ends here."""

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


async def verify(
    database: Database,
    seal: Seal,
    *,
    noted: Iterable[Head] = (),
    progress: Callable[[int], None] = lambda read: None,
) -> Verdict:
    """Read every chain from its beginning to its end.

    Args:
        database: the ledger's.
        seal: with every key that was ever in use.
        noted: heads of an earlier verification, kept elsewhere.
        progress: told after each page how many records it held.

    Raises:
        LedgerError: the database cannot be read.
    """
    async with database.reading() as connection:
        walk = _Walk(connection, seal, {head.chain: head for head in noted}, progress)
        flaws = [*await walk.registrations(), *[flaw async for flaw in walk.chains()], *await walk.texts()]
        return Verdict(walk.read, tuple(walk.heads), tuple(flaws))


class _Walk:
    def __init__(
        self,
        connection: AsyncConnection,
        seal: Seal,
        noted: dict[str, Head],
        progress: Callable[[int], None],
    ) -> None:
        self._connection = connection
        self._seal = seal
        self._noted = noted
        self._progress = progress
        self.read = 0
        self.heads: list[Head] = []

    async def registrations(self) -> list[Flaw]:
        """The chain of chains: each is registered behind the one before."""
        flaws: list[Flaw] = []
        number, prev = 0, ""
        for row in await self._all(select(chains).order_by(chains.c.number)):
            if row.number != number + 1 or not same(row.prev, prev):
                flaws.append(
                    Flaw(row.id, 0, f"a chain registered before it is missing (number {number + 1})")
                )
            number, prev = row.number, row.mac
        known = {row.id for row in await self._all(select(chains.c.id))}
        for table in (records, heads, bases):
            found = {row[0] for row in await self._all(select(table.c.chain).distinct())}
            flaws += [Flaw(chain, 0, "the chain is not registered") for chain in sorted(found - known)]
            known |= found
        return flaws + [
            Flaw(chain, 0, "the chain was noted, and is gone") for chain in self._noted if chain not in known
        ]

    async def chains(self) -> AsyncIterator[Flaw]:
        """Each chain, from its base to its head."""
        for chain in await self._all(select(chains).order_by(chains.c.number)):
            try:
                self.heads.append(await self._chain(chain))
            except _Broken as broken:
                yield Flaw(chain.id, broken.seq, broken.reason)

    async def texts(self) -> list[Flaw]:
        """Each notice that a grant refers to is there, and is what its hash names (LAW LED-4)."""
        flaws: list[Flaw] = []
        found: set[str] = set()
        for row in await self._all(select(notices.c.hash)):
            text = await self._connection.scalar(select(notices.c.text).where(notices.c.hash == row.hash))
            found.add(row.hash)
            if hashlib.sha256(text or b"").hexdigest() != row.hash:
                flaws.append(Flaw("", 0, f"the text of notice {row.hash} was changed"))
        needed = await self._all(select(records.c.notice).distinct().where(records.c.event == "grant"))
        missing = sorted({row[0] for row in needed} - found)
        return flaws + [Flaw("", 0, f"the text of notice {hash_} is missing") for hash_ in missing]

    async def _chain(self, chain: Row[Any]) -> Head:
        if not self._seal.knows(chain.key):
            raise _Broken(0, f"the key {chain.key} that seals it was not given")
        registered = (chain.number, chain.id, chain.key, chain.software, chain.prev)
        if not same(chain.mac, self._seal.over(chain.key, "chain", *registered)):
            raise _Broken(0, "its registration was changed")
        at = await self._base(chain)
        self._check_noted(at)
        while rows := await self._page(chain.id, at.seq):
            for row in rows:
                at = self._next(chain, at, row)
                self._check_noted(at)
            self.read += len(rows)
            self._progress(len(rows))
        await self._check_head(chain, at)
        return at

    async def _base(self, chain: Row[Any]) -> Head:
        row = await self._mark(bases, chain.id)
        if row is None:
            return Head(chain.id, 0, chain.mac)
        if not same(row.seal, self._seal.over(chain.key, "base", chain.id, row.seq, row.mac)):
            raise _Broken(row.seq, "the mark where the chain begins after pruning was changed")
        return Head(chain.id, row.seq, row.mac)

    def _next(self, chain: Row[Any], at: Head, row: Row[Any]) -> Head:
        if row.seq != at.seq + 1:
            raise _Broken(at.seq + 1, "the record was removed")
        if not same(row.prev, at.mac):
            raise _Broken(row.seq, "the record does not follow the one before it: moved or inserted")
        if row.erased is not None:
            if not same(row.erased, self._seal.over(chain.key, "erased", chain.id, row.seq, row.mac)):
                raise _Broken(row.seq, "the record was erased by somebody else")
        elif not same(row.mac, mac_of(row._mapping, self._seal, chain.key)):
            raise _Broken(row.seq, "the record was changed")
        return Head(chain.id, row.seq, row.mac)

    async def _check_head(self, chain: Row[Any], at: Head) -> None:
        row = await self._mark(heads, chain.id)
        if row is None:
            raise _Broken(at.seq, "the mark where the chain ends is missing")
        if not same(row.seal, self._seal.over(chain.key, "head", chain.id, row.seq, row.mac)):
            raise _Broken(row.seq, "the mark where the chain ends was changed")
        if row.seq > at.seq:
            raise _Broken(at.seq + 1, f"the end of the chain was removed, up to record {row.seq}")
        if row.seq < at.seq or not same(row.mac, at.mac):
            raise _Broken(row.seq + 1, "the record was added behind the end of the chain")
        if chain.id in self._noted and self._noted[chain.id].seq > at.seq:
            raise _Broken(at.seq + 1, f"the chain was noted up to record {self._noted[chain.id].seq}")

    def _check_noted(self, at: Head) -> None:
        """What was noted must be found, unless it has been pruned since."""
        noted = self._noted.get(at.chain)
        if noted and noted.seq == at.seq and not same(noted.mac, at.mac):
            raise _Broken(at.seq, "the record is not the one that was noted")

    async def _page(self, chain: str, after: int) -> list[Row[Any]]:
        place = (records.c.chain == chain) & (records.c.seq > after)
        return await self._all(select(records).where(place).order_by(records.c.seq).limit(PAGE))

    async def _mark(self, table: Table, chain: str) -> Row[Any] | None:
        found = await self._all(select(table).where(table.c.chain == chain))
        return found[0] if found else None

    async def _all(self, query: Any) -> list[Row[Any]]:
        return list((await self._connection.execute(query)).all())


async def count(database: Database) -> int:
    """How many records there are, erased ones included: the length of a progress bar.

    Raises:
        LedgerError: the database cannot be read.
    """
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(records)) or 0
