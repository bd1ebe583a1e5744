"""The ledger's commands."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest

from embedproxy.consent.ledger.choice import full_seal
from embedproxy.notices.notice import Notice
from embedproxy.settings import Settings
from tests.operator.conftest import OTHER_RECEIPT, RECEIPT, Run


def spoil(settings: Settings, change: str) -> None:
    """Change the database behind the ledger's back."""
    with sqlite3.connect(settings.data_dir / "ledger.sqlite3") as connection:
        connection.execute(change)
    connection.close()


@pytest.mark.req("LED-6")
def test_a_changed_record_is_named(run: Run, pressed: Notice, settings: Settings) -> None:
    """Chain, number and reason; exit code 1."""
    spoil(settings, "UPDATE ledger_records SET provider = 'vimeo' WHERE seq = 2")
    ran = run("ledger", "verify")
    assert ran.code == 1
    assert "record 2: the record was changed" in ran.out


def test_a_note_kept_elsewhere_shows_an_old_backup(
    run: Run, pressed: Notice, settings: Settings, tmp_path: Path
) -> None:
    """The database alone cannot show that it was put back."""
    note = tmp_path / "ends.json"
    assert run("ledger", "verify", "--note", str(note)).code == 0
    for table in ("records", "chains", "heads"):
        spoil(settings, f"DELETE FROM ledger_{table}")
    assert run("ledger", "verify").code == 0
    ran = run("ledger", "verify", "--note", str(note))
    assert ran.code == 1
    assert "the chain was noted, and is gone" in " ".join(ran.out.split())  # a terminal breaks the line


@pytest.mark.parametrize("words", [("verify",), ("stats",), ("prune",), ("export",), ("erase", RECEIPT)])
def test_a_ledger_in_another_folder_is_not_made_to_be_looked_into(
    run: Run, settings: Settings, words: tuple[str, ...]
) -> None:
    """A check that finds an empty ledger of its own making would call everything well."""
    ran = run("ledger", *words)
    assert ran.code == 2
    assert "there is no ledger. Name the server's folder with --data-dir." in ran.err
    assert not settings.data_dir.exists()


def test_upgrading_makes_a_ledger_where_there_is_none(run: Run, settings: Settings) -> None:
    """As the first start would."""
    assert run("ledger", "upgrade").code == 0
    assert run("ledger", "verify").out.startswith("0 records in 0 chains")


def test_a_file_that_is_no_note_is_refused(run: Run, pressed: Notice, tmp_path: Path) -> None:
    """It might be somebody's only copy of something else."""
    file = tmp_path / "thesis.txt"
    file.write_text("Kapitel 1")
    ran = run("ledger", "verify", "--note", str(file))
    assert ran.code == 2
    assert file.read_text() == "Kapitel 1"


def test_a_note_that_cannot_be_written_is_said_to_be(run: Run, pressed: Notice, tmp_path: Path) -> None:
    """The operator would rely on it otherwise."""
    ran = run("ledger", "verify", "--note", str(tmp_path / "missing" / "ends.json"))
    assert ran.code == 2
    assert "ends.json: cannot be written" in ran.err


def test_an_unspoilt_ledger_verifies(run: Run, pressed: Notice) -> None:
    """And says how much was read."""
    ran = run("ledger", "verify")
    assert (ran.code, ran.out.strip()) == (0, "3 records in 1 chains are as they were written.")


@pytest.mark.req("LED-10")
def test_records_are_exported_as_json_lines(run: Run, pressed: Notice) -> None:
    """One record a line, ready for an authority."""
    records = [json.loads(line) for line in run("ledger", "export").out.splitlines()]
    assert [record["event"] for record in records] == ["grant", "grant", "withdraw"]
    assert records[0]["at"] == "2017-07-14T02:40:00Z"


