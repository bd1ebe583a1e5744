"""Records leave the ledger when they are too old, or when they must, and the rest still verifies."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from embedproxy.consent.ledger.retention import cutoff, erase, prune
from embedproxy.consent.ledger.seal import Seal
from embedproxy.errors import LedgerError
from tests.consent.ledger.presses import (
    KEY,
    NOW,
    OTHER_KEY,
    TEXT,
    database,
    fill,
    opened,
    record,
    run,
    verdict,
)

TIMES = "SELECT at FROM ledger_records ORDER BY chain, seq"


async def pruned(url: str, before: int, key: str = KEY) -> int:
    """Prune with a database of its own, as the command does."""
    async with database(url) as base:
        return await prune(base, Seal([key]), before=before)


async def erased(url: str, receipt: str) -> int:
    """Erase with a database of its own, as the command does."""
    async with database(url) as base:
        return await erase(base, Seal([KEY]), receipt)


def test_pruning_without_the_key_removes_nothing(url: str) -> None:
    """A mark that nobody can verify is never set."""
    asyncio.run(fill(url, record(at=1)))
    with pytest.raises(LedgerError, match="missing"):
        asyncio.run(pruned(url, 2, OTHER_KEY))
    assert asyncio.run(run(url, TIMES)) == [(1,)]


@pytest.mark.req("LED-2")
def test_a_record_stays_to_the_second(url: str) -> None:
    """At its retention's last second it is there, a second later it is gone; twice changes nothing."""
    retention = 3 * 365 * 86400
    asyncio.run(fill(url, record(at=NOW)))
    assert asyncio.run(pruned(url, NOW + retention - 1 - retention)) == 0
    assert asyncio.run(pruned(url, NOW + retention + 1 - retention)) == 1
    assert asyncio.run(run(url, TIMES)) == []
    assert asyncio.run(pruned(url, NOW + 1)) == 0


@pytest.mark.req("LED-8")
def test_what_is_left_verifies(url: str) -> None:
    """The chain begins at a sealed mark, and its flaws are still found."""
    asyncio.run(fill(url, *(record(at=at) for at in range(1, 7))))
    assert asyncio.run(pruned(url, 4)) == 3
    assert asyncio.run(verdict(url)).flaws == ()
    asyncio.run(run(url, "DELETE FROM ledger_records WHERE seq = 4"))
    [flaw] = asyncio.run(verdict(url)).flaws
    assert (flaw.seq, flaw.reason) == (4, "the record was removed")


def test_a_mark_that_was_changed_is_found(url: str) -> None:
    """Nobody without the key can make a chain begin later."""
    asyncio.run(fill(url, *(record(at=at) for at in range(1, 7))))
    asyncio.run(pruned(url, 4))
    asyncio.run(
        run(
            url,
            "UPDATE ledger_bases SET seq = 4, mac = (SELECT mac FROM ledger_records WHERE seq = 4)",
            "DELETE FROM ledger_records WHERE seq = 4",
        )
    )
    [flaw] = asyncio.run(verdict(url)).flaws
    assert flaw.reason == "the mark where the chain begins after pruning was changed"


def test_a_removed_mark_is_found(url: str) -> None:
    """Without it the chain does not begin where it should."""
    asyncio.run(fill(url, *(record(at=at) for at in range(1, 7))))
    asyncio.run(pruned(url, 4))
    asyncio.run(run(url, "DELETE FROM ledger_bases"))
    [flaw] = asyncio.run(verdict(url)).flaws
    assert (flaw.seq, flaw.reason) == (1, "the record was removed")


