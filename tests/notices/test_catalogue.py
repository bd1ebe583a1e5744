"""Catalogues: the same keys and placeholders in every language, and precise complaints about the others."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from embedproxy.errors import NoticeError
from embedproxy.notices.catalogue import (
    FOLDER,
    REFERENCE,
    Catalogues,
    load_catalogues,
    placeholders,
    read_catalogue,
)
from tests.notices.samples import CATALOGUES

OFFICIAL = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"
ALL = CATALOGUES.languages
EVERY_KEY = sorted(CATALOGUES.get(REFERENCE).texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the German and the English catalogue, free to be spoilt."""
    for lang in ("de", "en"):
        shutil.copy(FOLDER / f"{lang}.toml", tmp_path)
    return tmp_path


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str], str]:
    """Replace a piece of the English catalogue and return the complaint."""

    def complaint(old: str, new: str) -> str:
        file = folder / "en.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(NoticeError) as caught:
            load_catalogues(folder)
        return str(caught.value)

    return complaint


def test_a_broken_file_is_named(spoil: Callable[[str, str], str]) -> None:
    """What is not TOML stops the start with the file's name."""
    assert "en.toml: cannot be read as TOML" in spoil('name = "English"', "name = English")


def test_a_missing_text_is_named(spoil: Callable[[str, str], str]) -> None:
    """A language that lacks a text does not load (LAW NOT-3)."""
    assert "en.toml: more: this text is missing." in spoil('more = "Learn more"', "")


def test_an_unknown_key_is_named_with_the_nearest_spelling(spoil: Callable[[str, str], str]) -> None:
    """A text that no other language has is a slip of the pen."""
    complaint = spoil('less = "Show less"', 'less = "Show less"\nlesss = "Show less"')
    assert "en.toml: lesss: there is no such key. Did you mean less?" in complaint


def test_other_placeholders_are_named(spoil: Callable[[str, str], str]) -> None:
    """A translation that drops a fact does not load (LAW NOT-3)."""
    complaint = spoil("privacy policy of {provider}", "privacy policy of the provider")
    assert "en.toml: notice.video: other placeholders than in" in complaint
    assert complaint.endswith("{provider}.")


@pytest.mark.parametrize(
    "text",
    [
        '"{provider!r}"',
        '"{provider:>9}"',
        '"{provider.name}"',
        '"{}"',
        '"{provider"',
        '"<b>Load</b>"',
        '"two\\nlines"',
        '""',
        '" spaces "',
        "7",
        "true",
    ],
)
def test_what_is_not_plain_text_is_refused(spoil: Callable[[str, str], str], text: str) -> None:
    """Neither markup nor formatting tricks nor other types get into a notice."""
    assert "en.toml: more: m" in spoil('"Learn more"', text).replace("has a stray brace", "may")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("version = 2026-11-23", 'version = "2026"', "version"),
        ("version = 2026-11-23", "version = 2026-11-23T10:00:00", "version"),
        ("reviewed = false", "", "reviewed"),
        ("reviewed = false", "reviewed = 1", "reviewed"),
        ('name = "English"', "name = 1", "name"),
    ],
)
def test_a_wrong_header_is_named(spoil: Callable[[str, str], str], old: str, new: str, key: str) -> None:
    """Name, date and review stand at the head of each file."""
    assert f"en.toml: {key}: must be " in spoil(old, new)


def test_without_the_german_catalogue_nothing_loads(folder: Path) -> None:
    """The fixed sentences are German, the others are compared with them."""
    (folder / "de.toml").unlink()
    with pytest.raises(NoticeError, match=r"de\.toml"):
        load_catalogues(folder)


def test_a_text_without_its_value_is_an_error() -> None:
    """A sentence with a hole in it is never shown."""
    with pytest.raises(NoticeError, match=r"de.toml: notice.video: no value for \{provider\}"):
        CATALOGUES.get("de").text("notice.video")


def test_an_unknown_text_is_an_error() -> None:
    """A misspelt key is found out with the nearest spelling."""
    with pytest.raises(NoticeError, match=r"Did you mean notice.video\?"):
        CATALOGUES.get("de").text("notice.vidio")


