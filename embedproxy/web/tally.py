"""How often browsers said that strict mode would stop something: directive, host, number, nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

FILE = "strict-report.sqlite3"
ROWS = 1000  # anybody can send reports; more different ones than this are an attack, not a site
PATIENCE_SECONDS = 1.0  # for another worker that is writing

_TABLE = (
    "CREATE TABLE IF NOT EXISTS stopped (directive TEXT, host TEXT, number INTEGER, "
    "PRIMARY KEY (directive, host))"
)
_AGAIN = "UPDATE stopped SET number = number + 1 WHERE directive = ? AND host = ?"
_FIRST = "INSERT INTO stopped SELECT ?, ?, 1 WHERE (SELECT count(*) FROM stopped) < ?"


class Stopped(NamedTuple):
    """What strict mode would stop.

    Attributes:
        directive: of the policy, such as ``script-src``.
        host: that would not be asked any more.
        number: of reports.
    """

    directive: str
    host: str
    number: int


class Tally:
    """The counts, in a file that all workers of a machine share.

    Args:
        folder: the setting ``data_dir``.

    Raises:
        sqlite3.Error: from every method, where the file cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def add(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Count pairs of directive and host.

        Returns:
            Those that no worker has seen before.
        """
        with self._opened() as database, database:
            return [pair for pair in pairs if self._is_new(database, pair)]

    def counts(self) -> list[Stopped]:
        """Everything, the most frequent first."""
        with self._opened() as database:
            rows = database.execute("SELECT * FROM stopped ORDER BY number DESC, host, directive")
            return [Stopped(*row) for row in rows]

    def clear(self) -> None:
        """Begin anew."""
        with self._opened() as database, database:
            database.execute("DELETE FROM stopped")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=PATIENCE_SECONDS)) as database:
            database.execute("PRAGMA synchronous = OFF")  # a count lost in a power cut hurts nobody
            database.execute(_TABLE)
            yield database

    def _is_new(self, database: sqlite3.Connection, pair: tuple[str, str]) -> bool:
        if database.execute(_AGAIN, pair).rowcount:
            return False
        return database.execute(_FIRST, (*pair, ROWS)).rowcount > 0
