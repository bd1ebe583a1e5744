"""What may become a row of the ledger."""

from __future__ import annotations

from typing import Any

import pytest

from embedproxy.consent.ledger.rows import CONTENT, content_of, linked, tombstone
from embedproxy.consent.ledger.seal import Seal
from embedproxy.errors import LedgerError
from tests.consent.ledger.presses import KEY, record

SEAL = Seal([KEY])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", -1),
        ("at", 1 << 60),
        ("event", "press"),
        ("provider", ""),
        ("provider", "x" * 301),
        ("provider", "you\x00tube"),
        ("provider", "host:\ud800"),
        ("provider", "host:a\nb"),
        ("extent", "ever"),
        ("notice", "0" * 63),
        ("notice", "G" * 64),
        ("notice", "0" * 64 + "\n"),
        ("version", "2026/11"),
        ("lang", ""),
        ("lang", "de_DE"),
        ("control", "203.0.113.77"),
        ("receipt", "f" * 31),
        ("receipt", "canary"),
    ],
)
def test_a_field_of_another_shape_is_refused(name: str, value: Any) -> None:
    """Nothing but what the law's list names fits in (LAW LED-3), and no commit fails for it."""
    with pytest.raises(LedgerError, match="not fit"):
        content_of(record(**{name: value}), SEAL)


def test_a_record_without_a_receipt_is_kept() -> None:
    """An operator may switch receipts off."""
    assert content_of(record(receipt=""), SEAL)["receipt"] == ""


def test_a_row_holds_the_fields_of_the_law_and_no_embed_in_clear() -> None:
    """The embed is a keyed hash from the first moment on."""
    content = content_of(record(), SEAL)
    assert tuple(content) == CONTENT
    assert "jNQXAC9IVRw" not in str(content)


def test_a_grant_for_always_has_no_embed() -> None:
    """Null, as LAW §3.2 says."""
    assert content_of(record(extent="always", embed=""), SEAL)["embed"] is None


def test_a_tombstone_keeps_nothing_of_the_content() -> None:
    """Every column of the content is emptied."""
    row = linked(content_of(record(), SEAL), SEAL, SEAL.newest, "c" * 32, 1, "")
    stone = tombstone(row, SEAL, SEAL.newest)
    assert {name: stone[name] for name in CONTENT} == dict.fromkeys(CONTENT)
