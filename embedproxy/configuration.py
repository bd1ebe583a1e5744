"""Reads the settings from file, environment and command line, and says precisely what is wrong with them."""

from __future__ import annotations

import difflib
import tomllib
import typing
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_settings import EnvSettingsSource, exceptions

from embedproxy.errors import SettingsError
from embedproxy.settings import Settings

PREFIX = "EMBEDPROXY_"

Layer = dict[str, Any]


def load_settings(file: Path | None = None, **overrides: Any) -> Settings:
    """Read the configuration file, if there is one; the environment wins over it, the command line over both.

    Args:
        file: a TOML file; None means no file.
        overrides: values from the command line, by setting; None means not given.

    Returns:
        The settings, validated and frozen.

    Raises:
        SettingsError: with place, key, reason and the nearest spelling of an unknown key.
    """
    given = {key: value for key, value in overrides.items() if value is not None}
    written, environment = _read(file), _environment()
    try:
        return Settings(**_merged(written, environment, given))
    except ValidationError as error:
        raise _complaint(error, file, environment) from None


def nearest(name: str, known: typing.Iterable[str]) -> str:
    """The known name that somebody most likely meant; empty where none is near."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)), "")


def _merged(*layers: Layer) -> Layer:
    """Lay later layers over earlier ones, tables key by key."""
    result: Layer = {}
    for layer in layers:
        for key, value in layer.items():
            below = result.get(key)
            both = isinstance(value, dict) and isinstance(below, dict)
            result[key] = _merged(below, value) if both else value  # type: ignore[arg-type]
    return result


def _read(file: Path | None) -> Layer:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{file}: there is no such file.", code="E001", hint="Check --config.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file}: cannot be read as TOML: {error}.", code="E002") from None


def _environment() -> Layer:
    try:
        return EnvSettingsSource(Settings)()
    except exceptions.SettingsError as error:  # a table or a list of tables that is no JSON
        key = str(error).split('"')[1]
        variable = PREFIX + key.upper()
        raise SettingsError(
            f"{variable}: a table is written as JSON there, or one variable for each key.",
            code="E004",
            key=key,
            hint=f"Example: {variable}__KEY=value",
        ) from None


def _complaint(error: ValidationError, file: Path | None, environment: Layer) -> SettingsError:
    """Turn the first of pydantic's findings into a sentence with a place and a hint."""
    found = error.errors(include_url=False, include_input=False)
    # A misspelt key is often missing too: the spelling is the better news.
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    path = [str(part) for part in first["loc"]]
    key = ".".join(path)
    place = f"{PREFIX}{'__'.join(path).upper()}" if _holds(environment, path) else _located(file, key)
    if first["type"] == "extra_forbidden":
        near = nearest(path[-1], _keys_of(path[:-1]))
        hint = f"Did you mean {'.'.join([*path[:-1], near])}?" if near else ""
        return SettingsError(f"{place}: there is no such setting.", code="E003", key=key, hint=hint)
    reason = first["msg"].removeprefix("Value error, ")
    return SettingsError(f"{place}: {reason}.", code="E004", key=key)


def _located(file: Path | None, key: str) -> str:
    return f"{file}: {key}" if file else key


def _holds(layer: Any, path: list[str]) -> bool:
    """Whether a layer has something at a dotted path, or a value that should have been a table on the way."""
    for part in path:
        if not isinstance(layer, dict):
            return True
        if part not in layer:
            return False
        layer = layer[part]
    return True


def _keys_of(path: list[str]) -> list[str]:
    """The settings known below a dotted path; numbers in it count the tables of a list."""
    model: type[BaseModel] = Settings
    for part in path:
        if part.isdigit():
            continue
        field = model.model_fields.get(part)
        tables = [kind for kind in _kinds(field.annotation) if issubclass(kind, BaseModel)] if field else []
        if not tables:
            return []
        model = tables[0]
    return list(model.model_fields)


def _kinds(annotation: Any) -> list[type]:
    """The classes in an annotation: itself, or what a list of them holds."""
    return [kind for kind in (annotation, *typing.get_args(annotation)) if isinstance(kind, type)]
