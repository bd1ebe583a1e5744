"""Media elements that name a provider's item in place of a file, and films behind a part of a page."""

from __future__ import annotations

import json

import pytest
from markupsafe import escape

from embedproxy.embeds.interest import interest_of
from embedproxy.providers.registry import Registry
from tests.embeds.pages import policy
from tests.embeds.test_recognition import shown

ITEM = "[youtube:jNQXAC9IVRw]"
WATCH = "https://www.youtube.com/watch?v=jNQXAC9IVRw"


def setup(source: object) -> str:
    """Video.js's way to keep what it plays."""
    return f'<video class="a" data-setup="{escape(json.dumps({"sources": source}))}"></video>'


@pytest.mark.parametrize(
    ("html", "result"),
    [
        (
            f'<video controls><source type="video/youtube" src="{WATCH}&amp;_=1"><a href="/f">f</a></video>b',
            f"{ITEM}b",
        ),
        ('<video><source src="/a.mp4"><source src="https://vimeo.com/19231868"></video>', "[vimeo:19231868]"),
        (f'<video src="{WATCH}"></video>', ITEM),
        (f'<audio src="{WATCH}"></audio>', ITEM),
        (setup([{"type": "video/youtube", "src": WATCH}]), ITEM),
    ],
)
@pytest.mark.req("NET-1")
def test_a_player_of_a_providers_item_becomes_its_box(html: str, result: str) -> None:
    """The player's script would put the provider's frame there; no browser plays such an address itself."""
    assert shown(html) == result


@pytest.mark.parametrize(
    "html",
    [
        '<video src="/film.mp4" poster="/p.jpg"><p>no video</p></video>',
        '<video controls><source src="/film.mp4" type="video/mp4"><track src="/de.vtt"></video>',
        '<video><source src="https://media.other.example/film.mp4"><source></video>',
        f'<video data-embedproxy="allow" src="{WATCH}"></video>',
        setup([]),
        setup("/film.mp4"),
        setup([{"src": "/film.mp4"}]),
        setup(["/film.mp4"]),
        '<video data-setup="no json"></video>',
        '<svg><video data-x="1"></video></svg>',
    ],
)
def test_a_player_of_files_stays(html: str) -> None:
    """Its files are the site's own, or of somebody that we do not know."""
    assert shown(html) == html


def test_a_player_that_never_ends_loses_its_address_only() -> None:
    """Nobody can tell how far it reaches."""
    assert shown(f'<video src="{WATCH}">a') == '<video src="">a'
    assert shown(f'<video><source src="{WATCH}">a') == '<video><source src="">a'


@pytest.mark.parametrize(
    ("html", "result"),
    [
        (f'<p data-vc-video-bg="{WATCH}">', '<p data-vc-video-bg="">'),
        (
            f'<p class="jarallax" data-jarallax-video="{WATCH}">',
            '<p class="jarallax" data-jarallax-video="">',
        ),
        (f'<p data-video-src="{WATCH}">', '<p data-video-src="">'),
        (f'<p data-vbg="{WATCH}">', '<p data-vbg="">'),
        ("<p data-property=\"{videoURL:'https://youtu.be/jNQXAC9IVRw',mute:true}\">", '<p data-property="">'),
        ('<rs-layer data-ytid="jNQXAC9IVRw">', '<rs-layer data-ytid="">'),
        ('<p data-vimeoid="19231868">', '<p data-vimeoid="">'),
    ],
)
@pytest.mark.req("NET-1")
def test_a_film_behind_a_part_of_the_page_goes_without_a_box(html: str, result: str) -> None:
    """It was decoration; its script would load the provider's program as soon as the page is there."""
    assert shown(html) == result


@pytest.mark.parametrize(
    "html",
    [
        '<p data-vc-video-bg="/film.mp4"></p>',
        '<p data-video-src="film.mp4"></p>',
        "<p data-property=\"{videoURL:'/film.mp4'}\"></p>",
        '<p data-ytid=""></p>',
    ],
)
def test_the_sites_own_film_behind_a_part_of_the_page_stays(html: str) -> None:
    """It comes from the site."""
    assert shown(html) == html


@pytest.mark.parametrize(
    ("html", "result"),
    [
        ('<div data-tf-live="01HABC"></div>', '<div data-tf-live="01HABC">[typeform:01HABC]</div>'),
        ('<DIV DATA-PINPOLL-ID="23456"></DIV>', '<DIV DATA-PINPOLL-ID="23456">[pinpoll:23456]</DIV>'),
        ('<div data-tf-live=""></div>', '<div data-tf-live=""></div>'),
        ('<span data-tf-live="01HABC"></span>', '<span data-tf-live="01HABC"></span>'),
    ],
)
def test_an_attribute_can_mark_a_providers_element(html: str, result: str) -> None:
    """Many embed codes have neither a class nor a name of their own."""
    assert shown(html) == result


def test_the_two_parameters_of_tableaus_old_embed_code_name_its_view() -> None:
    """The object itself has no address; a script would look for it."""
    host = '<param name="host_url" value="https%3A%2F%2Fpublic.tableau.com%2F"/>'
    name = '<param name="name" value="Storms&#47;Overview"/>'
    code = '<object class="tableauViz" style="display:none">{}</object>'
    assert shown(code.format(host + name)) == "[tableau:Overview]"
    assert shown(code.format(name)) == code.format(name)


def test_only_attributes_that_some_provider_names_are_looked_for() -> None:
    """A site may have no provider files but its own."""
    assert b"data-pinpoll-id" in interest_of(policy().registry).pattern
    assert b"data-pinpoll-id" not in interest_of(Registry(())).pattern


def test_an_object_shows_the_first_parameter_that_a_provider_owns() -> None:
    """Others may name a file of the site."""
    own, film = '<param name="data" value="/a.swf">', f'<param name="movie" value="{WATCH}">'
    assert shown(f"<object>{own}{film}</object>") == ITEM
