"""What decides about a page's embeds: providers, notices, signer, settings; put together once at start-up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

from embedproxy.consent.grants import Grants
from embedproxy.consent.tickets import Ticket, Tickets
from embedproxy.embeds.embed import HOST, Embed
from embedproxy.embeds.templates import Templates
from embedproxy.notices.notice import Notice, Notices
from embedproxy.providers.frames import item_frame
from embedproxy.providers.registry import Registry
from embedproxy.settings import Settings
from embedproxy.urls import Url, is_under, same_site

# Settings that no page depends on.
ELSEWHERE = {"data_dir", "secret_keys", "timeouts", "upstream", "upstream_ca"}
_PROBE = Ticket("", "", "", "", "", "", "", None, None, None, "")


@dataclass(frozen=True)
class Policy:
    """Everything that the rewriting of a page depends on, besides the page itself.

    Attributes:
        settings: what the operator set.
        registry: the known providers.
        notices: what visitors are told.
        tickets: signer of the forms' tickets.
        templates: what visitors see.
    """

    settings: Settings
    registry: Registry
    notices: Notices
    tickets: Tickets
    templates: Templates

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits that change with anything that changes a rewritten page (DESIGN §8)."""
        whole = hashlib.sha256()
        for part in (
            version("embedproxy"),
            self.registry.digest,
            self.notices.digest,
            self.tickets.sign(_PROBE),  # changes with the signing key
            self.templates.digest,
            self.settings.model_dump_json(
                exclude={"secret_keys", "data_dir", "timeouts", "upstream", "upstream_ca"}
            ),
        ):
            whole.update(part.encode() + b"\0")
        return whole.hexdigest()[:16]

    def is_own(self, host: str, page: str) -> bool:
        """Whether a host is the operator's: the page's own site, or listed in ``first_party`` (LAW CFG-6)."""
        return same_site(host, page) or any(is_under(host, own) for own in self.settings.first_party)

    def is_foreign(self, url: Url, page: str) -> bool:
        """Whether a resource must not be loaded: a provider's, or anybody's in strict mode (DESIGN §9)."""
        if self.is_own(url.host, page):
            return False
        return self.settings.strict is True or self.registry.owner(url) is not None

    def is_stranger(self, host: str) -> bool:
        """Whether nothing at a host can be a provider's, so that only strict mode keeps it away.

        Args:
            host: as in ``Url.host``.
        """
        return not self.settings.strict and not self.registry.knows(host)

    def hosts_of(self, providers: Iterable[str]) -> list[str]:
        """The hosts from which the frames of some providers come, an unknown third party's among them."""
        hosts: dict[str, None] = {}
        for name in providers:
            known = self.registry.providers.get(name)
            hosts.update(
                dict.fromkeys(known.hosts if known else [name.removeprefix(HOST).rpartition("@")[2]])
            )
        return list(hosts)

    def frames_of(self, grants: Grants) -> Iterator[str]:
        """What ``once`` grants allow where a script of the page inserts the frame: its address or host."""
        for grant in grants.items:
            if grant.provider.startswith(HOST):
                yield grant.provider.removeprefix(HOST)
            elif grant.provider in self.registry.providers:
                provider, item = self.registry.providers[grant.provider], grant.embed.partition(":")[2]
                address = item_frame(provider, item) if item else None
                if address:
                    yield address

    def notice(self, embed: Embed) -> Notice:
        """The notice that stands at an embed."""
        if embed.claim:
            return self.notices.notice(embed.claim.provider, embed.kind, embed.lang, embed.url.host)
        return self.notices.generic(embed.url.host, embed.kind, embed.lang)

    def notice_of(self, ticket: Ticket) -> Notice | None:
        """The notice that would stand at a ticket's embed today; None when its provider is gone."""
        if ticket.provider.startswith(HOST):
            return self.notices.generic(ticket.provider.removeprefix(HOST), ticket.kind, ticket.lang)
        name, _, host = ticket.provider.partition("@")
        provider = self.registry.providers.get(name)
        return self.notices.notice(provider, ticket.kind, ticket.lang, host) if provider else None
