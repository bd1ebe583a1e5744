"""What the commands share: their options, where they write, how they open the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from embedproxy.application import CONFIG
from embedproxy.consent.ledger.choice import kept_ledger
from embedproxy.consent.ledger.sql import SqlLedger
from embedproxy.settings import Settings

Result = TypeVar("Result")

ANSWER_SECONDS = 600  # a server counts the records of years for longer than a visitor may wait

Config = Annotated[Path | None, typer.Option(help="Configuration file (TOML).", envvar=CONFIG)]
DataDir = Annotated[Path | None, typer.Option(help="Folder for the secret key and the ledger.")]

out = Console(highlight=False)
aside = Console(highlight=False, stderr=True)  # so that what is piped on stays clean


@asynccontextmanager
async def opened(settings: Settings, *, make: bool = False) -> AsyncIterator[SqlLedger]:
    """Open the operator's ledger for one command.

    Raises:
        SettingsError: none is kept, or it is set up wrongly.
        LedgerError: it cannot be opened.
    """
    ledger = kept_ledger(settings, make=make, answer=ANSWER_SECONDS)
    try:
        await ledger.prepare()
        yield ledger
    finally:
        await ledger.close()


def run_with_ledger(
    settings: Settings, work: Callable[[SqlLedger], Awaitable[Result]], *, make: bool = False
) -> Result:
    """Do something with the ledger, from a command.

    Args:
        settings: the operator's.
        work: what to do.
        make: whether a ledger is made where there is none.

    Raises:
        SettingsError: none is kept, or it is set up wrongly.
        LedgerError: there is none, or it cannot be read or written.
    """

    async def working() -> Result:
        async with opened(settings, make=make) as ledger:
            return await work(ledger)

    return asyncio.run(working())


def bar() -> Progress:
    """A progress bar that is gone when the work is done; silent where nobody looks on."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=aside, transient=True, disable=not aside.is_terminal)
