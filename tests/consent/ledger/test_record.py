"""The ledger of an operator who keeps none."""

from __future__ import annotations

import asyncio

from embedproxy.consent.ledger import Ledger, NoLedger, Record


def test_no_ledger_takes_every_record() -> None:
    """Without a ledger a press still works."""

    async def press(ledger: Ledger) -> None:
        await ledger.append(
            Record(1, "grant", "youtube", "once", "a", "0" * 64, "de", "load-button", "f" * 32)
        )
        await ledger.close()

    asyncio.run(press(NoLedger()))
