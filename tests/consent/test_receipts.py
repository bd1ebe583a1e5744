"""Receipts: the visitor's own proof, checked without a database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.consent.ledger.seal import Seal
from embedproxy.consent.receipts import EXPORT, Receipt, issue, verify, verify_all
from embedproxy.errors import LedgerError

KEY, OTHER_KEY = "ledger-key-" * 3, "another-key" * 3
SEAL = Seal([KEY])
TEXT = "Mit dem Laden des Videos akzeptieren Sie die Datenschutzerklärung von YouTube."
RECEIPT = Receipt(
    id="ab" * 16,
    given=1_795_000_000,
    expires=1_795_086_400,
    controller="Beispielverein",
    provider="youtube",
    extent="once",
    embed="youtube:jNQXAC9IVRw",
    language="de",
    notice=hashlib.sha256(TEXT.encode()).hexdigest(),
    text=TEXT,
)
NAMES = [*(field.name for field in fields(Receipt)), "schema", "key", "signature"]


def written(**changes: Any) -> str:
    """A genuine receipt, changed afterwards."""
    return json.dumps(json.loads(issue(RECEIPT, SEAL)) | changes)


@given(st.one_of(st.text(), st.binary()))
def test_no_file_at_all_is_a_receipt(content: str | bytes) -> None:
    """Whatever somebody hands in: LedgerError and no other exception."""
    with pytest.raises(LedgerError, match="no receipt"):
        verify(content, SEAL)


@pytest.mark.parametrize("text", ["[]", "7", "null", "{}", '{"schema": "other/1"}', "[" * 100_000])
def test_another_document_is_no_receipt(text: str) -> None:
    """JSON alone does not make one."""
    with pytest.raises(LedgerError, match="no receipt"):
        verify(text, SEAL)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("schema", "key")])
@pytest.mark.parametrize("value", ["", "x", None, 7, [], {}])
def test_any_changed_field_is_found(name: str, value: object) -> None:
    """Every field stands under the signature."""
    with pytest.raises(LedgerError, match="changed"):
        verify(written(**{name: value}), SEAL)


@pytest.mark.parametrize("signature", ["ü", "\ud800", "0" * 63 + "٠"])
def test_a_signature_of_foreign_letters_is_a_changed_one(signature: str) -> None:
    """Nobody meets a traceback for half a character."""
    with pytest.raises(LedgerError, match="changed"):
        verify(written(signature=signature), SEAL)


@pytest.mark.parametrize("depth", range(200, 1000, 25))
def test_no_depth_of_nesting_gets_past(depth: int) -> None:
    """Some can be read and not written again, which the signature is computed over."""
    nested = json.dumps(json.loads(issue(RECEIPT, SEAL)) | {"text": 7})
    with pytest.raises(LedgerError):
        verify(nested.replace("7", "[" * depth + "]" * depth), SEAL)


def test_a_field_that_comes_twice_in_an_export_is_refused() -> None:
    """The copies inside it are no less exact than a receipt alone."""
    twice = issue(RECEIPT, SEAL).replace('"extent"', '"extent": "always", "extent"')
    with pytest.raises(LedgerError, match="JSON"):
        list(verify_all(f'{{"schema": "{EXPORT}", "receipts": [{twice}]}}', SEAL))


@pytest.mark.parametrize("one", [7, None, "x", [], {}, {"schema": EXPORT}])
def test_what_is_no_receipt_in_an_export_is_found(one: object) -> None:
    """Whatever stands between genuine ones."""
    genuine = json.loads(issue(RECEIPT, SEAL))
    found = verify_all(json.dumps({"schema": EXPORT, "receipts": [genuine, one]}), SEAL)
    assert next(found) == RECEIPT
    with pytest.raises(LedgerError, match="no receipt"):
        next(found)


@pytest.mark.parametrize("name", NAMES)
def test_any_removed_field_is_found(name: str) -> None:
    """A receipt with less in it is none."""
    document = json.loads(issue(RECEIPT, SEAL))
    del document[name]
    with pytest.raises(LedgerError):
        verify(json.dumps(document), SEAL)


def test_an_added_field_is_found() -> None:
    """Nor is one with more in it."""
    with pytest.raises(LedgerError, match="changed"):
        verify(written(note="and everything else"), SEAL)


def test_a_field_that_comes_twice_is_refused() -> None:
    """People would read the first, programs the last."""
    text = issue(RECEIPT, SEAL).replace('"extent": "once"', '"extent": "always", "extent": "once"')
    with pytest.raises(LedgerError, match="no receipt"):
        verify(text, SEAL)


@pytest.mark.parametrize("key", [None, 7, [], "0" * 16, Seal([OTHER_KEY]).newest])
def test_a_receipt_of_another_key_is_refused(key: object) -> None:
    """Another site's receipt is foreign, whatever key it names."""
    with pytest.raises(LedgerError, match="key of this ledger"):
        verify(written(key=key), SEAL)


def test_a_foreign_signature_under_our_keys_name_is_refused() -> None:
    """Naming our key is not having it."""
    document = json.loads(issue(RECEIPT, Seal([OTHER_KEY]))) | {"key": SEAL.newest}
    with pytest.raises(LedgerError, match="changed"):
        verify(json.dumps(document), SEAL)


def test_a_receipt_with_another_text_is_not_issued() -> None:
    """What was shown is what the hash names."""
    with pytest.raises(LedgerError, match="hash names"):
        issue(replace(RECEIPT, text=TEXT + "."), SEAL)


def test_an_older_key_still_verifies() -> None:
    """A receipt outlives the change of keys."""
    assert verify(issue(RECEIPT, SEAL), Seal([KEY, OTHER_KEY])) == RECEIPT


def test_a_receipt_can_be_read_by_people() -> None:
    """Times in words, the notice's full text, umlauts as they are."""
    document = json.loads(issue(RECEIPT, SEAL))
    assert (document["given"], document["expires"]) == ("2026-11-18T11:06:40Z", "2026-11-19T11:06:40Z")
    assert TEXT in issue(RECEIPT, SEAL)
    assert list(document) == ["schema", *(field.name for field in fields(Receipt)), "key", "signature"]


def test_white_space_does_not_matter() -> None:
    """Whoever stores or prints the document may indent it otherwise."""
    assert verify(json.dumps(json.loads(issue(RECEIPT, SEAL))).encode(), SEAL) == RECEIPT


texts = st.text(st.characters(codec="utf-8"))


@given(texts, texts, texts, st.integers(0, 2**35))
def test_a_receipt_comes_back_as_it_was(controller: str, embed: str, text: str, given: int) -> None:
    """Every text and time survives the way through the visitor's hands."""
    receipt = replace(
        RECEIPT,
        controller=controller,
        embed=embed,
        text=text,
        notice=hashlib.sha256(text.encode()).hexdigest(),
        given=given,
        expires=given + 1,
    )
    assert verify(issue(receipt, SEAL), SEAL) == receipt
