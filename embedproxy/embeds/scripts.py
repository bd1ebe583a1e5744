"""Scripts, as far as they are a provider's: these never run in the site's origin (DESIGN rule 7)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from embedproxy.embeds.embed import Embed
from embedproxy.embeds.marks import marks_of, named_embeds
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import embed_at, is_allowed
from embedproxy.embeds.verdict import Drop, Swap, Verdict
from embedproxy.html.tags import StartTag
from embedproxy.urls import Url

# https://mimesniff.spec.whatwg.org/#javascript-mime-type-essence-match
_JAVASCRIPT = re.compile(
    r"(?:(?:text|application)/(?:x-)?(?:java|ecma)script|text/(?:jscript|livescript|javascript1\.[0-5]))"
)
# Types under which optimisers park scripts until the page is idle, to run them without asking anybody.
_DEFERRED = re.compile(
    r"rocketlazyloadscript|text/rocketscript|litespeed/javascript|[0-9a-f]{24}-(?:text/javascript|module)"
)
INLINE_CHARACTERS = 4096  # no loader is longer; what is longer does more
_LOADS = re.compile(
    r"createElement|document\.write|\.src\s*=|\bimport\s*\(|^\s*import\s|"
    r"new\s+YT\.Player|Twitch\.|FB\.init|twttr\.|instgrm\.",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"""(?:https?:)?(?:\\?/){2}[\w-]+(?:\.[\w-]+)+(?::\d+)?[^\s"'`<>]*""", re.IGNORECASE)


def judge_script(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about a script element with an address.

    Returns:
        A swap where the script alone is the embed, a drop where it belongs to a provider, else None. One that
        a consent tool has given another type does not run and is left alone.
    """
    reference = tag.get("src") or tag.get("href") or tag.get("xlink:href")  # the latter two in SVG
    url = page.resolve(reference) if reference else None
    if url is None or not runs(tag) or is_allowed(tag) or policy.is_own(url.host, page.host):
        return None
    if not policy.is_foreign(url, page.host):
        return None
    embed = None if page.in_head else _item(tag, url, page, policy)
    return Swap(embed) if embed else Drop()


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


def judge_text(tag: StartTag, text: str, page: Page, policy: Policy) -> bool:
    """Decide about the text of a script element without an address.

    A text goes whole where loading one provider is all that it does: it is short, it loads something, and
    every address in it belongs to the same provider. A longer one, or one that names other addresses too, is
    left to the browser's policy, because taking it away would break more than the embed. Rules for
    speculative loading go when they name another site.

    Args:
        tag: the element's start tag.
        text: what stands in it.

    Returns:
        Whether the text goes.
    """
    if is_allowed(tag) or tag.get("src") is not None:
        return False
    kind = _type(tag)
    if kind == "speculationrules":
        return _speculates(text, page, policy)
    if not runs(tag) or len(text) > INLINE_CHARACTERS or not _LOADS.search(text):
        return False
    owners = set(_owners(text, page, policy))
    return len(owners) == 1 and "" not in owners


def _type(tag: StartTag) -> str:
    """The script's type (https://html.spec.whatwg.org/#prepare-the-script-element, steps 8 to 12)."""
    kind, language = tag.get("type"), tag.get("language")
    if kind is None:
        return f"text/{language.lower()}" if language else ""
    return kind.strip("\t\n\f\r ").lower()


def _owners(text: str, page: Page, policy: Policy) -> Iterator[str]:
    """The provider of every address in a script; an empty name for an address of nobody's."""
    for found in _ADDRESS.finditer(text):
        url = page.resolve(found[0].replace("\\/", "/"))
        if url and not policy.is_own(url.host, page.host):
            owner = policy.registry.owner(url)
            yield owner.id if owner else ""


def _speculates(text: str, page: Page, policy: Policy) -> bool:
    """Whether speculation rules may contact another site: only same-site patterns and lists are kept."""
    try:
        rules = json.loads(text)
    except ValueError:
        return False  # browsers ignore what is no JSON
    if not isinstance(rules, dict):
        return False
    listed = [rule for group in rules.values() if isinstance(group, list) for rule in group]
    return not all(isinstance(rule, dict) and _stays(rule, page, policy) for rule in listed)


def _stays(rule: dict[str, object], page: Page, policy: Policy) -> bool:
    named = rule.get("urls")
    if isinstance(named, list):
        found = [page.resolve(str(one)) for one in named]
        return all(url is None or policy.is_own(url.host, page.host) for url in found)
    patterns = re.findall(r'"href_matches": (?:"([^"]*)"|\[([^\]]*)\])', json.dumps(rule.get("where")))
    return bool(patterns) and not any("//" in one or "://" in many for one, many in patterns)
