"""All known providers, found by the labels of a host."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from embedproxy.providers.rules import Claim, Rule
from embedproxy.providers.schema import Element, Provider, Quote
from embedproxy.urls import Url

__all__ = ["Claim", "Registry"]

LONGEST = 8192  # characters of an address that regexes are let loose on; many servers refuse more


class Registry:
    """Whose an address is: one look-up per label of its host, however many providers there are.

    Args:
        providers: as loaded; no two of them may claim the same host.

    Attributes:
        providers: by id.
    """

    def __init__(self, providers: Iterable[Provider]) -> None:
        self.providers: Mapping[str, Provider] = MappingProxyType({each.id: each for each in providers})
        self._owners: dict[str, Provider] = {}
        self._scripts: dict[str, list[tuple[str, Provider]]] = {}
        self._rules: dict[str, list[Rule]] = {}
        self._federated: list[Rule] = []
        self._quotes: dict[tuple[str, str], list[Quote]] = {}
        self._elements: dict[tuple[str, str], list[Element]] = {}
        for provider in self.providers.values():
            self._add(provider)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all facts, 64 hex digits; examples do not count."""
        return _digest(self.providers)

    def claim(self, url: Url) -> Claim | None:
        """The rule that knows an address.

        Args:
            url: of an embed, or of the page that it shows.

        Returns:
            The first that fits, the most specific host first, federated providers last; else None.
        """
        return next(self.claims(url), None)

    def claims(self, url: Url) -> Iterator[Claim]:
        """Every rule that knows an address, in the order of ``claim``."""
        owner = self._host_owner(url)
        found = False
        for rule in self._rules_at(url, owner):
            claim = rule.claim(url)
            if claim:
                found = True
                yield claim
        if not found and owner is None and len(url.href) <= LONGEST:
            yield from (claim for rule in self._federated if (claim := rule.claim(url)))

    def owner(self, url: Url) -> Provider | None:
        """Whose resource an address is, also where it names no item.

        Args:
            url: of anything that a page loads.

        Returns:
            The provider whose host it is; on shared hosts the one whose script or embed it is; else None.
            A federated provider owns no host.
        """
        owner = self._host_owner(url)
        if owner:
            return owner
        claims = (claim for rule in self._rules_at(url, None) if (claim := rule.claim(url)))
        return next((claim.provider for claim in claims), None)

    def knows(self, host: str) -> bool:
        """Whether any address at a host can have an owner.

        Args:
            host: as in ``Url.host``.
        """
        return any(
            each in self._owners or each in self._scripts or each in self._rules for each in _parents(host)
        )

    def quotes(self, tag: str, class_: str) -> tuple[Quote, ...]:
        """The quotations that an element with this class may be.

        Args:
            tag: lower-case name of the element.
            class_: one of its classes.
        """
        return tuple(self._quotes.get((tag, class_), ()))

    def elements(self, tag: str, mark: str = "") -> tuple[Element, ...]:
        """The widgets that an element may be.

        Args:
            tag: lower-case name of the element.
            mark: one of its classes, or one of its attributes; empty: those that its name alone marks.
        """
        return tuple(self._elements.get((tag, mark), ()))

    @property
    def marks(self) -> frozenset[str]:
        """Every class that marks an element as some provider's."""
        every = frozenset(mark for _, mark in (*self._quotes, *self._elements) if mark)
        return every - self.attributes

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Every attribute that does."""
        elements = (element for each in self.providers.values() for element in each.elements)
        return frozenset(element.attribute for element in elements if element.attribute)

    @property
    def tags(self) -> frozenset[str]:
        """Every element that its name alone marks, such as ``lite-youtube`` and ``fb:like``."""
        return frozenset(tag for tag, mark in self._elements if not mark)

    def explain(self, url: Url) -> list[str]:
        """Why an address is or is not somebody's embed, one sentence each.

        Args:
            url: the address.
        """
        owner = self._host_owner(url)
        lines = [f"{url.host} belongs to {owner.id}" if owner else f"{url.host} belongs to no provider"]
        tried = [*self._rules_at(url, owner), *(() if owner else self._federated)]
        for rule in tried:
            refusal = rule.refusal(url)
            lines.append(f"{rule.provider.id} match {rule.number}: {refusal or 'fits'}")
        claim = self.claim(url)
        verdict = f"{claim.provider.id}, id {claim.id or 'none'}" if claim else "no embed of a known provider"
        return [*lines, f"result: {verdict}"]

    def _add(self, provider: Provider) -> None:
        for host in provider.own_hosts:
            self._owners[host] = provider
        for script in provider.scripts:
            host, slash, path = script.partition("/")
            self._scripts.setdefault(host, []).append((slash + path, provider))
        for number, match in enumerate(provider.match, 1):
            rule = Rule.of(provider, number)
            for host in provider.hosts_of(match):
                self._rules.setdefault(host, []).append(rule)
            if provider.any_host and not match.hosts:
                self._federated.append(rule)
        for quote in provider.quotes:
            self._quotes.setdefault((quote.tag, quote.class_), []).append(quote)
        for element in provider.elements:
            mark = element.class_ or element.attribute
            self._elements.setdefault((element.tag, mark), []).append(element)

    def _host_owner(self, url: Url) -> Provider | None:
        for host in _parents(url.host):
            for prefix, provider in self._scripts.get(host, ()):
                if url.path.startswith(prefix):
                    return provider
            if host in self._owners:
                return self._owners[host]
        return None

    def _rules_at(self, url: Url, owner: Provider | None) -> Iterator[Rule]:
        for host in _parents(url.host if len(url.href) <= LONGEST else ""):
            for rule in self._rules.get(host, ()):
                if owner is None or rule.provider is owner:
                    yield rule


def _parents(host: str) -> Iterator[str]:
    """The host and everything above it: ``a.b.example``, ``b.example``, ``example``."""
    while host:
        yield host
        host = host.partition(".")[2]


def _digest(providers: Mapping[str, Provider]) -> str:
    facts = {key: each.model_dump(mode="json", exclude={"examples"}) for key, each in providers.items()}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
