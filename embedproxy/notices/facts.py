"""What is known about a provider: the facts behind every notice, in no language yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embedproxy.providers.schema import Provider

HOST = "host:"  # an unknown third party is named by its host


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of LAW NOT-4 and XFR-1 about a provider, or about a host of which nothing is known.

    Attributes:
        provider: the provider's id; ``id@host`` for an instance of federated software, whose operator nobody
            can know beforehand; ``host:`` and the host of an unknown third party.
        name: what visitors know it as.
        company: who runs it; empty: unknown.
        country: where the company is, ISO 3166-1 alpha-2; empty: unknown.
        transfer: eea, adequacy, dpf, scc, none or unknown.
        transfer_to: the country the data may go to, ISO 3166-1 alpha-2; empty: unknown.
        as_of: when the facts were read; None: nothing is known.
        verified: whether somebody has checked them.
        purposes: what for, in the provider's own words' vocabulary.
        storage: name and duration of what it is known to store; durations in ISO 8601, session or persistent.
        policies: language and address of its privacy policy.
        min_age: age below which parents are asked first; None: no age.
        joint_controller: address of an arrangement under GDPR Art. 26; empty: none.
    """

    provider: str
    name: str
    company: str = ""
    country: str = ""
    transfer: str = "unknown"
    transfer_to: str = ""
    as_of: date | None = None
    verified: bool = False
    purposes: tuple[str, ...] = ()
    storage: tuple[tuple[str, str], ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
    min_age: int | None = None
    joint_controller: str = ""

    @property
    def listed(self) -> bool:
        """Whether there is a provider file behind it, and so an address of its privacy policy."""
        return not self.provider.startswith(HOST)

    @property
    def known(self) -> bool:
        """Whether it is known who runs it, and so what for and where."""
        return bool(self.company)

    def policy(self, *languages: str) -> str:
        """The address of the privacy policy in the first of the languages that has one, else in any."""
        by_language = dict(self.policies)
        return next((by_language[lang] for lang in languages if lang in by_language), self.policies[0][1])

    def as_json(self) -> dict[str, object]:
        """The facts for machines, ready for ``json.dumps`` (LAW NOT-8)."""
        return {
            "company": self.company,
            "country": self.country,
            "transfer": self.transfer,
            "transfer_to": self.transfer_to,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "verified": self.verified,
            "purposes": list(self.purposes),
            "storage": [{"name": name, "duration": period} for name, period in self.storage],
            "min_age": self.min_age,
        }


def of_provider(provider: Provider, host: str = "", *, dpf_valid: bool = True) -> Facts:
    """Take the facts from a provider file.

    Args:
        provider: as loaded.
        host: for federated software, the instance.
        dpf_valid: False: a transfer under the EU-US Data Privacy Framework counts as unprotected (LAW XFR-3).
    """
    company = provider.company
    if not company.name:
        return _of_instance(provider, host)
    return Facts(
        provider=provider.id,
        name=provider.name,
        company=company.name,
        country=company.country,
        transfer="none" if company.transfer == "dpf" and not dpf_valid else company.transfer,
        transfer_to=company.transfer_to or company.country,
        as_of=company.as_of,
        verified=company.verified,
        purposes=provider.purposes,
        storage=tuple((item.name, item.duration) for item in provider.storage),
        policies=tuple(company.privacy_url.items()),
        min_age=provider.min_age,
        joint_controller=provider.joint_controller_url or "",
    )


def _of_instance(provider: Provider, host: str) -> Facts:
    """One instance of federated software: the software is known, who runs the instance is not."""
    addresses = provider.company.privacy_url.items()
    policies = tuple(
        (lang, url.replace("{host}", host)) for lang, url in addresses if host or "{host}" not in url
    )
    return Facts(
        provider=f"{provider.id}@{host}" if host else provider.id,
        name=f"{provider.name} ({host})" if host else provider.name,
        policies=policies or (("", provider.company.source),),
        min_age=provider.min_age,
    )


def of_host(host: str) -> Facts:
    """What can be said of an unknown third party: its host and nothing else (LAW CFG-5)."""
    return Facts(provider=HOST + host, name=host, policies=(("", f"https://{host}/"),))
