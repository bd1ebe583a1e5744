"""How the ledger is doing, for `embedproxy check`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from embedproxy.consent.ledger import archive
from embedproxy.consent.ledger.choice import ledger_file
from embedproxy.consent.ledger.retention import cutoff
from embedproxy.consent.ledger.sql import SqlLedger
from embedproxy.errors import LedgerError, SettingsError
from embedproxy.operator.finding import Finding
from embedproxy.operator.options import run_with_ledger
from embedproxy.settings import Settings

KEY_HINT = "Put ledger.key back from your backup; it holds one key a line, the newest last."


def ledger_findings(settings: Settings, today: date) -> Iterator[Finding]:
    """Look at the ledger without making one.

    Args:
        settings: the effective settings.
        today: the date by which records are old.

    Raises:
        SettingsError: the ledger's address or a key is wrong.
    """
    if settings.ledger.off:
        hint = "Keep a ledger: leave out url in [ledger]."
        yield Finding("W040", "ledger.url", "No consent can be proven (GDPR Art. 7(1)).", hint)
        return
    path = ledger_file(settings)
    if path is not None and not path.exists():
        return  # the first start makes it
    try:
        oldest, missing = run_with_ledger(settings, _state)
    except LedgerError as error:
        hint = "Nothing is granted until it can be written again."
        yield Finding("W041", "ledger.url", str(error), hint)
        return
    except SettingsError as error:
        if error.code != "E013":
            raise
        yield Finding("W043", "ledger.keys", "The key that seals the ledger is lost.", KEY_HINT)
        return
    if missing:
        text = f"What these keys seal cannot be verified, since they are not here: {', '.join(missing)}."
        yield Finding("W043", "ledger.keys", text, KEY_HINT)
    now = datetime.combine(today, time(), UTC).timestamp()
    before = datetime.fromtimestamp(cutoff(now, settings.ledger.years), UTC).date()
    if oldest and oldest < before:
        text = f"There are records of {oldest}, which should have been removed (GDPR Art. 5(1)(e))."
        yield Finding("W042", "ledger.years", text, "Run: embedproxy ledger prune")


async def _state(kept: SqlLedger) -> tuple[date | None, list[str]]:
    days = await archive.stats(kept.database)
    return days[0].day if days else None, await kept.missing_keys()