def test_chains_are_pruned_in_steps(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction is longer than a page, so presses never wait for all of it."""
    monkeypatch.setattr("embedproxy.consent.ledger.retention.CHUNK", 2)
    asyncio.run(fill(url, *(record(at=at) for at in range(5))))
    asyncio.run(fill(url, *(record(at=at) for at in range(5))))
    steps: list[int] = []

    async def slowly() -> int:
        async with database(url) as base:
            return await prune(base, Seal([KEY]), before=5, progress=steps.append)

    assert asyncio.run(slowly()) == 10
    assert steps == [2, 2, 1, 2, 2, 1]
    assert asyncio.run(verdict(url)).flaws == ()


def test_a_writer_goes_on_while_its_chain_is_pruned(url: str) -> None:
    """Pruning is the command's, pressing the server's: neither disturbs the other."""

    async def press() -> None:
        async with opened(url) as ledger:
            await ledger.append(record(at=1), TEXT)
            await pruned(url, 2)
            await ledger.append(record(at=3), TEXT)

    asyncio.run(press())
    assert asyncio.run(run(url, TIMES)) == [(3,)]
    found = asyncio.run(verdict(url))
    assert (found.flaws, len(found.heads)) == ((), 1)


def test_old_records_behind_younger_ones_go_too(url: str) -> None:
    """A clock that jumped back keeps nothing beyond its time; the place stays, so the chain verifies."""
    asyncio.run(fill(url, record(at=100), record(at=1), record(at=200)))
    assert asyncio.run(pruned(url, 50)) == 1
    assert asyncio.run(run(url, TIMES)) == [(100,), (None,), (200,)]
    assert asyncio.run(verdict(url)).flaws == ()
    assert asyncio.run(pruned(url, 50)) == 0
    assert asyncio.run(pruned(url, 150)) == 1
    assert asyncio.run(run(url, TIMES)) == [(200,)]
    assert asyncio.run(verdict(url)).flaws == ()


def test_an_unknown_receipt_erases_nothing(url: str) -> None:
    """Nor does it break anything."""
    asyncio.run(fill(url, record()))
    assert asyncio.run(erased(url, "0" * 32)) == 0
    assert asyncio.run(verdict(url)).flaws == ()


def test_a_receipt_is_erased_with_its_withdrawal(url: str) -> None:
    """Both records lose their content, in whatever chains they stand; everything verifies."""
    asyncio.run(fill(url, record(), record(receipt="ab" * 16), record()))
    asyncio.run(fill(url, record(event="withdraw", receipt="ab" * 16, notice="0" * 16)))
    assert asyncio.run(erased(url, "ab" * 16)) == 2
    rows = asyncio.run(run(url, "SELECT * FROM ledger_records WHERE receipt IS NULL"))
    kept = {"chain", "seq", "prev", "mac", "erased"}
    assert [{name for name, value in row._asdict().items() if value is not None} for row in rows] == [
        kept,
        kept,
    ]
    assert asyncio.run(verdict(url)).flaws == ()


def test_what_is_erased_leaves_the_file(sqlite_url: str, tmp_path: Path) -> None:
    """Not only the table: neither the file nor its side files hold the bytes."""

    def held() -> bytes:
        return b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())

    async def press() -> None:
        async with opened(sqlite_url) as ledger:
            await ledger.append(record(provider="host:canary.example", receipt="ab" * 16), TEXT)
            await ledger.append(record(), TEXT)
            assert b"canary" in held()
            assert await erased(sqlite_url, "ab" * 16) == 1
            assert b"canary" not in held()
            assert b"ab" * 16 not in held()

    asyncio.run(press())


def test_a_chain_of_erased_records_is_not_cut(sqlite_url: str) -> None:
    """Its places stay until an old record behind them goes."""
    asyncio.run(fill(sqlite_url, record(at=5, receipt="ab" * 16), record(at=9)))
    asyncio.run(erased(sqlite_url, "ab" * 16))
    assert asyncio.run(pruned(sqlite_url, 6)) == 0
    assert asyncio.run(pruned(sqlite_url, 10)) == 1
    assert asyncio.run(run(sqlite_url, TIMES)) == []


def test_records_are_kept_to_a_years_end() -> None:
    """Three years: what was recorded in 2026 goes on 1 January 2030."""
    last = datetime(2029, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()
    first = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    assert cutoff(last) == first
    assert cutoff(last + 1) == datetime(2027, 1, 1, tzinfo=UTC).timestamp()
