"""The ledger's database: found, made, brought up to date."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from embedproxy.consent.ledger.database import Database
from embedproxy.consent.ledger.tables import metadata
from embedproxy.errors import LedgerError, SettingsError
from tests.consent.ledger.presses import database, run


@pytest.mark.parametrize(
    "url",
    ["", "mysql://localhost/ledger", "no address", "sqlite://", "sqlite:///:memory:", "postgresql://host"],
)
def test_an_address_of_another_kind_stops_the_start(url: str) -> None:
    """The complaint shows how to write it."""
    with pytest.raises(SettingsError, match="postgresql://user:password@host/name") as caught:
        Database(url)
    assert caught.value.code == "E020"


def test_a_missing_driver_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL is an extra: the complaint names the command that installs it."""
    monkeypatch.setattr("embedproxy.consent.ledger.database.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"embedproxy\[postgres\]"):
        Database("postgresql://user@host/name")


def test_a_newer_schema_is_left_alone(url: str) -> None:
    """An older embedproxy must not write into what it does not understand."""
    asyncio.run(run(url, "UPDATE ledger_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match=r"written by a newer embedproxy: .*9999.* Install that version"):
        asyncio.run(run(url, "SELECT 1"))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Nothing of it is overwritten."""
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(LedgerError, match="not a database"):
        asyncio.run(run(f"sqlite:///{file}", "SELECT 1"))
    assert file.read_bytes().startswith(b"not a database")


def test_nobody_can_use_a_closed_database_by_accident(sqlite_url: str) -> None:
    """Closing ends every connection; the next use opens anew."""

    async def use() -> None:
        async with database(sqlite_url) as base:
            await base.prepare()
            await base.close()
            with pytest.raises(LedgerError, match="closed"):
                base._opened()
            async with base.reading() as connection:
                assert (await connection.exec_driver_sql("SELECT 1")).scalar() == 1

    asyncio.run(use())


def test_a_transaction_that_fails_leaves_nothing(url: str) -> None:
    """All of it or none of it."""

    with pytest.raises(LedgerError):
        asyncio.run(
            run(
                url,
                "INSERT INTO ledger_notices (hash, text) VALUES ('a', 'b')",
                "INSERT INTO nowhere VALUES (1)",
            )
        )
    assert asyncio.run(run(url, "SELECT * FROM ledger_notices")) == []


def test_processes_that_start_at_once_make_one_schema(sqlite_url: str) -> None:
    """Every worker prepares the database; none of them fails."""
    program = (
        "import asyncio, sys; from embedproxy.consent.ledger.database import Database\n"
        "async def main():\n"
        "    base = Database(sys.argv[1], patience=30)\n"
        "    sys.stdin.readline()\n"
        "    await base.prepare(); await base.close()\n"
        "asyncio.run(main())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, sqlite_url], stdin=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        process.communicate(timeout=60)
    assert [process.returncode for process in started] == [0] * 4


def test_the_file_is_the_owners_alone(sqlite_url: str, tmp_path: Path) -> None:
    """Mode 0600 for it and for what SQLite puts beside it, in a folder of mode 0700."""

    async def use() -> None:
        async with database(sqlite_url) as base:
            await base.prepare()
            folder = tmp_path / "data"
            assert folder.stat().st_mode & 0o777 == 0o700
            assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}

    asyncio.run(use())


def test_a_commit_waits_for_the_disk(sqlite_url: str) -> None:
    """WAL with synchronous=FULL: what is confirmed survives a power cut."""

    async def use() -> tuple[object, ...]:
        async with database(sqlite_url) as base, base.reading() as connection:
            pragmas = ("journal_mode", "synchronous", "secure_delete")
            return tuple([(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in pragmas])

    assert asyncio.run(use()) == ("wal", 2, 1)


def test_a_server_confirms_only_what_is_on_disk(postgres_url: str) -> None:
    """Whatever the server's own default is."""
    asyncio.run(run(postgres_url, "ALTER ROLE postgres SET synchronous_commit = off"))
    try:
        assert asyncio.run(run(postgres_url, "SHOW synchronous_commit")) == [("on",)]
    finally:
        asyncio.run(run(postgres_url, "ALTER ROLE postgres RESET synchronous_commit"))


@pytest.mark.parametrize("answer", [None, 30])
def test_a_server_may_take_longer_for_an_operator(postgres_url: str, answer: float | None) -> None:
    """A press is refused in time; whoever counts a whole table waits."""

    async def slowly() -> None:
        base = Database(postgres_url, patience=2, answer=answer)
        try:
            async with base.reading() as connection:
                await connection.execute(text("SELECT pg_sleep(3)"))
        finally:
            await base.close()

    if answer:
        asyncio.run(slowly())
    else:
        with pytest.raises(LedgerError, match="database failed"):
            asyncio.run(slowly())


def test_a_reader_of_a_server_cannot_write(postgres_url: str) -> None:
    """Verifying and exporting change nothing."""

    async def use() -> None:
        async with database(postgres_url) as base, base.reading() as connection:
            await connection.exec_driver_sql("DELETE FROM ledger_records")

    with pytest.raises(LedgerError, match="read-only"):
        asyncio.run(use())


def test_the_migrations_make_the_tables_of_the_code(url: str) -> None:
    """No column is forgotten in either place."""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [found for found in compare_metadata(context, metadata) if "ledger_version" not in str(found)]

    async def use() -> list[object]:
        async with database(url) as base, base.reading() as connection:
            return await connection.run_sync(differences)

    assert asyncio.run(use()) == []
