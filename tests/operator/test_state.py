"""What `embedproxy check` says of the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from embedproxy.consent.ledger.choice import full_seal
from embedproxy.consent.ledger.seal import Seal
from embedproxy.errors import SettingsError
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
    full_seal(settings)
    (settings.data_dir / "ledger.sqlite3").mkdir()
    assert codes(settings) == ["W041"]


def test_an_operator_without_a_ledger_is_told_what_that_means(settings: Settings) -> None:
    """He has the burden of proof."""
    assert codes(settings, ledger={"url": "off"}) == ["W040"]


@pytest.mark.req("LED-2")
def test_records_past_their_time_are_reported(settings: Settings, pressed: Notice) -> None:
    """Until somebody prunes them."""
    assert codes(settings) == ["W042"]
    assert codes(settings, ledger={"years": 30}) == []


def test_a_lost_key_is_reported_and_not_replaced(settings: Settings, pressed: Notice) -> None:
    """Without it nothing that was recorded can be verified; a new file would hide that."""
    key = settings.data_dir / "ledger.key"
    key.unlink()
    assert codes(settings, ledger={"years": 30}) == ["W043"]
    assert not key.exists()


def test_a_key_that_is_missing_among_others_is_named(settings: Settings, pressed: Notice) -> None:
    """Somebody made a new one instead of putting the old one back."""
    key = settings.data_dir / "ledger.key"
    lost = Seal([key.read_text().strip()]).newest
    key.write_text("another key of the ledger's, long enough")
    changed = Settings.model_validate({**settings.model_dump(), "ledger": {"years": 30}})
    [finding] = ledger_findings(changed, TODAY)
    assert finding.code == "W043"
    assert lost in finding.text


def test_a_key_file_open_to_others_stops_the_check(settings: Settings, pressed: Notice) -> None:
    """As it stops the start."""
    (settings.data_dir / "ledger.key").chmod(0o644)
    with pytest.raises(SettingsError, match="others may read"):
        codes(settings)


def test_a_ledger_that_was_never_used_is_not_made(settings: Settings) -> None:
    """Looking changes nothing."""
    assert codes(settings) == []
    assert not (settings.data_dir / "ledger.sqlite3").exists()
