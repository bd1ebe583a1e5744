"""The texts of each language, read from TOML and checked against each other before anyone sees them."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from embedproxy.errors import NoticeError

FOLDER = Path(__file__).parent / "catalogues"
REFERENCE = (
    "de"  # the language in which the fixed sentences are given (LAW NOT-7); the others follow its keys
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every text of one language.

    Attributes:
        lang: language code, such as ``de``.
        name: the language's own name, such as ``Deutsch``.
        version: date of the texts; shown as the notice's version.
        reviewed: whether a native speaker has read them.
        texts: the texts by dotted key, with placeholders in braces.
        digest: SHA-256 of the file, 64 hex digits.
        file: where they were read.
    """

    lang: str
    name: str
    version: date
    reviewed: bool
    texts: Mapping[str, str]
    digest: str
    file: Path

    def text(self, key: str, /, **values: object) -> str:
        """Fill a text's placeholders.

        Args:
            key: dotted key, such as ``notice.video``.
            values: one for each placeholder; further ones are ignored.

        Returns:
            Plain text, not HTML: templates escape it.

        Raises:
            NoticeError: unknown key, or a placeholder without a value.
        """
        try:
            return self.texts[key].format_map(values)
        except KeyError as error:
            wanted = f"no value for {{{error.args[0]}}}" if key in self.texts else _unknown(key, self.texts)
            raise NoticeError(f"{self.file}: {key}: {wanted}") from None


class Catalogues:
    """The catalogues of all languages, which hold the same keys and the same placeholders (LAW NOT-3)."""

    def __init__(self, catalogues: Mapping[str, Catalogue]) -> None:
        """Compare every catalogue with the German one.

        Raises:
            NoticeError: with file and key of the first text that is missing, unknown or filled otherwise.
        """
        self._catalogues = dict(sorted(catalogues.items()))
        self.languages: tuple[str, ...] = tuple(self._catalogues)
        if REFERENCE not in self._catalogues:
            raise NoticeError(f"{REFERENCE}.toml: this catalogue, by which the others go, is missing.")
        for catalogue in self._catalogues.values():
            _compare(catalogue, self._catalogues[REFERENCE])
        joined = "".join(f"{lang}={one.digest}\n" for lang, one in self._catalogues.items())
        self.digest: str = hashlib.sha256(joined.encode()).hexdigest()

    def get(self, lang: str) -> Catalogue:
        """The catalogue of a language.

        Raises:
            NoticeError: there is none; the nearest spelling is named.
        """
        try:
            return self._catalogues[lang]
        except KeyError:
            raise NoticeError(f"{lang}: there is no catalogue, {_unknown(lang, self._catalogues)}") from None

    def choose(self, lang: str | None, default: str) -> str:
        """Find the language to use for a place in a page.

        Args:
            lang: the page's language tag (BCP 47), such as ``de-AT``; None where it names none.
            default: what to use when there is no catalogue for it.

        Returns:
            A language of ``languages``, by the lookup of RFC 4647 section 3.4, or ``default``.
        """
        tag = (lang or "").strip().replace("_", "-").lower()
        while tag and tag not in self._catalogues:
            tag = tag.rpartition("-")[0]
        return tag or default


def load_catalogues(folder: Path = FOLDER) -> Catalogues:
    """Read and compare all catalogues of a folder.

    Args:
        folder: holds one ``<language>.toml`` each.

    Raises:
        NoticeError: with file, key and reason.
    """
    return Catalogues({file.stem: read_catalogue(file) for file in sorted(folder.glob("*.toml"))})


def read_catalogue(file: Path) -> Catalogue:
    """Read one catalogue.

    Args:
        file: its stem is the language code.

    Raises:
        NoticeError: not TOML, a header key missing or of the wrong type, or a text that is not plain.
    """
    try:
        raw = file.read_bytes()
        table = tomllib.loads(raw.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NoticeError(f"{file}: cannot be read as TOML: {error}.") from None
    name, version, reviewed = (_header(table, file, key) for key in ("name", "version", "reviewed"))
    texts = dict(_texts(table, file))
    return Catalogue(
        lang=file.stem,
        name=name,
        version=version,
        reviewed=reviewed,
        texts=MappingProxyType(texts),
        digest=hashlib.sha256(raw).hexdigest(),
        file=file,
    )


_HEADER: Mapping[str, tuple[type, str]] = {
    "name": (str, "the language's own name in quotes"),
    "version": (date, "a date such as 2026-11-23"),
    "reviewed": (bool, "true or false"),
}


def _header(table: dict[str, Any], file: Path, key: str) -> Any:
    kind, wanted = _HEADER[key]
    value = table.pop(key, None)
    if type(value) is not kind:
        raise NoticeError(f"{file}: {key}: must be {wanted}.")
    return value


def _texts(table: Mapping[str, Any], file: Path, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Flatten nested tables to dotted keys, refusing what is not plain text."""
    for key, value in table.items():
        path = prefix + key
        if isinstance(value, dict):
            yield from _texts(value, file, path + ".")
            continue
        if reason := _fault(value):
            raise NoticeError(f"{file}: {path}: {reason}.")
        yield path, value


def _fault(value: object) -> str:
    """Why a text cannot be shown, or an empty text when it can."""
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        return "must be a text in quotes, not empty, without spaces at its ends"
    if any(char in "<>" or (not char.isprintable() and char != "\xa0") for char in value):
        return "must be plain text in one line, without < and >"
    try:
        fields = [part[1:] for part in Formatter().parse(value) if part[1] is not None]
    except ValueError as error:
        return f"has a stray brace: {error}"
    if any(not str(name).isidentifier() or spec or conversion for name, spec, conversion in fields):
        return "may hold plain placeholders only, such as {provider}"
    return ""


def placeholders(text: str) -> frozenset[str]:
    """The names in braces of a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _compare(catalogue: Catalogue, reference: Catalogue) -> None:
    for key in reference.texts:
        if key not in catalogue.texts:
            raise NoticeError(f"{catalogue.file}: {key}: this text is missing.")
    for key, text in catalogue.texts.items():
        if key not in reference.texts:
            raise NoticeError(f"{catalogue.file}: {key}: {_unknown(key, reference.texts)}")
        has, needs = placeholders(text), placeholders(reference.texts[key])
        if has != needs:
            odd = ", ".join(f"{{{name}}}" for name in sorted(has ^ needs))
            raise NoticeError(f"{catalogue.file}: {key}: other placeholders than in {reference.file}: {odd}.")


def _unknown(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return "there is no such key." + (f" Did you mean {near[0]}?" if near else "")
