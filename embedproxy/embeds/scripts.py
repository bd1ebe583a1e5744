"""Providers' scripts, which never run in the site's origin (DESIGN rule 7)."""

from __future__ import annotations

from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.recognise import embed_at, is_allowed
from embedproxy.embeds.verdict import Drop, Swap, Verdict
from embedproxy.html.tags import StartTag


def judge_script(tag: StartTag, page: Page, policy: Policy) -> Verdict | None:
    """Decide about a script element with an address.

    Returns:
        A swap where the script alone is the embed, a drop where it belongs to a provider, else None.
    """
    reference = tag.get("src") or tag.get("href") or tag.get("xlink:href")  # the latter two in SVG
    url = page.resolve(reference) if reference else None
    if url is None or is_allowed(tag) or policy.is_own(url.host, page.host):
        return None
    embed = embed_at(url, tag, page, policy)
    if embed:
        return Swap(embed)
    return Drop() if policy.registry.owner(url) else None
