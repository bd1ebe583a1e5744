"""The ledger that the operator chose in the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embedproxy.consent.keys import load_ledger_keys
from embedproxy.consent.ledger.record import Ledger, NoLedger
from embedproxy.consent.ledger.seal import Seal
from embedproxy.errors import LedgerError, SettingsError
from embedproxy.settings import Settings

if TYPE_CHECKING:
    from embedproxy.consent.ledger.sql import SqlLedger


def chosen_ledger(settings: Settings) -> Ledger:
    """Put the ledger together; nothing is opened before its first use.

    Raises:
        SettingsError: its address or a key is wrong, or the key file cannot be made or read.
    """
    return NoLedger() if settings.ledger.off else kept_ledger(settings)


def kept_ledger(settings: Settings, *, make: bool = True, answer: float | None = None) -> SqlLedger:
    """Put together the ledger of an operator who keeps one.

    Args:
        settings: the operator's.
        make: False for whoever only looks into it. A check of an empty ledger that it has just made in the
            wrong folder would call everything well.
        answer: seconds to wait for one answer of a server; as for a press where it is left out.

    Raises:
        SettingsError: none is kept; or as ``chosen_ledger``.
        LedgerError: there is none yet, and none is to be made.
    """
    if settings.ledger.off:
        raise SettingsError(
            "ledger.url: no ledger is kept.", code="E022", key="ledger.url", hint='It is set to "off".'
        )
    from embedproxy.consent.ledger.sql import open_ledger  # a third of a second, for those who need it

    file = ledger_file(settings)
    if not make and file is not None and not file.exists():
        raise LedgerError(f"{file}: there is no ledger. Name the server's folder with --data-dir.")
    url = settings.ledger.url.get_secret_value()
    return open_ledger(settings.data_dir, url=url, keys=_given(settings), make=make, answer=answer)


def ledger_file(settings: Settings) -> Path | None:
    """Where the ledger's SQLite file is or will be; None where a server keeps it.

    Raises:
        SettingsError: the ledger's address is wrong.
    """
    from embedproxy.consent.ledger.database import FILE, Database

    url = settings.ledger.url.get_secret_value()
    return Database(url).path if url else settings.data_dir / FILE


def chosen_seal(settings: Settings) -> Seal | None:
    """The seal of the ledger, which signs receipts too; None where no ledger is kept, or no receipts.

    Raises:
        SettingsError: a key is wrong, or the key file cannot be made or read.
    """
    if settings.ledger.off or not settings.ledger.receipts:
        return None
    return full_seal(settings)


def full_seal(settings: Settings, *, make: bool = True) -> Seal:
    """The seal with every key of the ledger, for checking what it once signed.

    Args:
        settings: the operator's.
        make: whether a key file is made where there is none.

    Raises:
        SettingsError: a key is wrong, or the key file is missing or cannot be made or read.
    """
    return Seal(load_ledger_keys(settings.data_dir, _given(settings), make=make))


async def kept_text(ledger: Ledger, hash_: str) -> bytes | None:
    """A notice's text as a record refers to it, byte for byte (LAW LED-4).

    Args:
        ledger: any.
        hash_: 64 hex digits.

    Returns:
        None where the ledger keeps no such text, or keeps nothing.

    Raises:
        LedgerError: it cannot be read.
    """
    if isinstance(ledger, NoLedger):
        return None
    from embedproxy.consent.ledger import archive, sql

    return await archive.notice(ledger.database, hash_) if isinstance(ledger, sql.SqlLedger) else None


def _given(settings: Settings) -> tuple[str, ...]:
    return tuple(key.get_secret_value() for key in settings.ledger.keys)
