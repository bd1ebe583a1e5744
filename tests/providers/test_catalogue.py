"""The built-in provider files keep what they promise."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from embedproxy.providers.examples import failure, rivals
from embedproxy.providers.loader import CATALOGUE, files_in, load_provider, load_providers
from embedproxy.providers.registry import Registry
from embedproxy.providers.schema import Example, Provider
from tests.providers.files import url_of

FILES = files_in(CATALOGUE)
EXAMPLES = [
    pytest.param(provider, example, id=f"{provider.id}-{number}")
    for provider in map(load_provider, FILES)
    for number, example in enumerate(provider.examples, 1)
]


@pytest.fixture(scope="module")
def everybody() -> Registry:
    """All providers together."""
    return load_providers()


@pytest.mark.parametrize(("provider", "example"), EXAMPLES)
def test_example_comes_out_among_all_providers(
    provider: Provider, example: Example, everybody: Registry
) -> None:
    """Every embed code of a file is recognised, or refused, as the file says."""
    assert failure(example, provider, everybody) == ""


@pytest.mark.parametrize(("provider", "example"), EXAMPLES)
def test_no_address_has_two_providers(provider: Provider, example: Example, everybody: Registry) -> None:
    """Whose notice stands at an embed must not depend on any order."""
    assert rivals(example, provider, everybody) == []


def test_no_rule_stands_on_a_host_of_another_provider(everybody: Registry) -> None:
    """It would never be tried: a host's owner alone is asked."""
    dead = [
        (each.id, host)
        for each in everybody.providers.values()
        for rule in each.match
        for host in rule.hosts
        if (owner := everybody.owner(url_of(f"https://{host}/-"))) and owner is not each
    ]
    assert dead == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file_has_enough_examples(file: Path) -> None:
    """Two that match and one that does not, at least."""
    examples = load_provider(file).examples
    assert sum(example.match and not example.owned for example in examples) >= 2
    assert sum(not example.match for example in examples) >= 1


@pytest.mark.req("XFR-1")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_facts_are_dated_and_sourced(file: Path) -> None:
    """A notice tells when its facts were read, and no fact is from the future."""
    company = load_provider(file).company
    assert date(2026, 1, 1) <= company.as_of <= date.today() + timedelta(days=1)  # time zones
    assert company.source.startswith("https://")


@pytest.mark.req("XFR-1")
@pytest.mark.parametrize("provider", ["x", "tiktok"])
def test_unchecked_transfer_counts_as_unprotected(provider: str, everybody: Registry) -> None:
    """Nobody has confirmed an instrument for X and TikTok."""
    assert everybody.providers[provider].company.transfer == "none"


def test_first_dozen_is_there(everybody: Registry) -> None:
    """What German blogs embed most."""
    assert set(everybody.providers) >= {
        "youtube", "vimeo", "dailymotion", "x", "facebook", "instagram", "tiktok", "linkedin", "xing",
        "soundcloud", "spotify", "google-maps", "openstreetmap",
    }  # fmt: skip
