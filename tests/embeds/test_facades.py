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
    ],
)
def test_an_element_that_names_no_item_of_a_provider_stays(html: str) -> None:
    """It is the site's own film, or nothing yet."""
    assert shown(html) == html
