"""The receipts' commands: what a visitor hands in, checked without any database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from embedproxy.consent import receipts
from embedproxy.consent.ledger.choice import full_seal
from embedproxy.errors import LedgerError
from embedproxy.operator.options import Config, DataDir, out
from embedproxy.settings import load_settings

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
    """Check that a receipt was signed here and is unchanged. Exit code 0: it is, 2: it is not."""
    seal = full_seal(load_settings(config, data_dir=data_dir))
    for text in _documents(file):
        _print(receipts.verify(text, seal))


def _documents(file: Path) -> Iterator[str | bytes]:
    """The receipts in a file: the whole of it, or those that the settings page exports together."""
    try:
        whole = file.read_bytes()
    except OSError as error:
        raise LedgerError(f"{file}: cannot be read: {error.strerror}.") from None
    try:
        document = json.loads(whole)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and document.get("schema") == receipts.EXPORT:
        yield from (json.dumps(one) for one in document.get("receipts") or ())
    else:
        yield whole


def _print(found: receipts.Receipt) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    shown = {
        "receipt": found.id,
        "given": receipts.instant(found.given),
        "until": receipts.instant(found.expires),
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
