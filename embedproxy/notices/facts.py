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
        provider: the provider's id, or ``host:`` and the host.
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
    def known(self) -> bool:
        """Whether there is a provider file behind it."""
        return not self.provider.startswith(HOST)

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


def of_provider(provider: Provider, *, dpf_valid: bool = True) -> Facts:
    """Take the facts from a provider file.

    Args:
        provider: as loaded.
        dpf_valid: False: a transfer under the EU-US Data Privacy Framework counts as unprotected (LAW XFR-3).
    """
    company = provider.company
    dpf = company.transfer == "dpf"  # the framework covers the United States alone
    to = company.transfer_to or ("US" if dpf else company.country)
    return Facts(
        provider=provider.id,
        name=provider.name,
        company=company.name,
        country=company.country,
        transfer="none" if dpf and not dpf_valid else company.transfer,
        transfer_to=to,
        as_of=company.as_of,
        verified=company.verified,
        purposes=tuple(str(purpose) for purpose in provider.purposes),
        storage=tuple((item.name, item.duration) for item in provider.storage),
        policies=tuple((lang, str(url)) for lang, url in company.privacy_url.items()),
        min_age=provider.min_age,
        joint_controller=provider.joint_controller_url or "",
    )


def of_host(host: str) -> Facts:
    """What can be said of an unknown third party: its host and nothing else (LAW CFG-5)."""
    return Facts(provider=HOST + host, name=host, policies=(("", f"https://{host}/"),))
