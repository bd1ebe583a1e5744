"""A provider without its facts reaches no visitor."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedproxy.errors import ProviderError
from embedproxy.providers.loader import load_providers
from tests.providers.files import FILM

REQUIRED = ("name", "country", "privacy_url", "transfer", "as_of", "source", "purposes", "storage")


def without(line: str) -> str:
    """The example provider without one of its company's or its own facts."""
    lines = FILM.splitlines()
    last = max(number for number, text in enumerate(lines) if text.startswith(f"{line} ="))
    return "\n".join(lines[:last] + lines[last + 1 :])


@pytest.mark.req("CFG-8")
@pytest.mark.req("XFR-1")
@pytest.mark.parametrize("fact", REQUIRED)
def test_a_provider_without_a_fact_does_not_load(tmp_path: Path, fact: str) -> None:
    """No notice is ever shown with a gap in it."""
    (tmp_path / "film.toml").write_text(without(fact), encoding="utf-8")
    with pytest.raises(ProviderError):
        load_providers(tmp_path)


def test_the_example_is_complete(tmp_path: Path) -> None:
    """So that each refusal above is for the missing fact."""
    (tmp_path / "film.toml").write_text(FILM, encoding="utf-8")
    assert "film" in load_providers(tmp_path).providers


def test_one_company_has_one_country_and_one_transfer() -> None:
    """What is known of a group is not forgotten where another service of it is described."""
    told: dict[str, set[tuple[str, str, str | None]]] = {}
    for provider in load_providers().providers.values():
        company = provider.company
        if company.name:
            told.setdefault(company.name, set()).add((company.country, company.transfer, company.transfer_to))
    assert not {name: facts for name, facts in told.items() if len(facts) > 1}
