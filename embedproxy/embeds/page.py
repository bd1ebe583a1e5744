"""The page that is being rewritten, as far as its embeds depend on it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from embedproxy import urls
from embedproxy.consent.grants import Grants
from embedproxy.urls import Url

# Where authors write lang=; the head is among them only to know when it ends.
LANG_SCOPES = frozenset({"html", "head", "body", "main", "article", "section"})
STREAM = "turbo-stream"  # https://turbo.hotwired.dev/handbook/streams
_GAP = "[\t\n\r]*"  # browsers drop tabs and newlines inside an address
_AWAY = re.compile(rf"[:\\&]|/{_GAP}/")
_AWAY_IN_SHEET = re.compile(
    rf"\\|/{_GAP}/|(?:{_GAP.join('http')}{_GAP}s?|{_GAP.join('data')}){_GAP}:", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page was asked for.

    Attributes:
        url: its absolute address, as the visitor's browser knows it.
        back: path and query to return to after a form without JavaScript.
    """

    url: Url
    back: str


@dataclass(slots=True)
class Page:
    """What is known of a page while it streams by.

    Attributes:
        address: where it was asked for.
        grants: what this visitor has granted; empty for everybody undecided.
        codec: Python codec of its bytes.
        base: the address that relative references resolve against; empty for the page's own.
        is_based: whether a ``base`` has set it, after which no other can.
        shows: whether a picture or a film has been read.
        parked: keys of the embeds that a lazy loader would have put in place.
        frames: addresses of the frames that stand in it or that a press would put into it, in order.
        own_frames: addresses of foreign frames that the operator allowed by hand.
        granted: whether any embed of it was granted.
        depth: in how many frames' ``srcdoc`` it stands.
        anchors: how often each embed occurred, so that DOM ids stay unique.
    """

    address: Address
    grants: Grants = field(default_factory=Grants)
    codec: str = "utf-8"
    base: str = ""
    is_based: bool = False
    shows: bool = False
    parked: set[str] = field(default_factory=set)
    frames: dict[str, None] = field(default_factory=dict)
    own_frames: dict[str, None] = field(default_factory=dict)
    granted: bool = False
    depth: int = 0
    anchors: Counter[str] = field(default_factory=Counter)
    _langs: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The page's own host."""
        return self.address.url.host

    @property
    def lang(self) -> str | None:
        """The language of the place that is being read: the nearest ``lang`` around it."""
        return self._langs[-1][1] if self._langs else None

    @property
    def in_head(self) -> bool:
        """Whether the head is being read: a box there would end it, and the page's own links with it."""
        return bool(self._langs) and self._langs[-1][0] == "head"

    @property
    def nested(self) -> bool:
        """Whether it is the ``srcdoc`` of a frame, so that its forms lead the whole window."""
        return self.depth > 0

    @property
    def has_embeds(self) -> bool:
        """Whether any embed was found so far."""
        return bool(self.anchors)

    def enter(self, name: str, lang: str | None) -> None:
        """Note the start tag of an element that may carry ``lang``."""
        if name == "body" and self.in_head:
            self._langs.pop()  # an end tag for the head may be left out
        self._langs.append((name, lang or self.lang))

    def leave(self, name: str) -> None:
        """Note its end tag; one that was never opened is ignored, as browsers do."""
        if any(name == open_ for open_, _ in self._langs):
            while self._langs.pop()[0] != name:
                pass

    def set_base(self, href: str) -> None:
        """Take the ``href`` of the first ``base`` that has one (https://html.spec.whatwg.org/#frozen-base-url)."""
        found = urls.parse(href, self.address.url.href)
        self.base = found.href if found else self.address.url.href
        self.is_based = True

    def resolve(self, reference: str) -> Url | None:
        """Resolve a reference as the browser would; None for anything but http and https."""
        return urls.parse(reference, self.base or self.address.url.href)

    def stays(self, text: str, *, sheet: bool = False) -> bool:
        """Whether, for certain and at a glance, no address in a text leads to another origin.

        An absolute address has a colon, two slashes, a backslash or a character reference in it, and so do a
        few harmless things. Addresses that begin with the page's own origin are looked away from: many sites
        write theirs out in full. Relative ones stay where the page's base is.

        Args:
            text: markup as it is written, with its character references.
            sheet: it is a style sheet instead, where a colon says nothing.
        """
        origin = self.address.url.origin + "/"
        if self.base and not self.base.startswith(origin):
            return False
        return (_AWAY_IN_SHEET if sheet else _AWAY).search(text.replace(origin, "")) is None

    def inner(self) -> Page:
        """The page inside a ``srcdoc``: another document, at the same address, for the same visitor."""
        langs: list[tuple[str, str | None]] = [("html", self.lang)]
        return replace(self, codec="utf-8", depth=self.depth + 1, is_based=False, shows=False, _langs=langs)

    def root(self, prefix: str) -> str:
        """Our own prefix; absolute where a ``base`` on another origin would mislead it."""
        base = urls.parse(self.base) if self.base else None
        foreign = base is not None and base.origin != self.address.url.origin
        return self.address.url.origin + prefix if foreign else prefix

    def anchor(self, wanted: str) -> str:
        """A DOM id for the next occurrence of an embed: the wanted one, then numbered."""
        self.anchors[wanted] += 1
        count = self.anchors[wanted]
        return wanted if count == 1 else f"{wanted}-{count}"
