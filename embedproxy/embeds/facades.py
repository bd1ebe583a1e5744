"""Elements that a script of the site turns into a frame: previews of optimisers, players, page builders."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from embedproxy.embeds import backdrops
from embedproxy.html.tags import Attribute, StartTag

YOUTUBE, VIMEO = "https://www.youtube.com/embed/", "https://player.vimeo.com/video/"
WISTIA = "https://fast.wistia.net/embed/iframe/"
# Classes by which such a script finds its elements, and the attributes that name the item: WP Rocket,
# Perfmatters, Flying Press, Lazyframe, WP YouTube Lyte, lazyYT, Vlite, EmbedPlus, Yoast, Squarespace,
# Discourse, and the two recipes for light YouTube players that sites copy.
_CLASSES: dict[str, tuple[str, ...]] = {
    "rll-youtube-player": ("data-src", "data-id"),
    "perfmatters-lazy-youtube": ("data-src", "data-id"),
    "flying-press-youtube": ("data-src", "data-id"),
    "lazyframe": ("data-src",),
    "lyMe": ("id",),
    "lazyYT": ("data-youtube-id",),
    "js-lazyYT": ("data-youtube-id",),
    "vlite-js": ("data-youtube-id",),
    "epyt-facade": ("data-facadesrc",),
    "video-seo-youtube-player": ("data-id",),
    "sqs-video-wrapper": ("data-html",),
    "youtube-onebox": ("data-video-id",),
    "youtube-player": ("data-id",),
    "youtube": ("data-embed",),
    "wistia_embed": ("class",),
}
_VIDEO_ID = re.compile(r"(?:WYL_)?([\w-]{11})")
_FRAME = re.compile(r"""<iframe\s(?:[^>]*\s)?src=["']([^"']+)""", re.IGNORECASE)
_WISTIA_ID = re.compile(r"(?:.*\s)?wistia_async_(\w+)(?:\s.*)?", re.DOTALL)
# Vimeo's own player program makes a frame of every element with one of these.
_VIMEO = ("data-vimeo-id", "data-vimeo-url")
# Vidstack's player names an item by its hoster, and CKEditor's element by the item's page.
_PLAYER, _OEMBED = "media-player", "oembed"
_SHORT = re.compile(r"(youtube|vimeo)/([\w-]+)")
# Video.js keeps its sources as JSON.
_SETUP = "data-setup"
# Elements that lead somewhere or wait for a press: what they name is shown later, if at all.
_PRESSED = frozenset({"a", "area", "button", "input", "label", "option", "summary"})
# Plyr (https://github.com/sampotts/plyr) and Typeform (https://www.typeform.com/developers/embed/).
_PLYR, _PLYR_ID, _TYPEFORM = "data-plyr-provider", "data-plyr-embed-id", "data-tf-widget"
_OLD_PLYR, _OLD_ID = "data-type", "data-video-id"  # before its third version
_HOSTERS = {"youtube": YOUTUBE, "vimeo": VIMEO}
# Elementor keeps a widget's settings as JSON; these name a video.
_SETTINGS = "data-settings"
_VIDEO_KEYS = ("youtube_url", "vimeo_url", "dailymotion_url", "background_video_link")

CLASSES = frozenset(_CLASSES)
NAMES = frozenset({_OEMBED, _PLAYER})
PATTERN = (
    rb"\bdata-(?:plyr-provider|tf-widget|settings|setup|video-id|vimeo-id|vimeo-url)[\t\n\f\r ]*=|"
    + backdrops.PATTERN
)
_MARKS = (
    "data-plyr-",
    "data-tf-",
    "data-video-id",
    "data-vimeo-",
    _SETUP,
    "elementor-widget-video",
    *(f"<{n}" for n in NAMES),
)
_MAY_BE = re.compile(
    "|".join((*map(re.escape, sorted(CLASSES)), *_MARKS)).encode() + b"|" + backdrops.PATTERN, re.IGNORECASE
)


def may_be_facade(tag: StartTag) -> bool:
    """Whether its attributes are worth reading."""
    return _MAY_BE.search(tag.raw) is not None


def facade(tag: StartTag) -> str:
    """The address of the item that an element would show; empty for every other element."""
    if tag.name in _PRESSED:
        return ""
    return next((address for name in _NAMING if (address := name(tag))), "")


def _by_name(tag: StartTag) -> str:
    if tag.name == _OEMBED:
        return tag.get("url") or ""
    found = _SHORT.fullmatch(tag.get("src") or "") if tag.name == _PLAYER else None
    return _HOSTERS[found[1]] + found[2] if found else ""


def _by_attribute(tag: StartTag) -> str:
    if tag.get(_TYPEFORM):
        return f"https://form.typeform.com/to/{tag.get(_TYPEFORM)}"
    if tag.get(_PLYR) and tag.get(_PLYR_ID):
        return _whole(tag.get(_PLYR_ID) or "", _HOSTERS.get((tag.get(_PLYR) or "").lower(), ""))
    if tag.get(_OLD_ID) and tag.get(_OLD_PLYR) in _HOSTERS:
        return _whole(tag.get(_OLD_ID) or "", _HOSTERS[tag.get(_OLD_PLYR) or ""])
    return next((_whole(value, VIMEO) for name in _VIMEO if (value := tag.get(name))), "")


def _by_class(tag: StartTag) -> str:
    classes = (tag.get("class") or "").split()
    if "elementor-widget-video" in classes:
        return next(_videos(_settings(tag)), "")
    named = (tag.get(name) for each in classes for name in _CLASSES.get(each, ()))
    return next((_of_id(value) for value in named if value), "")


def _by_setup(tag: StartTag) -> str:
    sources = _parsed(tag.get(_SETUP) or "").get("sources")
    first = sources[0] if isinstance(sources, list) and sources else None
    address = first.get("src") if isinstance(first, dict) else None
    return address if isinstance(address, str) else ""


_NAMING = (_by_name, _by_attribute, _by_class, _by_setup)


def _whole(item: str, prefix: str) -> str:
    return item if "/" in item or not prefix else prefix + item


def _of_id(value: str) -> str:
    """The address that a value is, or stands for, or that the markup in it shows."""
    for pattern, prefix in ((_VIDEO_ID, YOUTUBE), (_WISTIA_ID, WISTIA)):
        found = pattern.fullmatch(value)
        if found:
            return prefix + found[1]
    framed = _FRAME.search(value) if "<" in value else None
    return unescape(framed[1]) if framed else value


def undone(tag: StartTag, is_foreign: Callable[[str], bool]) -> Iterator[tuple[Attribute, str]]:
    """The attributes that need another value, so that the site's script leaves the element alone.

    Args:
        tag: any start tag.
        is_foreign: whether an address must not be loaded.
    """
    yield from backdrops.emptied(tag, is_foreign)
    foreign = is_foreign(facade(tag) or "#")
    for attribute in tag.attributes:
        if attribute.name == _SETTINGS:
            yield attribute, _without(attribute.value, is_foreign)
        elif foreign and attribute.name in (_PLYR, _OLD_PLYR, _TYPEFORM, _SETUP, *_VIMEO, "data-html"):
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
