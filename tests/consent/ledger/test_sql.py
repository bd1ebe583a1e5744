"""The ledger in a real database: durable, or refused."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from embedproxy.consent.ledger.database import Database
from embedproxy.consent.ledger.seal import Seal
from embedproxy.consent.ledger.sql import Entry, SqlLedger, open_ledger
from embedproxy.errors import LedgerError, SettingsError
from tests.consent.ledger.presses import KEY, NOTICE, OTHER_KEY, TEXT, opened, record, run, verdict

COUNT = "SELECT count(*) FROM ledger_records"


class Counting(SqlLedger):
    """Counts its commits, and can be told to hold them back."""

    commits = 0
    gate: asyncio.Event | None = None

    async def _commit(self, entries: list[Entry]) -> None:
        if self.gate:
            await self.gate.wait()
        self.commits += 1
        await super()._commit(entries)


def test_a_grant_without_its_text_is_refused(sqlite_url: str) -> None:
    """A hash alone proves nothing later (LAW LED-4)."""

    async def press() -> None:
        async with opened(sqlite_url) as ledger:
            with pytest.raises(LedgerError, match="text of its notice"):
                await ledger.append(record())

    asyncio.run(press())


def test_a_text_of_another_hash_is_refused(sqlite_url: str) -> None:
    """The ledger never keeps a text under a wrong name."""

    async def press() -> None:
        async with opened(sqlite_url) as ledger:
            with pytest.raises(LedgerError, match="hash names"):
                await ledger.append(record(), TEXT + b".")

    asyncio.run(press())


def test_a_closed_ledger_refuses(sqlite_url: str) -> None:
    """After the end nothing is promised."""

    async def press() -> None:
        async with opened(sqlite_url) as ledger:
            await ledger.close()
            with pytest.raises(LedgerError, match="no more records"):
                await ledger.append(record(), TEXT)

    asyncio.run(press())


@pytest.mark.req("LED-5")
def test_a_ledger_that_cannot_be_opened_refuses_and_recovers(tmp_path: Path) -> None:
    """A folder in the file's place: every press is refused; once it is gone, presses count again."""
    url = f"sqlite:///{tmp_path}/ledger.sqlite3"
    (tmp_path / "ledger.sqlite3").mkdir()

    async def press() -> None:
        async with opened(url) as ledger:
            refused = await asyncio.gather(
                *(ledger.append(record(), TEXT) for _ in range(3)), return_exceptions=True
            )
            assert [type(error) for error in refused] == [LedgerError] * 3
            (tmp_path / "ledger.sqlite3").rmdir()
            await ledger.append(record(), TEXT)

    asyncio.run(press())
    assert asyncio.run(run(url, COUNT)) == [(1,)]


@pytest.mark.req("LED-5")
def test_a_failing_commit_refuses_exactly_its_own_presses(url: str) -> None:
    """Presses before and after count; of the failed ones nothing is left, and the ledger verifies."""

    async def press() -> None:
        async with opened(url) as ledger:
            await ledger.append(record(), TEXT)
            await run(url, "ALTER TABLE ledger_heads RENAME TO away")
            refused = await asyncio.gather(
                *(ledger.append(record(), TEXT) for _ in range(3)), return_exceptions=True
            )
            await run(url, "ALTER TABLE away RENAME TO ledger_heads")
            assert [type(error) for error in refused] == [LedgerError] * 3
            await ledger.append(record(), TEXT)

    asyncio.run(press())
    assert asyncio.run(run(url, COUNT)) == [(2,)]
    assert asyncio.run(verdict(url)).flaws == ()


