"""The facts about a provider that a notice tells (LAW NOT-4, XFR-1)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from pydantic import field_validator, model_validator

from embedproxy.providers.forms import Country, Facts, HttpsUrl, Seat, Text

Purpose = Literal["display", "security", "statistics", "personalisation", "advertising"]
Transfer = Literal["eea", "adequacy", "dpf", "scc", "none"]

_DURATION = re.compile(r"P(?!$)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?")


class Storage(Facts):
    """Something that the provider is known to store on the visitor's device (ePrivacy Directive Art. 5(3)).

    Attributes:
        name: of the entry, as a browser lists it.
        duration: ISO 8601 such as ``P6M``, or ``session``, or ``persistent``.
    """

    name: Text
    duration: str

    @field_validator("duration")
    @classmethod
    def _is_duration(cls, value: str) -> str:
        if value not in ("session", "persistent") and not _DURATION.fullmatch(value):
            raise ValueError(
                f'must be "session", "persistent" or an ISO 8601 duration like "P6M", not "{value}"'
            )
        return value


class Company(Facts):
    """Who answers for the provider, and where the visitor's data may go.

    Attributes:
        name: the legal person; empty only for a federated provider, whose every instance is another.
        country: its seat, ISO 3166-1 alpha-2; empty where ``name`` is.
        privacy_url: language to address of its privacy policy; German or English at least. A federated
            provider may write ``{host}`` for the instance.
        transfer: what carries a transfer out of the European Economic Area; ``none`` also where nobody
            has confirmed another.
        transfer_to: the country it goes to, ISO 3166-1 alpha-2.
        as_of: when the facts were read.
        source: where the facts were read.
        verified: False where nobody has checked them; the notice then says so.
    """

    name: str
    country: Seat
    privacy_url: dict[str, HttpsUrl]
    transfer: Transfer
    transfer_to: Country | None = None
    as_of: date
    source: HttpsUrl
    verified: bool = True

    @field_validator("privacy_url")
    @classmethod
    def _has_language(cls, value: dict[str, Any]) -> dict[str, Any]:
        if not {"de", "en"} & value.keys():
            raise ValueError('needs an address under "de" or "en"')
        return value

    @model_validator(mode="after")
    def _transfer_has_target(self) -> Company:
        if self.transfer == "dpf" and self.transfer_to != "US":
            raise ValueError('transfer = "dpf" needs transfer_to = "US": the framework covers nothing else')
        if self.transfer in ("adequacy", "scc", "none") and self.name and not self.transfer_to:
            raise ValueError(f'transfer = "{self.transfer}" needs transfer_to, a country code such as "US"')
        if self.transfer == "eea" and self.transfer_to:
            raise ValueError('transfer = "eea" says that no transfer is known: leave transfer_to out')
        return self
