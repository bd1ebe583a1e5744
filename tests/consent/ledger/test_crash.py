"""Writers that die, disks that fill: what was confirmed is there."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.consent.ledger.presses import run, verdict

ROOT = Path(__file__).resolve().parents[3]

# Presses by the dozen; each receipt is printed once its record is confirmed.
WRITER = """
import asyncio, sys
from tests.consent.ledger.presses import TEXT, opened, record

async def press(ledger):
    while True:
        item = record()
        await ledger.append(item, TEXT)
        print(item.receipt, flush=True)

async def main():
    async with opened(sys.argv[1], patience=30) as ledger:
        await asyncio.gather(*(press(ledger) for _ in range(12)))

asyncio.run(main())
"""

# Presses until the disk is full, then gets more room and presses on.
FULL = """
import asyncio, resource, sys
from embedproxy.errors import LedgerError
from tests.consent.ledger.presses import TEXT, opened, record

def room(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def press(ledger):
    item = record()
    await ledger.append(item, TEXT)
    print(item.receipt, flush=True)

async def main():
    async with opened(sys.argv[1]) as ledger:
        await press(ledger)
        room(200_000)
        refused = 0
        while refused < 3:
            try:
                await press(ledger)
            except LedgerError:
                refused += 1
        room(resource.RLIM_INFINITY)
        for _ in range(5):
            await press(ledger)

asyncio.run(main())
"""


def started(program: str, url: str) -> subprocess.Popen[str]:
    """A process of its own that writes into the ledger."""
    return subprocess.Popen(
        [sys.executable, "-c", program, url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def read(process: subprocess.Popen[str], lines: int) -> list[str]:
    """The next lines it prints."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(lines)]


def rest(process: subprocess.Popen[str]) -> list[str]:
    """Whole lines that it printed before it ended."""
    with process:  # communicate() would pass by what readline() has buffered
        assert process.stdout is not None
        lines = process.stdout.read().splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


def kept(url: str) -> list[str]:
    """The receipt of every record."""
    return [row[0] for row in asyncio.run(run(url, "SELECT receipt FROM ledger_records"))]


@pytest.mark.req("LED-5")
def test_a_writer_killed_in_the_middle_loses_nothing_it_confirmed(url: str) -> None:
    """kill -9 under load: every confirmed press has its record, and the chain verifies to its end."""
    process = started(WRITER, url)
    confirmed = read(process, 300)
    process.send_signal(signal.SIGKILL)
    confirmed += rest(process)
    assert process.returncode == -signal.SIGKILL
    assert len(confirmed) >= 300
    assert set(confirmed) <= set(kept(url))
    assert asyncio.run(verdict(url)).flaws == ()


def test_two_processes_write_at_once(url: str) -> None:
    """Each has its chain; nothing is lost or doubled, and both verify."""
    processes = [started(WRITER, url) for _ in range(2)]
    confirmed = [line for process in processes for line in read(process, 150)]
    for process in processes:
        process.kill()
    confirmed += [line for process in processes for line in rest(process)]
    receipts = kept(url)
    assert set(confirmed) <= set(receipts)
    assert len(set(receipts)) == len(receipts)
    found = asyncio.run(verdict(url))
    assert found.flaws == ()
    assert len(found.heads) == 2


@pytest.mark.req("LED-5")
def test_a_full_disk_refuses_and_recovers(sqlite_url: str) -> None:
    """No room: refused, and nothing half-written; room again: recorded again, by itself."""
    process = started(FULL, sqlite_url)
    out, complaints = process.communicate(timeout=120)
    assert process.returncode == 0, complaints
    assert len(complaints.splitlines()) == 3
    assert sorted(kept(sqlite_url)) == sorted(out.split())
    assert len(out.split()) > 10
    assert asyncio.run(verdict(sqlite_url)).flaws == ()
