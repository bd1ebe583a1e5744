"""The addresses of frames and links, built from what was captured."""

from __future__ import annotations

import pytest

from embedproxy.providers.frames import frame_url, link_url
from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Claim, Registry
from embedproxy.providers.schema import Provider
from tests.providers.files import provider, url_of

KNOWN = load_providers()


def claim_of(address: str, registry: Registry = KNOWN) -> Claim:
    """The claim on an address that is known."""
    claim = registry.claim(url_of(address))
    assert claim
    return claim


@pytest.mark.req("CFG-4")
@pytest.mark.req("PRX-2")
@pytest.mark.parametrize(
    ("address", "frame"),
    [
        (
            "http://www.youtube.com/embed/jNQXAC9IVRw?autoplay=1&feature=oembed&si=x&start=7&utm_source=y",
            "https://www.youtube-nocookie.com/embed/jNQXAC9IVRw?start=7",
        ),
        (
            "https://player.vimeo.com/video/45725193?h=a290f71a57&dnt=0&fbclid=x",
            "https://player.vimeo.com/video/45725193?h=a290f71a57&dnt=1",
        ),
        (
            "https://x.com/Interior/status/463440424141459456?ref_src=twsrc",
            "https://platform.twitter.com/embed/Tweet.html?id=463440424141459456&dnt=true",
        ),
        (
            "https://www.instagram.com/reel/C3Sk6d2MTjI/?igsh=x",
            "https://www.instagram.com/p/C3Sk6d2MTjI/embed/",
        ),
        ("https://www.tiktok.com/@a/video/671?_r=1", "https://www.tiktok.com/embed/v2/671"),
    ],
)
def test_frame_is_the_most_private_one(address: str, frame: str) -> None:
    """Https, the cookieless host where there is one, no tracker, no start by itself."""
    assert frame_url(claim_of(address)) == frame


def test_autoplay_is_set_on_demand_only() -> None:
    """Right after a press the player starts; on a later visit it waits."""
    claim = claim_of("https://www.youtube.com/embed/jNQXAC9IVRw?autoplay=1")
    assert frame_url(claim, autoplay=True).endswith("/jNQXAC9IVRw?autoplay=1")
    assert frame_url(claim).endswith("/jNQXAC9IVRw")


def test_link_leads_to_the_page_of_the_item() -> None:
    """For everybody who would rather go there."""
    assert (
        link_url(claim_of("https://youtu.be/jNQXAC9IVRw?si=x"))
        == "https://www.youtube.com/watch?v=jNQXAC9IVRw"
    )


def test_share_button_links_to_the_share_address() -> None:
    """The page that it shares comes along, escaped."""
    claim = claim_of(
        "https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Fsite.example%2F%3Fa%3D1%26b%3D2"
    )
    assert claim.rule
    assert claim.rule.share
    link = "https://www.facebook.com/sharer/sharer.php?u=https://site.example/?a%3D1%26b%3D2"
    assert link_url(claim) == link


def odd(**frame: object) -> Provider:
    """A provider whose regex lets everything through."""
    return provider("film", hosts=["film.example"], match=[{"path": "/e/(?P<id>.+)"}], frame=frame)


@pytest.mark.parametrize(
    ("item", "escaped"),
    [
        ("a?b=1#c", "a%3Fb=1%23c"),
        ("a%3Fb%26c%23d", "a%3Fb&c%23d"),
        ("a%2F%2Fevil.example", "a%2F%2Fevil.example"),
        ("%22%3E%3Cscript%3E", "%22%3E%3Cscript%3E"),
        ("%C3%BC%20%2B", "%C3%BC%20%2B"),
        ("100%", "100%25"),
    ],
)
def test_captured_value_stays_in_its_segment(item: str, escaped: str) -> None:
    """Whatever it holds, it is one segment of the path."""
    registry = Registry([odd(src="https://film.example/embed/{id}")])
    path = item.replace("?", "%3F").replace("#", "%23")
    assert (
        frame_url(claim_of(f"https://film.example/e/{path}", registry))
        == f"https://film.example/embed/{escaped}"
    )


def test_captured_value_stays_in_its_parameter() -> None:
    """An ampersand inside is no second parameter."""
    registry = Registry([odd(src="https://film.example/embed?film={id}&x=1")])
    claim = claim_of("https://film.example/e/a%26x=2%23", registry)
    assert frame_url(claim) == "https://film.example/embed?film=a%26x%3D2%23&x=1"


def test_reserved_expansion_keeps_slashes_and_escapes() -> None:
    """As RFC 6570 has it."""
    registry = Registry([odd(src="https://film.example/embed/{+id}/x")])
    claim = claim_of("https://film.example/e/a/b%253F%25z", registry)
    assert frame_url(claim) == "https://film.example/embed/a/b%3F%25z/x"


def test_empty_optional_value_leaves_no_parameter() -> None:
    """What was not captured is not sent."""
    rule = {"path": r"/e/(?P<id>\w+)(?:/(?P<key>\w+))?", "src": "https://film.example/{id}?key={key}&empty="}
    registry = Registry([provider("film", hosts=["film.example"], match=[rule])])
    assert frame_url(claim_of("https://film.example/e/a", registry)) == "https://film.example/a?empty="
    assert (
        frame_url(claim_of("https://film.example/e/a/b", registry)) == "https://film.example/a?key=b&empty="
    )


def test_frame_without_template_is_the_address_over_https() -> None:
    """With what survives of its parameters, and its fragment where the file keeps it."""
    registry = Registry([odd(keep="*", fragment=True)])
    claim = claim_of("http://film.example/e/a?b=1&b=2&gclid=3#6/51/2", registry)
    assert frame_url(claim) == "https://film.example/e/a?b=1&b=2#6/51/2"


def test_port_of_an_https_address_survives() -> None:
    """An instance may live on another port; one for http would not speak TLS."""
    registry = Registry([odd()])
    assert frame_url(claim_of("https://film.example:8443/e/a", registry)) == "https://film.example:8443/e/a"
    assert frame_url(claim_of("http://film.example:8080/e/a", registry)) == "https://film.example/e/a"


def test_page_address_holds_the_parameters_that_the_rule_asks_for() -> None:
    """Nothing else of it is handed on."""
    claim = claim_of("https://www.facebook.com/photo.php?fbid=101&set=x&__tn__=y")
    expected = "https://www.facebook.com/plugins/post.php?href=https://www.facebook.com/photo.php?fbid%3D101"
    assert frame_url(claim) == expected
