"""Films that a script of the site plays behind a part of the page: page builders, sliders, plug-ins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from embedproxy.html.tags import Attribute, StartTag

# Attributes that name the film by its address: WPBakery, Jarallax, Youtube Background, YTPlayer.
_ADDRESSES = ("data-vc-video-bg", "data-jarallax-video", "data-vbg", "data-video-src", "data-property")
# Attributes that name it by its id at YouTube or Vimeo: Slider Revolution, Avada.
_IDS = ("data-ytid", "data-vimeoid", "data-youtube-video-id", "data-vimeo-video-id")
_SITES = {"y": "https://www.youtube.com/embed/", "v": "https://player.vimeo.com/video/"}
_PROPERTY = re.compile(r"""["']?videoURL["']?\s*:\s*["']([^"']+)""")

PATTERN = rb"\b(?:" + "|".join((*_ADDRESSES, *_IDS)).encode() + rb")[\t\n\f\r ]*="


def emptied(tag: StartTag, is_foreign: Callable[[str], bool]) -> Iterator[tuple[Attribute, str]]:
    """The attributes that must go, so that the script asks nobody for the film and its program.

    No box stands for a film that was decoration only: the element keeps its own background.

    Args:
        tag: any start tag.
        is_foreign: whether an address must not be loaded.
    """
    for attribute in tag.attributes:
        if attribute.name in _ADDRESSES:
            named = _PROPERTY.search(attribute.value)
            film = named[1] if named else attribute.value
        elif attribute.name in _IDS and attribute.value:
            film = _SITES[attribute.name.removeprefix("data-")[0]] + attribute.value
        else:
            continue
        if film and is_foreign(film):
            yield attribute, ""
