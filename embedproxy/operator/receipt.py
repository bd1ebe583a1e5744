"""The receipts' commands: what a visitor hands in, checked without any database."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from embedproxy.configuration import load_settings
from embedproxy.consent import receipts
from embedproxy.consent.ledger.choice import full_seal
from embedproxy.errors import LedgerError
from embedproxy.operator.options import Config, DataDir, out

receipt = typer.Typer(name="receipt", no_args_is_help=True, help="Check the receipts that visitors show.")


@receipt.callback()
def _group() -> None:
    """Keep ``verify`` a command of its own while it is the only one."""


@receipt.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A receipt, or an export that holds several.")],
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Check that a receipt was signed here and is unchanged. Exit code 0: it is, 2: it is not.

    Whether its grant was withdrawn later the ledger tells: embedproxy ledger export --receipt NUMBER.
    """
    seal = full_seal(load_settings(config, data_dir=data_dir), make=False)
    for found in receipts.verify_all(_read(file), seal):
        _print(found, time.time())


def _read(file: Path) -> bytes:
    """A file that somebody handed in, which may be of any size."""
    try:
        with file.open("rb") as opened:
            content = opened.read(receipts.FILE_BYTES + 1)
    except OSError as error:
        raise LedgerError(f"{file}: cannot be read: {error.strerror}.") from None
    if len(content) > receipts.FILE_BYTES:
        raise LedgerError(f"{file}: This is no receipt: it is too large.")
    return content


def _print(found: receipts.Receipt, now: float) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    shown = {
        "receipt": found.id,
        "given": receipts.instant(found.given),
        "until": receipts.instant(found.expires) + (" (run out)" if found.expires <= now else ""),
        "controller": found.controller,
        "provider": found.provider,
        "extent": found.extent,
        "embed": found.embed,
        "language": found.language,
        "notice": found.notice,
    }
    for name, value in shown.items():
        table.add_row(name, escape(value or "-"))
    out.print("The receipt is genuine.", style="green")
    out.print(table)
