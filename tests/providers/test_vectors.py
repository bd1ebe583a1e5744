"""Addresses that other projects test their own matchers with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from embedproxy import urls
from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Claim
from embedproxy.urls import Url

KNOWN = load_providers()
# The corpus's name for a provider, where ours is another.
NAMES = {
    "archive.org": "internet-archive",
    "ard": "ardmediathek",
    "getty": "gettyimages",
    "media.ccc.de": "media-ccc",
    "ok.ru": "okru",
    "twitter": "x",
    "ustream": "ibm-video",
}

# Where we differ from the project that a vector comes from: the reason, and the addresses' shape by provider.
DIFFERENCES: Mapping[str, Mapping[str, str]] = {
    "that library takes pages only, and this is an embed's own address": {
        "spotify": "/embed",
        "soundcloud": "^w[.]|^api[.]",
        "codepen": "/embed/",
        "codesandbox": "/embed/",
        "lichess": "/embed/",
        "slides": "/embed$",
    },
    "that library leaves out what has a frame": {"youtube": "/playlist", "spotify": "^api[.]"},
    "a channel, a profile or a list of them has no frame": {
        "youtube": "/(?:c|user|channel)/",
        "vimeo": "/[a-z]+[0-9]*(?:/videos|/likes)?/?$",
        "dailymotion": "/user/",
        "facebook": "[.]com/[^/]+(?:/bar)?$",
        "instagram": "[.]com/[^/]+$|/stories/",
        "x": "/bar$|/timelines/",
        "pinterest": "[.]com/[^/]+/?$",
        "soundcloud": "[.]com/[^/]+$|/(?:comments|reposts|likes|sets)$|/stations/|/discover/",
        "tiktok": "/@[^/]+$|/live$|/(?:tag|sticker|music|collection)/",
        "ardmediathek": "/serie/|/sammlung/",
        "arte": "/videos/[a-z-]+/$",
        "audioboom": "/channels/",
        "bandcamp": "^[a-z]+[.]bandcamp[.]com/(?:music)?$",
        "bilibili": "^space[.]|/list/|/medialist/",
        "bitchute": "/(?:channel|playlist)/",
        "ibm-video": "/channel/",
        "kick": "/clips$|/videos[?]",
        "loom": "/folder/",
        "mixcloud": "/(?:favorites|stream)/$|/playlists/",
        "niconico": "/mylist/|^ch[.]",
        "odysee": "^lbry[.]tv/@[^/]+$|/[$]/playlist/",
        "reverbnation": "/coralbones",
        "rumble": "/user/",
        "rutube": "/u/|/person/",
        "simplecast": "^the-re-bind",
        "ted": "/series/",
        "twitch": "/videos[?]filter=|/schedule",
        "vk": "/@",
        "youku": "^list[.]",
    },
    "the provider has no frame for it": {
        "facebook": "/ads/library/|/share/",
        "linkedin": "/learning/|/events/",
        "vimeo": "/ondemand/|/videos/some-link|/event/[0-9]+/[0-9a-f]+$|/channels/[0-9]+$",
        "x": "/i/(?:moments|events|spaces|cards)/",
        "bandcamp": "/radio",
        "bilibili": "/audio/|/cheese/|/bangumi/",
        "br": "/mediathek/video/sendungen/|/audio/",
        "kick": "[?]clip=|/clips/",
        "ndr": ",sendung[0-9]+[.]html$",
        "vk": "wall-[0-9]+_",
        "zdf": "^www[.](?:zdf|zdfheute|logo)[.]de/",
    },
    "an article of a newspaper or broadcaster is no embed": {
        "abcnews": "/story[?]",
        "bbc": "^www[.]bbc[.]",
        "cnn": "^cnnespanol[.]|/2024/",
        "espn": "^www[.]espnfc[.]|/watch/player|/iframe/twitter",
    },
    "only the provider can look its item up": {
        "mrctv": "/videos/",
        "tiktok": "^vm[.]",
        "youtube": "/clip/",
        "art19": "^rss[.]art19[.]com/episodes/",
        "bandcamp": "/(?:album|track)/",
        "captivate": "^decoding-",
        "hearthis": "[.]at/gdsfm/",
        "kaltura": "/media/",
        "libsyn": "^pexlives[.]",
        "podbean": "[.]com/e/",
        "rumble": "[.]com/v[0-9a-z]+-",
        "slideshare": "/10-million-uploads-",
        "spreaker": "/show/a-ha-",
    },
    "the item is named in the fragment": {
        "dailymotion": "/hub/|/relevance/",
        "x": "[.]com/$",
        "smugmug": "/popular/all$",
        "twitch": "/!vid$",
    },
    "the host is another service": {
        "theplatform": "^vplayer[.]nbcsports[.]",
        "bluesky": "^example[.]",
        "youtube": "youtubekids|invidio|y2u|gdata",
        "tiktok": "tiktokv[.]com",
    },
    "the shape never existed": {
        "alugha": "v=$",
        "amcharts": "/%3Chandle",
        "flickr": "/foo/bar$|^flic[.]kr/[^p]",
        "youtube": "/e/v/|[.]com/[a-zA-Z0-9-]{11}$",
        "vimeo": "/foo/foo/",
        "google-maps": "/maps/foo",
        "spotify": "/embed/(?:artist|album)/$",
        "apple-music": "/albums/123$|^embed[.].*/$",
        "bandcamp": "song=Foo",
        "bilibili": "bvid=1",
        "deezer": "^widget[.].*/$",
        "slides": "^a[.]slides[.]com",
        "tidal": "^embed[.].*/$",
        "twitch": "(?:channel|video)=$",
        "vk": "/video_ext$",
    },
    "it names a word of the title": {"tumblr": "/704473755725004800/"},
    "a private list's token is not told apart": {"soundcloud": "/token$"},
    "the id stands nowhere in it": {
        "facebook": "pfbid",
        "instagram": "/share/",
        "youtube": "v=(?:abc|xyz)$",
        "nexx": "/748/KC",
        "odysee": "/@ozgoals:",
    },
    "it names a list, and we name the video that plays first": {"youtube": "/embed/[^?]+[?]list="},
    "it is a file, or meant for programs": {
        "arte": "^api[.]",
        "brightcove": "/services/json/",
        "cloudflare-stream": "/manifest/",
        "jwplayer": "/videos/.*[.]mp4$",
        "nexx": "^(?:api|arc)[.]",
        "peertube": "/api/",
        "theplatform": "^link[.]",
    },
    "the source writes the id otherwise": {
        "kickstarter": "/intersection-the-story-",
        "mixcloud": "%C3",
        "redgifs": "/users/",
        "ted": "[.]html$|/the_most_popular",
        "youku": "==",
    },
}


def vectors(corpus: Path) -> Iterator[tuple[str, str, str | None, Url | None]]:
    """Provider, expected kind, expected id and address of every vector of a provider of ours."""
    for line in (corpus / "urls" / "vectors.jsonl").read_text(encoding="utf-8").splitlines():
        vector = json.loads(line)
        provider = NAMES.get(vector["provider"], vector["provider"])
        if provider in KNOWN.providers:
            if vector["url"].startswith(("at:", "coub:", "peertube:")):  # no address of the Web
                continue
            text = vector["url"] if "//" in vector["url"][:8] else "https://" + vector["url"]
            url = urls.parse(text, "https://site.example/")
            yield provider, vector["expected_kind"], vector["expected_id"], url


def is_right(claim: Claim | None, provider: str, kind: str, item: str | None) -> bool:
    """Whether we say what the vector says; sources write more or less of a path before their ids."""
    if kind == "negative" or claim is None or claim.provider.id != provider:
        return kind == "negative" and claim is None
    return item is None or claim.id in item.split("/") or item.split("/")[-1] == claim.id.split("/")[-1]


def is_known_difference(url: Url, provider: str) -> bool:
    """Whether the list above gives a reason."""
    text = f"{url.host}{url.target}"
    return any(re.search(shapes[provider], text) for shapes in DIFFERENCES.values() if provider in shapes)


@pytest.mark.corpus
def test_addresses_of_other_projects_come_out_right(corpus: Path) -> None:
    """Every vector, but for the differences that have a reason."""
    wrong = []
    for provider, kind, item, url in vectors(corpus):
        claim = KNOWN.claim(url) if url else None
        if not is_right(claim, provider, kind, item) and not (url and is_known_difference(url, provider)):
            wrong.append((url.href if url else None, kind, item, claim.id if claim else None))
    assert wrong == []


@pytest.mark.corpus
def test_resources_of_saved_pages_have_the_right_owner(corpus: Path) -> None:
    """Whatever a page of the corpus loads from a provider of ours is known as that provider's."""
    missed = set()
    for line in (corpus / "pages" / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines():
        for resource in json.loads(line)["third_party"]:
            provider = NAMES.get(resource["provider_guess"], resource["provider_guess"])
            url = urls.parse(resource["url"])
            owner = KNOWN.owner(url) if url else None
            if provider in KNOWN.providers and (owner is None or owner.id != provider):
                missed.add((provider, resource["url"]))
    assert missed == set()
