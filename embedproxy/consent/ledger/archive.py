"""What the ledger gives back: exports for an authority or a visitor, notices, daily figures (LAW LED-10)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Integer, Row, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from embedproxy.consent.ledger.database import Database
from embedproxy.consent.ledger.tables import chains, notices, records

PAGE = 1000  # records held in memory at once
DAY = 86400

# The names of LAW §3.2; an erased record has null for everything that was erased.
COLUMNS = (
    "chain", "seq", "at", "event", "provider", "extent", "embed", "notice", "notice_version", "locale",
    "control", "receipt", "software", "prev", "mac", "erased",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Daily:
    """How often a provider was granted and taken back on one day, without persons.

    Attributes:
        day: in UTC.
        provider: the provider's id, or ``host:`` and the host of an unknown third party.
        grants: how many grants.
        withdrawals: how many withdrawals.
    """

    day: date
    provider: str
    grants: int
    withdrawals: int


async def export(database: Database, *, receipt: str | None = None) -> AsyncIterator[dict[str, Any]]:
    """Give every record as one flat document, oldest chain first.

    Args:
        database: the ledger's.
        receipt: only what this receipt stands for.

    Raises:
        LedgerError: the database cannot be read.
    """
    async with database.reading() as connection:
        for chain in (await connection.execute(select(chains).order_by(chains.c.number))).all():
            async for row in _records(connection, chain.id, receipt):
                yield _document(row, chain)


async def json_lines(database: Database, *, receipt: str | None = None) -> AsyncIterator[str]:
    """Give the export as JSON, one record a line, each line with its end.

    Raises:
        LedgerError: the database cannot be read.
    """
    async for document in export(database, receipt=receipt):
        yield json.dumps(document, ensure_ascii=False) + "\n"


async def csv_lines(database: Database, *, receipt: str | None = None) -> AsyncIterator[str]:
    """Give the export as CSV (RFC 4180) with a line of names first.

    Raises:
        LedgerError: the database cannot be read.
    """
    yield _csv(COLUMNS)
    async for document in export(database, receipt=receipt):
        yield _csv(tuple(document[name] for name in COLUMNS))


async def notice(database: Database, hash_: str) -> bytes | None:
    """Give a notice's text byte for byte (LAW LED-4).

    Args:
        database: the ledger's.
        hash_: 64 hex digits, or the first 16 that a grant holds.

    Returns:
        The text; None when no record ever referred to such a notice, or when the digits fit several.

    Raises:
        LedgerError: the database cannot be read.
    """
    if len(hash_) < 16 or not all(digit in "0123456789abcdef" for digit in hash_):
        return None
    async with database.reading() as connection:
        found = await connection.scalars(
            select(notices.c.text).where(notices.c.hash.startswith(hash_)).limit(2)
        )
        texts = found.all()
    return texts[0] if len(texts) == 1 else None


async def stats(database: Database) -> list[Daily]:
    """Count grants and withdrawals by day and provider, oldest day first.

    Raises:
        LedgerError: the database cannot be read.
    """
    day = cast(records.c.at - records.c.at % DAY, records.c.at.type).label("day")
    counts = [
        func.sum(case((records.c.event == event, 1), else_=0).cast(Integer)).label(event)
        for event in ("grant", "withdraw")
    ]
    query = (
        select(day, records.c.provider, *counts)
        .where(records.c.erased.is_(None))
        .group_by(day, records.c.provider)
        .order_by(day, records.c.provider)
    )
    async with database.reading() as connection:
        rows = (await connection.execute(query)).all()
    return [
        Daily(datetime.fromtimestamp(row.day, UTC).date(), row.provider, int(row.grant), int(row.withdraw))
        for row in rows
    ]


async def _records(connection: AsyncConnection, chain: str, receipt: str | None) -> AsyncIterator[Row[Any]]:
    after = 0
    query = select(records).where(records.c.chain == chain).order_by(records.c.seq).limit(PAGE)
    if receipt is not None:
        query = query.where(records.c.receipt == receipt)
    while rows := (await connection.execute(query.where(records.c.seq > after))).all():
        for row in rows:
            yield row
        after = rows[-1].seq


def _document(row: Row[Any], chain: Row[Any]) -> dict[str, Any]:
    values = (
        chain.id, row.seq, instant(row.at), row.event, row.provider, row.extent, row.embed,
        row.notice and f"sha256:{row.notice}", row.version, row.lang, row.control, row.receipt,
        chain.software, row.prev, row.mac, row.erased,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def instant(at: int | None) -> str | None:
    """Write a time as RFC 3339 in UTC, to the second; None stays None."""
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _csv(values: tuple[Any, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(["" if value is None else value for value in values])
    return line.getvalue()
