"""What the ledger gives back."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import date

import pytest

from embedproxy.consent.ledger.archive import COLUMNS, Daily, csv_lines, json_lines, notice, stats
from embedproxy.consent.ledger.retention import erase
from embedproxy.consent.ledger.seal import Seal
from tests.consent.ledger.presses import KEY, NOTICE, NOW, TEXT, database, fill, record

FIELDS = {
    *("chain", "seq", "at", "event", "provider", "extent", "embed", "notice", "notice_version", "locale"),
    *("control", "receipt", "software", "prev", "mac", "erased"),
}


async def collected(lines: AsyncIterator[str]) -> list[str]:
    """Every line of an export."""
    return [line async for line in lines]


def exported(url: str, receipt: str | None = None) -> list[dict[str, object]]:
    """The JSON export, read again."""

    async def read() -> list[str]:
        async with database(url) as base:
            return await collected(json_lines(base, receipt=receipt))

    return [json.loads(line) for line in asyncio.run(read())]


@pytest.mark.req("LED-3")
def test_an_export_has_exactly_the_fields_of_the_law(url: str) -> None:
    """Those of LAW §3.2, the chain, and whether it was erased; nothing else."""
    asyncio.run(fill(url, record(at=NOW, receipt="ab" * 16)))
    [line] = exported(url)
    assert set(line) == FIELDS == set(COLUMNS)
    assert line["at"] == "2026-11-18T11:06:40Z"
    assert line["notice"] == f"sha256:{NOTICE}"
    assert str(line["software"]).startswith("embedproxy ")
    assert (line["seq"], line["notice_version"], line["locale"]) == (1, "2026-11-01", "de")


def test_one_receipt_is_exported_alone(url: str) -> None:
    """For the visitor who asks."""
    asyncio.run(fill(url, record(), record(receipt="ab" * 16), record()))
    asyncio.run(fill(url, record(event="withdraw", receipt="ab" * 16)))
    assert [line["event"] for line in exported(url, "ab" * 16)] == ["grant", "withdraw"]


def test_an_erased_record_shows_its_place_only(url: str) -> None:
    """The export says that something was erased, and nothing of it."""
    asyncio.run(fill(url, record(receipt="ab" * 16)))

    async def bury() -> None:
        async with database(url) as base:
            await erase(base, Seal([KEY]), "ab" * 16)

    asyncio.run(bury())
    [line] = exported(url)
    assert {name for name, value in line.items() if value is not None} == {
        *("chain", "seq", "software", "prev", "mac", "erased")
    }


def test_a_long_chain_is_exported_page_by_page(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the ledger, and no record is left out or doubled."""
    monkeypatch.setattr("embedproxy.consent.ledger.archive.PAGE", 2)
    asyncio.run(fill(url, *(record() for _ in range(5))))
    assert [line["seq"] for line in exported(url)] == [1, 2, 3, 4, 5]


def test_the_csv_says_the_same(url: str) -> None:
    """One line of names, then the same values; null is an empty field."""
    asyncio.run(fill(url, record(provider='host:a,"b'), record(extent="always", embed="")))

    async def read() -> list[str]:
        async with database(url) as base:
            return await collected(csv_lines(base))

    rows = list(csv.DictReader(io.StringIO("".join(asyncio.run(read())))))
    expected = [
        {name: "" if value is None else str(value) for name, value in line.items()} for line in exported(url)
    ]
    assert rows == expected


@pytest.mark.parametrize("digits", ["", "f" * 64, NOTICE[:15], NOTICE.upper(), "%" * 16, "_" * 64])
def test_an_unknown_notice_is_none(url: str, digits: str) -> None:
    """Neither too few digits nor a pattern finds anything."""
    asyncio.run(fill(url, record()))
    assert asyncio.run(shown(url, digits)) is None


@pytest.mark.req("LED-4")
@pytest.mark.parametrize("digits", [NOTICE, NOTICE[:16]])
def test_a_notice_comes_back_byte_for_byte(url: str, digits: str) -> None:
    """By its whole hash, or by the digits that a grant holds."""
    asyncio.run(fill(url, record()))
    assert asyncio.run(shown(url, digits)) == TEXT


async def shown(url: str, digits: str) -> bytes | None:
    """A notice's text as the command gives it."""
    async with database(url) as base:
        return await notice(base, digits)


def test_figures_count_by_day_and_provider(url: str) -> None:
    """Grants and withdrawals, without persons; a day ends at midnight UTC."""
    midnight = NOW - NOW % 86400
    asyncio.run(
        fill(
            url,
            record(at=midnight - 1),
            record(at=midnight),
            record(at=midnight + 86399),
            record(at=midnight, event="withdraw"),
            record(at=midnight, provider="vimeo"),
            record(at=midnight, event="expire", provider="x"),
        )
    )

    async def figures() -> list[Daily]:
        async with database(url) as base:
            return await stats(base)

    day = date(2026, 11, 18)
    assert asyncio.run(figures()) == [
        Daily(date(2026, 11, 17), "youtube", 1, 0),
        Daily(day, "vimeo", 1, 0),
        Daily(day, "x", 0, 0),
        Daily(day, "youtube", 2, 1),
    ]
