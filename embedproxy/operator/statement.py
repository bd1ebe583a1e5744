"""The section on embeds for the site's privacy policy (GDPR Art. 13), from the providers in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from embedproxy.consent.cookies import HOST_ONLY, NAMES
from embedproxy.notices.locales import country, duration
from embedproxy.notices.notice import Notice, Notices
from embedproxy.operator.paper import Grid, Heading, Paragraph, Part
from embedproxy.operator.phrases import Phrases, load_phrases
from embedproxy.providers.schema import Provider
from embedproxy.settings import Settings


class Statement:
    """Writes the section.

    Args:
        settings: the operator's.
        notices: what visitors are told; the section says the same.
        lang: a language that there are texts in.

    Raises:
        NoticeError: there are none in that language.
    """

    def __init__(self, settings: Settings, notices: Notices, lang: str) -> None:
        self._settings = settings
        self._notices = notices
        self._lang = lang
        self._phrases: Phrases = load_phrases("policy", lang)

    def parts(self, providers: Sequence[Provider], hosts: Sequence[str] = ()) -> Iterator[Part]:
        """Write it.

        Args:
            providers: those in use.
            hosts: unknown third parties in use.
        """
        page = self._settings.prefix + "settings"
        yield Heading(self._phrases["title"], 2)
        yield Paragraph(self._phrases["intro"])
        yield Paragraph(self._phrases["basis"])
        yield Paragraph(self._phrases["withdraw"].format(settings=page))
        yield from self._own()
        yield from self._proof()
        yield Heading(self._phrases["rights_title"])
        yield Paragraph(self._phrases["rights"].format(settings=page))
        yield Paragraph(self._notices.catalogue(self._lang).text("button.settings"), page)
        yield Heading(self._phrases["joint_title"])
        yield Paragraph(self._phrases["joint"])
        for provider in providers:
            yield from self._recipient(self._notices.notice(provider, provider.kind, self._lang))
        if hosts:
            yield Heading(self._phrases["unknown_title"])
            yield Paragraph(self._phrases["unknown"].format(hosts=", ".join(hosts)))
        yield from self._storage(providers)

    def _own(self) -> Iterator[Part]:
        phrases, settings = self._phrases, self._settings
        hours, days = settings.once_hours, settings.always_days
        once = (
            HOST_ONLY + NAMES["once"], phrases["own_once"], phrases["own_once_period"].format(hours=hours)
        )  # fmt: skip
        always = (
            HOST_ONLY + NAMES["always"], phrases["own_always"], phrases["own_always_period"].format(days=days)
        )  # fmt: skip
        head = (phrases["column_name"], phrases["column_purpose"], phrases["column_period"])
        yield Heading(phrases["own_title"])
        yield Paragraph(phrases["own"])
        yield Grid(head, (once, always) if settings.offers_always else (once,))

    def _proof(self) -> Iterator[Part]:
        choice = self._settings.ledger
        if choice.off:
            return
        receipt = self._phrases["proof_receipt"] if choice.receipts else ""
        yield Heading(self._phrases["proof_title"])
        yield Paragraph(self._phrases["proof"].format(receipt=receipt, years=choice.years))

    def _recipient(self, notice: Notice) -> Iterator[Part]:
        facts, phrases = notice.facts, self._phrases
        where = {"company": facts.company, "country": country(facts.country, self._lang)}
        _, purposes, _, transfer, *others = notice.sentences
        yield Heading(notice.name)
        yield Paragraph(phrases["company"].format(**where) if facts.known else phrases["company_unknown"])
        yield Paragraph(purposes)
        yield Paragraph(transfer)
        if facts.known and not facts.verified:
            yield Paragraph(others[0])
        for link in (notice.provider_policy, notice.joint_policy):
            if link:
                yield Paragraph(*link)

    def _storage(self, providers: Sequence[Provider]) -> Iterator[Part]:
        phrases = self._phrases
        rows = tuple(
            (provider.name, item.name, self._period(item.duration))
            for provider in providers
            for item in provider.storage
        )
        yield Heading(phrases["storage_title"])
        yield Paragraph(phrases["storage_intro" if rows else "storage_none"])
        if rows:
            yield Grid((phrases["column_provider"], phrases["column_name"], phrases["column_period"]), rows)

    def _period(self, period: str) -> str:
        catalogue, named = self._notices.catalogue(self._lang), f"storage.{period}"
        return catalogue.text(named) if named in catalogue.texts else duration(period, self._lang)
