"""Elements that a script of the site turns into a frame."""

from __future__ import annotations

import json

import pytest
from markupsafe import escape

from tests.embeds.test_recognition import shown

ITEM = "[youtube:jNQXAC9IVRw]"
PLYR, PLYR_ID = "data-plyr-provider", "data-plyr-embed-id"
VIDEO = 'class="elementor-widget-video"'


def settings(**values: str) -> str:
    """Elementor's way to keep what a widget shows."""
    return f'data-settings="{escape(json.dumps(values))}"'


@pytest.mark.parametrize(
    ("html", "result"),
    [
        (
            '<p class="a rll-youtube-player" data-id="jNQXAC9IVRw">',
            f'<p class="a" data-id="jNQXAC9IVRw">{ITEM}',
        ),
        ('<p class="lazyframe" data-src="$V">', f'<p class="" data-src="">{ITEM}'),
        (
            '<p class="flying-press-youtube" data-src="$V" onclick="f()">',
            f'<p class="" data-src="$V" onclick="">{ITEM}',
        ),
        ('<p class="lyMe" id="WYL_jNQXAC9IVRw">', f'<p class="" id="WYL_jNQXAC9IVRw">{ITEM}'),
        (
            '<p class="lazyYT" data-youtube-id="jNQXAC9IVRw">',
            f'<p class="" data-youtube-id="jNQXAC9IVRw">{ITEM}',
        ),
        (f'<p {PLYR}="youtube" {PLYR_ID}="jNQXAC9IVRw">', f'<p {PLYR}="" {PLYR_ID}="jNQXAC9IVRw">{ITEM}'),
        (f'<p {PLYR}="vimeo" {PLYR_ID}="$V">', f'<p {PLYR}="" {PLYR_ID}="$V">{ITEM}'),
        ('<p data-tf-widget="moe6aa"></p>', '<p data-tf-widget="">[typeform:moe6aa]</p>'),
        (f"<p {VIDEO} {settings(youtube_url='$V')}>", f"<p {VIDEO} {settings(youtube_url='')}>{ITEM}"),
        (
            f"<p {VIDEO} {settings(video_type='vimeo', vimeo_url='https://vimeo.com/1')}>",
            f"<p {VIDEO} {settings(video_type='vimeo', vimeo_url='')}>[vimeo:1]",
        ),
        (f"<p {settings(background_video_link='$V')}>", f"<p {settings(background_video_link='')}>"),
        ('<p class="youtube" data-embed="jNQXAC9IVRw">', f'<p class="" data-embed="jNQXAC9IVRw">{ITEM}'),
        (
            '<p class="epyt-facade" data-facadesrc="$V?rel=0">',
            f'<p class="" data-facadesrc="$V?rel=0">{ITEM}',
        ),
        (
            '<p data-type="youtube" data-video-id="jNQXAC9IVRw">',
            f'<p data-type="" data-video-id="jNQXAC9IVRw">{ITEM}',
        ),
        ('<p data-vimeo-id="19231868">', '<p data-vimeo-id="">[vimeo:19231868]'),
        ('<p data-vimeo-url="https://vimeo.com/1">', '<p data-vimeo-url="">[vimeo:1]'),
        ("<p data-vimeo-id=7 class=youtube>", '<p data-vimeo-id="" class="">[vimeo:7]'),
        ('<p class="wistia_embed wistia_async_a1b2c3">', '<p class="wistia_async_a1b2c3">[wistia:a1b2c3]'),
        ('<media-player src="youtube/jNQXAC9IVRw"><i>x</i></media-player>', ITEM),
        ('<media-player src="vimeo/19231868"></media-player>', "[vimeo:19231868]"),
        ('<oembed url="https://youtu.be/jNQXAC9IVRw"></oembed>', ITEM),
        ('<oembed url="https://youtu.be/jNQXAC9IVRw">', f'<oembed url="https://youtu.be/jNQXAC9IVRw">{ITEM}'),
    ],
)
@pytest.mark.req("NET-1")
def test_a_facade_gets_its_box_and_the_sites_script_finds_it_no_more(html: str, result: str) -> None:
    """Such a script loads the preview picture from the provider as soon as the element comes into view."""
    assert shown(html) == result.replace("$V", "https://www.youtube.com/embed/jNQXAC9IVRw")


@pytest.mark.parametrize(
    "html",
    [
        '<div class="rll-youtube-player"></div>',
        '<div class="lazyframe" data-src="https://site.example/film"></div>',
        '<div class="lyMe" id="menu"></div>',
        '<div data-plyr-provider="html5" data-plyr-embed-id="x"></div>',
        '<div class="elementor-widget-video" data-settings="{}"></div>',
        f"<p {VIDEO} {settings(video_type='hosted', youtube_url='')}>",
        '<div class="elementor-widget-video" data-settings=\'{"youtube_url":7}\'></div>',
        '<div data-settings="no json"></div><div data-settings="[]"></div>',
        '<div data-settings=\'{"link":"https://www.youtube.com/embed/jNQXAC9IVRw"}\'></div>',
        '<div class="youtube"><a href="https://www.youtube.com/@jawed">us</a></div>',
        '<div class="youtube" data-embed="no"></div>',
        '<button class="youtube" data-embed="jNQXAC9IVRw">press</button>',
        '<a data-vimeo-id="19231868" href="/film">a link</a>',
        '<div data-type="image" data-video-id="jNQXAC9IVRw"></div>',
        '<div class="wistia_embed"></div>',
        '<media-player src="/film.mp4"></media-player>',
        '<media-player src="hls/jNQXAC9IVRw"></media-player>',
        '<oembed url="https://other.example/x"></oembed><oembed></oembed>',
    ],
)
def test_an_element_that_names_no_item_of_a_provider_stays(html: str) -> None:
    """It is the site's own film, or nothing yet."""
    assert shown(html) == html


def test_markup_that_a_script_writes_into_the_page_names_its_item() -> None:
    """Squarespace keeps the frame's markup in an attribute until the visitor scrolls to it."""
    markup = escape('<iframe class="a" src="//www.youtube.com/embed/jNQXAC9IVRw?wmode=opaque"></iframe>')
    html = f'<p class="sqs-video-wrapper" data-html="{markup}">'
    assert shown(html) == f'<p class="" data-html="">{ITEM}'
    assert shown('<p class="sqs-video-wrapper" data-html="&lt;b&gt;x">') == (
        '<p class="sqs-video-wrapper" data-html="&lt;b&gt;x">'
    )