def test_a_server_that_drops_its_connections_is_found_again(postgres_url: str) -> None:
    """A restarted PostgreSQL costs no press that comes after it."""

    async def press() -> None:
        async with opened(postgres_url) as ledger:
            await ledger.append(record(), TEXT)
            await run(
                postgres_url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            await ledger.append(record(), TEXT)

    asyncio.run(press())
    assert asyncio.run(run(postgres_url, COUNT)) == [(2,)]


def test_a_server_that_cannot_be_reached_refuses() -> None:
    """Nobody listens on the port: LedgerError, whatever the driver raises."""

    async def press() -> None:
        async with opened("postgresql://nobody@127.0.0.1:1/none") as ledger:
            with pytest.raises(LedgerError, match="database failed"):
                await ledger.append(record(), TEXT)

    asyncio.run(press())


def test_a_second_writer_of_the_same_chain_is_noticed(url: str) -> None:
    """Where somebody moved the chain's end, the press is refused and a new chain begins."""

    async def press() -> None:
        async with opened(url) as ledger:
            await ledger.append(record(), TEXT)
            await run(url, "UPDATE ledger_heads SET seq = 7")
            with pytest.raises(LedgerError, match="Somebody else"):
                await ledger.append(record(), TEXT)
            await ledger.append(record(), TEXT)

    asyncio.run(press())
    assert asyncio.run(run(url, "SELECT count(*) FROM ledger_chains")) == [(2,)]


def test_a_deleted_file_is_noticed(sqlite_url: str, tmp_path: Path) -> None:
    """A file that was removed under a running ledger must not swallow grants: a new one is begun."""

    async def press() -> None:
        async with opened(sqlite_url) as ledger:
            await ledger.append(record(), TEXT)
            for file in (tmp_path / "data").iterdir():
                file.unlink()
            with pytest.raises(LedgerError):
                await ledger.append(record(), TEXT)
            await ledger.append(record(), TEXT)

    asyncio.run(press())
    assert asyncio.run(run(sqlite_url, COUNT)) == [(1,)]


def test_the_queue_is_bounded(sqlite_url: str) -> None:
    """A rush beyond the bound is refused at once; those who wait are served."""

    async def press() -> None:
        ledger = Counting(Database(sqlite_url), Seal([KEY]), waiting=2)
        ledger.gate = asyncio.Event()
        presses = [asyncio.ensure_future(ledger.append(record(), TEXT)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(LedgerError, match="no more records"):
            await ledger.append(record(), TEXT)
        ledger.gate.set()
        await asyncio.gather(*presses)
        await ledger.close()

    asyncio.run(press())


def test_the_wait_is_bounded(sqlite_url: str) -> None:
    """A press that waits too long is refused, and is not written afterwards."""

    async def press() -> None:
        ledger = Counting(Database(sqlite_url), Seal([KEY]), patience=0.01)
        ledger.gate = asyncio.Event()
        first = asyncio.ensure_future(ledger.append(record(), TEXT))
        await asyncio.sleep(0)
        while ledger._queue:  # until the first is taken for its commit
            await asyncio.sleep(0)
        with pytest.raises(LedgerError, match="in time"):
            await ledger.append(record(), TEXT)
        await asyncio.gather(first, return_exceptions=True)
        ledger.gate.set()
        await ledger.close()

    asyncio.run(press())
    # The first had been taken for its commit already: a proof without a grant, which does no harm.
    assert asyncio.run(run(sqlite_url, COUNT)) == [(1,)]


def test_a_visitor_who_leaves_takes_nobody_along(sqlite_url: str) -> None:
    """A cancelled request ends neither the commit nor the presses that share it."""

    async def press() -> None:
        ledger = Counting(Database(sqlite_url), Seal([KEY]))
        ledger.gate = asyncio.Event()
        presses = [asyncio.ensure_future(ledger.append(record(), TEXT)) for _ in range(3)]
        await asyncio.sleep(0)
        while ledger._queue:  # until all are taken for one commit
            await asyncio.sleep(0)
        presses[0].cancel()
        await asyncio.sleep(0)
        ledger.gate.set()
        await asyncio.gather(*presses[1:])
        await ledger.close()

    asyncio.run(press())
    assert asyncio.run(verdict(sqlite_url)).flaws == ()


def test_a_visitor_who_leaves_a_failing_commit_disturbs_nobody(tmp_path: Path) -> None:
    """The others are told that it failed; whoever has gone is told nothing."""

    async def press() -> None:
        ledger = Counting(Database(f"sqlite:///{tmp_path}"), Seal([KEY]))
        ledger.gate = asyncio.Event()
        presses = [asyncio.ensure_future(ledger.append(record(), TEXT)) for _ in range(2)]
        await asyncio.sleep(0)
        while ledger._queue:  # until both are taken for one commit
            await asyncio.sleep(0)
        presses[0].cancel()
        await asyncio.sleep(0)
        ledger.gate.set()
        gone, failed = await asyncio.gather(*presses, return_exceptions=True)
        assert isinstance(gone, asyncio.CancelledError)
        assert isinstance(failed, LedgerError)
        await ledger.close()

    asyncio.run(press())


def test_closing_writes_what_waits(sqlite_url: str) -> None:
    """A server that stops answers the presses it has taken."""

    async def press() -> None:
        async with opened(sqlite_url) as ledger:
            presses = [asyncio.ensure_future(ledger.append(record(), TEXT)) for _ in range(3)]
            await asyncio.sleep(0)
            await ledger.close()
            await asyncio.gather(*presses)

    asyncio.run(press())
    assert asyncio.run(run(sqlite_url, COUNT)) == [(3,)]


def test_presses_at_once_share_a_commit(url: str) -> None:
    """A hundred visitors are not a hundred disk flushes."""

    async def press() -> int:
        ledger = Counting(Database(url), Seal([KEY]))
        await asyncio.gather(*(ledger.append(record(), TEXT) for _ in range(100)))
        await ledger.close()
        return ledger.commits

    assert asyncio.run(press()) <= 2
    assert asyncio.run(run(url, COUNT)) == [(100,)]


def test_a_batch_has_a_limit(sqlite_url: str) -> None:
    """No commit grows without end."""

    async def press() -> int:
        ledger = Counting(Database(sqlite_url), Seal([KEY]), batch=10)
        await asyncio.gather(*(ledger.append(record(), TEXT) for _ in range(25)))
        await ledger.close()
        return ledger.commits

    assert asyncio.run(press()) == 3


@pytest.mark.req("LED-3")
def test_a_press_is_one_record_with_the_fields_of_the_law(url: str) -> None:
    """What was pressed stands there, and nothing else."""
    item = record(provider="host:cdn.example", receipt="ab" * 16)

    async def press() -> None:
        async with opened(url) as ledger:
            await ledger.prepare()
            await ledger.append(item, TEXT)

    asyncio.run(press())
    [row] = asyncio.run(run(url, "SELECT * FROM ledger_records"))
    values = row._asdict()
    assert {name: values[name] for name in ("at", "event", "provider", "extent", "lang", "control")} == {
        "at": item.at,
        "event": "grant",
        "provider": "host:cdn.example",
        "extent": "once",
        "lang": "de",
        "control": "load-button",
    }
    assert (values["seq"], values["notice"], values["receipt"]) == (1, NOTICE, "ab" * 16)
    assert set(values) == {
        *("chain", "seq", "at", "event", "provider", "extent", "embed", "notice", "version", "lang"),
        *("control", "receipt", "prev", "mac", "erased"),
    }


def test_two_grants_have_two_receipts(sqlite_url: str) -> None:
    """Records cannot be joined into a profile of one visitor (LAW LED-9)."""
    asyncio.run(_two(sqlite_url))
    rows = asyncio.run(run(sqlite_url, "SELECT receipt FROM ledger_records"))
    assert len({row[0] for row in rows}) == 2


async def _two(url: str) -> None:
    async with opened(url) as ledger:
        await ledger.append(record(), TEXT)
        await ledger.append(record(), TEXT)


def test_a_text_is_stored_once(url: str) -> None:
    """A thousand presses under one notice hold its text once, also from several processes' ledgers."""
    asyncio.run(_two(url))
    asyncio.run(_two(url))
    assert asyncio.run(run(url, "SELECT hash, text FROM ledger_notices")) == [(NOTICE, TEXT)]


def test_ledgers_that_write_at_once_have_a_chain_each(url: str) -> None:
    """No writer waits for another's chain, and every one verifies."""

    async def press(ledger: SqlLedger) -> None:
        for _ in range(5):
            await ledger.append(record(), TEXT)

    async def rush() -> None:
        async with opened(url) as one, opened(url) as two, opened(url) as three:
            await one.prepare()
            await asyncio.gather(press(one), press(two), press(three))

    asyncio.run(rush())
    found = asyncio.run(verdict(url))
    assert found.flaws == ()
    assert sorted(head.seq for head in found.heads) == [5, 5, 5]


def test_a_clock_that_jumps_back_breaks_nothing(url: str) -> None:
    """The order of a chain is its numbers, not its times."""

    async def press() -> None:
        async with opened(url) as ledger:
            for at in (2_000_000_000, 1_000_000_000, 0):
                await ledger.append(record(at=at), TEXT)

    asyncio.run(press())
    assert asyncio.run(verdict(url)).flaws == ()


@pytest.mark.req("LED-1")
def test_canaries_never_reach_the_file(sqlite_url: str, tmp_path: Path) -> None:
    """What identifies a page or a visitor is nowhere in the ledger's files, not even in what was refused."""

    async def press() -> None:
        async with opened(sqlite_url) as ledger:
            await ledger.append(record(embed="youtube:canary-embed"), TEXT)
            for field in ("control", "lang", "version"):
                with pytest.raises(LedgerError):
                    await ledger.append(record(**{field: "/canary-path 203.0.113.77"}), TEXT)
            held = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
            assert record().provider.encode() in held
            assert b"canary" not in held
            assert b"203.0.113.77" not in held

    asyncio.run(press())


def test_no_value_stands_in_an_error(url: str) -> None:
    """What a database complains of may be logged; the record's values may not."""

    async def press() -> str:
        async with opened(url) as ledger:
            await ledger.append(record(), TEXT)
            await run(url, "DROP TABLE ledger_records")
            with pytest.raises(LedgerError) as caught:
                await ledger.append(record(receipt="ca" * 16), TEXT)
            return repr(caught.value) + str(caught.value)

    assert "ca" * 16 not in asyncio.run(press())


@pytest.mark.req("LED-1")
def test_a_failed_commit_is_logged_without_values(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The operator learns the reason, once for a commit, and nothing of the presses."""

    async def press() -> None:
        async with opened(url) as ledger:
            await ledger.append(record(), TEXT)
            await run(url, "DROP TABLE ledger_records")
            await asyncio.gather(
                *(ledger.append(record(provider="host:canary"), TEXT) for _ in range(3)),
                return_exceptions=True,
            )

    with caplog.at_level("WARNING", logger="embedproxy.ledger"):
        asyncio.run(press())
    assert [entry.levelname for entry in caplog.records] == ["WARNING"]
    assert "3 records" in caplog.text
    assert "ledger_records" in caplog.text
    assert "canary" not in caplog.text


def test_the_ledger_of_a_folder_makes_its_own_key(tmp_path: Path) -> None:
    """Apart from the cookies' key, the owner's alone, and the same at the next start."""
    folder = tmp_path / "a folder? 100%"

    async def press() -> None:
        for _ in range(2):
            ledger = open_ledger(folder)
            await ledger.append(record(), TEXT)
            await ledger.close()

    asyncio.run(press())
    assert {file.name for file in folder.iterdir()} == {"ledger.key", "ledger.sqlite3"}
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert os.stat(folder).st_mode & 0o777 == 0o700


def test_a_short_ledger_key_stops_the_start(tmp_path: Path) -> None:
    """As for the cookies: 32 bytes."""
    with pytest.raises(SettingsError, match="32 bytes"):
        open_ledger(tmp_path, keys=("short",))


def test_given_keys_make_no_file(tmp_path: Path) -> None:
    """Machines that share a database share the key from their settings."""
    asyncio.run(open_ledger(tmp_path, keys=(KEY,)).close())
    assert not list(tmp_path.iterdir())


def test_a_lost_key_is_named_at_the_start(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The ledger goes on with a new one, and whoever reads the log can put the old one back."""

    async def start(key: str) -> None:
        async with opened(url, keys=[key]) as ledger:
            await ledger.prepare()
            await ledger.append(record(), TEXT)

    asyncio.run(start(KEY))
    assert not caplog.records
    asyncio.run(start(OTHER_KEY))
    [said] = caplog.messages
    assert f"key {Seal([KEY]).newest} is missing" in said


def test_the_text_may_hold_any_bytes(url: str) -> None:
    """Byte for byte, whatever its encoding."""
    text = bytes(range(256))

    async def press() -> None:
        async with opened(url) as ledger:
            await ledger.append(record(notice=hashlib.sha256(text).hexdigest()), text)

    asyncio.run(press())
    assert asyncio.run(run(url, "SELECT text FROM ledger_notices")) == [(text,)]