@pytest.mark.req("LED-10")
def test_records_are_exported_as_csv_into_a_private_file(run: Run, pressed: Notice, tmp_path: Path) -> None:
    """A table for people, which only its owner can read."""
    file = tmp_path / "ledger.csv"
    assert run("ledger", "export", "--format", "csv", "--output", str(file)).code == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert [row["receipt"] for row in rows] == [OTHER_RECEIPT, RECEIPT, RECEIPT]
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.req("LED-10")
def test_one_receipt_is_exported_alone(run: Run, pressed: Notice) -> None:
    """What a visitor asks for is not mixed with what others did."""
    lines = run("ledger", "export", "--receipt", RECEIPT).out.splitlines()
    assert {json.loads(line)["receipt"] for line in lines} == {RECEIPT}


@pytest.mark.parametrize("words", [("export", "--receipt"), ("erase",)])
@pytest.mark.parametrize("receipt", ["0" * 32, "x", "%"])
def test_an_unknown_receipt_is_said_to_be_unknown(
    run: Run, pressed: Notice, words: tuple[str, ...], receipt: str
) -> None:
    """One sentence, exit code 2, nothing changed."""
    ran = run("ledger", *words, receipt)
    assert (ran.code, ran.err.strip()) == (2, "embedproxy: The ledger holds no record of this receipt.")
    assert len(run("ledger", "export").out.splitlines()) == 3


@pytest.mark.req("RGT-3")
def test_an_erased_receipt_is_gone_and_the_chain_still_verifies(
    run: Run, pressed: Notice, settings: Settings
) -> None:
    """Grant and withdrawal lose their content; nothing of the number stays in the file."""
    assert run("ledger", "erase", RECEIPT).out.strip() == "2 records were erased."
    assert run("ledger", "verify").code == 0
    assert RECEIPT not in run("ledger", "export").out
    assert RECEIPT.encode() not in (settings.data_dir / "ledger.sqlite3").read_bytes()


@pytest.mark.req("LED-2")
def test_old_records_are_removed_once(run: Run, pressed: Notice) -> None:
    """Three years by default; what stays verifies, and a second run finds nothing."""
    assert run("ledger", "prune").out.startswith("1 records of before ")
    assert run("ledger", "prune").out.startswith("0 records of before ")
    assert run("ledger", "verify").code == 0
    assert OTHER_RECEIPT not in run("ledger", "export").out


def test_a_longer_retention_keeps_old_records(run: Run, pressed: Notice, config: Path) -> None:
    """As the operator set it."""
    config.write_text(config.read_text() + "[ledger]\nyears = 30\n")
    assert run("ledger", "prune").out.startswith("0 records")


def test_figures_name_days_and_providers_only(run: Run, pressed: Notice) -> None:
    """How often, when, whose; no receipt and no person."""
    out = run("ledger", "stats").out
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["2017-07-14", "youtube", "1", "0"],
        ["2026-09-21", "youtube", "1", "1"],
    ]


def test_an_upgrade_makes_the_tables(run: Run, settings: Settings) -> None:
    """Also before the first press."""
    assert run("ledger", "upgrade").out.strip() == "The ledger is up to date."
    assert (settings.data_dir / "ledger.sqlite3").exists()


@pytest.mark.parametrize("command", ["upgrade", "verify", "export", "prune", "stats"])
def test_a_ledger_that_is_off_is_said_to_be_off(run: Run, config: Path, command: str) -> None:
    """Rather than an empty one being shown."""
    config.write_text('ledger = "off"\n' + config.read_text())
    ran = run("ledger", command)
    assert ran.code == 2
    assert 'ledger.url: no ledger is kept. It is set to "off".' in ran.err


@pytest.mark.parametrize("command", ["upgrade", "verify", "export", "prune", "stats"])
def test_a_ledger_that_cannot_be_opened_is_one_sentence(run: Run, settings: Settings, command: str) -> None:
    """No traceback for an operator."""
    full_seal(settings)
    (settings.data_dir / "ledger.sqlite3").mkdir()
    ran = run("ledger", command)
    assert ran.code == 2
    assert ran.err.startswith("embedproxy: The ledger's database failed:")
    assert "Traceback" not in ran.err
