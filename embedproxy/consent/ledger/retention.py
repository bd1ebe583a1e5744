"""What leaves the ledger: records that are too old, and records that a visitor wants gone (LAW LED-2, LED-8).

Removing never breaks a chain. Old records at a chain's beginning are deleted, and a sealed mark keeps the
last one's seal, from which the rest still verifies. A record in the middle is erased: its content goes, its
place and its seal stay, under a seal that only the holder of the key can make.

SQLite overwrites what was removed at once; PostgreSQL when it next vacuums the table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from embedproxy.consent.ledger.database import Database
from embedproxy.consent.ledger.rows import CONTENT, tombstone
from embedproxy.consent.ledger.seal import Seal
from embedproxy.consent.ledger.tables import bases, chains, records

CHUNK = 1000  # records in one transaction: presses wait for it


def cutoff(now: float, years: int = 3) -> int:
    """Give the time before which records are too old: they are kept for whole years, to a year's end.

    Args:
        now: Unix seconds.
        years: full years after the record's own (three: §§ 195, 199 BGB; unverified for other countries).

    Returns:
        Unix seconds, for ``prune``.
    """
    return int(datetime(datetime.fromtimestamp(now, UTC).year - years, 1, 1, tzinfo=UTC).timestamp())


async def prune(
    database: Database,
    seal: Seal,
    *,
    before: int,
    progress: Callable[[int], None] = lambda removed: None,
) -> int:
    """Remove every record of before a time; presses go on meanwhile.

    Args:
        database: the ledger's.
        seal: with every key that was ever in use.
        before: Unix seconds; a record of that second stays.
        progress: told after each transaction how many records it removed.

    Returns:
        How many records were removed. A second run removes none.

    Raises:
        LedgerError: the database cannot be written, or a chain's key is missing; what was removed until then
            stays removed, and everything still verifies.
    """
    removed = 0
    for chain in await _chains(database):
        for step in (_cut, _erase_old):
            while taken := await step(database, seal, chain, before):
                removed += taken
                progress(taken)
    await database.settle()
    return removed


async def erase(database: Database, seal: Seal, receipt: str) -> int:
    """Erase what one receipt stands for (LAW RGT-3): the operator's decision.

    Args:
        database: the ledger's.
        seal: with every key that was ever in use.
        receipt: 32 hex digits.

    Returns:
        How many records were erased: the grant's, and that of its withdrawal.

    Raises:
        LedgerError: the database cannot be written, or a chain's key is missing.
    """
    erased = 0
    for chain in await _chains(database):
        erased += await _bury(database, seal, chain, records.c.receipt == receipt)
    await database.settle()
    return erased


async def _chains(database: Database) -> list[Row[Any]]:
    async with database.reading() as connection:
        return list((await connection.execute(select(chains).order_by(chains.c.number))).all())


async def _cut(database: Database, seal: Seal, chain: Row[Any], before: int) -> int:
    """Delete old records at the chain's beginning, erased ones too."""
    async with database.writing() as connection:
        await database.lock(connection)
        first = select(records).where(records.c.chain == chain.id).order_by(records.c.seq).limit(CHUNK)
        old = []
        for row in await connection.execute(first):
            if row.erased is None and row.at >= before:
                break
            old.append(row)
        # A chain that holds nothing but erased records is not old for that: it may end in today's.
        fresh = sum(row.erased is None for row in old)
        if not fresh:
            return 0
        await _set_base(connection, seal, chain, old[-1])
        within = (records.c.chain == chain.id) & (records.c.seq <= old[-1].seq)
        await connection.execute(delete(records).where(within))
        return fresh


async def _erase_old(database: Database, seal: Seal, chain: Row[Any], before: int) -> int:
    """Erase old records behind younger ones, as a clock that jumped leaves them."""
    return await _bury(database, seal, chain, records.c.at < before)


async def _bury(database: Database, seal: Seal, chain: Row[Any], which: ColumnElement[bool]) -> int:
    async with database.writing() as connection:
        await database.lock(connection)
        place = (records.c.chain == chain.id) & which
        found = (await connection.execute(select(records).where(place).limit(CHUNK))).all()
        if found:
            graves = [tombstone(row._mapping, seal, chain.key) | {"grave": row.seq} for row in found]
            at = (records.c.chain == chain.id) & (records.c.seq == bindparam("grave"))
            emptied: dict[str, Any] = dict.fromkeys(CONTENT)
            change = update(records).where(at).values(**emptied, erased=bindparam("stone"))
            steps = [{"grave": grave["grave"], "stone": grave["erased"]} for grave in graves]
            await connection.execute(change, steps)
        return len(found)


async def _set_base(connection: AsyncConnection, seal: Seal, chain: Row[Any], last: Row[Any]) -> None:
    proof = seal.over(chain.key, "base", chain.id, last.seq, last.mac)
    await connection.execute(delete(bases).where(bases.c.chain == chain.id))
    await connection.execute(insert(bases).values(chain=chain.id, seq=last.seq, mac=last.mac, seal=proof))
