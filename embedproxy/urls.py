"""Web addresses, read as browsers read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import ada_url
from publicsuffixlist import PublicSuffixList

# What a WHATWG serialiser writes for http and https: every part is already escaped and in order.
_PARTS = re.compile(
    r"(?P<scheme>https?)://(?:[^/?#@]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)(?::(?P<port>\d+))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"\[.*\]|[\d.]+")  # an IP address, after parsing


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute http or https address, parsed by the WHATWG URL Standard.

    Attributes:
        href: the whole address as a browser serialises it, user info included.
        scheme: ``http`` or ``https``.
        host: lower case, punycode, without port and trailing dot; IPv6 addresses keep their brackets.
        port: digits; empty for the scheme's default port.
        path: percent-encoded, begins with ``/``, free of dot segments.
        query: without ``?``; empty when there is none.
        fragment: without ``#``; empty when there is none.
    """

    href: str
    scheme: str
    host: str
    port: str
    path: str
    query: str
    fragment: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, such as ``https://www.youtube.com``."""
        return f"{self.scheme}://{self.host}:{self.port}" if self.port else f"{self.scheme}://{self.host}"

    @property
    def target(self) -> str:
        """Path and query, as a request line carries them."""
        return f"{self.path}?{self.query}" if self.query else self.path


def parse(reference: str, base: str | None = None) -> Url | None:
    """Resolve a reference as a browser would, https://url.spec.whatwg.org/#url-parsing.

    Args:
        reference: what an attribute says, in any state of disorder.
        base: absolute address of the page; None for a reference that must be absolute itself.

    Returns:
        The address, or None where there is none or its scheme is not http or https.
    """
    href = _href(reference, base)
    parts = _PARTS.fullmatch(href)
    if not parts:
        return None
    host = parts["host"].removesuffix(".") or parts["host"]  # the root's dot names the same host
    return Url(
        href=href,
        scheme=parts["scheme"],
        host=host,
        port=parts["port"] or "",
        path=parts["path"] or "/",
        query=parts["query"] or "",
        fragment=parts["fragment"] or "",
    )


def scheme_of(reference: str, base: str | None = None) -> str:
    """The scheme that a reference resolves to, such as ``https``, ``data`` or ``javascript``.

    Args:
        reference: what an attribute says.
        base: absolute address of the page.

    Returns:
        The scheme in lower case without colon; empty for what cannot be parsed.
    """
    return _href(reference, base).partition(":")[0]


def is_under(host: str, parent: str) -> bool:
    """Whether a host is another host or a sub-domain of it, label by label.

    Args:
        host: as in ``Url.host``.
        parent: likewise; ``evilyoutube.com`` is not under ``youtube.com``.
    """
    return host == parent or host.endswith("." + parent)


@lru_cache(maxsize=1024)  # a page names few hosts and names them often
def registrable(host: str) -> str:
    """The registrable domain by the Public Suffix List, its private section included.

    Args:
        host: as in ``Url.host``.

    Returns:
        The public suffix and one label; for IP addresses, single labels and suffixes the host itself.
    """
    if _ADDRESS.fullmatch(host):
        return host
    return _suffixes().privatesuffix(host) or host


def same_site(host: str, other: str) -> bool:
    """Whether two hosts belong to one site, https://html.spec.whatwg.org/#same-site, schemes aside.

    Args:
        host: as in ``Url.host``.
        other: likewise.
    """
    return registrable(host) == registrable(other)


def _href(reference: str, base: str | None) -> str:
    try:
        # The parts are cut out of the result here: each property of ada's own object is another parse.
        return str(ada_url.URL(reference, base).href)
    except UnicodeEncodeError:  # as https://infra.spec.whatwg.org/#javascript-string-convert says
        return _href(_SURROGATE.sub("\ufffd", reference), base and _SURROGATE.sub("\ufffd", base))
    except ValueError:
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
