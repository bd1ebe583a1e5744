"""The sentences of a notice: facts put into words in one language, in the order that LAW NOT-7 asks for."""

from __future__ import annotations

from dataclasses import dataclass

from embedproxy.notices.catalogue import Catalogue
from embedproxy.notices.facts import Facts
from embedproxy.notices.locales import country, day, duration

# What the placeholder, the loaded embed and the script show beside the sentences: word, key of its text.
# {kind} stands for the embed's kind.
WORDS = {
    "item": "item.{kind}",
    "more": "more",
    "less": "less",
    "load": "button.{kind}",
    "open": "button.open_at_provider",
    "always": "always.label",
    "always_hint": "always.hint",
    "withdraw": "button.withdraw_short",
    "withdraw_named": "button.withdraw",
    "settings": "button.settings",
    "loading": "status.loading",
    "loaded": "status.loaded",
    "failed": "status.failed",
    "withdrawn": "status.withdrawn",
    "changed": "status.changed",
    "cookies_blocked": "status.cookies_blocked",
    "gpc": "status.gpc",
    "unavailable": "status.unavailable",
    "quote": "card.quote",
    "view": "card.open",
    "share": "card.share",
    "form": "form.hint",
    "noscript": "noscript.hint",
    "noscript_link": "noscript.link",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What a notice says about the site itself.

    Attributes:
        operator: the controller's name; empty: not configured.
        privacy_url: the site's own privacy policy; empty: not configured.
        always_days: how long an ``always`` grant lasts, in days.
        sensitive: the site's topics let personal matters be guessed (LAW CFG-7).
    """

    operator: str = ""
    privacy_url: str = ""
    always_days: int = 180
    sensitive: bool = False


class Wording:
    """Puts the facts about one provider into one language, for one kind of embed."""

    def __init__(self, catalogue: Catalogue, facts: Facts, site: Site, kind: str) -> None:
        """Take what every sentence needs.

        Args:
            catalogue: the language.
            facts: the provider.
            site: the website that shows the notice.
            kind: video, post, map, audio or generic.
        """
        self._catalogue = catalogue
        self._facts = facts
        self._site = site
        self._kind = kind
        self._values = self._placeholders()

    def text(self, key: str) -> str:
        """A text of the catalogue with its placeholders filled."""
        return self._catalogue.text(key, **(self._values | self._destination(key)))

    @property
    def summary(self) -> str:
        """The first sentence; where there is a privacy policy, the one that LAW NOT-7 fixes."""
        return self.text(f"notice.{self._kind}" if self._facts.listed else "unknown.summary")

    @property
    def brief(self) -> str:
        """The rest of the first layer: who, where, voluntary and how long (LAW NOT-10)."""
        return self.text("notice.brief" if self._facts.known else "unknown.brief")

    @property
    def sentences(self) -> tuple[str, ...]:
        """The second layer: what LAW NOT-4 asks for, in the order of NOT-7."""
        return tuple(self.text(key) for key in (*self._what_happens(), *self._what_follows()))

    @property
    def words(self) -> dict[str, str]:
        """Every other label, by its name in ``WORDS``."""
        return {word: self.text(key.format(kind=self._kind)) for word, key in WORDS.items()}

    def _what_happens(self) -> tuple[str, ...]:
        facts = self._facts
        if not facts.known:
            return "unknown.consent", "unknown.purposes", "notice.storage_unknown", "unknown.transfer"
        storage = "notice.storage" if facts.storage else "notice.storage_unknown"
        keys = ("notice.consent", "notice.purposes", storage, f"notice.transfer_{facts.transfer}")
        return keys if facts.verified else (*keys, "notice.unverified")

    def _what_follows(self) -> tuple[str, ...]:
        optional = {
            "notice.operator": self._site.operator,
            "notice.sensitive": self._site.sensitive,
            "notice.child": self._facts.min_age,
        }
        return "notice.withdraw", *(key for key, wanted in optional.items() if wanted)

    def _placeholders(self) -> dict[str, str]:
        facts, lang = self._facts, self._catalogue.lang
        return {
            "provider": facts.name,
            "company": facts.company,
            "country": country(facts.country, lang),
            "button": self._catalogue.text(f"button.{self._kind}"),
            "item": self._catalogue.text(f"item.{self._kind}"),
            "purposes": ", ".join(self._catalogue.text(f"purposes.{purpose}") for purpose in facts.purposes),
            "storage": ", ".join(f"{name} ({self._period(period)})" for name, period in facts.storage),
            "as_of": day(facts.as_of, lang) if facts.as_of else "",
            "days": str(self._site.always_days),
            "operator": self._site.operator,
            "age": str(facts.min_age),
        }

    def _destination(self, key: str) -> dict[str, str]:
        """In the sentences about a transfer the country is where the data go, not where the company is."""
        if key.startswith("notice.transfer_") and key != "notice.transfer_eea":
            return {"country": country(self._facts.transfer_to, self._catalogue.lang)}
        return {}

    def _period(self, period: str) -> str:
        named = f"storage.{period}"
        known = named in self._catalogue.texts
        return self._catalogue.text(named) if known else duration(period, self._catalogue.lang)
