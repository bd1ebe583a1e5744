"""The additional Content-Security-Policy that makes the browser the guarantor (DESIGN §9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from embedproxy import urls
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.web.headers import Headers

POLICY_BYTES = 1500  # default nginx buffers hold 4 KiB of response headers in all
# What stays open in strict mode beside the operator's hosts. Nothing of it contacts anybody, and the site's
# own code goes on; the policy only ever adds to what the site itself forbids (CSP Level 3 §8.1).
CONTACTING_NOBODY = "'self' data: blob: 'unsafe-inline' 'unsafe-eval'"
ENDPOINT = "embedproxy"  # name of the report collector among the site's own reporting endpoints


def policies(page: Page, policy: Policy) -> Headers:
    """The headers for a page, by the setting ``strict``.

    Args:
        page: what is known of it so far: its grants, the frames in it.
        policy: what decides about its embeds.
    """
    settings = policy.settings
    lasting = [grant.provider for grant in page.grants.items if grant.extent == "always"]
    own, frames = [*settings.first_party, *page.own_frames], [*page.frames, *policy.frames_of(page.grants)]
    framing = frame_policy(page.host, own, frames, policy.hosts_of(lasting))
    if not settings.strict:
        return [_header(framing)]
    whole = strict_policy(page.host, settings.first_party, framing)
    if settings.strict != "report":
        return [_header(whole)]
    secure = page.address.url.scheme == "https"
    return [_header(framing), *reporting(whole, settings.prefix, secure=secure)]


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
    sources = ["'self'"]
    for host in [urls.registrable(page_host), *own]:
        sources += [host] if "://" in host else _whole(host, port=":*")
    for host in hosts:
        sources += _whole(host)
    exact = [_source(frame) for frame in frames]
    if sum(map(len, exact)) > POLICY_BYTES:
        exact = sorted({source.split("/", 3)[0] + "//" + source.split("/", 3)[2] for source in exact})
    listed = " ".join(dict.fromkeys([*sources, *exact]))
    return f"frame-src {listed}; object-src {listed}"


def strict_policy(page_host: str, own: Sequence[str], framing: str) -> str:
    """Limit everything else that a page can load to the operator's own hosts (``strict`` mode).

    ``default-src`` stands for scripts, styles, pictures, fonts, media, connections, workers, manifests and
    prefetches at once, those of future standards included (CSP Level 3 §6.1.3). What a granted frame needs is
    the business of the frame's own policy.

    Args:
        page_host: host of the page; its whole site is the operator's.
        own: the operator's further hosts.
        framing: what ``frame_policy`` says.

    Returns:
        The header's value.
    """
    hosts = dict.fromkeys([urls.registrable(page_host), *own])
    listed = [source for host in hosts for source in [*_whole(host, port=":*"), *_sockets(host)]]
    return f"default-src {' '.join([CONTACTING_NOBODY, *listed])}; {framing}"


def reporting(policy: str, prefix: str, *, secure: bool) -> Iterator[tuple[bytes, bytes]]:
    """Headers that take nothing away and have the browser tell what a policy would take.

    Args:
        policy: the header's value.
        prefix: of our own addresses.
        secure: whether the page came over https; only there browsers know reporting endpoints, and where they
            read ``report-to`` they ignore ``report-uri`` (CSP Level 3 §5.3).
    """
    collector = f"{prefix}report"
    value = f"{policy}; report-uri {collector}"
    if secure:
        value += f"; report-to {ENDPOINT}"
        yield b"reporting-endpoints", f'{ENDPOINT}="{collector}"'.encode("ascii", "ignore")
    yield _header(value, b"-report-only")


def _header(value: str, kind: bytes = b"") -> tuple[bytes, bytes]:
    return b"content-security-policy" + kind, value.encode("ascii", "ignore")


def _whole(host: str, port: str = "") -> list[str]:
    """A host and everything below it; an address without labels to put below it stands alone."""
    if host.startswith("["):
        return []  # no source can name an IPv6 address (CSP Level 3 §2.3.1); 'self' does
    named = "." in host and not host.replace(".", "").isdigit()
    return [host + port, f"*.{host}{port}"] if named else [host + port]


def _sockets(host: str) -> list[str]:
    """The same for WebSockets: a source without a scheme does not cover them (CSP Level 3 §6.7.2.9)."""
    return [f"ws://{source}" for source in _whole(host, port=":*")]


def _source(address: str) -> str:
    """An address as a source expression: no query, nothing that would end it (CSP Level 3 §2.3.1)."""
    bare = address.split("#", 1)[0].split("?", 1)[0]
    return bare.replace(";", "%3B").replace(",", "%2C")
