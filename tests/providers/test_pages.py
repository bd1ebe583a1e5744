"""Pages of a provider that are no item: accounts, lists, articles."""

from __future__ import annotations

import pytest

from embedproxy.providers.frames import frame_url, link_url
from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Claim, Registry
from tests.providers.files import EXAMPLES, provider, url_of

KNOWN = load_providers()
Rule = dict[str, object]
FRAME: Rule = {
    "src": "https://film.example/embed/{id}",
    "link": "https://film.example/{id}",
    "set": {"quiet": "1"},
}
ITEM: Rule = {"path": r"/embed/(?P<id>\w+)"}
PAGE: Rule = {"path": r"/user/(?P<id>\w+)", "page": True}


def registry_of(*match: Rule) -> Registry:
    """A registry with one provider."""
    return Registry([provider("film", hosts=["film.example"], match=list(match), frame=FRAME)])


def claim_of(registry: Registry, address: str) -> Claim:
    """The claim on an address that is known."""
    claim = registry.claim(url_of(address))
    assert claim
    return claim


@pytest.mark.parametrize(
    ("address", "provider_id", "item"),
    [
        ("https://www.youtube.com/@jawed/videos", "youtube", "jawed"),
        ("https://www.youtube.com/channel/UC4QobU6STFB0P71PMvOGN5A", "youtube", "UC4QobU6STFB0P71PMvOGN5A"),
        ("https://vimeo.com/ondemand/20704", "vimeo", "20704"),
        ("https://www.instagram.com/natgeo/", "instagram", "natgeo"),
        ("https://www.instagram.com/share/p/BAtwjtaqSm", "instagram", "BAtwjtaqSm"),
        ("https://x.com/i/spaces/1vAxRAVQWONJl", "x", "1vAxRAVQWONJl"),
        ("https://www.tiktok.com/@scout2015", "tiktok", "scout2015"),
        ("https://vm.tiktok.com/ZTR45GpSF/", "tiktok", "ZTR45GpSF"),
        ("https://www.zdf.de/video/magazine/heute-journal-104/heute-journal-vom-19-12-2021-100", "zdf", ""),
    ],
)
def test_a_page_is_its_providers_and_named_by_its_id(address: str, provider_id: str, item: str) -> None:
    """Accounts, lists and short addresses have an owner, as items have."""
    claim = claim_of(KNOWN, address)
    assert claim.rule
    assert claim.rule.page
    assert claim.provider.id == provider_id
    assert item in ("", claim.id)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.instagram.com/explore/",
        "https://www.instagram.com/accounts/password/change",
        "https://www.twitch.tv/settings/profile",
        "https://www.facebook.com/marketplace/item/500023920905237/",
        "https://vimeo.com/features",
        "https://slides.com/random-page",
        "https://www.tiktok.com/",
    ],
)
def test_what_a_site_needs_for_itself_is_no_page_of_anybody(address: str) -> None:
    """Settings, shop windows and log-ins name no account."""
    assert KNOWN.claim(url_of(address)) is None


def test_a_page_takes_nothing_from_the_frame_of_items() -> None:
    """A frame with its address shows the address itself: an account's name is no item's id."""
    claim = claim_of(registry_of(ITEM, PAGE), "https://film.example/user/anna?tab=new&utm_source=x")
    assert frame_url(claim) == "https://film.example/user/anna?tab=new&quiet=1"
    assert link_url(claim) == "https://film.example/user/anna?tab=new"


def test_a_page_may_have_a_frame_of_its_own() -> None:
    """Some providers show an account's latest items."""
    shown = {**PAGE, "src": "https://film.example/embed/user/{id}"}
    claim = claim_of(registry_of(ITEM, shown), "https://film.example/user/anna?tab=new")
    assert frame_url(claim) == "https://film.example/embed/user/anna?quiet=1"
    assert frame_url(claim_of(KNOWN, "https://www.instagram.com/natgeo/")) == (
        "https://www.instagram.com/natgeo/embed/"
    )


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("https://anna.film.example/", "anna"),
        ("https://www.film.example/", None),
        ("https://film.example/", None),
        ("https://anna.film.example.evil.example/", None),
    ],
)
def test_an_account_with_a_host_of_its_own_is_named_by_its_label(address: str, item: str | None) -> None:
    """The provider's own front page is nobody's account."""
    claim = registry_of(ITEM, {"path": "/", "page": True, "label": True}).claim(url_of(address))
    assert (claim.id if claim else None) == item


def test_an_address_of_old_names_its_item_in_the_fragment() -> None:
    """Such links still stand in quotations of their time."""
    claim = claim_of(KNOWN, "https://twitter.com/#!/IJasonAlexander/status/526635414338023424")
    assert (claim.provider.id, claim.id) == ("x", "526635414338023424")
    assert KNOWN.claim(url_of("https://twitter.com/#!/")) is None


def test_a_refusal_says_which_part_does_not_fit() -> None:
    """For everybody who writes a file."""
    registry = registry_of({"path": "/", "fragment": r"!/(?P<id>\d+)"}, {"path": "/", "label": True})
    lines = registry.explain(url_of("https://film.example/#x"))
    assert r"film match 1: the fragment is not !/(?P<id>\d+)" in lines
    assert "film match 2: the host film.example names no account" in lines


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({**PAGE, "share": True, "link": "https://film.example/"}, "page = true goes with no share"),
        ({**ITEM, "label": True}, "label = true names the id"),
        ({**ITEM, "fragment": "(?P<id>x)"}, 'captures the group "id" twice'),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(rule: Rule, reason: str) -> None:
    """An id comes from one place, and a button is no page."""
    with pytest.raises(ValueError, match=reason):
        provider("film", hosts=["film.example"], match=[rule], examples=EXAMPLES)


def test_no_page_stands_before_an_item_of_its_provider() -> None:
    """Whatever is an item by one match of a file is not taken for a page by another."""
    wrong = [
        (each.id, example.url)
        for each in KNOWN.providers.values()
        for example in each.examples
        if example.url and example.frame and (claim := KNOWN.claim(url_of(example.url)))
        if claim.rule and claim.rule.page and not example.page
    ]
    assert not wrong
