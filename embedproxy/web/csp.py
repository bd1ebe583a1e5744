"""The additional Content-Security-Policy that makes the browser the guarantor (DESIGN §9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from embedproxy import urls

POLICY_BYTES = 1500  # default nginx buffers hold 4 KiB of response headers in all


def frame_policy(page_host: str, own: Sequence[str], frames: Iterable[str], hosts: Iterable[str]) -> str:
    """Limit frames and objects to the operator's own hosts and to what a press may load.

    A source with a path allows that one address and nothing else of the provider (CSP Level 3 §6.7.2.8), so
    the policy of an undecided page names the exact frames of its placeholders: a press can put them in place
    without a reload, and a script of the page still cannot load anything else.

    Args:
        page_host: host of the page; its whole site is the operator's.
        own: the operator's further hosts and the frames that he allowed by hand, as hosts or origins.
        frames: addresses of the frames that the page's boxes hold or may hold.
        hosts: hosts of the providers that this visitor has granted for good.

    Returns:
        The header's value.
    """
    site = urls.registrable(page_host)
    sources = ["'self'"]
    for host in [site, *own, *hosts]:
        sources += [host] if "://" in host else _whole(host)
    exact = [_source(frame) for frame in frames]
    if sum(map(len, exact)) > POLICY_BYTES:
        exact = sorted({source.split("/", 3)[0] + "//" + source.split("/", 3)[2] for source in exact})
    listed = " ".join(dict.fromkeys([*sources, *exact]))
    return f"frame-src {listed}; object-src {listed}"


def _whole(host: str) -> list[str]:
    """A host and everything below it; an address without labels to put below it stands alone."""
    named = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    return [host, f"*.{host}"] if named else [host]


def _source(address: str) -> str:
    """An address as a source expression: no query, nothing that would end it (CSP Level 3 §2.3.1)."""
    bare = address.split("#", 1)[0].split("?", 1)[0]
    return bare.replace(";", "%3B").replace(",", "%2C")
