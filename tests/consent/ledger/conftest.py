"""Real databases for the ledger: SQLite in a folder of the test's own, and a PostgreSQL on loopback."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

OWNER = "postgres"  # PostgreSQL refuses to run as root


def _programs() -> Path | None:
    """The folder of PostgreSQL's own programs: on the path, or where Debian keeps them."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: file.parts[-3])
    return found[-1].parent if found else None


def _run(*command: str | Path) -> None:
    become = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*become, *map(str, command)], check=True, capture_output=True, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests; skips where there is none."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs (initdb, pg_ctl) are not installed")
    folder = Path(tempfile.mkdtemp(prefix="embedproxy-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, pwd.getpwnam(OWNER).pw_uid)
    cluster, port = folder / "cluster", _free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    try:
        _run(programs / "initdb", "-D", cluster, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale")
        _run(programs / "pg_ctl", "-D", cluster, "-w", "-l", folder / "log", "-o", options, "start")
        yield f"postgresql://{OWNER}@127.0.0.1:{port}/postgres"
        _run(programs / "pg_ctl", "-D", cluster, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """The address of its database, emptied: making a new one for each test costs a second and 7 MB."""

    async def empty() -> None:
        engine = create_async_engine(postgres.replace("postgresql:", "postgresql+asyncpg:"))
        async with engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        await engine.dispose()

    asyncio.run(empty())
    return postgres


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite file that does not exist yet."""
    return URL.create("sqlite", database=str(tmp_path / "data" / "ledger.sqlite3")).render_as_string()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Every test that asks for it runs on both databases."""
    make: Callable[[str], str] = request.getfixturevalue
    return make("sqlite_url" if request.param == "sqlite" else "postgres_url")
