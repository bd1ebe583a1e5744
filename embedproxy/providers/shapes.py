"""How a provider's embeds look in a page, and what its frame is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from embedproxy.providers import templates
from embedproxy.providers.forms import Facts, Host, Pattern, Ratio, Template, fills

Kind = Literal["video", "post", "map", "audio", "generic"]

ReferrerPolicy = Literal["no-referrer", "origin", "strict-origin", "strict-origin-when-cross-origin"]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9:-]*$")]

_ATTRIBUTE = re.compile(r"\{([a-z][a-z0-9-]*)\}")


class Match(Facts):
    """One shape of address. Named groups of its regexes fill the templates; ``id`` names the item.

    The path's regex must fit the whole path (``re.fullmatch``, ASCII, a slash at the end is optional). A
    parameter's regex must fit the whole decoded value of its first occurrence.

    Attributes:
        hosts: where it counts, sub-domains included; none: the provider's hosts.
        path: regex.
        query: parameter to regex; each must be there.
        fragment: regex, for addresses of old that name the item there; empty: it is not looked at.
        kind: overrides the provider's.
        aspect_ratio: overrides the frame's.
        src: overrides the frame's template.
        link: overrides the frame's template.
        frame: False: the address of an item's page; a link or a quotation may name it, and the frame's
            address is built from it.
        page: True: a page that is no single item, such as an account, a list or an article, or whose frame
            only the provider can look up. No link in a quotation means it, the frame's templates do not
            count for it, and without a ``src`` of its own a frame shows the address itself.
        label: True: its id is the first label of the host, where every account has a host of its own; it
            counts on no host that stands in the file, and not on ``www``.
        share: True: a share or like button, which becomes a plain link to ``link``.
    """

    hosts: tuple[Host, ...] = ()
    path: Pattern
    query: dict[str, Pattern] = Field(default_factory=dict)
    fragment: Pattern = ""
    kind: Kind | None = None
    aspect_ratio: Ratio | None = None
    src: Template | None = None
    link: Template | None = None
    frame: bool = True
    page: bool = False
    label: bool = False
    share: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether the provider shows it in a frame, at this address or at another."""
        return not self.page or self.src is not None

    @property
    def groups(self) -> frozenset[str]:
        """The named groups of all its regexes."""
        captured = frozenset(
            name for pattern in self._patterns for name in re.compile(pattern, re.ASCII).groupindex
        )
        return captured | {"id"} if self.label else captured

    @property
    def _patterns(self) -> tuple[str, ...]:
        return (self.path, *self.query.values(), self.fragment)

    @model_validator(mode="after")
    def _groups_are_distinct(self) -> Match:
        named = [name for pattern in self._patterns for name in re.compile(pattern, re.ASCII).groupindex]
        twice = sorted({name for name in named if named.count(name) > 1})
        if twice:
            raise ValueError(f'captures the group "{twice[0]}" twice')
        if self.label and "id" in named:
            raise ValueError("label = true names the id, and so does a regex")
        if self.share and not self.link:
            raise ValueError("share = true needs a link to the provider's share address")
        if self.share and self.page:
            raise ValueError("page = true goes with no share: a button is no page")
        return self


class Element(Facts):
    """An element that a provider's script turns into an embed: custom elements, AMP components, widgets.

    Attributes:
        tag: its name in lower case, such as ``lite-youtube``; a ``script`` counts only where its address
            belongs to the same provider.
        class_: the class that marks it (``class`` in the file); empty where the name is enough.
        attribute: the attribute that marks it, where no class does.
        url: the attribute that holds the item's address, or a template of attributes such as
            ``https://www.youtube.com/embed/{videoid}``; the address must fit one of the file's matches.
    """

    tag: Tag
    class_: str = Field("", alias="class")
    attribute: Annotated[str, StringConstraints(pattern=r"^(?:|data-[a-z0-9-]+)$")] = ""
    url: str

    @model_validator(mode="after")
    def _is_marked(self) -> Element:
        marked = self.class_ or self.attribute or self.tag == "script"
        if not marked and "-" not in self.tag and ":" not in self.tag:
            raise ValueError(f'needs a class: "{self.tag}" alone is an element of every page')
        if self.class_ and self.attribute:
            raise ValueError("is marked by a class or by an attribute, not by both")
        if self.url.startswith("https:") or "{" in self.url:
            fills(self.url)
        return self

    def address(self, get: Callable[[str], str | None]) -> str:
        """The address that an element names, to be resolved against the page.

        Args:
            get: gives an attribute's value by name, or None.

        Returns:
            The address, or an empty text where an attribute is missing.
        """
        if not self.url.startswith("https://"):
            return (get(self.url) if self.url else None) or ""
        values = {name: get(name) or "" for name in _ATTRIBUTE.findall(self.url)}
        if not all(values.values()):
            return ""
        return templates.join(*templates.fill(self.url, values))


class Quote(Element):
    """A quotation that a provider's script would dress up; its own text stays in the page.

    Attributes:
        url: as in an element; empty: the last link inside that fits a match.
    """

    url: str = ""


class Frame(Facts):
    """The provider's own iframe after a grant.

    Attributes:
        src: template of its address; empty: the matched address itself, over https.
        keep: parameters of the matched address that survive, or ``"*"`` for all but known trackers.
        fragment: whether the matched address's fragment survives.
        set: parameters that are always set.
        autoplay: parameters that make it play at once, set right after a press only.
        referrerpolicy: how much of the page's address the provider learns (LAW REF-1).
        allow: Permissions Policy of the frame.
        sandbox: restrictions; none when absent.
        aspect_ratio: width by height, such as ``16/9``.
        height: in CSS pixels, where there is no ratio.
        link: template of the item's page at the provider; empty: the matched address itself.
    """

    src: Template = ""
    keep: tuple[str, ...] | Literal["*"] = ()
    fragment: bool = False
    set: dict[str, str] = Field(default_factory=dict)
    autoplay: dict[str, str] = Field(default_factory=dict)
    referrerpolicy: ReferrerPolicy = "strict-origin-when-cross-origin"
    allow: str = ""
    sandbox: str | None = None
    aspect_ratio: Ratio | None = None
    height: Annotated[int, Field(ge=20, le=4000)] | None = None
    link: Template = ""


class Example(Facts):
    """An embed code or an address that proves the file right; a start runs those of the operator's own files.

    Attributes:
        html: embed code as a page holds it.
        url: an address alone.
        id: the item's id that must come out.
        match: False: nothing in it may be taken for this provider's.
        owned: True: it is the provider's resource and names no item, such as its script.
        page: True: it is a page, which no link in a quotation means.
        frame: the frame's address that must come out.
    """

    html: str = ""
    url: str = ""
    id: str | None = None
    match: bool = True
    owned: bool = False
    page: bool = False
    frame: str | None = None

    @model_validator(mode="after")
    def _has_one_text(self) -> Example:
        if bool(self.html) == bool(self.url):
            raise ValueError("needs html or url, and only one of them")
        if not self.match and (self.id is not None or self.frame is not None or self.owned or self.page):
            raise ValueError("match = false goes with no id, no frame, no owned and no page")
        return self
