"""A notice: what a visitor is told about one provider before the press, and the hash that proves it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from embedproxy.notices.catalogue import Catalogue, Catalogues, load_catalogues
from embedproxy.notices.facts import HOST, Facts
from embedproxy.notices.shelf import SHORT_HASH, Shelf
from embedproxy.notices.sources import Sources
from embedproxy.notices.wording import Site, Wording

if TYPE_CHECKING:
    from embedproxy.providers.schema import Provider
    from embedproxy.settings import Operator, Settings, Transfers

KINDS = ("video", "post", "map", "audio", "generic")
_NOTICES = 4096  # notices kept in memory, about 8 KB each
_SHELVES = 1024  # providers and unknown hosts whose hashes are kept in memory


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown for one provider, one kind of embed and one language; it never depends on the visitor.

    Attributes:
        provider: the provider's id, ``id@host`` or ``host:`` and a host; see ``facts.Facts``. Grants name it.
        kind: video, post, map, audio or generic.
        lang: the notice's language.
        version: date of the texts, ISO 8601.
        name: the provider's name.
        summary: the sentence above the button.
        brief: who, where, voluntary: the rest of the first layer.
        sentences: the second layer: consent, purposes, storage, transfer, withdrawal and what else applies.
        provider_policy: label and address of the provider's privacy policy (of its website when unknown).
        site_policy: label and address of the site's own; None: not configured.
        joint_policy: label and address of an arrangement under GDPR Art. 26; None: there is none.
        words: every other label shown, by its name in ``wording.WORDS``.
        facts: the same facts for machines (LAW NOT-8).
        hash: SHA-256 over all of the above, 64 hex digits (LAW NOT-6).
    """

    provider: str
    kind: str
    lang: str
    version: str
    name: str
    summary: str
    brief: str
    sentences: tuple[str, ...]
    provider_policy: tuple[str, str]
    site_policy: tuple[str, str] | None
    joint_policy: tuple[str, str] | None
    words: Mapping[str, str]
    facts: Facts
    hash: str = field(default="")

    def as_json(self) -> dict[str, object]:
        """Everything that is shown, ready for ``json.dumps`` (LAW NOT-8, § 18(3) no. 4 EinwV)."""
        return {
            "provider": self.provider,
            "kind": self.kind,
            "lang": self.lang,
            "version": self.version,
            "name": self.name,
            "summary": self.summary,
            "brief": self.brief,
            "sentences": list(self.sentences),
            "provider_policy": _link(self.provider_policy),
            "site_policy": _link(self.site_policy),
            "joint_policy": _link(self.joint_policy),
            "words": dict(self.words),
            "facts": self.facts.as_json(),
            "hash": self.hash,
        }

    @property
    def text(self) -> bytes:
        """The notice as the ledger keeps it: its SHA-256 is ``hash`` (LAW LED-4)."""
        return canonical(self.as_json())


def _link(link: tuple[str, str] | None) -> dict[str, str] | None:
    return {"label": link[0], "url": link[1]} if link else None


def canonical(document: Mapping[str, object]) -> bytes:
    """Write a notice given as JSON in the one way that its hash is over: sorted keys, no spaces, UTF-8.

    Args:
        document: what ``Notice.as_json`` returns; its own ``hash`` is left out.
    """
    shown = {key: value for key, value in document.items() if key != "hash"}
    return json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_of(document: Mapping[str, object]) -> str:
    """Compute the hash of a notice given as JSON, so that anybody can check it.

    Args:
        document: what ``Notice.as_json`` returns.

    Returns:
        SHA-256 of its canonical JSON, 64 hex digits.
    """
    return hashlib.sha256(canonical(document)).hexdigest()


