"""Whoever touches the ledger without its key is found out."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from embedproxy.consent.ledger.database import Database
from embedproxy.consent.ledger.seal import Seal
from embedproxy.consent.ledger.tables import records
from embedproxy.consent.ledger.verification import Head, Verdict, count, verify
from tests.consent.ledger.presses import KEY, NOTICE, OTHER_KEY, TEXT, fill, opened, record, run, verdict

pytestmark = pytest.mark.req("LED-6")

COPY = (
    "INSERT INTO ledger_records (chain, at, prev, mac, seq) "
    "SELECT chain, at, prev, mac, {to} FROM ledger_records WHERE seq = {source}"
)
SECOND = "(SELECT id FROM ledger_chains WHERE number = 2)"
REASON = {
    "UPDATE ledger_records SET at = at - 1 WHERE seq = 3": (3, "the record was changed"),
    "UPDATE ledger_records SET provider = 'vimeo' WHERE seq = 3": (3, "the record was changed"),
    "UPDATE ledger_records SET receipt = NULL WHERE seq = 3": (3, "the record was changed"),
    "UPDATE ledger_records SET mac = prev WHERE seq = 3": (3, "the record was changed"),
    "UPDATE ledger_records SET prev = mac WHERE seq = 3": (3, "does not follow"),
    "UPDATE ledger_records SET erased = mac WHERE seq = 3": (3, "erased by somebody else"),
    "DELETE FROM ledger_records WHERE seq = 1": (1, "the record was removed"),
    "DELETE FROM ledger_records WHERE seq = 3": (3, "the record was removed"),
    "DELETE FROM ledger_records WHERE seq = 5": (5, "the end of the chain was removed"),
    "DELETE FROM ledger_records WHERE seq > 2": (3, "the end of the chain was removed, up to record 5"),
    "DELETE FROM ledger_records": (1, "the end of the chain was removed"),
    "DELETE FROM ledger_heads": (5, "where the chain ends is missing"),
    "UPDATE ledger_heads SET seq = 4": (4, "where the chain ends was changed"),
    "UPDATE ledger_heads SET seal = mac": (5, "where the chain ends was changed"),
    "UPDATE ledger_chains SET software = 'embedproxy 9'": (0, "registration was changed"),
    "UPDATE ledger_chains SET number = 2": (0, "registered before it is missing"),
    "DELETE FROM ledger_chains": (0, "the chain is not registered"),
}


def five(url: str) -> Verdict:
    """Five presses in one chain, as they were written."""
    asyncio.run(fill(url, *(record(at=1000 + n) for n in range(5))))
    return asyncio.run(verdict(url))


@pytest.mark.parametrize("statement", REASON)
def test_the_first_bad_record_is_named(url: str, statement: str) -> None:
    """Changed, removed, cut off, erased without the key: with its number and the reason."""
    five(url)
    asyncio.run(run(url, statement))
    seq, reason = REASON[statement]
    flaw = asyncio.run(verdict(url)).flaws[0]
    assert (flaw.seq, reason in flaw.reason) == (seq, True), flaw


def test_records_that_changed_places_are_found(url: str) -> None:
    """The number stands under the seal."""
    five(url)
    asyncio.run(
        run(
            url,
            "UPDATE ledger_records SET seq = 99 WHERE seq = 2",
            "UPDATE ledger_records SET seq = 2 WHERE seq = 4",
            "UPDATE ledger_records SET seq = 4 WHERE seq = 99",
        )
    )
    [flaw] = asyncio.run(verdict(url)).flaws
    assert (flaw.seq, flaw.reason) == (2, "the record does not follow the one before it: moved or inserted")


def test_an_inserted_record_is_found(url: str) -> None:
    """A copy of a genuine record is not genuine in another place."""
    five(url)
    asyncio.run(
        run(
            url,
            "UPDATE ledger_records SET seq = seq + 100 WHERE seq >= 3",
            "UPDATE ledger_records SET seq = seq - 99 WHERE seq >= 100",
            COPY.format(to=3, source=1),
        )
    )
    [flaw] = asyncio.run(verdict(url)).flaws
    assert flaw.seq == 3
    assert "inserted" in flaw.reason


def test_a_record_behind_the_end_is_found(url: str) -> None:
    """An appended copy fits nothing."""
    five(url)
    asyncio.run(
        run(
            url,
            COPY.format(to=6, source=5),
        )
    )
    [flaw] = asyncio.run(verdict(url)).flaws
    assert flaw.seq == 6


def test_a_head_put_back_is_found(url: str) -> None:
    """A genuine but older end of the chain does not hide what came after it."""

    async def press() -> None:
        async with opened(url) as ledger:
            await ledger.append(record(), TEXT)
            [(seq, mac, seal)] = await run(url, "SELECT seq, mac, seal FROM ledger_heads")
            await ledger.append(record(), TEXT)
            await run(
                url,
                "UPDATE ledger_heads SET seq = :seq, mac = :mac, seal = :seal",
                seq=seq,
                mac=mac,
                seal=seal,
            )

    asyncio.run(press())
    [flaw] = asyncio.run(verdict(url)).flaws
    assert (flaw.seq, flaw.reason) == (2, "the record was added behind the end of the chain")


def test_a_chain_that_vanished_whole_is_found(url: str) -> None:
    """Each chain is registered behind the one before."""
    for _ in range(3):
        asyncio.run(fill(url, record()))
    asyncio.run(
        run(
            url,
            f"DELETE FROM ledger_records WHERE chain = {SECOND}",
            f"DELETE FROM ledger_heads WHERE chain = {SECOND}",
            "DELETE FROM ledger_chains WHERE number = 2",
        )
    )
    [flaw] = asyncio.run(verdict(url)).flaws
    assert flaw.reason == "a chain registered before it is missing (number 2)"


def test_a_flaw_in_one_chain_leaves_the_others_good(url: str) -> None:
    """Every chain is judged by itself."""
    for _ in range(3):
        asyncio.run(fill(url, record()))
    asyncio.run(
        run(
            url,
            f"UPDATE ledger_records SET lang = 'en' WHERE chain = {SECOND}",
        )
    )
    found = asyncio.run(verdict(url))
    assert len(found.flaws) == 1
    assert len(found.heads) == 2


def test_the_newest_chain_removed_whole_shows_against_a_note(url: str) -> None:
    """The database alone cannot tell; heads noted elsewhere can."""
    asyncio.run(fill(url, record()))
    asyncio.run(fill(url, record()))
    noted = asyncio.run(verdict(url)).heads
    asyncio.run(
        run(
            url,
            f"DELETE FROM ledger_records WHERE chain = {SECOND}",
            f"DELETE FROM ledger_heads WHERE chain = {SECOND}",
            "DELETE FROM ledger_chains WHERE number = 2",
        )
    )
    assert asyncio.run(verdict(url)).flaws == ()
    [flaw] = asyncio.run(verdict(url, noted=noted)).flaws
    assert flaw.reason == "the chain was noted, and is gone"


def test_an_old_backup_shows_against_a_note(sqlite_url: str, tmp_path: Path) -> None:
    """A whole earlier state is consistent in itself, but does not hold what was noted later."""

    async def press() -> tuple[Head, ...]:
        file = tmp_path / "data" / "ledger.sqlite3"
        async with opened(sqlite_url) as ledger:
            await ledger.append(record(), TEXT)
            await ledger.database.settle()
            shutil.copy(file, tmp_path / "backup")
            await ledger.append(record(), TEXT)
        noted = (await verdict(sqlite_url)).heads
        shutil.copy(tmp_path / "backup", file)
        return noted

    noted = asyncio.run(press())
    assert asyncio.run(verdict(sqlite_url)).flaws == ()
    [flaw] = asyncio.run(verdict(sqlite_url, noted=noted)).flaws
    assert (flaw.seq, flaw.reason) == (2, "the chain was noted up to record 2")


@pytest.mark.req("LED-6")
def test_a_chain_put_back_with_an_older_mark_of_its_end_shows_against_a_note(url: str) -> None:
    """The mark was genuine once, so the database alone cannot tell: this is what a note is for."""
    mark = "SELECT seq, mac, seal FROM ledger_heads"

    async def press() -> tuple[Head, ...]:
        async with opened(url) as ledger:
            await ledger.append(record(), TEXT)
            [(seq, mac, seal)] = await run(url, mark)
            await ledger.append(record(), TEXT)
            noted = (await verdict(url)).heads
        await run(url, f"DELETE FROM ledger_records WHERE seq > {seq}")
        await run(url, f"UPDATE ledger_heads SET seq = {seq}, mac = '{mac}', seal = '{seal}'")
        return noted

    noted = asyncio.run(press())
    assert asyncio.run(verdict(url)).flaws == ()
    [flaw] = asyncio.run(verdict(url, noted=noted)).flaws
    assert (flaw.seq, flaw.reason) == (2, "the chain was noted up to record 2")


def test_another_record_than_the_noted_one_shows(sqlite_url: str) -> None:
    """Even the holder of the key cannot rewrite what was noted elsewhere."""
    found = five(sqlite_url)
    noted = [Head(found.heads[0].chain, 4, "0" * 64)]
    [flaw] = asyncio.run(verdict(sqlite_url, noted=noted)).flaws
    assert (flaw.seq, flaw.reason) == (4, "the record is not the one that was noted")


def test_a_missing_key_is_named(sqlite_url: str) -> None:
    """Nothing verifies without its key, and the operator learns which one is missing."""
    five(sqlite_url)
    [flaw] = asyncio.run(verdict(sqlite_url, keys=[OTHER_KEY])).flaws
    assert flaw.reason == f"the key {Seal([KEY]).newest} that seals it was not given"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE ledger_notices SET text = :text", "was changed"),
        ("DELETE FROM ledger_notices", "is missing"),
    ],
)
def test_a_text_that_was_touched_is_found(url: str, statement: str, reason: str) -> None:
    """What the visitor was told is part of the proof."""
    five(url)
    values = {"text": b"other"} if ":text" in statement else {}
    asyncio.run(run(url, statement, **values))
    [flaw] = asyncio.run(verdict(url)).flaws
    assert flaw.reason == f"the text of notice {NOTICE} {reason}"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of three chains, to be copied and tampered with."""
    file = tmp_path_factory.mktemp("original") / "ledger.sqlite3"
    for size in (3, 1, 4):
        asyncio.run(fill(f"sqlite:///{file}", *(record(at=n) for n in range(size))))
    return file


