"""The receipts' commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embedproxy.consent.ledger.choice import full_seal
from embedproxy.consent.receipts import EXPORT, Receipt, issue
from embedproxy.notices.notice import Notice
from embedproxy.settings import Settings
from tests.operator.conftest import LATELY, RECEIPT, Run


@pytest.fixture
def receipt(settings: Settings, notice: Notice, tmp_path: Path) -> Path:
    """A genuine receipt in a file."""
    given = Receipt(
        RECEIPT, LATELY, LATELY + 86400, "Beispielverein", "youtube", "once", "youtube:x", "de", notice.hash,
        notice.text.decode(),
    )  # fmt: skip
    file = tmp_path / "receipt.json"
    file.write_text(issue(given, full_seal(settings)), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "change", [{"provider": "vimeo"}, {"given": "2020-01-01T00:00:00Z"}, {"signature": ""}, {"more": 1}]
)
def test_a_changed_receipt_is_refused(run: Run, receipt: Path, change: dict[str, object]) -> None:
    """One sentence, exit code 2."""
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | change))
    ran = run("receipt", "verify", str(receipt))
    assert (ran.code, ran.err.strip()) == (2, "embedproxy: The receipt was changed.")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000])
def test_another_file_is_no_receipt(run: Run, tmp_path: Path, content: bytes) -> None:
    """Whatever a visitor hands in."""
    file = tmp_path / "x"
    file.write_bytes(content)
    ran = run("receipt", "verify", str(file))
    assert ran.code == 2
    assert "This is no receipt" in ran.err


def test_a_file_that_is_not_there_is_named(run: Run) -> None:
    """A typo is not a forgery."""
    assert "cannot be read" in run("receipt", "verify", "/nonexistent/receipt.json").err


def test_a_genuine_receipt_is_shown(run: Run, receipt: Path) -> None:
    """With everything that it proves; no ledger is opened for it."""
    ran = run("receipt", "verify", str(receipt))
    assert ran.code == 0
    assert all(part in ran.out for part in ("The receipt is genuine.", RECEIPT, "youtube:x", "2026-09-2"))


def test_every_receipt_of_an_export_is_checked(run: Run, receipt: Path) -> None:
    """One forged among genuine ones is found."""
    genuine = json.loads(receipt.read_text())
    receipt.write_text(json.dumps({"schema": EXPORT, "receipts": [genuine, genuine | {"extent": "always"}]}))
    ran = run("receipt", "verify", str(receipt))
    assert ran.code == 2
    assert ran.out.count("The receipt is genuine.") == 1
