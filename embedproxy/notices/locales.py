"""Country names, dates and durations as each language writes them, from Babel's CLDR."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.units import format_unit

# ISO 8601-1 section 5.5.2: designators in this order; fractions do not occur in storage periods.
_DURATION = re.compile(
    r"P(?=.)(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<week>\d+)W)?(?:(?P<day>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?(?:(?P<second>\d+)S)?)?"
)
# CLDR's plain "en" is American and its "pt" Brazilian; the Union writes neither.
_EUROPEAN = {"en": "en_GB", "pt": "pt_PT"}
_LENGTHS = ("long", "short", "narrow")
# CLDR has English abbreviations where Maltese units are missing; these are its plurals, put before the count.
_MALTESE = {
    "year": "snin",
    "month": "xhur",
    "week": "ġimgħat",
    "day": "jiem",
    "hour": "sigħat",
    "minute": "minuti",
    "second": "sekondi",
}


@lru_cache(maxsize=1024)
def country(code: str, lang: str) -> str:
    """The name of a country.

    Args:
        code: ISO 3166-1 alpha-2, such as ``IE``.
        lang: language code.

    Returns:
        Such as ``Irland``; the code itself when CLDR does not know it.
    """
    return str(Locale.parse(_EUROPEAN.get(lang, lang)).territories.get(code, code))


@lru_cache(maxsize=1024)
def day(value: date, lang: str) -> str:
    """A date in words, such as ``1. November 2026``.

    Args:
        value: the day.
        lang: language code.
    """
    return format_date(value, format="long", locale=_EUROPEAN.get(lang, lang))


def moment(at: int, lang: str) -> str:
    """A time to the second, such as ``28.11.2026, 02:27:34 UTC``: nobody knows a visitor's own zone.

    Args:
        at: Unix seconds.
        lang: language code.
    """
    return format_datetime(at, format="medium", locale=_EUROPEAN.get(lang, lang)) + "\xa0UTC"


@lru_cache(maxsize=1024)
def duration(period: str, lang: str) -> str:
    """A storage period in words.

    Args:
        period: ISO 8601, such as ``P6M`` or ``P1Y6M``.
        lang: language code.

    Returns:
        Such as ``6 Monate``; the text itself when it is no ISO 8601 period.
    """
    found = _DURATION.fullmatch(period)
    if not found:
        return period
    return " ".join(_amount(int(count), unit, lang) for unit, count in found.groupdict().items() if count)


def _amount(count: int, unit: str, lang: str) -> str:
    """Write an amount as long as CLDR has words for: where it has none, Babel repeats the unit's key."""
    if lang == "mt":
        return f"{_MALTESE[unit]}: {count}"
    key, locale = "duration-" + unit, _EUROPEAN.get(lang, lang)
    written = (format_unit(count, key, length=length, locale=locale) for length in _LENGTHS)  # type: ignore[arg-type]
    return next((text for text in written if key not in text), f"{count} {unit}")
