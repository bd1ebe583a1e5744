"""Scripts, as far as they are a provider's: these never run in the site's origin (DESIGN rule 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from embedproxy.embeds.dataurl import read_data
from embedproxy.embeds.declarations import clean_imports, clean_speculation
from embedproxy.embeds.embed import Embed
from embedproxy.embeds.lazy import delayed
from embedproxy.embeds.marks import marks_of, named_embeds
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import embed_at, is_allowed
from embedproxy.embeds.verdict import Drop, Swap, Verdict
from embedproxy.html.tags import StartTag
from embedproxy.urls import Url, is_under

# https://mimesniff.spec.whatwg.org/#javascript-mime-type-essence-match
_JAVASCRIPT = re.compile(
    r"(?:(?:text|application)/(?:x-)?(?:java|ecma)script|text/(?:jscript|livescript|javascript1\.[0-5]))"
)
# Types under which optimisers park scripts until the page is idle, to run them without asking anybody:
# WP Rocket, Rocket Loader, LiteSpeed, Perfmatters, NitroPack, PageSpeed, Hummingbird, WP Meteor, Seraphinite,
# Flying Press, Embed Optimizer.
_DEFERRED = re.compile(
    r"rocketlazyloadscript|text/rocketscript|litespeed/javascript|[0-9a-f]{24}-[\w./+-]*|pmdelayedscript|"
    r"nitropack/[\w-]+|text/psajs|wphb-delay-type|javascript/blocked|wpmeteor/javascript|o/js-\w+|"
    r"flying-press/[\w-]+|lazyloadscript|application/vnd\.embed-optimizer\.javascript"
)
INLINE_CHARACTERS = 4096  # no loader is longer; what is longer does more
_LOADS = re.compile(
    r"createElement|document\.write|\.src\s*=|\[['\"]src['\"]\]\s*=|(?:attr|setAttribute)\(\s*['\"]src|"
    r"\b(?:im|ex)port\b|importScripts|getScript|loadScript|innerHTML|insertAdjacentHTML|\bfetch\(|"
    r"new\s+YT\.Player|Twitch\.|FB\.init|twttr\.|instgrm\."
)
# Words of addresses that programs load, where no rule knows the address; a provider's others are its pages.
_LOADABLE = re.compile(
    r"(?<![a-z])(?:m?js|apis?|o?embed(?:s|ded)?|i?frame|plugins?|widgets?|player|sdk|loader|scripts?|badges?|"
    r"buttons?|callback|jsonp?|graphql|tr|px|pixel|beacon|track(?:er|ing)?|collect)(?![a-z])",
    re.IGNORECASE,
)
_DOORS = ("", "www.", "m.", "mobile.")  # in front of a host whose pages people open
_ADDRESS = re.compile(r"""(?:https?:)?(?:\\?/){2}[\w-]+(?:\.[\w-]+)+(?::\d+)?[^\s"'`<>]*""", re.IGNORECASE)


def judge_script(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about a script element with an address.

    Returns:
        A swap where the script alone is the embed, a drop where it belongs to a provider, else None. One that
        a consent tool has given another type does not run and is left alone.
    """
    if not runs(tag) or is_allowed(tag):
        return None
    for reference in filter(None, _references(tag)):
        held = read_data(reference)
        if held and _loads_one(held.text, page, policy):
            return Drop()
        url = page.resolve(reference)
        if url and policy.is_foreign(url, page.host):
            embed = None if page.in_head else _item(tag, url, page, policy)
            return Swap(embed) if embed else Drop()
    return None


def _references(tag: StartTag) -> Iterator[str | None]:
    """Where a script may come from: its own attributes, the latter two in SVG, else those of an optimiser."""
    own = [tag.get(name) for name in ("src", "href", "xlink:href")]
    yield from own
    yield from () if any(own) else (attribute.value for attribute in delayed(tag))


def _item(tag: StartTag, script: Url, page: Page, policy: Policy) -> Embed | None:
    """The item that a provider's script names: in an attribute of its element, else by its own address."""
    owner = policy.registry.owner(script)
    for embed in named_embeds(tag, marks_of(tag, policy), page, policy):
        if embed.claim and embed.claim.provider is owner:
            return embed
    claim = policy.registry.claim(script)
    rule = claim.rule if claim else None
    return embed_at(script, tag, page, policy) if rule and rule.frame and not rule.page else None


def runs(tag: StartTag) -> bool:
    """Whether a browser, or an optimiser's script, would run this script element."""
    kind = _type(tag)
    return kind in ("", "module") or bool(_JAVASCRIPT.fullmatch(kind) or _DEFERRED.fullmatch(kind))


def clean_text(tag: StartTag, text: str, page: Page, policy: Policy) -> str:
    """Decide about the text of a script element without an address.

    A text goes whole where loading one provider is all that it does: it is short, it loads something, and
    every address in it belongs to the same provider, one at least being no page that is merely linked to. Any
    other is left to the browser's policy, because taking it away would break more than the embed. Rules for
    speculative loading go when they name another site; an import map loses the addresses of providers.

    Args:
        tag: the element's start tag.
        text: what stands in it.

    Returns:
        What may stay of the text.
    """
    if is_allowed(tag) or tag.get("src") is not None:
        return text
    kind = _type(tag)
    if kind == "speculationrules":
        return clean_speculation(text, page, policy)
    if kind == "importmap":
        return clean_imports(text, page, policy)
    return "" if runs(tag) and _loads_one(text, page, policy) else text


def _loads_one(text: str, page: Page, policy: Policy) -> bool:
    """Whether loading one provider is all that a program does."""
    if len(text) > INLINE_CHARACTERS or not _LOADS.search(text):
        return False
    found = list(_foreign(text, page, policy))
    owners = {owner.id if (owner := policy.registry.owner(url)) else "" for url in found}
    return len(owners) == 1 and "" not in owners and not all(_is_page(url, policy) for url in found)


def _is_page(url: Url, policy: Policy) -> bool:
    """Whether a provider's address is one that people open: an account, an item, a share dialogue, a text."""
    owner, claim = policy.registry.owner(url), policy.registry.claim(url)
    if owner is None or any(is_under(url.host, host) for host in owner.resource_hosts):
        return False
    if claim and claim.rule:
        return claim.rule.page or claim.rule.share or not claim.rule.frame
    doors = {door + host for host in owner.hosts + owner.shared_hosts for door in _DOORS}
    return url.host in doors and not _LOADABLE.search(url.target)


def names_provider(text: str, page: Page, policy: Policy) -> bool:
    """Whether a program names an address of a provider, or of anybody's in strict mode."""
    return any(policy.settings.strict or policy.registry.owner(url) for url in _foreign(text, page, policy))


def _type(tag: StartTag) -> str:
    """The script's type (https://html.spec.whatwg.org/#prepare-the-script-element, steps 8 to 12)."""
    kind, language = tag.get("type"), tag.get("language")
    if kind is None:
        return f"text/{language.lower()}" if language else ""
    return kind.strip("\t\n\f\r ").lower()


def _foreign(text: str, page: Page, policy: Policy) -> Iterator[Url]:
    """Every address of another site in a program."""
    for found in _ADDRESS.finditer(text):
        url = page.resolve(found[0].replace("\\/", "/"))
        if url and not policy.is_own(url.host, page.host):
            yield url
