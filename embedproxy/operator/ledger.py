"""The ledger's commands: what the operator can do with the proof of grants."""

from __future__ import annotations

import json
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.markup import escape
from rich.table import Table

from embedproxy.configuration import load_settings
from embedproxy.consent.ledger import archive, retention, verification
from embedproxy.consent.ledger.sql import SqlLedger
from embedproxy.errors import LedgerError
from embedproxy.operator.options import Config, DataDir, bar, out, run_with_ledger

ledger = typer.Typer(
    name="ledger", no_args_is_help=True, help="Look into the proof of what visitors allowed."
)


class Form(StrEnum):
    """How records are written down."""

    JSON = "json"
    CSV = "csv"


@ledger.command()
def upgrade(config: Config = None, data_dir: DataDir = None) -> None:
    """Bring the ledger's tables up to date; the server does so too when it starts."""

    async def work(kept: SqlLedger) -> None:
        pass  # opening it is all

    run_with_ledger(load_settings(config, data_dir=data_dir), work, make=True)
    out.print("The ledger is up to date.")


@ledger.command()
def verify(
    note: Annotated[
        Path | None,
        typer.Option(help="File, kept elsewhere, that notes where each chain ends: checked, then renewed."),
    ] = None,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Check that every record is as it was written. Exit code 0: it is, 1: the first flaw of each chain.

    An earlier state of the ledger that was put back, such as an old backup, shows only against --note.
    """
    noted = _noted(note)

    async def work(kept: SqlLedger) -> verification.Verdict:
        with bar() as progress:
            task = progress.add_task("Verifying", total=await verification.count(kept.database))
            return await verification.verify(
                kept.database,
                kept.seal,
                noted=noted,
                progress=lambda read: progress.advance(task, read),
            )

    verdict = run_with_ledger(load_settings(config, data_dir=data_dir), work)
    for flaw in verdict.flaws:
        place = f"chain {flaw.chain}, record {flaw.seq}: " if flaw.chain else ""
        out.print(escape(f"{place}{flaw.reason}"), style="red")
    if verdict.flaws:
        raise typer.Exit(1)
    if note:
        try:
            _note(note, verdict.heads)
        except OSError as error:
            raise LedgerError(f"{note}: cannot be written: {error.strerror}.") from None
    out.print(f"{verdict.records} records in {len(verdict.heads)} chains are as they were written.")


@ledger.command()
def export(
    form: Annotated[Form, typer.Option("--format", help="JSON has one record a line.")] = Form.JSON,
    receipt: Annotated[str | None, typer.Option(help="Only what this receipt stands for.")] = None,
    output: Annotated[Path | None, typer.Option(help="File; the screen where it is left out.")] = None,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Write down every record, for an authority or for the visitor who shows a receipt."""

    async def work(kept: SqlLedger) -> int:
        lines = archive.json_lines if form is Form.JSON else archive.csv_lines
        total = None if receipt else await verification.count(kept.database)
        written = 0
        with _opened(output) as file, bar() as progress:
            task = progress.add_task("Exporting", total=total)
            async for line in lines(kept.database, receipt=receipt):
                file.write(line)
                written += 1
                progress.advance(task)
        return written - (form is Form.CSV)

    found = run_with_ledger(load_settings(config, data_dir=data_dir), work)
    if receipt and not found:
        raise LedgerError("The ledger holds no record of this receipt.")


@ledger.command()
def prune(
    years: Annotated[
        int | None, typer.Option(min=0, help="Full years to keep; the setting where it is left out.")
    ] = None,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Remove the records that are older than the retention; what stays still verifies."""
    settings = load_settings(config, data_dir=data_dir)
    before = retention.cutoff(time.time(), settings.ledger.years if years is None else years)

    async def work(kept: SqlLedger) -> int:
        with bar() as progress:
            task = progress.add_task("Removing", total=None)
            return await retention.prune(
                kept.database,
                kept.seal,
                before=before,
                progress=lambda removed: progress.advance(task, removed),
            )

    removed = run_with_ledger(settings, work)
    out.print(f"{removed} records of before {archive.instant(before)} were removed.")


@ledger.command()
def erase(
    receipt: Annotated[str, typer.Argument(help="Number of the receipt, 32 hex digits.")],
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Erase what one receipt stands for.

    You may also keep it for as long as you may have to prove the consent (GDPR Art. 17(3)(b), (e)): that is
    for you to decide.
    """

    async def work(kept: SqlLedger) -> int:
        return await retention.erase(kept.database, kept.seal, receipt)

    erased = run_with_ledger(load_settings(config, data_dir=data_dir), work) if receipt else 0
    if not erased:
        raise LedgerError("The ledger holds no record of this receipt.")
    out.print(f"{erased} records were erased.")


@ledger.command()
def stats(config: Config = None, data_dir: DataDir = None) -> None:
    """Show how often each provider was granted and taken back on each day, without persons."""

    async def work(kept: SqlLedger) -> list[archive.Daily]:
        return await archive.stats(kept.database)

    days = run_with_ledger(load_settings(config, data_dir=data_dir), work)
    table = Table("day", "provider", "grants", "withdrawals", box=None, pad_edge=False)
    for daily in days:
        table.add_row(str(daily.day), escape(daily.provider), str(daily.grants), str(daily.withdrawals))
    out.print(table if days else "The ledger is empty.")


def _opened(output: Path | None) -> AbstractContextManager[TextIO]:
    """A file that others cannot read, or the screen, which stays open."""
    if output is None:
        return nullcontext(sys.stdout)
    output.touch(mode=0o600)
    return output.open("w", encoding="utf-8", newline="")


def _noted(note: Path | None) -> list[verification.Head]:
    if note is None or not note.exists():
        return []
    try:
        heads = json.loads(note.read_text(encoding="utf-8"))
        return [verification.Head(head["chain"], int(head["seq"]), head["mac"]) for head in heads]
    except (OSError, ValueError, TypeError, KeyError):
        raise LedgerError(f"{note}: this is no note of the ledger's ends.") from None


def _note(note: Path, heads: tuple[verification.Head, ...]) -> None:
    lines = [{"chain": head.chain, "seq": head.seq, "mac": head.mac} for head in heads]
    draft = note.with_name(f".{note.name}.new")  # a full disk must not cost the old note
    draft.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    draft.replace(note)
