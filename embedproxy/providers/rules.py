"""One shape of address, ready to be held against many."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, unquote

from embedproxy.providers.schema import Match, Provider
from embedproxy.providers.templates import is_safe
from embedproxy.urls import Url

# Escapes that mean the character itself in every path (RFC 3986 §2.3), and three that sites escape at whim.
_WHIM = re.compile(r"%(?:[46][1-9A-Fa-f]|[57][0-9Aa]|3[0-9]|2[DdEe]|5[Ff]|7[Ee]|40|3[Aa]|2[Cc])")


@dataclass(frozen=True, slots=True)
class Claim:
    """An address that a provider's rule knows.

    Attributes:
        provider: whose it is.
        rule: the rule that fits; None where only the host is known.
        id: the item's id; empty where the rule captures none.
        groups: what the rule captured, decoded, by name.
        url: the address.
    """

    provider: Provider
    rule: Match | None
    id: str
    groups: Mapping[str, str]
    url: Url


@dataclass(frozen=True, slots=True)
class Rule:
    """A match of a provider with its regexes compiled.

    Attributes:
        provider: whose it is.
        match: as the file says it.
        number: its place in the file, from 1.
        path: fits the whole path.
        query: name and regex of the parameters it asks for.
    """

    provider: Provider
    match: Match
    number: int
    path: re.Pattern[str]
    query: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, provider: Provider, number: int) -> Rule:
        """Compile one of a provider's matches.

        Args:
            provider: as loaded.
            number: place of the match in the file, from 1.
        """
        match = provider.match[number - 1]
        query = tuple((name, _compiled(pattern)) for name, pattern in match.query.items())
        return cls(provider, match, number, _compiled(f"(?:{match.path})/?"), query)

    def claim(self, url: Url) -> Claim | None:
        """Hold the rule against an address on one of its hosts.

        Args:
            url: the address; its host is not looked at.

        Returns:
            What the rule captured, or None where it does not fit.
        """
        found = self.path.fullmatch(_readable(url.path))
        if not found:
            return None
        groups = {name: unquote(value) for name, value in found.groupdict("").items()}
        asked = first_values(url.query) if self.query else {}
        for name, pattern in self.query:
            fits = pattern.fullmatch(asked.get(name, ""))
            if name not in asked or not fits:
                return None
            groups.update(fits.groupdict(""))
        if not all(map(is_safe, groups.values())):
            return None
        return Claim(self.provider, self.match, groups.get("id", ""), groups, url)

    def refusal(self, url: Url) -> str:
        """Why the rule does not fit an address on one of its hosts; empty when it does."""
        if self.claim(url):
            return ""
        if not self.path.fullmatch(_readable(url.path)):
            return f"the path {url.path} is not {self.match.path}"
        asked = first_values(url.query)
        for name, pattern in self.query:
            if name not in asked:
                return f"the parameter {name} is missing"
            if not pattern.fullmatch(asked[name]):
                return f"the parameter {name} is not {pattern.pattern}"
        return "a captured value climbs out of its place"


def first_values(query: str) -> dict[str, str]:
    """The parameters of a query, decoded; of a repeated one the first counts, as for ``URLSearchParams.get``.

    Args:
        query: without ``?``.
    """
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, value)
    return values


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Every rule stands in two registries while the files load, and ``re`` keeps but 512 patterns."""
    return re.compile(pattern, re.ASCII)


def _readable(path: str) -> str:
    return _WHIM.sub(lambda escape: unquote(escape[0]), path) if "%" in path else path
