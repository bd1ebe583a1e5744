"""Presses to record, and ledgers to record them in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Executable, text

from embedproxy.consent.ledger.database import Database
from embedproxy.consent.ledger.record import Record
from embedproxy.consent.ledger.seal import Seal
from embedproxy.consent.ledger.sql import SqlLedger
from embedproxy.consent.ledger.verification import Verdict, verify

KEY, OTHER_KEY = "ledger-key-" * 3, "another-key" * 3
NOW = 1_795_000_000
TEXT = "Mit dem Laden des Videos akzeptieren Sie die Datenschutzerklärung von YouTube.".encode()
NOTICE = hashlib.sha256(TEXT).hexdigest()


def record(**changes: Any) -> Record:
    """A press on one video, with a receipt of its own."""
    values: dict[str, Any] = {
        "at": NOW,
        "event": "grant",
        "provider": "youtube",
        "extent": "once",
        "embed": "youtube:jNQXAC9IVRw",
        "notice": NOTICE,
        "lang": "de",
        "control": "load-button",
        "receipt": secrets.token_hex(16),
        "version": "2026-11-01",
    }
    return Record(**values | changes)


@asynccontextmanager
async def opened(url: str, *, keys: Sequence[str] = (KEY,), **options: Any) -> AsyncIterator[SqlLedger]:
    """A ledger that is closed again."""
    ledger = SqlLedger(Database(url), Seal(keys), **options)
    try:
        yield ledger
    finally:
        await ledger.close()


@asynccontextmanager
async def database(url: str) -> AsyncIterator[Database]:
    """A database that is closed again."""
    base = Database(url)
    try:
        yield base
    finally:
        await base.close()


async def fill(url: str, *items: Record, keys: Sequence[str] = (KEY,)) -> None:
    """Record presses one after the other, in a chain of their own."""
    async with opened(url, keys=keys) as ledger:
        for item in items:
            await ledger.append(item, TEXT if item.event == "grant" else None)


async def run(url: str, *statements: str | Executable, **values: Any) -> list[Any]:
    """Run statements as somebody with access to the database could; gives the rows of the last."""
    rows: list[Any] = []
    async with database(url) as base, base.writing() as connection:
        for statement in statements:
            done = await connection.execute(
                text(statement) if isinstance(statement, str) else statement, values
            )
            rows = list(done.all()) if done.returns_rows else []
    return rows


async def verdict(url: str, *, keys: Sequence[str] = (KEY,), **options: Any) -> Verdict:
    """Verify the whole ledger."""
    async with database(url) as base:
        return await verify(base, Seal(keys), **options)
