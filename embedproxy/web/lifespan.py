"""The ledger's share in the server's start and stop."""

from __future__ import annotations

import logging
from typing import Protocol, runtime_checkable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from embedproxy.consent.ledger import Ledger
from embedproxy.errors import LedgerError

log = logging.getLogger("embedproxy.ledger")

STOPPED = frozenset({"lifespan.shutdown.complete", "lifespan.shutdown.failed"})


@runtime_checkable
class Preparing(Protocol):
    """A ledger that can be made ready before the first press."""

    async def prepare(self) -> None:
        """Open the storage and bring it up to date; LedgerError where that fails."""
        ...


async def run_lifespan(app: ASGIApp, ledger: Ledger, scope: Scope, receive: Receive, send: Send) -> None:
    """Open the ledger before the site starts, and close it before the server hears that the site has stopped.

    An application that knows no lifespan raises here; the server goes on without, and so does the ledger,
    which opens by itself at the first press.

    Args:
        app: the site.
        ledger: where grants are recorded.
        scope: of type ``lifespan``.
        receive: gives the server's messages.
        send: takes the site's.
    """

    async def closing(message: Message) -> None:
        if message["type"] in STOPPED:
            await ledger.close()
        await send(message)

    await _open(ledger)
    await app(scope, receive, closing)


async def _open(ledger: Ledger) -> None:
    """A site whose ledger is away still shows its pages: presses are refused until it is back (LAW LED-5)."""
    if not isinstance(ledger, Preparing):
        return
    try:
        await ledger.prepare()
    except LedgerError as error:
        log.error("grants are refused until the ledger can be written: %s", error)
