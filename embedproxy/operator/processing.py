"""The entry for the record of processing activities (GDPR Art. 30(1)), from the providers in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from embedproxy.notices.facts import Facts, of_provider
from embedproxy.notices.locales import country
from embedproxy.operator.paper import Grid, Heading, Part
from embedproxy.operator.phrases import load_phrases
from embedproxy.providers.schema import Provider
from embedproxy.settings import Settings

FIELDS = (
    "controller", "joint", "activity", "purposes", "basis", "subjects", "categories", "recipients",
    "transfers", "erasure", "measures",
)  # fmt: skip


def entry(
    settings: Settings, providers: Sequence[Provider], hosts: Sequence[str], lang: str
) -> Iterator[Part]:
    """Write the entry; what only the operator knows is left to fill in.

    Args:
        settings: the operator's.
        providers: those in use.
        hosts: unknown third parties in use.
        lang: a language that there are texts in.

    Raises:
        NoticeError: there are none in that language.
    """
    phrases = load_phrases("record", lang)
    dpf_valid = settings.transfers.dpf == "valid"
    facts = [of_provider(provider, dpf_valid=dpf_valid) for provider in providers]
    kept = "off" if settings.ledger.off else "value"
    values = {
        "operator": settings.operator.name or phrases["missing"],
        "hours": settings.once_hours,
        "days": settings.always_days,
        "years": settings.ledger.years,
        "joint": "; ".join(f"{one.name}: {one.joint_controller}" for one in facts if one.joint_controller)
        or phrases["missing"],
    }
    written = {
        name: phrases.get(f"{name}_{kept}", phrases.get(f"{name}_value", "")).format(**values)
        for name in FIELDS
    }
    written["recipients"] = (
        "; ".join([*(_recipient(one, lang) for one in facts), *hosts]) or phrases["missing"]
    )
    abroad = [_transfer(one, lang, phrases) for one in facts if one.transfer != "eea"]
    written["transfers"] = "; ".join(dict.fromkeys(abroad)) or phrases["transfers_none"]
    yield Heading(phrases["title"], 2)
    head = (phrases["column_field"], phrases["column_value"])
    yield Grid(head, tuple((phrases[name], written[name]) for name in FIELDS))


def _recipient(facts: Facts, lang: str) -> str:
    return f"{facts.name}: {facts.company}, {country(facts.country, lang)}" if facts.known else facts.name


def _transfer(facts: Facts, lang: str, phrases: dict[str, str]) -> str:
    place = country(facts.transfer_to, lang) if facts.transfer_to else "?"
    return f"{facts.name}: {place} ({phrases[f'instrument_{facts.transfer}']})"
