"""The two cookies in which a visitor's grants travel (LAW COO-1 to COO-7, SEC-1)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import AnyStr

from embedproxy.consent.grants import NOTICE_DIGITS, Extent, Grant, Grants
from embedproxy.consent.signer import Signer

SALT = "embedproxy.consent.v1"
VERSION = 1
NAMES: dict[Extent, str] = {"always": "embedproxy", "once": "embedproxy-once"}
HOST_ONLY = "__Host-"  # such a cookie cannot come from a sub-domain or from plain http (RFC 6265bis 4.1.3.2)
COOKIE_BYTES = 4096  # browsers drop a longer cookie whole (RFC 6265bis 5.6)
READ_BYTES = 8192  # nothing we write is half as long
LEEWAY = 5  # seconds by which the clocks of machines behind one balancer may differ
DAY = 86400

_ITEM = (str, str, int, str, str)  # provider, embed, time, notice, receipt: the order in the cookie
_NOTICE = re.compile(rf"[0-9a-f]{{{NOTICE_DIGITS}}}")
_RECEIPT = re.compile(r"[0-9a-f]{32}")


class GrantCookies:
    """Reads and writes grants: ``always`` in a persistent cookie, ``once`` in a session cookie.

    Any doubt reads as no grant, and nothing here raises for what a browser sends (DESIGN rule 2, LAW COO-6).
    A name that comes twice in one header is such a doubt: one of the two was planted by somebody else, from a
    sub-domain or over plain http, and the header does not tell which. None of them counts then, although one
    may be genuine; the visitor sees a placeholder.

    Args:
        keys: signing keys, oldest to newest; the newest signs, all of them are accepted.
        always_days: how long an ``always`` grant counts, in days.
        once_hours: how long a ``once`` grant counts, in hours.
        is_current: whether a provider's notice, by its first 16 hex digits, is the one shown now.
        clock: gives Unix seconds.
    """

    def __init__(
        self,
        keys: Sequence[str | bytes],
        *,
        always_days: int,
        once_hours: int,
        is_current: Callable[[str, str], bool],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._signer = Signer(keys, salt=SALT, limit=READ_BYTES)
        self._seconds: dict[Extent, int] = {"always": always_days * DAY, "once": once_hours * 3600}
        self._is_current = is_current
        self._clock = clock
        self.names = (*_names(True), *_names(False))

    def read(self, header: str | None, *, secure: bool) -> Grants:
        """Read the grants that count now, and whose notice has changed since.

        Args:
            header: the request's Cookie header; None when there is none.
            secure: whether the visitor's browser speaks https with the site.
        """
        current: dict[bool, list[Grant]] = {True: [], False: []}
        for grant in self._living(header, secure):
            current[self._is_current(grant.provider, grant.notice)].append(grant)
        stale = dict.fromkeys(grant.provider for grant in current[False])
        return Grants(tuple(current[True]), tuple(stale))

    def write(self, grants: Grants, *, secure: bool) -> list[str]:
        """Give the Set-Cookie values that replace whatever the browser holds.

        A cookie that would grow past 4 KB loses its oldest grants: the visitor is asked again for an embed
        pressed long ago rather than losing the whole cookie, and with it the latest press.

        Args:
            grants: everything that is granted.
            secure: whether the visitor's browser speaks https with the site.

        Returns:
            Two values, ``always`` then ``once``; an empty one deletes its cookie (``Max-Age=0``).
        """
        return [self._written(extent, grants.items, secure) for extent in NAMES]

    def forget(self, *, secure: bool) -> list[str]:
        """Give the Set-Cookie values that delete every cookie of ours (LAW RGT-2).

        Over https the plain ones go too, which a site leaves behind when it moves from http.
        """
        plain = [_line(NAMES[extent], "", 0, False) for extent in NAMES]
        return [*self.write(Grants(), secure=True), *plain] if secure else plain

    def strip(self, header: AnyStr) -> AnyStr:
        """Take our cookies out of a Cookie header, for the upstream (LAW COO-7).

        Args:
            header: the Cookie header, as bytes or text.

        Returns:
            The header; the other cookies keep their bytes and order. Empty when there was no other.
        """
        if isinstance(header, bytes):
            return self._stripped(header.decode("latin-1")).encode("latin-1")
        return self._stripped(header)

    def _stripped(self, header: str) -> str:
        parts = header.split(";")
        ours = [_name(part) in self.names for part in parts]
        kept = ";".join(part for part, own in zip(parts, ours, strict=True) if not own)
        return kept.lstrip(" \t") if ours[0] else kept

    def _living(self, header: str | None, secure: bool) -> list[Grant]:
        """Every genuine grant of the header that has not run out, stale notices included."""
        found = _values(header or "", _names(secure))
        return list(
            chain.from_iterable(
                self._opened(extent, value) for extent, value in zip(NAMES, found, strict=True) if value
            )
        )

    def _opened(self, extent: Extent, value: str) -> list[Grant]:
        payload = self._signer.read(value)
        # The extent stands inside the signature, so that a session cookie cannot be renamed to a lasting one.
        if not isinstance(payload, dict) or payload.get("v") != VERSION:
            return []
        items = payload.get(extent)
        grants = [_grant(extent, item) for item in items] if isinstance(items, list) else []
        return [grant for grant in grants if grant and self._in_time(grant)]

    def _in_time(self, grant: Grant) -> bool:
        age = self._clock() - grant.at
        return -LEEWAY <= age < self._seconds[grant.extent]

    def _written(self, extent: Extent, grants: Iterable[Grant], secure: bool) -> str:
        name = _names(secure)[list(NAMES).index(extent)]
        items = sorted((grant for grant in grants if grant.extent == extent), key=lambda grant: grant.at)
        while items:
            line = _line(name, self._signed(extent, items), self._lasting(extent, items), secure)
            if len(line) <= COOKIE_BYTES:
                return line
            del items[: 1 + len(items) // 16]  # some at a time: each try signs and compresses anew
        return _line(name, "", 0, secure)

    def _signed(self, extent: Extent, items: Iterable[Grant]) -> str:
        rows = [[grant.provider, grant.embed, grant.at, grant.notice, grant.receipt] for grant in items]
        return self._signer.sign({"v": VERSION, extent: rows})

    def _lasting(self, extent: Extent, items: Sequence[Grant]) -> int | None:
        """Max-Age in seconds: until the youngest grant runs out; None for the session cookie."""
        if extent == "once":
            return None
        return max(0, items[-1].at + self._seconds[extent] - int(self._clock()))


def _names(secure: bool) -> tuple[str, ...]:
    return tuple((HOST_ONLY if secure else "") + name for name in NAMES.values())


def _values(header: str, names: tuple[str, ...]) -> list[str]:
    """The value of each name, empty when it is missing or comes more than once."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for part in header.split(";"):
        if (name := _name(part)) in found:
            found[name].append(part.partition("=")[2].strip(" \t"))
    return [values[0] if len(values) == 1 else "" for values in found.values()]


def _name(part: str) -> str:
    """The cookie's name, empty for a nameless one.

    Space and tab only are trimmed: str.strip() would also take NBSP and NEL, and browsers let a sub-domain
    set a cookie whose name is NBSP and then ``__Host-``.
    """
    name, equals, _ = part.partition("=")
    return name.strip(" \t") if equals else ""


def _grant(extent: Extent, item: object) -> Grant | None:
    """Build a grant from a row of the cookie; None when it is not exactly as we write it."""
    if not isinstance(item, list) or tuple(map(type, item)) != _ITEM:
        return None
    provider, embed, at, notice, receipt = item
    if not provider or bool(embed) is (extent == "always"):
        return None
    if not (_NOTICE.fullmatch(notice) and _RECEIPT.fullmatch(receipt)):
        return None
    return Grant(provider, extent, embed, at, notice, receipt)


def _line(name: str, value: str, lasting: int | None, secure: bool) -> str:
    """One Set-Cookie value (LAW COO-4): host-only, for the whole site, out of scripts' reach."""
    parts = [f"{name}={value}", "" if lasting is None else f"Max-Age={lasting}", "Secure" if secure else ""]
    return "; ".join(part for part in (*parts, "HttpOnly", "SameSite=Lax", "Path=/") if part)
