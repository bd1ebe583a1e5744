"""Addresses that other projects test their own matchers with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from embedproxy import urls
from embedproxy.urls import Url
from tests.names import KIN, known, provider_of

# Where nobody can be right by the vector: the reason, and the addresses' shapes, each within one provider.
DIFFERENCES: Mapping[str, tuple[str, ...]] = {
    "Its source takes pages only, and this is the provider's own embed or its address for programs; other "
    "sources take them.": (
        r"^open\.spotify\.com/embed(?:-podcast)?/\w+/\w+",
        r"^api\.spotify\.com/",
        r"^(?:w|api)\.soundcloud\.com/",
        r"^codepen\.io/.*/embed/",
        r"^codesandbox\.io/embed/",
        r"^lichess\.org/embed/",
        r"^(?:\w+\.)?slides\.com/.*/embed$",
    ),
    "Its source leaves out accounts, lists or hosts of a kind that other sources take.": (
        r"^youtube\.com/playlist",
        r"^youtube\.com/c/KentCDodds-vids",
        r"^www\.youtube\.com/user/\w+/videos$",
        r"^soundcloud\.com/julian-hangst-rfer/",
        r"^a\.slides\.com/",
        r"^peertube\.test/w/",
    ),
    "The id stands nowhere in it; its source asks the provider.": (
        r"^www\.facebook\.com/.*pfbid",
        r"^www\.(?:facebook|instagram)\.com/share/",
        r"^www\.youtube\.com/clip/",
        r"^pexlives\.libsyn\.com/",
        r"^www\.slideshare\.net/Slideshare/10-million",
        r"^embed\.nexx\.cloud/748/KC",
        r"^odysee\.com/@ozgoals:",
    ),
    "The host is another provider's, which we call by its own name.": (r"^invidio\.us/",),
    "Its source takes a word of the title, or a part of the address that names no item, for the id.": (
        r"tumblr\.com/post/704473755725004800/",
        r"^www\.kickstarter\.com/.*/intersection-the-story-",
        r"^(?:www\.)?youtube\.com/watch\?v=(?:abc|xyz)$",
        r"^ted\.com/playlists/171/",
        r"^www\.redgifs\.com/users/.*page=",
        r"^www\.ted\.com/talks/\w+\.html$",
    ),
    "It names a list and a video; the frame shows the video first.": (
        r"^www\.youtube\.com/embed/.*[?]list=",
    ),
    "The letters that begin every number are missing from it.": (r"^player\.bilibili\.com/.*bvid=1",),
    "There is no such address.": (r"^example\.com/profile/", r"^twitch\.tv/!vid$"),
}


@dataclass(frozen=True, slots=True)
class Vector:
    """An address, and what the project that tests with it says of it.

    Attributes:
        provider: our id of the provider; None where the catalogue has no file for it.
        url: the address; None for what is none.
        item: the id that must come out; None where the source names none.
        negative: nothing may be taken for an embed.
    """

    provider: str | None
    url: Url | None
    item: str | None
    negative: bool

    @property
    def is_known(self) -> bool:
        """Whether we can be asked: the catalogue has the provider, or nothing may come out at all."""
        return self.negative or self.provider is not None

    @property
    def is_right(self) -> bool:
        """Whether we say what the vector says; sources write more or less of a path before their ids."""
        claim = known().claim(self.url) if self.url else None
        if self.negative or claim is None or not self._names(claim.provider.id):
            return self.negative and claim is None
        item = unquote(self.item or "")
        return self.item is None or claim.id in item.split("/") or _last(item) == _last(claim.id)

    def _names(self, provider: str) -> bool:
        own = self.provider or ""
        return provider in (own, *KIN.get(own, ()))

    @property
    def difference(self) -> str | None:
        """Why we say something else, where the list above has a reason."""
        text = f"{self.url.host}{self.url.target}" if self.url else ""
        return next((why for why, shapes in DIFFERENCES.items() if _fits(shapes, text)), None)


# Hosting of the sites themselves, and advertising: what they load is no embed's.
OTHER_TRADES = ("amazon-associates", "wordpress.com")


def _last(item: str) -> str:
    return item.rpartition("/")[2]


def _fits(shapes: tuple[str, ...], text: str) -> bool:
    return any(re.search(shape, text) for shape in shapes)


def vectors(corpus: Path) -> Iterator[Vector]:
    """Every vector that is an address of the Web."""
    for line in (corpus / "urls" / "vectors.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not row["url"].startswith(("at:", "coub:", "lbry:", "peertube:")):
            text = row["url"] if "//" in row["url"][:8] else "https://" + row["url"]
            url = urls.parse(text, "https://site.example/")
            negative = row["expected_kind"] == "negative"
            yield Vector(provider_of(row["provider"]), url, row["expected_id"], negative)


@pytest.mark.corpus
def test_addresses_of_other_projects_come_out_right(corpus: Path) -> None:
    """Every vector, but for the differences that have a reason."""
    wrong = [each for each in vectors(corpus) if each.is_known and not (each.is_right or each.difference)]
    assert wrong == []


@pytest.mark.corpus
def test_differences_are_few_and_none_is_left_over(corpus: Path) -> None:
    """Every reason still has its addresses, and every shape its own; all of them together are a few."""
    wrong = [each for each in vectors(corpus) if each.is_known and not each.is_right]
    texts = [f"{each.url.host}{each.url.target}" for each in wrong if each.url]
    idle = [
        shape
        for shapes in DIFFERENCES.values()
        for shape in shapes
        if not any(re.search(shape, t) for t in texts)
    ]
    assert not idle
    assert len(wrong) <= 0.03 * len(list(vectors(corpus)))


@pytest.mark.corpus
def test_no_address_is_claimed_by_two_providers(corpus: Path) -> None:
    """Whose notice stands at an embed must not depend on any order."""
    urls_of_all = [each.url for each in vectors(corpus) if each.url]
    claimed = {url.href: {claim.provider.id for claim in known().claims(url)} for url in urls_of_all}
    assert not {href: names for href, names in claimed.items() if len(names) > 1}


@pytest.mark.corpus
def test_resources_of_saved_pages_have_the_right_owner(corpus: Path) -> None:
    """Whatever a page of the corpus loads from a provider of ours is known as that provider's."""
    missed = set()
    for line in (corpus / "pages" / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines():
        for resource in json.loads(line)["third_party"]:
            guess, url = resource["provider_guess"] or "", urls.parse(resource["url"])
            owner = known().owner(url) if url else None
            if guess not in OTHER_TRADES and provider_of(guess) not in (None, owner and owner.id):
                missed.add((guess, resource["url"]))
    assert missed == set()
