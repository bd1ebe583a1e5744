"""The command that shows what strict mode would stop, as visitors' browsers have told."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from embedproxy.configuration import load_settings
from embedproxy.errors import EmbedProxyError
from embedproxy.operator.options import Config, DataDir, out
from embedproxy.settings import Settings
from embedproxy.web.tally import Stopped, Tally


def report(
    config: Config = None,
    data_dir: DataDir = None,
    clear: Annotated[bool, typer.Option("--clear", help="Begin anew after showing it.")] = False,
) -> None:
    """Show which hosts `strict = true` would stop, from a run with `strict = "report"`."""
    settings = load_settings(config, data_dir=data_dir)
    tally = Tally(settings.data_dir)
    try:
        counts = tally.counts()
        if clear:
            tally.clear()
    except (sqlite3.Error, OSError) as error:
        raise EmbedProxyError(f"{settings.data_dir}: the counts cannot be read: {error}") from None
    _print(counts, settings)


def _print(counts: list[Stopped], settings: Settings) -> None:
    if not counts:
        hint = "" if settings.strict == "report" else ' Set strict = "report" and wait for visitors.'
        out.print(f"No report has come yet.{hint}", markup=False)
        return
    table = Table("host", "directive", "reports", box=None, pad_edge=False)
    for stopped in counts:
        table.add_row(escape(stopped.host), stopped.directive, str(stopped.number))
    out.print(table)
    out.print(
        "List in first_party what your pages need. A host with few reports may be a visitor's extension."
    )
