"""What a provider file may say, and what it must say before its provider is loaded."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from embedproxy.providers import templates
from embedproxy.providers.company import Company, Purpose, Storage
from embedproxy.providers.forms import Facts, Host, HttpsUrl, Script, Text
from embedproxy.providers.shapes import Element, Example, Frame, Kind, Match, Quote
from embedproxy.urls import is_under

__all__ = ["Company", "Element", "Example", "Frame", "Kind", "Match", "Provider", "Quote", "Storage"]

BUILT_IN = frozenset({"host", "url"})  # names that every template may use besides the rule's groups


class Provider(Facts):
    """Who serves an embed: matching, the notice's facts, the frame and the examples, from one file.

    Attributes:
        id: the file's name without ``.toml``.
        name: what visitors know it as.
        kind: what it mostly embeds; a match may differ.
        hosts: its own hosts, sub-domains included.
        resource_hosts: its hosts for pictures and scripts; likewise never contacted before a grant.
        shared_hosts: hosts that serve others too, such as ``google.com``; only a match makes them its own.
        any_host: True for federated software: matches count on every host that nobody else claims.
        scripts: host and path prefix of its scripts on hosts that others use too.
        company: who answers for it.
        purposes: what it says it uses data for.
        storage: what it is known to store; an empty list says that nothing is known for certain.
        match: the addresses of its embeds, tried in order.
        quotes: its quotations (``[[quote]]``).
        elements: its other elements (``[[element]]``).
        frame: what stands in the page after a grant.
        guards_forms: True: a form of the page waits for it, as for a captcha; placeholders say so.
        min_age: age below which parents are asked first, from the provider's own terms.
        joint_controller_url: its arrangement under GDPR Art. 26, where it offers one.
        examples: at least one that matches and one that does not.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    name: Text
    kind: Kind
    hosts: tuple[Host, ...] = ()
    resource_hosts: tuple[Host, ...] = ()
    shared_hosts: tuple[Host, ...] = ()
    any_host: bool = False
    scripts: tuple[Script, ...] = ()
    company: Company
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    storage: tuple[Storage, ...]
    match: tuple[Match, ...] = ()
    quotes: Annotated[tuple[Quote, ...], Field(alias="quote")] = ()
    elements: Annotated[tuple[Element, ...], Field(alias="element")] = ()
    frame: Frame = Field(default_factory=Frame)
    guards_forms: bool = False
    min_age: Annotated[int, Field(ge=1, le=21)] | None = None
    joint_controller_url: HttpsUrl | None = None
    examples: tuple[Example, ...]

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """Every host that belongs to this provider alone."""
        return self.hosts + self.resource_hosts

    def hosts_of(self, rule: Match) -> tuple[str, ...]:
        """Where a rule counts, federated hosts aside."""
        return rule.hosts or self.hosts + self.shared_hosts

    def src_of(self, rule: Match) -> str:
        """The template of a rule's frame; empty: the matched address itself."""
        return _either(rule.src, "" if rule.page else self.frame.src)

    def link_of(self, rule: Match) -> str:
        """The template of a rule's link; empty: the matched address itself."""
        return _either(rule.link, "" if rule.page else self.frame.link)

    @model_validator(mode="after")
    def _hosts_are_distinct(self) -> Provider:
        for host in self.own_hosts:
            wider = [other for other in self.own_hosts if other != host and is_under(host, other)]
            if wider or self.own_hosts.count(host) > 1:
                raise ValueError(f'names the host "{host}" twice: "{(wider or [host])[0]}" covers it')
        if not self.any_host and not all(self.hosts_of(rule) for rule in self.match):
            raise ValueError("has a match on no host: add hosts, or any_host = true for federated software")
        if not (self.own_hosts or self.scripts or self.match):
            raise ValueError("names no host and no match")
        return self

    @model_validator(mode="after")
    def _company_is_known(self) -> Provider:
        if not self.any_host and not (self.company.name and self.company.country):
            raise ValueError("needs name and country of the company; only any_host may go without")
        return self

    @model_validator(mode="after")
    def _templates_can_be_filled(self) -> Provider:
        for rule in self.match:
            for key, template in (("src", self.src_of(rule)), ("link", self.link_of(rule))):
                missing = sorted(templates.names(template) - rule.groups - BUILT_IN)
                if missing:
                    slot = "{" + missing[0] + "}"
                    raise ValueError(f"{key} asks for {slot}, which {rule.path} does not capture")
        return self

    @model_validator(mode="after")
    def _frames_are_its_own(self) -> Provider:
        for rule in self.match:
            host = self.src_of(rule).removeprefix("https://").partition("/")[0].partition("?")[0]
            known = self.own_hosts + self.hosts_of(rule)
            if host not in ("", "{host}") and not any(is_under(host, parent) for parent in known):
                raise ValueError(f'a frame at "{host}" needs that host among its hosts')
        return self

    @model_validator(mode="after")
    def _examples_go_both_ways(self) -> Provider:
        if {example.match for example in self.examples} != {True, False}:
            raise ValueError("needs [[examples]] of both kinds, one that matches and one with match = false")
        return self


def _either(own: str | None, common: str) -> str:
    """What a rule says itself, which may be an empty text, else what counts for all."""
    return common if own is None else own
