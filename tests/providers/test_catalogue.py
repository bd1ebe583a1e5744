"""The built-in provider files keep what they promise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from embedproxy.providers.examples import failure, rivals
from embedproxy.providers.loader import CATALOGUE, files_in, load_providers
from embedproxy.providers.registry import Registry
from tests.providers.files import url_of

FILES = files_in(CATALOGUE)


@pytest.fixture(scope="module")
def everybody() -> Registry:
    """All providers together."""
    return load_providers()


@pytest.mark.parametrize("id", [file.stem for file in FILES])
def test_examples_come_out_among_all_providers_and_belong_to_one(id: str, everybody: Registry) -> None:
    """Every embed code is recognised, or refused, as its file says, whatever order they are asked in."""
    provider = everybody.providers[id]
    for example in provider.examples:
        assert failure(example, provider, everybody) == "", example
        assert rivals(example, provider, everybody) == [], example


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


def test_every_file_has_enough_examples(everybody: Registry) -> None:
    """Two that match and one that does not, at least."""
    few = {
        each.id
        for each in everybody.providers.values()
        if sum(example.match and not example.owned for example in each.examples) < 2
        or not any(not example.match for example in each.examples)
    }
    assert not few


@pytest.mark.req("XFR-1")
def test_facts_are_dated_and_sourced(everybody: Registry) -> None:
    """A notice tells when its facts were read, and no fact is from the future."""
    latest = date.today() + timedelta(days=1)  # time zones
    for provider in everybody.providers.values():
        company = provider.company
        assert date(2026, 1, 1) <= company.as_of <= latest, provider.id
        assert company.source.startswith("https://"), provider.id


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
