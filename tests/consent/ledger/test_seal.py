"""Seals: nobody makes one without the key, and none is worth anything elsewhere."""

from __future__ import annotations

import pytest

from embedproxy.consent.ledger.seal import Seal, same
from embedproxy.errors import LedgerError
from tests.consent.ledger.presses import KEY, OTHER_KEY


def test_a_missing_key_is_named() -> None:
    """A chain of a key that was not given cannot be sealed or verified."""
    foreign = Seal([OTHER_KEY]).newest
    with pytest.raises(LedgerError, match=foreign):
        Seal([KEY]).over(foreign, "record", 1)


def test_a_seal_for_one_use_is_none_for_another() -> None:
    """Nobody can present a head as a base."""
    seal = Seal([KEY])
    assert seal.over(seal.newest, "head", "chain", 1) != seal.over(seal.newest, "base", "chain", 1)


def test_parts_do_not_run_into_each_other() -> None:
    """The border between two fields counts, and so does a number against its text."""
    seal = Seal([KEY])
    assert seal.over(seal.newest, "record", "ab", "c") != seal.over(seal.newest, "record", "a", "bc")
    assert seal.over(seal.newest, "record", 1) != seal.over(seal.newest, "record", "1")
    assert seal.over(seal.newest, "record", None) != seal.over(seal.newest, "record", "")


def test_two_keys_make_two_seals() -> None:
    """The seal depends on the key."""
    mine, other = Seal([KEY]), Seal([OTHER_KEY])
    assert mine.over(mine.newest, "record", 1) != other.over(other.newest, "record", 1)


def test_an_embed_is_kept_as_a_keyed_hash() -> None:
    """Without the key nobody can try which embed it was (LAW §3.2)."""
    hashed = Seal([KEY]).embed("youtube:jNQXAC9IVRw")
    assert hashed is not None
    assert len(hashed) == 32
    assert hashed != Seal([OTHER_KEY]).embed("youtube:jNQXAC9IVRw")
    assert Seal([KEY]).embed("") is None


def test_a_missing_seal_equals_nothing() -> None:
    """Two missing seals are no proof."""
    assert not same(None, None)
    assert not same("a", None)
    assert same("a", "a")


def test_the_newest_key_seals_and_older_ones_verify() -> None:
    """Keys change by adding one at the end."""
    both = Seal([KEY, OTHER_KEY])
    assert both.newest == Seal([OTHER_KEY]).newest
    assert both.over(Seal([KEY]).newest, "record", 1) == Seal([KEY]).over(Seal([KEY]).newest, "record", 1)