def test_values_are_not_read_as_placeholders() -> None:
    """A provider called {button} stays {button}."""
    assert CATALOGUES.get("de").text("card.share", provider="{button}") == "Bei {button} teilen"


@pytest.mark.req("NOT-3")
@pytest.mark.parametrize("lang", ALL)
def test_every_text_has_the_same_placeholders_in_every_language(lang: str) -> None:
    """Keys and placeholders of all languages are equal."""
    german, other = CATALOGUES.get(REFERENCE).texts, CATALOGUES.get(lang).texts
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in german.items()
    }


@pytest.mark.req("NOT-3")
def test_every_official_language_of_the_union_is_there() -> None:
    """All 24 of them (Regulation No 1, Art. 1)."""
    assert " ".join(ALL) == OFFICIAL


@pytest.mark.req("WDR-3")
@pytest.mark.parametrize("lang", ALL)
def test_the_withdrawal_sentence_names_the_settings_page_as_it_is_labelled(lang: str) -> None:
    """Who looks for the page finds it under the name that the notice gave it."""
    catalogue = CATALOGUES.get(lang)
    assert catalogue.text("button.settings") in catalogue.text("notice.withdraw")
    assert catalogue.text("settings.title") == catalogue.text("button.settings")


@pytest.mark.parametrize("lang", [lang for lang in ALL if lang != "en"])
def test_no_sentence_is_left_in_english(lang: str) -> None:
    """A translation forgotten shows as a text equal to the English one."""
    english, other = CATALOGUES.get("en").texts, CATALOGUES.get(lang).texts
    assert not [key for key, text in other.items() if text == english[key] and " " in text]


def test_no_french_line_begins_with_a_sign() -> None:
    """The space before : ; ? ! and inside « » never breaks."""
    signs = re.compile("« | [:;?!»]")
    assert not [key for key, text in CATALOGUES.get("fr").texts.items() if signs.search(text)]


def test_german_marks_are_german() -> None:
    """„…“, a dash with spaces or none, no hyphen for a dash, no straight mark."""
    odd = re.compile(r"[\"'”«»‘]| - |--|\.\.\.")
    assert not [key for key, text in CATALOGUES.get("de").texts.items() if odd.search(text)]


def test_a_catalogue_tells_whether_it_was_reviewed() -> None:
    """Drafts are marked until a native speaker has read them."""
    assert {CATALOGUES.get(lang).reviewed for lang in ALL} <= {True, False}
    assert read_catalogue(FOLDER / "de.toml").name == "Deutsch"


@pytest.mark.req("NOT-2")
@pytest.mark.parametrize(
    ("lang", "chosen"),
    [
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("zh-Hant-TW", "en"),
        ("fr-Latn-CA-x-private", "fr"),
        ("", "en"),
        (None, "en"),
        ("tlh", "en"),
        (" nl ", "nl"),
        ("../../etc", "en"),
        ("d", "en"),
    ],
)
def test_a_page_gets_its_language_or_the_default(lang: str | None, chosen: str) -> None:
    """Regions are dropped step by step; what has no catalogue gets the default."""
    assert CATALOGUES.choose(lang, "en") == chosen


def test_a_language_without_a_catalogue_is_an_error() -> None:
    """Asked for by name, it is not silently replaced."""
    with pytest.raises(NoticeError, match="xx: there is no catalogue"):
        CATALOGUES.get("xx")


def test_the_digest_changes_with_any_file(folder: Path) -> None:
    """Cached pages notice a changed text."""
    before = load_catalogues(folder).digest
    with (folder / "en.toml").open("a") as file:
        file.write("# a comment\n")
    assert load_catalogues(folder).digest != before


def test_catalogues_can_be_made_of_others() -> None:
    """They need not come from a folder."""
    assert Catalogues({"de": CATALOGUES.get("de")}).languages == ("de",)


@pytest.mark.parametrize("key", EVERY_KEY)
def test_every_text_ends_as_the_german_one_does(key: str) -> None:
    """Sentences end with a full stop or question mark everywhere, labels nowhere."""
    endings = (".", "?", ";")  # ";" is the Greek question mark
    german = CATALOGUES.get(REFERENCE).texts[key].endswith(endings)
    assert {lang: CATALOGUES.get(lang).texts[key].endswith(endings) for lang in ALL} == dict.fromkeys(
        ALL, german
    )
