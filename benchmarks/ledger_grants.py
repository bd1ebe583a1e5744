"""How many durable grants a second the ledger takes, with and without group commit.

Both ways write the same records through the same code into one SQLite file with ``synchronous=FULL``; they
take turns, so that a busy machine slows both. A third figure is what the disk allows: 4 KB appended and
flushed, one after the other.

    python benchmarks/ledger_grants.py [--folder DIR] [--rounds N]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import secrets
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from embedproxy.consent.ledger import Record
from embedproxy.consent.ledger.database import Database
from embedproxy.consent.ledger.seal import Seal
from embedproxy.consent.ledger.sql import BATCH, SqlLedger

TEXT = "Mit dem Laden des Videos akzeptieren Sie die Datenschutzerklärung von YouTube.".encode()
NOTICE = hashlib.sha256(TEXT).hexdigest()
VISITORS = 256  # who press at the same time
GROUPED, SINGLE, FLUSHES = 4096, 512, 256  # how many in one round: each takes about a second


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, help="where the disk to be measured is")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        show(asyncio.run(measure(Path(folder), options.rounds)))


async def measure(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Take turns, and give the figures of each way: so many a second."""
    database, seal = Database(f"sqlite:///{folder / 'ledger.sqlite3'}"), Seal([secrets.token_hex(32)])
    grouped, single = SqlLedger(database, seal, patience=60), SqlLedger(database, seal, patience=60, batch=1)
    await rush(grouped, VISITORS)  # the first opens the database
    figures: dict[str, list[float]] = {"grouped": [], "not grouped": [], "bare flushes": []}
    for _ in range(rounds):
        figures["grouped"].append(await rush(grouped, GROUPED))
        figures["not grouped"].append(await rush(single, SINGLE))
        figures["bare flushes"].append(flushes(folder / "flushes"))
    await grouped.close()
    return figures


async def rush(ledger: SqlLedger, grants: int) -> float:
    """Let visitors press, each again as soon as the last press is durable."""

    async def visitor() -> None:
        for _ in range(grants // VISITORS):
            await ledger.append(press(), TEXT)

    start = time.perf_counter()
    await asyncio.gather(*(visitor() for _ in range(VISITORS)))
    return grants / (time.perf_counter() - start)


def press() -> Record:
    """A grant as the load route records it."""
    receipt, now = secrets.token_hex(16), int(time.time())
    return Record(
        now,
        "grant",
        "youtube",
        "once",
        "youtube:jNQXAC9IVRw",
        NOTICE,
        "de",
        "load-button",
        receipt,
        "2026-11-01",
    )


def flushes(file: Path) -> float:
    """Append and flush as often as the disk allows."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    start = time.perf_counter()
    for _ in range(FLUSHES):
        os.write(descriptor, bytes(4096))
        os.fdatasync(descriptor)
    taken = time.perf_counter() - start
    os.close(descriptor)
    return FLUSHES / taken


def show(figures: dict[str, list[float]]) -> None:
    """Print medians, spread and ratio."""
    single = statistics.median(figures["not grouped"])
    title = f"durable grants a second, {VISITORS} visitors at once, up to {BATCH} in a commit"
    table = Table("way", "median", "lowest", "highest", "ratio", title=title)
    for way, values in figures.items():
        median = statistics.median(values)
        row = (median, min(values), max(values))
        table.add_row(way, *(f"{value:,.0f}" for value in row), f"{median / single:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
