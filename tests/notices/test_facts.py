"""Facts: what a provider file says, and what nobody knows."""

from __future__ import annotations

import pytest

from embedproxy.notices.facts import of_host, of_provider
from tests.notices.samples import instance_provider, provider_of


def test_of_an_unknown_host_nothing_is_claimed() -> None:
    """No company, no country, no purpose is made up."""
    facts = of_host("widgets.example")
    assert (facts.provider, facts.name) == ("host:widgets.example", "widgets.example")
    assert (facts.company, facts.country, facts.purposes, facts.storage, facts.as_of) == (
        "",
        "",
        (),
        (),
        None,
    )
    assert not facts.known
    assert not facts.listed


def test_an_instance_is_its_own_provider() -> None:
    """The file knows the software, not who runs the instance."""
    facts = of_provider(instance_provider(), "tube.example")
    assert (facts.provider, facts.name) == ("peertube@tube.example", "PeerTube (tube.example)")
    assert facts.policy("de", "en") == "https://tube.example/about"
    assert facts.listed
    assert not facts.known


def test_software_without_its_instance_has_no_made_up_policy() -> None:
    """An address with a hole in it is never linked."""
    facts = of_provider(instance_provider())
    assert (facts.provider, facts.policy("de")) == ("peertube", "https://source.example/")


@pytest.mark.req("XFR-3")
def test_a_fallen_framework_leaves_the_transfer_unprotected() -> None:
    """One switch turns every provider under the EU-US Data Privacy Framework."""
    facts = of_provider(provider_of(), dpf_valid=False)
    assert (facts.transfer, facts.transfer_to) == ("none", "US")


@pytest.mark.parametrize(
    ("languages", "expected"), [(("fr", "en"), "en"), (("de", "en"), "de"), (("fr",), "de")]
)
def test_the_policy_comes_in_the_first_language_that_has_one(
    languages: tuple[str, ...], expected: str
) -> None:
    """A visitor gets the policy in their language, else in English, else in any."""
    assert of_provider(provider_of()).policy(*languages) == f"https://policies.example/{expected}"
