"""The notices' commands."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from embedproxy.notices.notice import Notice
from embedproxy.providers.loader import CATALOGUE, registry_of
from tests.operator.conftest import Run


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand providers have some thirty notices each: looking through all of them takes a while."""
    few = registry_of(CATALOGUE / "youtube.toml", CATALOGUE / "vimeo.toml")
    monkeypatch.setattr("embedproxy.operator.notice.load_providers", lambda *folders: few)


@pytest.mark.parametrize("hash_", ["x", "", "../../etc/passwd", "0" * 17])
def test_what_is_no_hash_is_refused(run: Run, hash_: str) -> None:
    """Before anything is looked through."""
    ran = run("notice", "show", hash_)
    assert ran.code == 2
    assert "64 hex digits" in ran.err


@pytest.mark.parametrize("hash_", ["0" * 64, "0" * 16])
def test_an_unknown_hash_is_said_to_be_unknown(run: Run, pressed: Notice, hash_: str) -> None:
    """One sentence and exit code 2."""
    ran = run("notice", "show", hash_)
    assert ran.code == 2
    assert "no record refers to such a notice" in ran.err


@pytest.mark.req("LED-4")
def test_an_old_notice_is_shown_byte_for_byte_after_the_texts_have_changed(
    run: Run, pressed: Notice, config: Path
) -> None:
    """The operator's name is part of every notice: none of today's has this hash any more."""
    config.write_text(config.read_text().replace("Beispielverein", "Jemand anders"))
    shown = run("notice", "show", pressed.hash).out.encode()
    assert shown == pressed.text
    assert hashlib.sha256(shown).hexdigest() == pressed.hash


def test_a_notice_is_found_by_the_digits_that_a_grant_holds(run: Run, pressed: Notice) -> None:
    """Sixteen are enough."""
    assert run("notice", "show", pressed.hash[:16]).out.encode() == pressed.text


@pytest.mark.parametrize("line", ["", 'ledger = "off"\n'])
def test_todays_notice_is_found_without_any_record(run: Run, notice: Notice, config: Path, line: str) -> None:
    """Also where no ledger is kept."""
    config.write_text(line + config.read_text())
    assert run("notice", "show", notice.hash).out.encode() == notice.text
