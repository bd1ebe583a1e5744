"""Pages by chance: whatever happens to a page, what is promised of it holds."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import rows
from tests.fuzz import HUNT
from tests.fuzz.mutations import LIVE, TURNS, excerpt, mutated, pieces
from tests.fuzz.promises import keeps_its_promises, loaded, patience, rewritten

SEEDS = st.integers(0, 2**64 - 1)  # a failing one is printed; the test runs it again with @example(seed=...)
SIZES = (1, 2, 3, 7, 50, 999)


@cache
def saved(corpus: Path) -> tuple[bytes, ...]:
    """The corpus's pages as they came."""
    return tuple((corpus / row["file"]).read_bytes() for row in rows(corpus / "pages" / "MANIFEST.jsonl"))


def hold(page: bytes, chance: random.Random) -> None:
    """The promises hold for a page once it has been changed and cut into pieces."""
    with patience():
        keeps_its_promises(mutated(page, chance), chance.choices(SIZES, k=chance.randint(1, 5)))


@settings(max_examples=250, derandomize=not HUNT)
@given(seed=SEEDS)
def test_promises_hold_for_embeds_set_into_soup(seed: int) -> None:
    """Every shape of embed behind everything that turns the reading round."""
    chance = random.Random(seed)
    hold(b"".join(chance.choices(LIVE + TURNS, k=chance.randint(1, 25))), chance)


@pytest.mark.corpus
@settings(max_examples=150, derandomize=not HUNT)
@given(seed=SEEDS)
def test_promises_hold_for_mutated_pages_of_the_corpus(corpus: Path, seed: int) -> None:
    """Embeds set into real pages that were cut, doubled, turned round, spoilt and truncated."""
    chance = random.Random(seed)
    hold(excerpt(chance.choice(saved(corpus)), chance), chance)


def test_a_page_in_pieces_is_the_page() -> None:
    """Else the promise about pieces would promise nothing."""
    assert pieces(b"abcdefg", (1, 2)) == [b"a", b"bc", b"d", b"ef", b"g"]
    assert pieces(b"abc", ()) == [b"abc"]
    assert pieces(b"", (1,)) == []


@pytest.mark.parametrize("live", LIVE)
def test_every_live_embed_is_seen_by_the_reader_or_needs_a_script(live: bytes) -> None:
    """A reader that sees nothing would pass everything; what a script would load, the rewriter changes."""
    assert loaded(live) or rewritten(live, ()) != live or b"<template>" in live