cells = st.one_of(st.none(), st.integers(-(2**62), 2**62), st.text("0123456789abcdef", max_size=64))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.integers(0, 7),
    column=st.sampled_from([column.name for column in records.columns]),
    value=cells,
)
def test_any_changed_cell_is_found(
    original: Path, tmp_path: Path, place: int, column: str, value: object
) -> None:
    """Whatever column of whatever record gets whatever value: it is found, or nothing changed."""
    file = tmp_path / "copy.sqlite3"
    shutil.copy(original, file)

    async def tamper() -> tuple[bool, Verdict]:
        base = Database(f"sqlite:///{file}")
        try:
            async with base.writing() as connection:
                await connection.execute(text("PRAGMA ignore_check_constraints = 1"))
                row = (await connection.execute(select(records).offset(place).limit(1))).one()
                fits = value is not None or column not in ("chain", "seq", "prev", "mac")
                same = row._mapping[column] == value or not fits
                if not same:
                    change = text(
                        f"UPDATE OR IGNORE ledger_records SET {column} = :value WHERE chain = :c AND seq = :s"
                    )
                    done = await connection.execute(change, {"value": value, "c": row.chain, "s": row.seq})
                    same = done.rowcount == 0
            return same, await verify(base, Seal([KEY]))
        finally:
            await base.close()

    same, found = asyncio.run(tamper())
    assert bool(found.flaws) is not same


