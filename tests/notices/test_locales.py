"""Country names, dates and durations in words."""

from __future__ import annotations

from datetime import date

import pytest

from embedproxy.notices.locales import country, day, duration, moment
from tests.notices.samples import CATALOGUES


def test_an_unknown_country_keeps_its_code() -> None:
    """Better a code than a wrong name."""
    assert country("QQ", "de") == "QQ"


def test_what_is_no_period_stays_as_it_is() -> None:
    """Better the provider's own word than an error page."""
    assert [duration(odd, "de") for odd in ("P", "PT", "6M", "P1.5Y")] == ["P", "PT", "6M", "P1.5Y"]


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("P6M", "6 Monate"),
        ("P1Y", "1 Jahr"),
        ("P1Y6M", "1 Jahr 6 Monate"),
        ("P2W", "2 Wochen"),
        ("PT30M", "30 Minuten"),
        ("P1DT12H", "1 Tag 12 Stunden"),
        ("PT1S", "1 Sekunde"),
    ],
)
def test_a_period_reads_as_a_visitor_would_say_it(period: str, words: str) -> None:
    """ISO 8601 in, German out."""
    assert duration(period, "de") == words


@pytest.mark.parametrize("lang", CATALOGUES.languages)
def test_periods_have_words_in_every_language(lang: str) -> None:
    """CLDR has gaps, and Babel would print its own keys there."""
    for period in ("P1Y", "P5Y", "P1M", "P13M", "P2W", "P1D", "P30D", "PT1H", "PT12H", "PT30M", "PT10S"):
        assert "duration" not in duration(period, lang)
        assert any(char.isalpha() for char in duration(period, lang))


def test_maltese_periods_are_not_in_english() -> None:
    """CLDR falls back to English abbreviations there."""
    assert duration("P1Y6M", "mt") == "snin: 1 xhur: 6"


def test_countries_and_dates_are_in_the_language() -> None:
    """Names come from CLDR, not from us."""
    assert (country("IE", "de"), country("IE", "fr")) == ("Irland", "Irlande")
    assert day(date(2026, 11, 1), "de") == "1. November 2026"


def test_english_and_portuguese_are_those_of_the_union() -> None:
    """Neither American dates nor Brazilian country names."""
    assert day(date(2026, 11, 1), "en") == "1 November 2026"
    assert country("EE", "pt") == "Estónia"
    assert duration("P6M", "pt") == "6 meses"


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("de", "28.11.2026, 14:27:34\xa0UTC"),
        ("en", "28 Nov 2026, 14:27:34\xa0UTC"),
        ("pt", "28/11/2026, 14:27:34\xa0UTC"),
    ],
)
def test_a_moment_names_its_zone(lang: str, written: str) -> None:
    """In Coordinated Universal Time, as Europeans write it; a visitor could not tell otherwise."""
    assert moment(1_795_876_054, lang) == written
