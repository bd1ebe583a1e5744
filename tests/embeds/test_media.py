"""Players of the page's own markup whose file lies at a provider's."""

from __future__ import annotations

import re

import pytest

from embedproxy import urls
from embedproxy.embeds.frame import frame_of
from embedproxy.embeds.recognise import embed_of
from tests.embeds.pages import policy, rewrite

FILE = "https://traffic.libsyn.com/show/one.mp3"
TICKET = re.compile(r'name="ticket" value="([^"]+)"')


def boxed(html: str) -> list[str]:
    """The addresses of the frames that stand in the page after a grant."""
    tickets = [policy().tickets.read(text) for text in TICKET.findall(rewrite(html))]
    return [frame_of(embed_of(ticket, policy())).src for ticket in tickets]


@pytest.mark.parametrize(
    "html",
    [
        f'<audio controls src="{FILE}">Ihr Browser spielt das nicht.</audio>',
        f'<video controls src="{FILE}"></video>',
        f'<audio controls><source src="{FILE}"><source src="{FILE}.ogg"></audio>',
        f'<AUDIO CONTROLS=""><track src="/k.vtt"><SOURCE SRC="{FILE}"><a href="{FILE}">laden</a></AUDIO>',
    ],
)
@pytest.mark.req("NET-1")
def test_a_player_of_a_providers_file_is_a_box_and_then_the_file(html: str) -> None:
    """Otherwise an empty player would be left, and no way to hear it."""
    assert boxed(html) == [FILE]
    assert "<audio" not in rewrite(html).lower()


@pytest.mark.parametrize(
    ("html", "left"),
    [
        (
            f'<video controls><source src="{FILE}"><source src="/own.mp4"></video>',
            '<video controls><source src=""><source src="/own.mp4"></video>',
        ),
        (f'<video autoplay muted src="{FILE}"></video>', '<video autoplay muted src=""></video>'),
        (f'<video controls hidden src="{FILE}"></video>', '<video controls hidden src=""></video>'),
        (f'<audio controls src="{FILE}"><p>', '<audio controls src=""><p>'),
        (
            f'<audio controls src="/own.mp3"><source src="{FILE}"></audio>',
            '<audio controls src="/own.mp3"><source src=""></audio>',
        ),
    ],
)
def test_a_player_that_can_do_without_it_only_loses_the_address(html: str, left: str) -> None:
    """It has another file, shows nothing but decoration, or never ends."""
    assert rewrite(html) == left


@pytest.mark.parametrize(
    "html",
    [
        '<video controls src="/own.mp4"></video>',
        '<audio controls><source src="https://cdn.example.net/one.mp3"></audio>',
        "<audio controls></audio>",
        f'<audio controls data-embedproxy="allow" src="{FILE}"></audio>',
    ],
)
def test_other_players_stay_as_they_are(html: str) -> None:
    """The site's own, a stranger's, and one that the operator lets pass."""
    assert rewrite(html) == html


def test_an_audio_player_takes_no_more_room_than_its_controls() -> None:
    """A video keeps its own size."""
    sound, film = (
        policy().tickets.read(TICKET.findall(rewrite(html))[0])
        for html in (
            f'<audio controls src="{FILE}"></audio>',
            f'<video controls width="640" height="480" src="{FILE}"></video>',
        )
    )
    assert (sound.width, sound.height, sound.ratio) == (None, 160, None)
    assert (film.width, film.height, film.ratio) == (640, 480, (640, 480))
    assert urls.parse(sound.url) == urls.parse(FILE)
