"""The addresses that a known embed leads to: the provider's frame and the item's page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from embedproxy.providers.rules import Claim, first_values
from embedproxy.providers.schema import Provider
from embedproxy.providers.templates import Pairs, fill, join, names
from embedproxy.urls import Url

# Parameters that recognise a visitor or a campaign and change nothing that is shown.
_TRACKER = re.compile(
    r"utm_.*|.*clk?id|_ga|_gl|__cft__.*|__tn__|__xts__.*|ab_channel|feature|igshi?d?|is_from_webapp|mc_[ce]id|"
    r"mibextid|rcm|ref|ref_src|ref_url|referrer|sender_device|sender_web_id|si|trackingId|trk",
    re.ASCII,
)


def frame_url(claim: Claim, *, autoplay: bool = False) -> str:
    """Build the address of the provider's own frame.

    Args:
        claim: what was recognised.
        autoplay: whether it plays at once.

    Returns:
        An https address; captured values are escaped for their place.
    """
    frame = claim.provider.frame
    template = claim.provider.src_of(claim.rule) if claim.rule else ""
    head, pairs = fill(template, _values(claim)) if template else (_head(claim.url), [])
    written = {name for name, _ in pairs}
    forced = {**frame.set, **(frame.autoplay if autoplay else {})}
    pairs += [pair for pair in _kept(claim) if pair[0] not in written and pair[0] not in frame.autoplay]
    pairs = [pair for pair in pairs if pair[0] not in forced] + list(forced.items())
    tail = f"#{claim.url.fragment}" if frame.fragment and claim.url.fragment else ""
    return join(head, pairs) + tail


def item_frame(provider: Provider, item: str) -> str | None:
    """Build the address of an item's frame from its id alone.

    Args:
        provider: whose it is.
        item: the id that a claim gave.

    Returns:
        The address without further parameters; None where the provider's frame takes more than an id.
    """
    template = provider.frame.src
    if names(template) != {"id"}:
        return None
    head, pairs = fill(template, {"id": item})
    return join(head, pairs)


def link_url(claim: Claim) -> str:
    """Build the plain address of the item's page, for a link that leaves the site.

    Args:
        claim: what was recognised.

    Returns:
        An https address without known trackers.
    """
    template = claim.provider.link_of(claim.rule) if claim.rule else ""
    if template:
        return join(*fill(template, _values(claim)))
    return join(_head(claim.url), [pair for pair in _pairs(claim.url) if not _TRACKER.fullmatch(pair[0])])


def _values(claim: Claim) -> dict[str, str]:
    return {**claim.groups, "host": claim.url.host, "url": _page(claim)}


def _page(claim: Claim) -> str:
    """The matched address with no more parameters than the rule asks for."""
    asked = first_values(claim.url.query)
    names = claim.rule.query if claim.rule else {}
    return join(_head(claim.url), [(name, asked[name]) for name in names if name in asked])


def _kept(claim: Claim) -> Pairs:
    keep = claim.provider.frame.keep if claim.rule and claim.rule.is_shown else "*"
    if keep == "*":
        return [pair for pair in _pairs(claim.url) if not _TRACKER.fullmatch(pair[0])]
    return [pair for pair in _pairs(claim.url) if pair[0] in keep]


def _head(url: Url) -> str:
    port = f":{url.port}" if url.port and url.scheme == "https" else ""
    return f"https://{url.host}{port}{url.path}"


def _pairs(url: Url) -> Pairs:
    return parse_qsl(url.query, keep_blank_values=True)
