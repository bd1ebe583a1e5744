"""Quotations name the post, whatever else they link to."""

from __future__ import annotations

import re

import pytest

from embedproxy.consent.grants import Grant, Grants
from tests.embeds.pages import page_at, policy, rewrite


def embeds_of(html: str) -> list[tuple[str, str]]:
    """Id and address of every embed that has a box."""
    texts = re.findall(r'name="ticket" value="([^"]+)"', rewrite(html))
    tickets = [policy().tickets.read(text) for text in texts]
    return [(ticket.embed, ticket.url) for ticket in tickets]


# A post's permalink, and links behind it that author or provider wrote: an account, a hashtag, a list.
QUOTATIONS = [
    (
        '<blockquote class="twitter-tweet"><p>text</p><a href="https://twitter.com/jack/status/20">date</a>'
        '<a href="https://twitter.com/hashtag/first">#first</a><a href="https://x.com/jack/lists/1">list</a>'
        '<a href="https://x.com/intent/follow?screen_name=jack">Follow</a></blockquote>',
        "x:20",
    ),
    (
        '<blockquote class="instagram-media"><a href="https://www.instagram.com/p/B60jPE6J8U-/">A post</a>'
        '<a href="https://www.instagram.com/natgeo/">natgeo</a>'
        '<a href="https://www.instagram.com/explore/tags/sea/">#sea</a></blockquote>',
        "instagram:B60jPE6J8U-",
    ),
    (
        '<blockquote class="tiktok-embed"><a href="https://www.tiktok.com/@scout2015/video/6718335390845095173">'
        'film</a><a href="https://www.tiktok.com/@scout2015">@scout2015</a>'
        '<a href="https://www.tiktok.com/tag/dog">#dog</a>'
        '<a href="https://www.tiktok.com/music/song-6956990112127585029">song</a></blockquote>',
        "tiktok:6718335390845095173",
    ),
    (
        '<blockquote class="reddit-embed-bq"><a href="https://www.reddit.com/r/pics/comments/dq4m1v/garden/">'
        'Garden</a> by <a href="https://www.reddit.com/user/anna/">anna</a> in '
        '<a href="https://www.reddit.com/r/pics/">pics</a></blockquote>',
        "reddit:dq4m1v",
    ),
    (
        '<blockquote class="bluesky-embed"><a href="https://bsky.app/profile/bsky.app/post/3lgu4lg6j2k2v">'
        'post</a><a href="https://bsky.app/profile/bsky.app">Bluesky</a>'
        '<a href="https://bsky.app/hashtag/sky">#sky</a></blockquote>',
        "bluesky:3lgu4lg6j2k2v",
    ),
    (
        '<blockquote class="mastodon-embed"><a href="https://mastodon.social/@Gargron/109300000000000001">post'
        '</a><a href="https://mastodon.social/@Gargron">Gargron</a>'
        '<a href="https://mastodon.social/tags/sky">#sky</a></blockquote>',
        "mastodon@mastodon.social:109300000000000001",
    ),
]


@pytest.mark.parametrize(("html", "embed"), QUOTATIONS, ids=[embed for _, embed in QUOTATIONS])
def test_a_quotation_names_the_post_and_not_its_author(html: str, embed: str) -> None:
    """A link to an account, a hashtag or a button behind the permalink changes nothing."""
    assert [found for found, _ in embeds_of(html)] == [embed]


@pytest.mark.parametrize(
    "link",
    [
        "https://twitter.com/jack/lists/1",
        "https://twitter.com/hashtag/first",
        "https://x.com/intent/follow?screen_name=jack",
    ],
)
def test_a_quotation_without_a_post_stays_as_it_is(link: str) -> None:
    """There is nothing that a frame could show."""
    html = f'<blockquote class="twitter-tweet"><p>text</p><a href="{link}">x</a></blockquote>'
    assert rewrite(html) == html


def test_a_quotation_may_say_that_it_is_of_an_account() -> None:
    """Its own attribute means what it names, where the provider has a frame for it."""
    html = '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@scout2015"></blockquote>'
    assert [url for _, url in embeds_of(html)] == ["https://www.tiktok.com/@scout2015"]


def test_an_element_that_names_a_page_without_a_frame_gets_no_box() -> None:
    """A box would promise what the provider refuses to show."""
    html = '<amp-facebook data-href="https://www.facebook.com/groups/garden"></amp-facebook>'
    assert embeds_of(html) == []


def test_a_frame_of_a_page_gets_its_providers_box_and_shows_its_address_after_a_grant() -> None:
    """The visitor is told who it is, and nothing that the author did not write is loaded."""
    html = '<iframe src="https://www.youtube.com/@jawed?utm_source=x"></iframe>'
    ((embed, url),) = embeds_of(html)
    assert embed.startswith("youtube:")
    assert "jawed" not in embed
    assert url == "https://www.youtube.com/@jawed?utm_source=x"
    granted = Grants((Grant("youtube", "always", "", 0, "0" * 16, "0" * 32),))
    assert 'src="https://www.youtube.com/@jawed"' in rewrite(html, page=page_at(grants=granted))


def test_a_grant_of_an_account_opens_no_item_of_that_name() -> None:
    """They are called alike and are not the same thing."""
    account = embeds_of('<iframe src="https://www.instagram.com/natgeo/"></iframe>')
    post = embeds_of('<iframe src="https://www.instagram.com/p/natgeo/embed/"></iframe>')
    assert account[0][0] != post[0][0]
