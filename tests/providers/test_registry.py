"""Whose an address is, decided by labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy import urls
from embedproxy.providers.frames import frame_url, link_url
from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Claim, Registry
from tests.providers.files import EXAMPLES, FACTS, provider, url_of

KNOWN = load_providers()


@pytest.mark.parametrize(
    "address",
    [
        "https://youtube.com.evil.example/embed/jNQXAC9IVRw",
        "https://notyoutube.com/embed/jNQXAC9IVRw",
        "https://youtube.com@evil.example/embed/jNQXAC9IVRw",
        "https://evil.example/youtube.com/embed/jNQXAC9IVRw",
        "https://com/embed/jNQXAC9IVRw",
        "https://[::1]/embed/jNQXAC9IVRw",
    ],
)
def test_lookalike_host_is_nobodys(address: str) -> None:
    """Labels decide, not letters."""
    assert KNOWN.claim(url_of(address)) is None
    assert KNOWN.owner(url_of(address)) is None


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://WWW.YouTube.COM./embed/jNQXAC9IVRw",
        "http://youtube.com:8080/embed/jNQXAC9IVRw/",
        "https://user:secret@m.youtube.com/embed/jNQXAC9IVRw",
        "https://www.youtube.com\\embed\\%6ANQXAC9IVRw",
    ],
)
def test_disguised_address_is_recognised(address: str) -> None:
    """Case, ports, user info, slashes, escapes and a slash at the end hide nothing."""
    claim = KNOWN.claim(url_of(address))
    assert claim
    assert (claim.provider.id, claim.id) == ("youtube", "jNQXAC9IVRw")


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("https://platform.twitter.com/widgets.js", "x"),
        ("https://connect.facebook.net/de_DE/sdk.js", "facebook"),
        ("https://www.instagram.com/embed.js", "instagram"),
        ("https://i.ytimg.com/vi/jNQXAC9IVRw/hqdefault.jpg", "youtube"),
        ("https://maps.google.at/maps?q=Wien&output=embed", "google-maps"),
        ("https://www.google.com/search?q=x", None),
        ("https://site.example/", None),
    ],
)
def test_resource_has_the_owner_of_its_host(address: str, owner: str | None) -> None:
    """On a shared host only what is the provider's shape is the provider's."""
    found = KNOWN.owner(url_of(address))
    assert (found.id if found else None) == owner


def test_script_on_a_shared_host_is_owned_by_its_prefix() -> None:
    """The rest of the host belongs to others."""
    captcha = provider("captcha", scripts=["www.shared.example/captcha/"], resource_hosts=["captcha.example"])
    registry = Registry([captcha, provider("film", hosts=["film.example"])])
    assert registry.owner(url_of("https://www.shared.example/captcha/api.js")) is captcha
    assert registry.owner(url_of("https://www.shared.example/other/api.js")) is None


def test_more_specific_host_wins() -> None:
    """A provider below another's domain keeps its own addresses."""
    rule = [{"path": "/embed/(?P<id>.+)"}]
    wide = provider("wide", hosts=["film.example"], match=rule)
    narrow = provider("narrow", hosts=["live.film.example"], match=[{"path": "/live/(?P<id>.+)"}])
    registry = Registry([wide, narrow])
    assert registry.owner(url_of("https://www.live.film.example/")) is narrow
    assert registry.owner(url_of("https://film.example/")) is wide
    assert registry.claim(url_of("https://live.film.example/embed/a")) is None


def test_federated_provider_comes_last() -> None:
    """Its shape counts on every host but those that somebody claims."""
    federated = provider("tube", any_host=True, match=[{"path": "/embed/(?P<id>.+)"}])
    film = provider("film", hosts=["film.example"], match=[{"path": "/embed/(?P<id>.+)"}])
    registry = Registry([federated, film])
    claim = registry.claim(url_of("https://any.example/embed/a"))
    assert claim
    assert claim.provider is federated
    assert [each.provider for each in registry.claims(url_of("https://film.example/embed/a"))] == [film]
    assert registry.owner(url_of("https://any.example/embed/a")) is None


def test_federated_provider_may_leave_the_company_empty() -> None:
    """Every instance has another."""
    nobody = {**FACTS, "name": "", "country": "", "transfer": "none"}
    privacy = {"en": "https://{host}/privacy-policy"}
    rule = {"path": "/embed/(?P<id>.+)", "src": "https://{host}/embed/{id}"}
    tube = provider("tube", any_host=True, match=[rule], company={**nobody, "privacy_url": privacy})
    claim = Registry([tube]).claim(url_of("http://any.example/embed/a"))
    assert claim
    assert frame_url(claim) == "https://any.example/embed/a"


def test_parameter_rules_need_every_parameter() -> None:
    """The first occurrence counts, decoded."""
    rule = {"path": "/watch", "query": {"v": r"(?P<id>\w+)", "list": r"(?P<list>\w*)"}}
    registry = Registry([provider("film", hosts=["film.example"], match=[rule])])
    assert registry.claim(url_of("https://film.example/watch?v=a")) is None
    assert registry.claim(url_of("https://film.example/watch?list=&v=a-b")) is None
    claim = registry.claim(url_of("https://film.example/watch?list=&v=%61&v=z"))
    assert claim
    assert claim.groups == {"id": "a", "list": ""}


