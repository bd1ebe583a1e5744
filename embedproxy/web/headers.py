"""Header lists as ASGI holds them: pairs of bytes, in order, names in lower case, repeats kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from embedproxy.urls import Url

Headers = list[tuple[bytes, bytes]]
Resolve = Callable[[str], Url | None]
Foreign = Callable[[Url], bool]


def first(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    """The value of the first header of a name; None where there is none."""
    return next((value for key, value in headers if key.lower() == name), None)


def joined(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    """All values of a list header, joined with commas (RFC 9110 §5.3)."""
    return b", ".join(value for key, value in headers if key.lower() == name)


def joined_cookies(headers: Headers) -> str:
    """The Cookie header; HTTP/2 fronts may send it in several lines (RFC 9113 §8.2.3)."""
    return "; ".join(value.decode("latin-1") for name, value in headers if name.lower() == b"cookie")


def without(headers: Iterable[tuple[bytes, bytes]], *names: bytes) -> Headers:
    """The headers but these."""
    return [(key, value) for key, value in headers if key.lower() not in names]


def with_vary(headers: Headers, field: bytes) -> Headers:
    """Name a request header that the response depends on (RFC 9110 §12.5.5), once.

    All names stand in one line: nginx before 1.23 goes by the last line alone.
    """
    named = joined(headers, b"vary")
    present = {name.strip().lower() for name in named.split(b",")}
    if not {field.lower(), b"*"} & present:
        named = named + b", " + field if named else field
    return [*without(headers, b"vary"), (b"vary", named)]


def split_list(value: str) -> Iterator[str]:
    """Split a list header at its commas, not at those inside quotes or angle brackets."""
    yield from (
        part for part in re.findall(r'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^",<]|["<])+', value) if part.strip()
    )


def clean_links(headers: Headers, resolve: Resolve, foreign: Foreign) -> Headers:
    """Drop what would make the browser contact a provider: links, refreshes, reports (LAW NET-1).

    Args:
        headers: the response's headers.
        resolve: turns a reference into an absolute address.
        foreign: whether an address belongs to a provider.
    """
    result: Headers = []
    for key, value in headers:
        if key.lower() == b"link":
            kept = [
                part for part in split_list(value.decode("latin-1")) if not _leads(part, resolve, foreign)
            ]
            if kept:
                result.append((key, ",".join(kept).strip().encode("latin-1")))
        elif not _CONTACTS.get(key.lower(), _never)(value.decode("latin-1"), resolve, foreign):
            result.append((key, value))
    return result


def _never(_value: str, _resolve: Resolve, _foreign: Foreign) -> bool:
    return False


def _leads(link: str, resolve: Resolve, foreign: Foreign) -> bool:
    target = re.search(r"<([^>]*)>", link)
    url = resolve(target[1]) if target else None
    return url is not None and foreign(url)


def _refreshes(value: str, resolve: Resolve, foreign: Foreign) -> bool:
    target = re.search(r"""[;,\s]\s*(?:url\s*=\s*)?["']?([^"'\s;,]+)""", value, re.IGNORECASE)
    url = resolve(target[1]) if target else None
    return url is not None and foreign(url)


def _reports(value: str, resolve: Resolve, foreign: Foreign) -> bool:
    """Whether reports about the page would go there (Reporting API §3.2, and the older ``Report-To``)."""
    addresses = re.findall(r'"((?:https?:)?(?:/|\\/){2}[^"]*)"', value, re.IGNORECASE)
    urls = (resolve(address.replace("\\/", "/")) for address in addresses)
    return any(url is not None and foreign(url) for url in urls)


_CONTACTS = {b"refresh": _refreshes, b"report-to": _reports, b"reporting-endpoints": _reports}
