"""An operator at the command line, with a ledger that holds a few presses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedproxy import cli
from embedproxy.consent.ledger import Record
from embedproxy.consent.ledger.choice import kept_ledger
from embedproxy.notices.notice import Notice, load_notices
from embedproxy.providers.loader import load_providers
from embedproxy.settings import Settings

RECEIPT, OTHER_RECEIPT = "ab" * 16, "cd" * 16
LONG_AGO, LATELY = 1_500_000_000, 1_790_000_000  # 2017 and 2026


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did.

    Attributes:
        code: exit code.
        out: what it printed.
        err: what it printed aside.
    """

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The operator's configuration file."""
    file = tmp_path / "embedproxy.toml"
    file.write_text(
        f'data_dir = "{tmp_path / "data"}"\n'
        '[operator]\nname = "Beispielverein"\nprivacy_url = "/datenschutz"\n',
        encoding="utf-8",
    )
    return file


@pytest.fixture
def run(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Run a command as from a shell."""
    monkeypatch.setenv("EMBEDPROXY_CONFIG", str(config))
    monkeypatch.setenv("COLUMNS", "200")

    def running(*words: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["embedproxy", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        code = left.value.code
        return Ran(code if isinstance(code, int) else 0 if code is None else 1, *capsys.readouterr())

    return running


@pytest.fixture
def notice(settings: Settings) -> Notice:
    """What stood at a video in German."""
    registry = load_providers()
    return load_notices(settings, registry.providers).notice(registry.providers["youtube"], "video", "de")


@pytest.fixture
def pressed(settings: Settings, notice: Notice) -> Notice:
    """A ledger with an old grant, a new one and its withdrawal; the notice they were given under."""

    async def fill() -> None:
        ledger = kept_ledger(settings)
        first = Record(
            LONG_AGO, "grant", "youtube", "always", "", notice.hash, "de", "load-button", OTHER_RECEIPT
        )
        second = Record(
            LATELY, "grant", "youtube", "once", "youtube:x", notice.hash, "de", "load-button", RECEIPT
        )
        third = Record(
            LATELY, "withdraw", "youtube", "once", "youtube:x", notice.hash[:16], "de", "settings", RECEIPT
        )
        for record in (first, second, third):
            await ledger.append(record, notice.text if record.event == "grant" else None)
        await ledger.close()

    asyncio.run(fill())
    return notice
