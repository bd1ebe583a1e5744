"""The notices' commands: what a visitor was told, byte for byte."""

from __future__ import annotations

import re
import sys
from typing import Annotated

import typer

from embedproxy.configuration import load_settings
from embedproxy.consent.ledger import archive
from embedproxy.consent.ledger.choice import ledger_file
from embedproxy.consent.ledger.sql import SqlLedger
from embedproxy.errors import NoticeError
from embedproxy.notices.notice import load_notices
from embedproxy.operator.options import Config, DataDir, run_with_ledger
from embedproxy.providers.loader import load_providers
from embedproxy.settings import Settings

_HASH = re.compile(r"[0-9a-f]{16}(?:[0-9a-f]{48})?")
notice = typer.Typer(name="notice", no_args_is_help=True, help="Look into the notices.")


@notice.callback()
def _group() -> None:
    """Keep ``show`` a command of its own while it is the only one."""


@notice.command()
def show(
    hash_: Annotated[str, typer.Argument(metavar="HASH", help="64 hex digits, or the first 16.")],
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Print the full text of a notice, from the ledger, else from today's: its SHA-256 is its hash."""
    settings = load_settings(config, data_dir=data_dir)
    if not _HASH.fullmatch(hash_):
        raise NoticeError(f"{hash_}: a notice's hash has 64 hex digits; its first 16 are enough.")
    text = (_recorded(settings, hash_) if _is_kept(settings) else None) or _current(settings, hash_)
    if text is None:
        raise NoticeError(f"{hash_}: no record refers to such a notice, and none of today's is it.")
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def _is_kept(settings: Settings) -> bool:
    if settings.ledger.off:
        return False
    file = ledger_file(settings)
    return file is None or file.exists()


def _recorded(settings: Settings, hash_: str) -> bytes | None:
    async def work(kept: SqlLedger) -> bytes | None:
        return await archive.notice(kept.database, hash_)

    return run_with_ledger(settings, work)


def _current(settings: Settings, hash_: str) -> bytes | None:
    registry = load_providers(*([settings.providers_dir] if settings.providers_dir else []))
    notices = load_notices(settings, registry.providers)
    found = (notices.find(provider_id, hash_) for provider_id in registry.providers)
    return next((one.text for one in found if one), None)
