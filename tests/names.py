"""What the corpus calls the providers that we know by another name."""

from __future__ import annotations

from functools import cache

from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Registry

# What the corpus keeps apart and we do not stands here too.
NAMES = {
    "abc": "abc-australia",
    "abciview": "abc-australia",
    "abciviewshowseries": "abc-australia",
    "abcnewsvideo": "abcnews",
    "abcotvs": "abc-owned-stations",
    "afreecatv": "soop",
    "amazon": "amazon-kindle",
    "amazon-associates": "amazon-affiliates",
    "archive.org": "internet-archive",
    "ard": "ardmediathek",
    "balsamiq cloud": "balsamiq",
    "bbc-emp": "bbc",
    "bbcnews": "bbc",
    "blip.tv": "blip",
    "bravotv": "bravo",
    "cbs": "cbs-news",
    "cbslocalarticle": "cbs-news",
    "espncricinfo": "espncricinfo",
    "getty": "gettyimages",
    "gifs": "gifs-com",
    "google-forms": "google-docs",  # one host, one company, one notice
    "insticator inc": "insticator",
    "jetpack-comments": "wordpress-com",  # frames of that host
    "kit": "kit-co",
    "medaltv": "medal",
    "media.ccc.de": "media-ccc",
    "medienarchiv der künste - zürcher hochschule der künste": "zhdk-medienarchiv",
    "movingimage": "nationalbibliothek-nls",
    "natgeochannel": "national-geographic",
    "natgeovideo": "national-geographic",
    "naver-tv": "navertv",
    "nbc": "nbc-news",
    "nbcstations": "nbc-universal",
    "ndla - norwegian digital learning arena": "ndla",
    "nfb.ca": "nfb",
    "nytimes": "new-york-times",
    "quiz.biz": "quizz-biz",
    "screencast.com": "screencast",
    "slides.com": "slides",
    "spotify-podcasters": "spotify",  # one company; the frame is Spotify's
    "srgssrplay": "srf",
    "the new york times": "new-york-times",
    "theguardian": "guardian",
    "twentyfoursevensports": "247sports",
    "twitter": "x",
    "university of cambridge map": "cambridge-map",
    "ustream": "ibm-video",
    "vkplaylive": "vk-play",
    "vox": "vox-media",
    "wdrpage": "wdr",
    "wizer.me": "wizer",
    "wordpress-oembed": "wordpress-embed",  # known by its shape on any host
    "wshh": "worldstarhiphop",
    "wsj": "wall-street-journal",
    "xboxdvr": "gamerdvr",
    "youtubewebarchive": "internet-archive",
    "lastampa": "gedi",
    "other:abcnews.go.com": "abcnews",
    "other:cdn.forms-content.sg-form.com": "sendgrid-forms",
    "other:content.screencast.com": "screencast",
    "other:embed.vevo.com": "vevo",
    "other:fave.api.cnn.io": "cnn",
    "other:gallery.shinyapps.io": "shinyapps",
    "other:invidious.io": "invidious",
    "other:make.wordpress.org": "wordpress-embed",  # and so on this one
    "other:medal.tv": "medal",
    "other:media.mtvnservices.com": "comedy-central",
    "other:music.yandex.ru": "yandex-music",
    "other:my.mail.ru": "mail-ru",
    "other:secure.hulu.com": "hulu",
    "other:sendvid.com": "sendvid",
    "other:www.aparat.com": "aparat",
    "other:www.metatube.com": "metatube",
}
# One source has a name for every kind of page that a provider has: how these names begin.
FAMILIES = {
    "bbccouk": "bbc",
    "brainpop": "brainpop",
    "cbsnews": "cbs-news",
    "espn": "espn",
    "iheartradio": "iheart",
    "imgur": "imgur",
    "mediaset": "mediaset",
    "mediasite": "mediasite",
    "mtvuutiset": "mtv-uutiset",
    "nbcnews": "nbc-news",
    "nbcolympics": "nbc-universal",
    "nbcsports": "nbc-sports",
    "ndr": "ndr",
    "nebula": "nebula",
    "niconicochannelplus": "niconico-channel-plus",
    "niconico": "niconico",
    "orf": "orf",
    "pinterest": "pinterest",
    "qobuz": "qobuz",
    "rai": "rai",
    "steamcommunity": "steam-community",
}
# What the corpus calls by one name and we by several: the company's other hosts, and players of its making.
KIN = {
    "cbs-news": ("cbs-com", "cbs-sports"),
    "nbc-news": ("msnbc", "nbc-universal"),
    "theplatform": ("nbc-sports",),
    "wdr": ("sportschau",),
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