class Notices:
    """The notices of every provider in every language; each is made when it is first needed, then kept."""

    def __init__(
        self,
        catalogues: Catalogues,
        providers: Mapping[str, Provider],
        *,
        language: str,
        operator: Operator,
        always_days: int,
        transfers: Transfers,
        sensitive: bool = False,
    ) -> None:
        """Take what notices are made of; nothing of it changes later.

        Args:
            catalogues: the texts.
            providers: every provider by its id.
            language: the language where a page names none.
            operator: the controller.
            always_days: how long an ``always`` grant lasts.
            transfers: which legal instruments stand.
            sensitive: the site's topics let personal matters be guessed (LAW CFG-7).

        Raises:
            NoticeError: there is no catalogue for ``language``.
        """
        self.catalogues = catalogues
        self.language: str = catalogues.get(language).lang
        self._sources = Sources(providers, dpf_valid=transfers.dpf == "valid")
        self._site = Site(operator.name, operator.privacy_url, always_days, sensitive)
        self._notice = lru_cache(_NOTICES)(self._make)
        self._shelf = lru_cache(_SHELVES)(self._open_shelf)
        self.digest: str = self._digest()

    def notice(self, provider: Provider, kind: str, lang: str | None, host: str = "") -> Notice:
        """The notice of a provider that has a file.

        Args:
            provider: one of those given at the start.
            kind: video, post, map, audio or generic.
            lang: language of the place in the page; None, or one without a catalogue: the default.
            host: the embed's host. It counts only for federated software, where each instance has its own
                operator and so its own grant: there ``Notice.provider`` is ``id@host``.

        Raises:
            NoticeError: the provider was not given at the start.
        """
        instance = f"@{host}" if host and not provider.company.name else ""
        return self._notice(provider.id + instance, kind, self.catalogues.choose(lang, self.language))

    def generic(self, host: str, kind: str, lang: str | None) -> Notice:
        """The notice of an unknown third party: it names the host and says what is not known.

        Args:
            host: as in its URL.
            kind: video, post, map, audio or generic.
            lang: as in ``notice``.
        """
        return self._notice(HOST + host, kind, self.catalogues.choose(lang, self.language))

    def catalogue(self, lang: str | None) -> Catalogue:
        """The texts for a place in that language, else in the default: for pages of our own."""
        return self.catalogues.get(self.catalogues.choose(lang, self.language))

    def is_current(self, provider_id: str, notice_hash: str) -> bool:
        """Tell whether a hash belongs to what is shown today (LAW NOT-6).

        Args:
            provider_id: the ``provider`` of the notice that was shown.
            notice_hash: 64 hex digits, or the first 16 of them as a grant keeps them.
        """
        return self.find(provider_id, notice_hash) is not None

    def find(self, provider_id: str, notice_hash: str) -> Notice | None:
        """The notice with that hash, in whatever language and kind it was shown; None when it is not current.

        Args:
            provider_id: the ``provider`` of the notice that was shown.
            notice_hash: 64 hex digits, or the first 16 of them.
        """
        if len(notice_hash) not in (SHORT_HASH, 64) or provider_id not in self._sources:
            return None
        place = self._shelf(provider_id).place(notice_hash)
        found = self._notice(provider_id, *place) if place else None
        return found if found and found.hash.startswith(notice_hash) else None

    def _make(self, provider_id: str, kind: str, lang: str) -> Notice:
        facts, catalogue = self._sources.facts(provider_id), self.catalogues.get(lang)
        wording = Wording(catalogue, facts, self._site, kind)
        policy = "notice.provider_policy" if facts.listed else "unknown.policy"
        site, joint = self._site.privacy_url, facts.joint_controller
        notice = Notice(
            provider=provider_id,
            kind=kind,
            lang=lang,
            version=catalogue.version.isoformat(),
            name=facts.name,
            summary=wording.summary,
            brief=wording.brief,
            sentences=wording.sentences,
            provider_policy=(wording.text(policy), facts.policy(lang, "en", self.language)),
            site_policy=(wording.text("notice.site_policy"), site) if site else None,
            joint_policy=(wording.text("notice.joint_policy"), joint) if joint else None,
            words=MappingProxyType(wording.words),
            facts=facts,
        )
        return replace(notice, hash=hash_of(notice.as_json()))

    def _open_shelf(self, provider_id: str) -> Shelf:
        own = self._sources.kind(provider_id)
        kinds = sorted(KINDS, key=lambda kind: kind != own)
        languages = sorted(self.catalogues.languages, key=lambda lang: lang != self.language)
        places = [(kind, lang) for lang in languages for kind in kinds]
        return Shelf((self._notice(provider_id, *place).hash, place) for place in places)

    def _digest(self) -> str:
        """Changes with anything that can change a notice, without making all of them."""
        facts = [repr(self._sources.facts(provider_id)) for provider_id in self._sources]
        parts = [self.catalogues.digest, self.language, repr(self._site), *facts]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def load_notices(settings: Settings, providers: Mapping[str, Provider]) -> Notices:
    """Make the notices of a site.

    Args:
        settings: the operator's.
        providers: every provider by its id.

    Raises:
        NoticeError: a catalogue is wrong, or there is none for the site's language.
    """
    return Notices(
        load_catalogues(),
        providers,
        language=settings.language,
        operator=settings.operator,
        always_days=settings.always_days,
        transfers=settings.transfers,
        sensitive=settings.sensitive,
    )
