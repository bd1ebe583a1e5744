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
        fragment: fits the whole fragment; None where it is not looked at.
    """

    provider: Provider
    match: Match
    number: int
    path: re.Pattern[str]
    query: tuple[tuple[str, re.Pattern[str]], ...]
    fragment: re.Pattern[str] | None

    @classmethod
    def of(cls, provider: Provider, number: int) -> Rule:
        """Compile one of a provider's matches.

        Args:
            provider: as loaded.
            number: place of the match in the file, from 1.
        """
        match = provider.match[number - 1]
        query = tuple((name, _compiled(pattern)) for name, pattern in match.query.items())
        fragment = _compiled(match.fragment) if match.fragment else None
        return cls(provider, match, number, _compiled(f"(?:{match.path})/?"), query, fragment)

    def claim(self, url: Url) -> Claim | None:
        """Hold the rule against an address on one of its hosts.

        Args:
            url: the address; of its host only the first label is looked at, where the rule asks for it.

        Returns:
            What the rule captured, or None where it does not fit.
        """
        found = self.path.fullmatch(_readable(url.path))
        groups = self._captured(found, url) if found else ""
        if isinstance(groups, str):
            return None
        return Claim(self.provider, self.match, groups.get("id", ""), groups, url)

    def refusal(self, url: Url) -> str:
        """Why the rule does not fit an address on one of its hosts; empty when it does."""
        found = self.path.fullmatch(_readable(url.path))
        if not found:
            return f"the path {url.path} is not {self.match.path}"
        groups = self._captured(found, url)
        return groups if isinstance(groups, str) else ""

    def _captured(self, found: re.Match[str], url: Url) -> dict[str, str] | str:
        """Everything that the rule captures where its path fits, or why the rest does not fit."""
        groups = {name: unquote(value) for name, value in found.groupdict("").items()}
        asked = first_values(url.query) if self.query else {}
        for name, pattern in self.query:
            fits = pattern.fullmatch(asked.get(name, ""))
            if name not in asked:
                return f"the parameter {name} is missing"
            if not fits:
                return f"the parameter {name} is not {pattern.pattern}"
            groups.update(fits.groupdict(""))
        if self.fragment:
            fits = self.fragment.fullmatch(url.fragment)
            if not fits:
                return f"the fragment is not {self.fragment.pattern}"
            groups.update(fits.groupdict(""))
        if self.match.label:
            groups["id"] = url.host.partition(".")[0]
            if url.host in self.provider.hosts_of(self.match) or groups["id"] == "www":
                return f"the host {url.host} names no account"
        return groups if all(map(is_safe, groups.values())) else "a captured value climbs out of its place"


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
