"""The operator's texts by language, from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from embedproxy.errors import NoticeError

Phrases = dict[str, str]


def languages() -> list[str]:
    """The languages that there are texts in."""
    folder = files("embedproxy") / "operator" / "texts"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def load_phrases(section: str, lang: str) -> Phrases:
    """Give the texts of one document.

    Args:
        section: ``policy`` or ``record``.
        lang: one of ``languages()``.

    Raises:
        NoticeError: there are no texts in that language.
    """
    if lang not in languages():
        raise NoticeError(f"{lang}: there are no texts in this language, only in {', '.join(languages())}.")
    file = files("embedproxy") / "operator" / "texts" / f"{lang}.toml"
    found: dict[str, Phrases] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found[section]
