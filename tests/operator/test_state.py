"""What `embedproxy check` says of the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from embedproxy.notices.notice import Notice
from embedproxy.operator.state import ledger_findings
from embedproxy.settings import Settings

TODAY = date(2026, 11, 23)


def codes(settings: Settings, **changes: object) -> list[str]:
    """The codes of everything that is found."""
    changed = Settings.model_validate({**settings.model_dump(), **changes})
    return [finding.code for finding in ledger_findings(changed, TODAY)]


def test_a_ledger_that_cannot_be_opened_is_reported(settings: Settings) -> None:
    """Before the first visitor finds out."""
    (settings.data_dir / "ledger.sqlite3").mkdir(parents=True)
    assert codes(settings) == ["W041"]


def test_an_operator_without_a_ledger_is_told_what_that_means(settings: Settings) -> None:
    """He has the burden of proof."""
    assert codes(settings, ledger={"url": "off"}) == ["W040"]


@pytest.mark.req("LED-2")
def test_records_past_their_time_are_reported(settings: Settings, pressed: Notice) -> None:
    """Until somebody prunes them."""
    assert codes(settings) == ["W042"]
    assert codes(settings, ledger={"years": 30}) == []


def test_a_ledger_that_was_never_used_is_not_made(settings: Settings) -> None:
    """Looking changes nothing."""
    assert codes(settings) == []
    assert not (settings.data_dir / "ledger.sqlite3").exists()
