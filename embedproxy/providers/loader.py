"""Provider files, read and checked at start-up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from embedproxy.errors import ProviderError
from embedproxy.providers.complaints import first_complaint, toml_complaint
from embedproxy.providers.examples import failure, rivals
from embedproxy.providers.registry import Registry
from embedproxy.providers.schema import Provider

CATALOGUE = Path(__file__).parent / "catalogue"


def load_providers(*folders: Path) -> Registry:
    """Load the built-in catalogue and the operator's own files.

    Args:
        folders: of provider files; a file named like a built-in one takes its place.

    Returns:
        The registry of them all.

    Raises:
        ProviderError: a folder is missing, or a file is wrong; names file, key, reason and hint.
    """
    return _built_in() if not folders else registry_of(*files_in(CATALOGUE), *_own_files(folders))


@cache
def _built_in() -> Registry:
    """The catalogue alone, read once: its files do not change while a process runs."""
    return registry_of(*files_in(CATALOGUE))


@cache
def _built_in_file(file: Path) -> Provider:
    """One of them, for a registry with the operator's files too."""
    return _read(file)


def _own_files(folders: Iterable[Path]) -> list[Path]:
    return [file for folder in folders for file in files_in(folder)]


def files_in(folder: Path) -> list[Path]:
    """The provider files of a folder, by name.

    Args:
        folder: holds ``*.toml``; other files are left alone.

    Raises:
        ProviderError: it is no folder.
    """
    if not folder.is_dir():
        raise ProviderError("is not a folder of provider files.", file=str(folder))
    return sorted(folder.glob("*.toml"))


def registry_of(*files: Path) -> Registry:
    """Load some provider files; of two with one name the later counts.

    Args:
        files: of providers. Examples are run where a file is not the catalogue's: the tests have run those,
            which would prove nothing new and take as long as the rest.

    Raises:
        ProviderError: a file is wrong, or two claim the same.
    """
    chosen = {file.stem: file for file in files}
    providers = [
        _built_in_file(file) if file.parent == CATALOGUE else load_provider(file)
        for _, file in sorted(chosen.items())
    ]
    _check_hosts(providers, chosen)
    registry = Registry(providers)
    if any(file.parent != CATALOGUE for file in chosen.values()):
        _check_rivals(registry, chosen)
    return registry


def load_provider(file: Path) -> Provider:
    """Read one provider file and run its examples.

    Args:
        file: TOML; its name without the ending is the provider's id.

    Raises:
        ProviderError: it is unreadable, incomplete or wrong, or an example fails.
    """
    provider = _read(file)
    _check_examples(provider, file)
    return provider


def _read(file: Path) -> Provider:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise toml_complaint(error, file) from None
    if "id" in content:
        raise ProviderError("is the file's name and stands nowhere else.", file=str(file), key="id")
    try:
        return Provider.model_validate({**content, "id": file.stem})
    except ValidationError as error:
        raise first_complaint(error, file) from None


def _check_examples(provider: Provider, file: Path) -> None:
    alone = Registry([provider])
    for number, example in enumerate(provider.examples, 1):
        reason = failure(example, provider, alone)
        if reason:
            text = example.html or example.url
            raise ProviderError(f"{reason}: {text}", file=str(file), key=f"examples[{number}]")


def _check_hosts(providers: Iterable[Provider], files: dict[str, Path]) -> None:
    owners: dict[str, Provider] = {}
    for provider in providers:
        for host in provider.own_hosts:
            other = owners.setdefault(host, provider)
            if other is not provider:
                reason = f'"{host}" is already a host of {files[other.id]}.'
                raise ProviderError(reason, file=str(files[provider.id]), key="hosts")


def _check_rivals(registry: Registry, files: dict[str, Path]) -> None:
    for provider in registry.providers.values():
        for number, example in enumerate(provider.examples, 1):
            others = rivals(example, provider, registry)
            if others:
                reason = f"is claimed by {files[others[0]]} too: {example.html or example.url}"
                raise ProviderError(reason, file=str(files[provider.id]), key=f"examples[{number}]")
