"""Every requirement of the law text is carried by a test, or stands with its reason."""

from __future__ import annotations

import re

import pytest

from tests.requirements import LAW, PAGE, all_ids, carried, frozen, hard_ids, marks, page, reasons

HARD = {id_ for id_, level in frozen().items() if level == "H"}


def test_the_frozen_list_is_the_law_texts() -> None:
    """Wherever the text is at hand; a clone without it has the list."""
    if not LAW.exists():
        pytest.skip("the law text is not at hand")
    law = LAW.read_text(encoding="utf-8")
    assert set(frozen()) == all_ids(law)
    assert hard_ids(law) == HARD


@pytest.mark.parametrize("id_", sorted(frozen()))
def test_a_requirement_is_carried_or_has_a_reason(id_: str) -> None:
    """And never both: a reason that has become void is removed."""
    assert (id_ in carried()) is not (id_ in reasons())


def test_no_test_carries_a_requirement_that_does_not_exist() -> None:
    """A typo would leave the real one without its test."""
    assert [mark for mark in marks() if mark[0] not in frozen()] == []


def test_every_reason_says_something() -> None:
    """Why not, in a sentence."""
    assert all(len(reason.split()) > 5 for reason in reasons().values())


def test_the_page_names_every_requirement_and_only_tests_that_carry_it() -> None:
    """Anew with: python -m tests.requirements."""
    rows = dict(
        re.findall(r"^\| ([A-Z0-9]+-\d+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert sorted(rows) == sorted(frozen())
    borne = carried()
    for id_, row in rows.items():
        tests = re.findall(r"`(tests/\S+::\w+)`", row)
        assert set(tests) <= set(borne.get(id_, ())), id_
        assert tests or row == reasons()[id_]


def test_a_page_written_now_has_a_row_for_each() -> None:
    """The writer leaves none out."""
    assert page().count("\n| ") == len(frozen()) + 2
