"""A ledger that cannot be written for a while: presses are refused, and counted again by themselves."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from embedproxy.consent.ledger.sql import SqlLedger
from embedproxy.errors import LedgerError
from tests.consent.ledger.presses import TEXT, opened, record, run, verdict

COUNT = "SELECT count(*) FROM ledger_records"


@pytest.mark.req("LED-5")
def test_a_file_that_another_process_has_locked_refuses_and_recovers(sqlite_url: str) -> None:
    """A backup that takes its time, say: refused in time, and nothing of it is written afterwards."""

    async def press() -> None:
        async with opened(sqlite_url, patience=1) as ledger:
            ledger.database._patience = 0.05  # as long as the driver waits for a lock
            await ledger.append(record(), TEXT)
            with closing(sqlite3.connect(str(ledger.database.path), isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(LedgerError, match=r"locked|in time"):
                    await ledger.append(record(), TEXT)
                other.execute("ROLLBACK")
            await ledger.append(record(), TEXT)

    asyncio.run(press())
    assert asyncio.run(run(sqlite_url, COUNT)) == [(2,)]
    assert asyncio.run(verdict(sqlite_url)).flaws == ()


@pytest.mark.req("LED-5")
def test_a_file_that_has_become_read_only_refuses_and_recovers(sqlite_url: str) -> None:
    """As after a disk's error, when the system mounts it anew for reading."""

    async def read_only(ledger: SqlLedger, switch: str) -> None:
        async with ledger.database._opened().connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA query_only = {switch}")

    async def press() -> None:
        async with opened(sqlite_url) as ledger:
            await ledger.append(record(), TEXT)
            await read_only(ledger, "ON")
            with pytest.raises(LedgerError, match="readonly database"):
                await ledger.append(record(), TEXT)
            await read_only(ledger, "OFF")
            await ledger.append(record(), TEXT)

    asyncio.run(press())
    assert asyncio.run(run(sqlite_url, COUNT)) == [(2,)]
    assert asyncio.run(verdict(sqlite_url)).flaws == ()
