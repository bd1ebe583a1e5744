"""The ledger's database: SQLite beside the secret key, or a PostgreSQL that several machines share."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from embedproxy.errors import LedgerError, SettingsError

FILE = "ledger.sqlite3"
LOCK = 0x656D6265  # the number of our PostgreSQL advisory lock: any, as long as it is always the same
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


class Database:
    """Opens transactions, and turns whatever a driver raises into LedgerError.

    Nothing is opened before the first use, so that a site whose ledger is away still starts and serves its
    placeholders; grants fail until it is back.

    Args:
        url: ``sqlite:///path`` or ``postgresql://user:password@host/name``.
        patience: seconds to wait for a connection, a lock or an answer.
        answer: seconds to wait for one answer of a server, for whoever reads a whole table; as ``patience``
            where it is left out.

    Raises:
        SettingsError: the address is not one of a database that we know, or its driver is missing.
    """

    def __init__(self, url: str | URL, *, patience: float = 5.0, answer: float | None = None) -> None:
        try:
            self._url = make_url(url)
            self._url = self._url.set(drivername=_DRIVERS[self._url.get_backend_name()])
            if self._url.database in (None, "", ":memory:"):
                raise KeyError(url)  # nothing that would outlive the process
        except (SQLAlchemyError, KeyError):
            raise SettingsError(
                "The ledger's address is not one of SQLite or PostgreSQL.",
                code="E020",
                key="ledger.url",
                hint="Write it as sqlite:///path or postgresql://user:password@host/name.",
            ) from None
        if self.path is None and find_spec("asyncpg") is None:
            raise SettingsError(
                "PostgreSQL's driver is not installed.",
                code="E021",
                key="ledger.url",
                hint="Run: pip install 'embedproxy[postgres]'",
            )
        self._patience = patience
        self._answer = answer or patience
        self._engine: AsyncEngine | None = None
        self._file: tuple[int, int] | None = None
        self._ready = False
        self._preparing = asyncio.Lock()

    @property
    def path(self) -> Path | None:
        """The database's file; None for a server."""
        return Path(self._url.database or "") if self._url.get_backend_name() == "sqlite" else None

    async def prepare(self) -> None:
        """Bring the schema up to date; at once when that has been done.

        Raises:
            LedgerError: the database cannot be reached or written, or belongs to a newer embedproxy.
        """
        async with self._preparing:
            if self._ready and self._file == self._identity():
                return
            await self.close()
            async with self._guarded():
                self._engine = self._open()
                async with self._writing() as connection:
                    await self.lock(connection)
                    await connection.run_sync(_migrate)
            self._file, self._ready = self._identity(), True

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that writes; it is durable when the block has ended without an exception.

        Raises:
            LedgerError: something could not be written; nothing of the transaction was.
        """
        await self.prepare()
        async with self._guarded(), self._writing() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that reads, and sees one state of everything.

        Raises:
            LedgerError: something could not be read.
        """
        await self.prepare()
        async with self._guarded(), self._opened().connect() as connection:
            if self.path is None:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection

    async def lock(self, connection: AsyncConnection) -> None:
        """Keep other writers of chains and schema out until the transaction ends; SQLite does so anyway."""
        if self.path is None:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})

    async def settle(self) -> None:
        """Move everything from SQLite's write-ahead file to where removed records have been overwritten.

        Raises:
            LedgerError: the database cannot be written.
        """
        if self.path is None:
            return
        await self.prepare()
        async with self._guarded(), self._opened().connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()

    async def close(self) -> None:
        """Let go of every connection; the next use opens new ones."""
        engine, self._engine, self._ready = self._engine, None, False
        if engine is not None:
            await engine.dispose()

    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise LedgerError("The ledger is closed.")
        return self._engine

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        async with self._opened().connect() as connection:
            await connection.execution_options(embedproxy_writing=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def _guarded(self) -> AsyncIterator[None]:
        try:
            yield
        except LedgerError:
            raise
        except Exception as error:  # drivers raise their own kinds as well as SQLAlchemy's and OSError
            raise LedgerError(f"The ledger's database failed: {_reason(error)}.") from error

    def _identity(self) -> tuple[int, int] | None:
        """Which file it is: one that was deleted or replaced would swallow records without a word."""
        if self.path is None:
            return None
        try:
            found = self.path.stat()
        except OSError:
            return (0, 0)
        return found.st_dev, found.st_ino

    def _open(self) -> AsyncEngine:
        # Parameters stay out of exceptions, and so out of logs (LAW LED-1).
        if self.path is None:
            return create_async_engine(
                self._url, hide_parameters=True, pool_pre_ping=True, connect_args=self._server_options()
            )
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made by us, so that it is the owner's alone; SQLite gives its side files the same mode.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        engine = create_async_engine(
            self._url, hide_parameters=True, connect_args={"timeout": self._patience}
        )
        event.listen(engine.sync_engine, "connect", _on_connect)
        event.listen(engine.sync_engine, "begin", _on_begin)
        return engine

    def _server_options(self) -> dict[str, Any]:
        # A server may have been told to confirm before a record is on disk.
        return {
            "timeout": self._patience,
            "command_timeout": self._answer,
            "server_settings": {"application_name": "embedproxy", "synchronous_commit": "on"},
        }


def _on_connect(connection: Any, _: object) -> None:
    """Let SQLite wait for the disk at each commit, and leave nothing of an erased record in the file."""
    connection.isolation_level = None  # transactions begin in _on_begin, not where the driver guesses
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    """Take the write lock at once: a transaction that asks for it later may not wait for it."""
    writing = connection.get_execution_options().get("embedproxy_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _reason(error: Exception) -> str:
    """The first line of the driver's own words; what follows may repeat values."""
    words = str(getattr(error, "orig", None) or error).splitlines()
    return words[0].rstrip(".") if words else type(error).__name__


def _migrate(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "head")
    except CommandError as error:  # it knows no such step
        raise LedgerError(
            f"The ledger was written by a newer embedproxy: {_reason(error)}. Install that version again."
        ) from error
