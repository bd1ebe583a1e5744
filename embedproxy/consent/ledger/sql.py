"""The ledger in a database: chains of sealed records, many presses in one commit."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from embedproxy import __version__
from embedproxy.consent.keys import load_ledger_keys
from embedproxy.consent.ledger.database import FILE, Database
from embedproxy.consent.ledger.record import Record
from embedproxy.consent.ledger.rows import Row, content_of, linked
from embedproxy.consent.ledger.seal import Seal
from embedproxy.consent.ledger.tables import chains, heads, notices, records
from embedproxy.errors import LedgerError

log = logging.getLogger("embedproxy.ledger")

SOFTWARE = f"embedproxy {__version__}"
BATCH = 512  # records in one commit: enough that the disk no longer counts, few enough that nobody waits


@dataclass(frozen=True, slots=True)
class Chain:
    """Where this process' chain stands.

    Attributes:
        id: 32 hex digits, random.
        key: fingerprint of the key that seals it.
        seq: number of its last record, 0 before the first.
        mac: seal of its last record, before the first of its registration.
    """

    id: str
    key: str
    seq: int
    mac: str


@dataclass(slots=True, eq=False)
class Entry:
    """A record that waits for its commit."""

    content: Row
    text: bytes | None
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


def open_ledger(
    data_dir: Path, *, url: str = "", keys: Sequence[str] = (), make: bool = True, answer: float | None = None
) -> SqlLedger:
    """Put the ledger together as the operator wants it; nothing is opened before its first use.

    Args:
        data_dir: folder of the ledger's key and of its SQLite file.
        url: address of another database; empty for ``data_dir/ledger.sqlite3``.
        keys: the ledger's keys, oldest to newest; empty for ``data_dir/ledger.key``.
        make: whether a key file is made where there is none.
        answer: seconds to wait for one answer of a server; a press is not kept waiting for long.

    Raises:
        SettingsError: the address or a key is wrong, or the key file cannot be made or read.
    """
    place = url or URL.create("sqlite", database=str(data_dir / FILE))
    return SqlLedger(Database(place, answer=answer), Seal(load_ledger_keys(data_dir, keys, make=make)))


class SqlLedger:
    """Appends records to a chain of this process' own, so that no writer waits for another's.

    Presses that arrive while a commit is under way share the next one (group commit): a rush of visitors is
    not a disk flush each. After any failure the chain is left as it is and a new one begins: what became of
    the failed transaction need not be known.

    Args:
        database: where the records go.
        seal: makes their seals.
        waiting: records that may wait at once; the next is refused at once.
        patience: seconds that a record may wait before it is refused.
    """

    def __init__(
        self,
        database: Database,
        seal: Seal,
        *,
        waiting: int = 4096,
        patience: float = 5.0,
        batch: int = BATCH,
    ) -> None:
        self.database = database
        self.seal = seal
        self._waiting = waiting
        self._patience = patience
        self._batch = batch
        self._queue: deque[Entry] = deque()
        self._task: asyncio.Task[None] | None = None
        self._chain: Chain | None = None
        self._texts: set[str] = set()
        self._closed = False

    async def prepare(self) -> None:
        """Bring the database's schema up to date, at start-up rather than at the first press.

        A lost key stops nothing, since new records are sealed with a new one; but somebody should know.

        Raises:
            LedgerError: it cannot be reached or written.
        """
        await self.database.prepare()
        for key in await self.missing_keys():
            log.error("the ledger's key %s is missing: what it seals cannot be verified", key)

    async def missing_keys(self) -> list[str]:
        """Name the keys, by fingerprint, that seal records here and were not given.

        Raises:
            LedgerError: the database cannot be read.
        """
        async with self.database.reading() as connection:
            used = await connection.scalars(select(chains.c.key).distinct())
            return sorted(key for key in used if not self.seal.knows(key))

    async def append(self, record: Record, text: bytes | None = None) -> None:
        """Record a press; returns only when the record is durable.

        A record that is refused for waiting too long may still be found in the ledger later: a proof of a
        press that had no effect, never a grant without its proof.

        Args:
            record: what happened.
            text: the notice's full text, whose SHA-256 is the record's notice; for every grant (LAW LED-4).

        Raises:
            LedgerError: it could not be recorded in time, or is not fit to be kept.
        """
        content = content_of(record, self.seal)
        self._check_text(record, text)
        if self._closed or len(self._queue) >= self._waiting:
            raise LedgerError("The ledger takes no more records at this moment.")
        entry = Entry(content, text)
        self._queue.append(entry)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        try:
            async with asyncio.timeout(self._patience):
                await entry.done
        except TimeoutError:
            raise LedgerError("The ledger did not answer in time.") from None

    async def close(self) -> None:
        """Write what waits, then let go of the database; every later record is refused."""
        self._closed = True
        if self._task is not None:
            await self._task
        await self.database.close()

    @staticmethod
    def _check_text(record: Record, text: bytes | None) -> None:
        if text is None and record.event == "grant":
            raise LedgerError("A grant is recorded with the text of its notice.")
        if text is not None and hashlib.sha256(text).hexdigest() != record.notice:
            raise LedgerError("A notice's text is not the one that its hash names.")

    async def _write(self) -> None:
        """Commit what waits, batch by batch; runs apart from the requests, which may be cancelled."""
        while self._queue:
            entries = self._take()
            try:
                await self._commit(entries)
            except LedgerError as error:
                log.warning("%d records could not be written: %s", len(entries), error)
                self._chain = None
                self._texts.clear()
                for entry in entries:
                    if not entry.done.done():
                        entry.done.set_exception(LedgerError(str(error)))
            else:
                for entry in entries:
                    if not entry.done.done():
                        entry.done.set_result(None)

    def _take(self) -> list[Entry]:
        """The next batch, without those whose caller has gone."""
        taken: list[Entry] = []
        while self._queue and len(taken) < self._batch:
            entry = self._queue.popleft()
            if not entry.done.done():
                taken.append(entry)
        return taken

    async def _commit(self, entries: list[Entry]) -> None:
        if not entries:
            return
        texts = {entry.content["notice"]: entry.text for entry in entries if entry.text is not None}
        new = {hash_: text for hash_, text in texts.items() if hash_ not in self._texts}
        async with self.database.writing() as connection:
            start = self._chain or await self._begin(connection)
            rows, end = self._linked(start, entries)
            if new:
                await self._keep(connection, new)
            await connection.execute(insert(records), rows)
            await self._advance(connection, start, end)
        self._chain = end
        self._texts |= set(new)

    async def _begin(self, connection: AsyncConnection) -> Chain:
        """Register a new chain behind all others."""
        await self.database.lock(connection)
        last = (
            await connection.execute(
                select(chains.c.number, chains.c.mac).order_by(chains.c.number.desc()).limit(1)
            )
        ).one_or_none()
        number, prev = (last.number + 1, last.mac) if last else (1, "")
        id_, key = secrets.token_hex(16), self.seal.newest
        mac = self.seal.over(key, "chain", number, id_, key, SOFTWARE, prev)
        await connection.execute(
            insert(chains).values(number=number, id=id_, key=key, software=SOFTWARE, prev=prev, mac=mac)
        )
        head = self.seal.over(key, "head", id_, 0, mac)
        await connection.execute(insert(heads).values(chain=id_, seq=0, mac=mac, seal=head))
        return Chain(id_, key, 0, mac)

    def _linked(self, chain: Chain, entries: list[Entry]) -> tuple[list[Row], Chain]:
        rows: list[Row] = []
        mac = chain.mac
        for seq, entry in enumerate(entries, chain.seq + 1):
            rows.append(linked(entry.content, self.seal, chain.key, chain.id, seq, mac))
            mac = rows[-1]["mac"]
        return rows, Chain(chain.id, chain.key, rows[-1]["seq"], mac)

    async def _advance(self, connection: AsyncConnection, start: Chain, end: Chain) -> None:
        seal = self.seal.over(end.key, "head", end.id, end.seq, end.mac)
        step = {"id": end.id, "old": start.seq, "end": end.seq, "last": end.mac, "proof": seal}
        moved = await connection.execute(_ADVANCE, step)
        if moved.rowcount != 1:
            raise LedgerError("Somebody else has changed this process' chain.")

    async def _keep(self, connection: AsyncConnection, texts: dict[str, bytes]) -> None:
        values = [{"hash": hash_, "text": text} for hash_, text in sorted(texts.items())]
        dialect = postgresql if self.database.path is None else sqlite
        await connection.execute(dialect.insert(notices).on_conflict_do_nothing(), values)


_ADVANCE = (
    update(heads)
    .where(heads.c.chain == bindparam("id"), heads.c.seq == bindparam("old"))
    .values(seq=bindparam("end"), mac=bindparam("last"), seal=bindparam("proof"))
)