def test_an_untouched_ledger_has_no_flaw(url: str) -> None:
    """All presses of all chains are read, page by page."""
    asyncio.run(fill(url, *(record() for _ in range(3))))
    asyncio.run(fill(url, *(record() for _ in range(2))))
    pages: list[int] = []
    found = asyncio.run(verdict(url, progress=pages.append))
    assert found.flaws == ()
    assert found.records == 5 == sum(pages)
    assert asyncio.run(verdict(url, noted=found.heads)).flaws == ()


def test_a_chain_longer_than_a_page_is_read_to_its_end(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The border between two pages is no border of the chain."""
    monkeypatch.setattr("embedproxy.consent.ledger.verification.PAGE", 2)
    assert five(sqlite_url).records == 5


def test_an_empty_ledger_has_no_flaw(url: str) -> None:
    """The first day."""
    assert asyncio.run(verdict(url)) == Verdict(0, (), ())


def test_chains_of_an_older_key_still_verify(url: str) -> None:
    """A new key is added behind the old one."""
    asyncio.run(fill(url, record(), keys=[OTHER_KEY]))
    asyncio.run(fill(url, record(), keys=[OTHER_KEY, KEY]))
    assert asyncio.run(verdict(url, keys=[OTHER_KEY, KEY])).flaws == ()


def test_records_are_counted(url: str) -> None:
    """The length of a progress bar."""
    five(url)

    async def counted() -> int:
        base = Database(url)
        try:
            return await count(base)
        finally:
            await base.close()

    assert asyncio.run(counted()) == 5
