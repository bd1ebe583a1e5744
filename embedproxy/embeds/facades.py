"""Elements that a script of the site turns into a frame: previews of optimisers, players, page builders."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from embedproxy.html.tags import Attribute, StartTag

YOUTUBE, VIMEO = "https://www.youtube.com/embed/", "https://player.vimeo.com/video/"
# Classes by which such a script finds its elements, and the attributes that name the item: WP Rocket,
# Perfmatters, Flying Press, Lazyframe, WP YouTube Lyte, lazyYT.
_CLASSES: dict[str, tuple[str, ...]] = {
    "rll-youtube-player": ("data-src", "data-id"),
    "perfmatters-lazy-youtube": ("data-src", "data-id"),
    "flying-press-youtube": ("data-src", "data-id"),
    "lazyframe": ("data-src",),
    "lyMe": ("id",),
    "lazyYT": ("data-youtube-id",),
}
_VIDEO_ID = re.compile(r"(?:WYL_)?([\w-]{11})")
# Plyr (https://github.com/sampotts/plyr) and Typeform (https://www.typeform.com/developers/embed/).
_PLYR, _PLYR_ID, _TYPEFORM = "data-plyr-provider", "data-plyr-embed-id", "data-tf-widget"
_HOSTERS = {"youtube": YOUTUBE, "vimeo": VIMEO}
# Elementor keeps a widget's settings as JSON; these name a video.
_SETTINGS = "data-settings"
_VIDEO_KEYS = ("youtube_url", "vimeo_url", "dailymotion_url", "background_video_link")

CLASSES = frozenset(_CLASSES)
PATTERN = rb"\bdata-(?:plyr-provider|tf-widget|settings)[\t\n\f\r ]*="
_MAY_BE = re.compile(
    "|".join((*map(re.escape, sorted(CLASSES)), "data-plyr-", "data-tf-", "elementor-widget-video")).encode(),
    re.IGNORECASE,
)


def may_be_facade(tag: StartTag) -> bool:
    """Whether its attributes are worth reading."""
    return _MAY_BE.search(tag.raw) is not None


def facade(tag: StartTag) -> str:
    """The address of the item that an element would show; empty for every other element."""
    if tag.get(_TYPEFORM):
        return f"https://form.typeform.com/to/{tag.get(_TYPEFORM)}"
    if tag.get(_PLYR) and tag.get(_PLYR_ID):
        return _whole(tag.get(_PLYR_ID) or "", _HOSTERS.get((tag.get(_PLYR) or "").lower(), ""))
    classes = (tag.get("class") or "").split()
    if "elementor-widget-video" in classes:
        return next(_videos(_settings(tag)), "")
    named = (tag.get(name) for each in classes for name in _CLASSES.get(each, ()))
    return next((_of_id(value) for value in named if value), "")


def _whole(item: str, prefix: str) -> str:
    return item if "/" in item or not prefix else prefix + item


def _of_id(value: str) -> str:
    found = _VIDEO_ID.fullmatch(value)
    return YOUTUBE + found[1] if found else value


def undone(tag: StartTag, is_foreign: Callable[[str], bool]) -> Iterator[tuple[Attribute, str]]:
    """The attributes that need another value, so that the site's script leaves the element alone.

    Args:
        tag: any start tag.
        is_foreign: whether an address must not be loaded.
    """
    foreign = is_foreign(facade(tag) or "#")
    for attribute in tag.attributes:
        if attribute.name == _SETTINGS:
            yield attribute, _without(attribute.value, is_foreign)
        elif foreign and attribute.name in (_PLYR, _TYPEFORM):
            yield attribute, ""
        elif not foreign or not _is_classed(tag):
            continue
        elif attribute.name == "onclick":  # it hears our buttons too
            yield attribute, ""
        elif attribute.name == "class":
            yield attribute, " ".join(name for name in attribute.value.split() if name not in CLASSES)


def _is_classed(tag: StartTag) -> bool:
    return not CLASSES.isdisjoint((tag.get("class") or "").split())


def _settings(tag: StartTag) -> dict[str, Any]:
    return _parsed(tag.get(_SETTINGS) or "")


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _videos(settings: dict[str, Any]) -> Iterator[str]:
    """The video of the type that is chosen, YouTube's without a choice."""
    chosen = settings.get(f"{settings.get('video_type') or 'youtube'}_url")
    if isinstance(chosen, str) and chosen:
        yield chosen


def _without(text: str, is_foreign: Callable[[str], bool]) -> str:
    settings = _parsed(text)
    bad = [key for key in _VIDEO_KEYS if isinstance(settings.get(key), str) and is_foreign(settings[key])]
    return json.dumps({**settings, **dict.fromkeys(bad, "")}) if bad else text
