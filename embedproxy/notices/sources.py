"""Whose facts a provider id names: a file's, an instance's of federated software, or an unknown host's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from embedproxy.errors import NoticeError
from embedproxy.notices.facts import HOST, Facts, of_host, of_provider

if TYPE_CHECKING:
    from embedproxy.providers.schema import Provider


class Sources:
    """Reads provider ids: ``youtube``, ``peertube@tube.example`` and ``host:widgets.example``."""

    def __init__(self, providers: Mapping[str, Provider], *, dpf_valid: bool) -> None:
        """Take the providers.

        Args:
            providers: every provider by its id.
            dpf_valid: whether the EU-US Data Privacy Framework stands (LAW XFR-3).
        """
        self._providers = providers
        self._dpf_valid = dpf_valid

    def __contains__(self, provider_id: str) -> bool:
        if provider_id.startswith(HOST):
            return provider_id != HOST
        name, at, host = provider_id.partition("@")
        provider = self._providers.get(name)
        return provider is not None and (not at or bool(host and not provider.company.name))

    def __iter__(self) -> Iterator[str]:
        """The ids that have a file, sorted."""
        return iter(sorted(self._providers))

    def facts(self, provider_id: str) -> Facts:
        """The facts about a provider.

        Raises:
            NoticeError: no file has that id.
        """
        if provider_id.startswith(HOST):
            return of_host(provider_id.removeprefix(HOST))
        name, _, host = provider_id.partition("@")
        try:
            return of_provider(self._providers[name], host, dpf_valid=self._dpf_valid)
        except KeyError:
            raise NoticeError(f"{name}: there is no such provider.") from None

    def kind(self, provider_id: str) -> str:
        """What a provider mostly embeds; generic where nothing is known."""
        provider = self._providers.get(provider_id.partition("@")[0])
        return provider.kind if provider else "generic"
