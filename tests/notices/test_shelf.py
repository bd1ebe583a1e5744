"""The search for a notice's hash."""

from __future__ import annotations

from collections.abc import Iterator

from embedproxy.notices.shelf import Place, Shelf


def _notices(made: list[str]) -> Iterator[tuple[str, Place]]:
    for letter, lang in (("a", "de"), ("b", "en"), ("c", "fr")):
        made.append(lang)
        yield letter * 64, ("video", lang)


def test_an_unknown_hash_has_no_place() -> None:
    """Every notice was looked at and none fits."""
    assert Shelf(_notices([])).place("d" * 64) is None


def test_the_search_stops_at_the_first_that_fits() -> None:
    """Later notices are not even made."""
    made: list[str] = []
    assert Shelf(_notices(made)).place("b" * 16) == ("video", "en")
    assert made == ["de", "en"]


def test_what_was_passed_on_the_way_is_found_again() -> None:
    """A second search starts with what is known."""
    made: list[str] = []
    shelf = Shelf(_notices(made))
    shelf.place("c" * 64)
    assert shelf.place("a" * 64) == ("video", "de")
    assert made == ["de", "en", "fr"]
