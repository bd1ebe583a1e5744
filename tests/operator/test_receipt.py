"""The receipts' commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embedproxy.consent.ledger.choice import full_seal
from embedproxy.consent.receipts import EXPORT, FILE_BYTES, Receipt, issue
from embedproxy.notices.notice import Notice
from embedproxy.settings import Settings
from tests.operator.conftest import LATELY, LONG_AGO, RECEIPT, Run


@pytest.fixture
def receipt(settings: Settings, notice: Notice, tmp_path: Path) -> Path:
    """A genuine receipt in a file."""
    file = tmp_path / "receipt.json"
    file.write_text(issued(settings, notice, LATELY), encoding="utf-8")
    return file


def issued(settings: Settings, notice: Notice, given: int) -> str:
    """A genuine receipt."""
    receipt = Receipt(
        RECEIPT, given, given + 86400, "Beispielverein", "youtube", "once", "youtube:x", "de", notice.hash,
        notice.text.decode(),
    )  # fmt: skip
    return issue(receipt, full_seal(settings))


@pytest.mark.parametrize(
    "change", [{"provider": "vimeo"}, {"given": "2020-01-01T00:00:00Z"}, {"signature": ""}, {"more": 1}]
)
def test_a_changed_receipt_is_refused(run: Run, receipt: Path, change: dict[str, object]) -> None:
    """One sentence, exit code 2."""
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | change))
    ran = run("receipt", "verify", str(receipt))
    assert (ran.code, ran.err.strip()) == (2, "embedproxy: The receipt was changed.")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000, b" " * (FILE_BYTES + 1)])
def test_another_file_is_no_receipt(run: Run, receipt: Path, content: bytes) -> None:
    """Whatever a visitor hands in."""
    file = receipt.with_name("x")
    file.write_bytes(content)
    ran = run("receipt", "verify", str(file))
    assert ran.code == 2
    assert "This is no receipt" in ran.err


def test_a_file_that_is_not_there_is_named(run: Run, receipt: Path) -> None:
    """A typo is not a forgery."""
    assert "cannot be read" in run("receipt", "verify", "/nonexistent/receipt.json").err


@pytest.mark.parametrize("receipts", [None, [], 5, "x", {}])
def test_an_export_without_receipts_proves_nothing(run: Run, receipt: Path, receipts: object) -> None:
    """Silence would look like a proof."""
    receipt.write_text(json.dumps({"schema": EXPORT, "receipts": receipts}))
    ran = run("receipt", "verify", str(receipt))
    assert (ran.code, ran.err.strip()) == (2, "embedproxy: The export holds no receipts.")


def test_a_receipt_is_not_checked_with_a_key_made_for_it(run: Run, receipt: Path, settings: Settings) -> None:
    """In the wrong folder there is no key: it says so, and makes none."""
    (settings.data_dir / "ledger.key").unlink()
    ran = run("receipt", "verify", str(receipt))
    assert ran.code == 2
    assert "there is no key file" in ran.err
    assert not (settings.data_dir / "ledger.key").exists()


def test_a_receipt_that_has_run_out_is_said_to_have(
    run: Run, receipt: Path, settings: Settings, notice: Notice
) -> None:
    """It still proves that the grant was given."""
    receipt.write_text(issued(settings, notice, LONG_AGO))
    assert "2017-07-15T02:40:00Z (run out)" in run("receipt", "verify", str(receipt)).out


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
