"""What the corpus calls the providers that we know by another name."""

from __future__ import annotations

from functools import cache

from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Registry

# What the corpus keeps apart and we do not stands here too.
NAMES = {
    "abcnewsvideo": "abcnews",
    "amazon": "amazon-kindle",
    "amazon-associates": "amazon-affiliates",
    "archive.org": "internet-archive",
    "ard": "ardmediathek",
    "bbc-emp": "bbc",
    "blip.tv": "blip",
    "bbcnews": "bbc",
    "cbs": "cbs-news",
    "cbslocalarticle": "cbs-news",
    "getty": "gettyimages",
    "gifs": "gifs-com",
    "google-forms": "google-docs",  # one host, one company, one notice
    "jetpack-comments": "wordpress-com",  # frames of that host
    "media.ccc.de": "media-ccc",
    "medaltv": "medal",
    "natgeochannel": "national-geographic",
    "natgeovideo": "national-geographic",
    "naver-tv": "navertv",
    "nbc": "nbc-news",
    "nytimes": "new-york-times",
    "slides.com": "slides",
    "spotify-podcasters": "spotify",  # one company; the frame is Spotify's
    "srgssrplay": "srf",
    "the new york times": "new-york-times",
    "theguardian": "guardian",
    "twentyfoursevensports": "247sports",
    "twitter": "x",
    "ustream": "ibm-video",
    "vox": "vox-media",
    "wordpress-oembed": "wordpress-embed",  # known by its shape on any host
    "wshh": "worldstarhiphop",
    "wsj": "wall-street-journal",
    "xboxdvr": "gamerdvr",
    "youtubewebarchive": "internet-archive",
    "other:abcnews.go.com": "abcnews",
    "other:cdn.forms-content.sg-form.com": "sendgrid-forms",
    "other:embed.vevo.com": "vevo",
    "other:fave.api.cnn.io": "cnn",
    "other:invidious.io": "invidious",
    "other:make.wordpress.org": "wordpress-embed",  # and so on this one
    "other:medal.tv": "medal",
    "other:media.mtvnservices.com": "comedy-central",
    "other:my.mail.ru": "mail-ru",
    "other:secure.hulu.com": "hulu",
    "other:sendvid.com": "sendvid",
    "other:www.aparat.com": "aparat",
}
# One source has a name for every kind of page that a provider has: how these names begin.
FAMILIES = {
    "bbccouk": "bbc",
    "cbsnews": "cbs-news",
    "espn": "espn",
    "iheartradio": "iheart",
    "imgur": "imgur",
    "nbcnews": "nbc-news",
    "nbcsports": "nbc-sports",
    "ndr": "ndr",
    "nebula": "nebula",
    "niconico": "niconico",
    "orf": "orf",
    "pinterest": "pinterest",
    "qobuz": "qobuz",
    "steamcommunity": "steam",
}


@cache
def known() -> Registry:
    """The built-in providers."""
    return load_providers()


def provider_of(name: str) -> str | None:
    """Our id for a provider as the corpus calls it; None where the catalogue has no file for it."""
    own = NAMES.get(name) or _alike().get(_plain(name)) or _family(name)
    return own if own in known().providers else None


def _family(name: str) -> str | None:
    return next((own for prefix, own in FAMILIES.items() if name.startswith(prefix)), None)


@cache
def _alike() -> dict[str, str]:
    """Our ids without their punctuation."""
    return {_plain(own): own for own in known().providers}


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
