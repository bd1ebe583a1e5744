"""What is wrong with a provider file: the file, the key, the reason and the nearest spelling."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from embedproxy.errors import ProviderError
from embedproxy.providers.company import Company, Storage
from embedproxy.providers.forms import Facts
from embedproxy.providers.schema import Provider
from embedproxy.providers.shapes import Element, Example, Frame, Match, Quote

_TABLES: Mapping[str, type[Facts]] = {
    "company": Company,
    "storage": Storage,
    "match": Match,
    "quote": Quote,
    "element": Element,
    "frame": Frame,
    "examples": Example,
}

_REASONS: Mapping[str, str] = {
    "missing": "is missing; a provider with incomplete facts is not loaded",
    "string_type": "must be text in quotes, not {found}",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": 'has not the form it must have: "{found}"',
    "int_type": "must be a whole number, not {found}",
    "int_parsing": "must be a whole number, not {found}",
    "bool_type": "must be true or false, not {found}",
    "bool_parsing": "must be true or false, not {found}",
    "tuple_type": "must be a list in brackets, not {found}",
    "dict_type": "must be a table of names and values, not {found}",
    "model_type": "must be a table of names and values, not {found}",
    "too_short": "must not be empty",
}


def first_complaint(error: ValidationError, file: Path) -> ProviderError:
    """Turn the first thing that the schema rejects into an error of ours.

    Args:
        error: the schema's.
        file: the provider file.
    """
    details = error.errors(include_url=False)
    # What stands in the file explains more than what is missing from it: a typo causes both.
    return _complaint(next((each for each in details if each["type"] != "missing"), details[0]), file)


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint that names the nearest spelling.

    Args:
        word: what the file says.
        words: what it could say.

    Returns:
        A sentence; without a near spelling it lists what is possible.
    """
    possible = sorted(words)
    near = difflib.get_close_matches(word, possible, n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else f"Possible are {', '.join(possible)}."


def _complaint(details: ErrorDetails, file: Path) -> ProviderError:
    kind, found, where = details["type"], details["input"], details["loc"]
    if kind == "extra_forbidden":
        hint = nearest(str(where[-1]), _keys_at(where))
        return ProviderError(
            "is not a key of a provider file.", file=str(file), key=_dotted(where), hint=hint
        )
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(details.get("ctx", {}).get("expected", "")))
        reason = f'cannot be "{found}".'
        return ProviderError(reason, file=str(file), key=_dotted(where), hint=nearest(str(found), words))
    return ProviderError(_reason(details), file=str(file), key=_dotted(where))


def _reason(details: ErrorDetails) -> str:
    if details["type"] == "value_error":
        return str(details["ctx"]["error"]) + "."
    template = _REASONS.get(details["type"], "has a value that it cannot have: {found}")
    return template.replace("{found}", str(details["input"])) + "."


def _dotted(where: tuple[int | str, ...]) -> str:
    """The key as a reader counts: ``match[2].path`` is the second match's path."""
    text = ""
    for part in where:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif part not in ("literal['*']", "tuple[str, ...]"):  # the branches of a union are no keys
            text += f".{part}" if text else part
    return text


def _keys_at(where: tuple[int | str, ...]) -> list[str]:
    model = _TABLES.get(str(where[0]), Provider) if len(where) > 1 else Provider
    keys = [field.alias or name for name, field in model.model_fields.items()]
    return [key for key in keys if key != "id" or model is not Provider]  # the id is the file's name


def toml_complaint(error: Any, file: Path) -> ProviderError:
    """Turn a file that is no TOML into an error of ours.

    Args:
        error: the parser's.
        file: the provider file.
    """
    return ProviderError(f"is no valid TOML: {error}", file=str(file))