@pytest.mark.parametrize("escaped", ["..", "%2e%2e", "a%2F..%2Fb", "a%5C.."])
def test_captured_dot_segments_are_no_embed(escaped: str) -> None:
    """A value that climbs out of its place in the frame's path is refused."""
    rule = {"path": "/watch", "query": {"v": "(?P<id>.+)"}, "src": "https://film.example/embed/{+id}"}
    registry = Registry([provider("film", hosts=["film.example"], match=[rule])])
    url = url_of(f"https://film.example/watch?v={escaped}")
    assert registry.claim(url) is None
    assert any("climbs" in line for line in registry.explain(url))


def test_quotations_and_widgets_are_found_by_tag_and_class() -> None:
    """One look-up each."""
    quotes = KNOWN.quotes("blockquote", "twitter-tweet")
    assert [quote.url for quote in quotes] == [""]
    assert KNOWN.quotes("div", "twitter-tweet") == ()
    values: dict[str, str | None] = {"videoid": "jNQXAC9IVRw"}
    nothing: dict[str, str | None] = {}
    (lite,) = KNOWN.elements("lite-youtube")
    assert lite.address(values.get) == "https://www.youtube.com/embed/jNQXAC9IVRw"
    assert lite.address(nothing.get) == ""
    assert KNOWN.elements("b") == ()


def test_quotation_without_attribute_names_no_address() -> None:
    """Its last link does; that is for the page's reader."""
    (quote,) = KNOWN.quotes("blockquote", "twitter-tweet")
    values: dict[str, str | None] = {"cite": "https://x.com/"}
    assert quote.address(values.get) == ""


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("https://www.youtube.com/embed/a", "result: youtube, id a"),
        ("https://www.youtube.com/embed/a", "www.youtube.com belongs to youtube"),
        ("https://www.youtube.com/feed", "result: no embed of a known provider"),
        ("https://www.youtube.com/watch", "youtube match 4: the parameter v is missing"),
        ("https://www.youtube.com/watch?v=,", r"youtube match 4: the parameter v is not (?P<id>[\w-]+)"),
        ("https://site.example/", "site.example belongs to no provider"),
        ("https://www.google.com/maps/embed?pb=1", "google-maps match 1: fits"),
    ],
)
def test_explanation_says_why(address: str, line: str) -> None:
    """Whose host, which rules, and what came out."""
    assert line in KNOWN.explain(url_of(address))


def test_digest_changes_with_facts_and_not_with_examples() -> None:
    """It invalidates caches, and only for what visitors may see."""
    film = provider("film", hosts=["film.example"])
    other = provider("film", hosts=["film.example"], examples=EXAMPLES[::-1])
    older = provider("film", hosts=["film.example"], company={**FACTS, "as_of": "2025-11-01"})
    assert Registry([film]).digest == Registry([other]).digest
    assert Registry([film]).digest != Registry([older]).digest


OWN = [host for each in KNOWN.providers.values() for host in each.own_hosts]
SHAPES = ["embed/", "watch?v=", "v/", "shorts/", "embed/videoseries?list="]


@given(st.sampled_from([*OWN, "google.com"]), st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_no_address_of_a_provider_raises(host: str, path: str, query: str, autoplay: bool) -> None:
    """Whatever stands on a provider's host, the frame is an https address that says what it means."""
    url = urls.parse(f"http://{host}/{path}?{query}")
    claim = KNOWN.claim(url) if url else None
    if claim:
        for address in (frame_url(claim, autoplay=autoplay), link_url(claim)):
            parsed = url_of(address)
            assert parsed.scheme == "https"
            assert address.isascii()
            assert address.startswith(f"https://{parsed.host}")


@given(st.sampled_from(SHAPES), st.text(max_size=30))
def test_no_youtube_id_breaks_out_of_its_frame(shape: str, item: str) -> None:
    """A captured id stays in its place, whatever it holds."""
    url = urls.parse("https://www.youtube.com/" + shape + item)
    claim = KNOWN.claim(url) if url else None
    if claim:
        frame = url_of(frame_url(claim))
        assert frame.host == "www.youtube-nocookie.com"
        assert frame.path.count("/") == 2
        assert frame.path.startswith("/embed/")


def test_endless_address_is_not_searched() -> None:
    """Its host still tells whose it is."""
    url = url_of("https://www.youtube.com/embed/jNQXAC9IVRw?x=" + "y" * 9000)
    assert KNOWN.claim(url) is None
    assert KNOWN.owner(url) is KNOWN.providers["youtube"]


def test_owner_without_rule_keeps_the_address() -> None:
    """What only its host makes known is framed as it is, over https and without trackers."""
    url = url_of("http://www.youtube.com/feed?x=1&utm_source=y")
    claim = Claim(KNOWN.providers["youtube"], None, "", {}, url)
    assert frame_url(claim) == "https://www.youtube.com/feed?x=1"
    assert link_url(claim) == "https://www.youtube.com/feed?x=1"
