"""Notices: every fact is shown in every language, and the hash changes with any character of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedproxy.errors import NoticeError
from embedproxy.notices.catalogue import Catalogue, Catalogues
from embedproxy.notices.locales import country
from embedproxy.notices.notice import KINDS, Notice, hash_of, load_notices
from embedproxy.notices.wording import WORDS
from embedproxy.providers.loader import load_providers
from embedproxy.providers.schema import Provider
from embedproxy.settings import Settings
from tests.notices.samples import CATALOGUES, instance_provider, notices_of, provider_of

NOTICE = notices_of().notice(provider_of(), "video", "de")
REGISTRY = load_providers().providers
OTHERS = [
    provider_of(id=f"sample-{transfer}", company__transfer=transfer, company__transfer_to=to)
    for transfer, to in (("eea", None), ("adequacy", "JP"), ("dpf", "US"), ("scc", "SG"), ("none", "CN"))
]
PROVIDERS = [*REGISTRY.values(), *OTHERS, instance_provider()]


def leaves(document: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all texts, numbers and truths in a JSON document."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, (*path, key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from leaves(value, (*path, index))
    elif document is not None:
        yield path


def changed(document: object, path: tuple[str | int, ...], position: int) -> Any:
    """A copy of a JSON document in which one leaf is changed by a single character, or is another number."""
    copy = json.loads(json.dumps(document))
    place = copy
    for step in path[:-1]:
        place = place[step]
    value = place[path[-1]]
    if isinstance(value, str):
        at = position % (len(value) + 1)
        place[path[-1]] = value[:at] + ("x" if value[at : at + 1] != "x" else "y") + value[at + 1 :]
    else:
        place[path[-1]] = not value if isinstance(value, bool) else value + 1
    return copy


SHOWN = NOTICE.as_json()
LEAVES = [path for path in leaves(SHOWN) if path != ("hash",)]


@pytest.mark.req("NOT-6")
@pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
def test_any_field_changed_changes_the_hash(path: tuple[str | int, ...]) -> None:
    """First, middle and last character of every sentence, label, address and fact count."""
    assert all(hash_of(changed(SHOWN, path, at)) != NOTICE.hash for at in (0, 7, -1))


@pytest.mark.req("NOT-6")
@given(path=st.sampled_from(LEAVES), position=st.integers(0, 1000))
def test_any_character_changed_changes_the_hash(path: tuple[str | int, ...], position: int) -> None:
    """Wherever it stands."""
    assert hash_of(changed(SHOWN, path, position)) != NOTICE.hash


@pytest.mark.req("NOT-6")
@pytest.mark.parametrize(
    "name", [f.name for f in dataclasses.fields(Notice) if f.name not in ("facts", "hash")]
)
def test_the_json_holds_every_field_of_a_notice(name: str) -> None:
    """No field can be shown without being in the hash."""
    assert name in SHOWN


@pytest.mark.req("NOT-6")
@pytest.mark.parametrize(
    "change",
    [
        {"name": "YouTub"},
        {"company__name": "Google LLC"},
        {"company__country": "FR"},
        {"company__transfer": "scc"},
        {"company__transfer": "none"},
        {"company__transfer": "adequacy"},
        {"company__as_of": date(2026, 11, 2)},
        {"company__verified": False},
        {"company__privacy_url": {"de": "https://policies.example/d"}},
        {"purposes": ["display"]},
        {"purposes": ["advertising", "display"]},
        {"storage": []},
        {"storage": [{"name": "YSC", "duration": "session"}, {"name": "VISITOR", "duration": "P7M"}]},
        {"min_age": 15},
        {"min_age": None},
        {"joint_controller_url": None},
    ],
    ids=str,
)
def test_any_fact_changed_ends_old_grants(change: dict[str, Any]) -> None:
    """A provider file that says something else asks every visitor again (LAW XFR-2 for the transfer)."""
    after = notices_of(provider_of(**change))
    assert not after.is_current("youtube", NOTICE.hash)
    assert not after.is_current("youtube", NOTICE.hash[:16])


@pytest.mark.req("XFR-2")
def test_the_transfer_sentence_is_part_of_the_hash() -> None:
    """Another legal basis, another notice."""
    texts = dict(CATALOGUES.get("de").texts)
    texts["notice.transfer_dpf"] += " "
    assert with_texts(texts).hash != NOTICE.hash


def with_texts(texts: dict[str, str]) -> Notice:
    """The sample notice with other German texts."""
    german = dataclasses.replace(CATALOGUES.get("de"), texts=MappingProxyType(texts))
    return notices_of(catalogues=Catalogues({"de": german})).notice(provider_of(), "video", "de")


SHOWN_KEYS = [
    "notice.video",
    "notice.brief",
    "notice.consent",
    "notice.purposes",
    "notice.storage",
    "notice.transfer_dpf",
    "notice.withdraw",
    "notice.operator",
    "notice.child",
    "notice.provider_policy",
    "notice.site_policy",
    "notice.joint_policy",
    "purposes.display",
    "purposes.advertising",
    "storage.session",
    *(key.format(kind="video") for key in WORDS.values()),
]


@pytest.mark.req("NOT-6")
@pytest.mark.parametrize("key", SHOWN_KEYS)
def test_any_text_changed_changes_the_hash(key: str) -> None:
    """A translator who mends one letter asks every visitor again."""
    german = dict(CATALOGUES.get("de").texts)
    assert with_texts(german | {key: german[key] + "!"}).hash != NOTICE.hash


@pytest.mark.req("NOT-6")
@pytest.mark.parametrize(
    "options",
    [
        {"operator": ("Beispielverei", "/datenschutz")},
        {"operator": ("Beispielverein", "/datenschut")},
        {"always_days": 179},
        {"dpf": "invalid"},
        {"sensitive": True},
    ],
    ids=str,
)
def test_any_setting_that_is_shown_changes_hash_and_digest(options: dict[str, Any]) -> None:
    """What the operator changes is seen by grants and by cached pages alike."""
    after = notices_of(**options)
    assert not after.is_current("youtube", NOTICE.hash)
    assert after.digest != notices_of().digest


@pytest.mark.req("XFR-3")
def test_an_invalid_framework_turns_every_provider_under_it_and_no_other() -> None:
    """One switch, everybody under the framework is asked again."""
    before, after = notices_of(*OTHERS), notices_of(*OTHERS, dpf="invalid")
    turned = {
        p.id for p in OTHERS if before.notice(p, "video", "de").hash != after.notice(p, "video", "de").hash
    }
    assert turned == {"sample-dpf"}
    shown = after.notice(OTHERS[2], "video", "de")
    assert "kein mit der EU vergleichbarer Schutz gesichert ist: Vereinigte Staaten" in shown.sentences[3]
    assert "Privacy Framework" not in json.dumps(shown.as_json())


def test_the_digest_does_not_depend_on_the_order_of_providers() -> None:
    """Two workers give one page the same tag."""
    assert notices_of(*OTHERS).digest == notices_of(*reversed(OTHERS)).digest
    assert notices_of(*OTHERS).digest != notices_of(*OTHERS[1:]).digest


@pytest.mark.parametrize("lang", CATALOGUES.languages)
@pytest.mark.parametrize("kind", KINDS)
def test_a_hash_is_current_whatever_kind_and_language_was_shown(lang: str, kind: str) -> None:
    """A grant given on a French page counts on a German one, in another process too."""
    shown = notices_of().notice(provider_of(), kind, lang)
    assert notices_of().is_current("youtube", shown.hash)
    assert notices_of().find("youtube", shown.hash[:16]) == shown


@pytest.mark.parametrize(
    ("provider", "notice_hash"),
    [
        ("youtube", ""),
        ("youtube", NOTICE.hash[:15]),
        ("youtube", NOTICE.hash[:17]),
        ("youtube", NOTICE.hash[:-1] + ("0" if NOTICE.hash[-1] != "0" else "1")),
        ("youtube", NOTICE.hash.upper()),
        ("youtube", "0" * 16),
        ("vimeo", NOTICE.hash),
        ("", NOTICE.hash),
        ("host:", NOTICE.hash),
        ("host:youtube.com", NOTICE.hash),
        ("youtube@", NOTICE.hash),
        ("youtube@youtube.com", NOTICE.hash),
    ],
)
def test_any_other_hash_or_provider_is_not_current(provider: str, notice_hash: str) -> None:
    """Shortened, lengthened, altered, or somebody else's: no grant."""
    assert not notices_of().is_current(provider, notice_hash)


def test_an_unknown_host_has_a_current_notice_of_its_own() -> None:
    """It names the host, and another host's grant does not count for it."""
    notices = notices_of()
    shown = notices.generic("widgets.example", "generic", None)
    assert (shown.provider, shown.name) == ("host:widgets.example", "widgets.example")
    assert shown.provider_policy == ("Website von widgets.example", "https://widgets.example/")
    assert notices.is_current("host:widgets.example", shown.hash)
    assert not notices.is_current("host:other.example", shown.hash)


def test_each_instance_of_federated_software_is_asked_for_by_itself() -> None:
    """Every instance has another operator, so a grant for one is none for another (LAW CON-3)."""
    software = instance_provider()
    notices = notices_of(software)
    shown = notices.notice(software, "video", "de", "tube.example")
    assert shown.provider == "peertube@tube.example"
    assert shown.summary.endswith("Datenschutzerklärung von PeerTube (tube.example).")
    assert notices.is_current("peertube@tube.example", shown.hash)
    assert not notices.is_current("peertube@other.example", shown.hash)


def test_a_host_says_nothing_about_a_provider_with_a_company() -> None:
    """YouTube is one provider under all of its hosts."""
    assert notices_of().notice(provider_of(), "video", "de", "m.youtube.com") == NOTICE


def test_a_provider_that_was_not_given_is_an_error() -> None:
    """No notice is made up for it."""
    with pytest.raises(NoticeError, match="vimeo: there is no such provider"):
        notices_of().notice(provider_of(id="vimeo"), "video", "de")


def test_a_kind_without_texts_is_an_error() -> None:
    """No sentence is left out silently."""
    with pytest.raises(NoticeError, match=r"button\.game"):
        notices_of().notice(provider_of(), "game", "de")


def test_a_default_language_without_a_catalogue_stops_the_start() -> None:
    """With the nearest spelling."""
    with pytest.raises(NoticeError, match="Did you mean de"):
        notices_of(language="deu")


@pytest.mark.req("NOT-2")
@pytest.mark.parametrize(("lang", "shown"), [("de-AT", "de"), ("tlh", "en"), (None, "en"), ("FR", "fr")])
def test_a_notice_is_in_the_language_of_its_place_or_the_default(lang: str | None, shown: str) -> None:
    """Never in the browser's: the page would differ by visitor (DESIGN rule 4)."""
    notices = notices_of(language="en")
    assert notices.notice(provider_of(), "video", lang).lang == shown
    assert notices.catalogue(lang).lang == shown


def test_a_notice_is_made_once() -> None:
    """The same object is shown to every visitor."""
    notices = notices_of()
    assert notices.notice(provider_of(), "video", "de") is notices.notice(provider_of(), "video", "de-CH")


def test_the_version_is_the_date_of_the_texts() -> None:
    """As the catalogue states it."""
    assert NOTICE.version == CATALOGUES.get("de").version.isoformat()


def test_without_an_operator_there_is_no_link_of_the_site() -> None:
    """A link to nowhere is not shown."""
    provider = provider_of(joint_controller_url=None)
    bare = notices_of(provider, operator=("", "")).notice(provider, "video", "de")
    assert (bare.site_policy, bare.joint_policy) == (None, None)


@pytest.mark.req("NOT-9")
def test_an_arrangement_of_joint_controllers_is_linked() -> None:
    """Its essence must be available (GDPR Art. 26(2))."""
    assert NOTICE.joint_policy == (
        "Vereinbarung über die gemeinsame Verantwortung mit YouTube",
        "https://joint.example/",
    )


def parts_of(catalogue: Catalogue, key: str) -> list[str]:
    """The fixed pieces of a text between its placeholders."""
    marked = catalogue.texts[key]
    for name in ("provider", "company", "country", "purposes", "storage", "button", "as_of"):
        marked = marked.replace("{" + name + "}", "\0")
    return [piece for piece in marked.split("\0") if piece]


@pytest.mark.req("NOT-4")
@pytest.mark.parametrize("lang", CATALOGUES.languages)
def test_every_fact_is_shown_for_every_provider_in_every_language(lang: str) -> None:
    """Provider, company, country, data, purposes, storage, transfer, freedom, withdrawal, both policies."""
    notices = notices_of(*PROVIDERS)
    for provider in PROVIDERS:
        check_facts(notices.notice(provider, provider.kind, lang, "tube.example"), provider, lang)


def check_facts(notice: Notice, provider: Provider, lang: str) -> None:
    """Look for every fact of a provider in its notice, in the order of the layers."""
    catalogue, company = CATALOGUES.get(lang), provider.company
    layers = " ".join((notice.summary, notice.brief, *notice.sentences))
    known = bool(company.name)
    consent, purposes, transfer = (
        ("notice.consent", "notice.purposes", f"notice.transfer_{company.transfer}")
        if known
        else ("unknown.consent", "unknown.purposes", "unknown.transfer")
    )
    storage = "notice.storage" if known and provider.storage else "notice.storage_unknown"
    position = 0
    for key in (consent, purposes, storage, transfer, "notice.withdraw"):
        for piece in parts_of(catalogue, key):
            position = layers.index(piece, position)
    expected = [notice.name, provider.name, catalogue.text(f"button.{provider.kind}")]
    if known:
        expected += [company.name, country(company.country, lang)]
        expected += [catalogue.text(f"purposes.{purpose}") for purpose in provider.purposes]
        expected += [item.name for item in provider.storage]
    assert [fact for fact in expected if fact not in layers] == []
    assert notice.provider_policy[1].startswith("https://")
    assert notice.site_policy == (catalogue.text("notice.site_policy"), "/datenschutz")


@pytest.mark.req("WDR-3")
@pytest.mark.parametrize("lang", CATALOGUES.languages)
@pytest.mark.parametrize("kind", KINDS)
def test_withdrawal_is_mentioned_before_the_grant_in_every_language(kind: str, lang: str) -> None:
    """For known providers and unknown hosts alike."""
    notices, sentence = notices_of(), CATALOGUES.get(lang).text("notice.withdraw")
    assert sentence in notices.notice(provider_of(), kind, lang).sentences
    assert sentence in notices.generic("widgets.example", kind, lang).sentences


@pytest.mark.req("NOT-8")
def test_the_json_carries_what_is_shown_and_proves_itself() -> None:
    """It goes through a file and back, and its hash can be computed by anybody."""
    document = json.loads(json.dumps(SHOWN, indent=2))
    assert hash_of(document) == document["hash"] == NOTICE.hash
    assert document["sentences"] == list(NOTICE.sentences)
    assert document["facts"]["transfer_to"] == "US"


def test_nothing_shown_is_markup() -> None:
    """Names from provider files stay plain text; templates escape them."""
    shown = notices_of(provider_of(name="A <b> & {c}")).notice(provider_of(), "video", "de")
    assert shown.name == "A <b> & {c}"
    assert shown.words["always"] == "A <b> & {c} auf dieser Website immer laden"
    assert "&amp;" not in json.dumps(shown.as_json())


def test_the_notices_of_a_site_follow_its_settings(settings: Settings) -> None:
    """Operator, language and days come from there."""
    shown = load_notices(settings, {"youtube": provider_of()}).notice(provider_of(), "video", None)
    assert shown == NOTICE


@pytest.mark.req("XFR-4")
@pytest.mark.parametrize("lang", CATALOGUES.languages)
def test_no_text_claims_that_a_press_heals_a_transfer(lang: str) -> None:
    """The exceptions of GDPR Art. 49 are for single cases: the notice informs, and relies on none."""
    assert not [key for key, text in CATALOGUES.get(lang).texts.items() if "49" in text]


@pytest.mark.req("KID-3")
@pytest.mark.parametrize("lang", CATALOGUES.languages)
def test_no_text_asks_for_an_age_to_be_entered(lang: str) -> None:
    """The age is told to the visitor in one sentence and never asked back."""
    texts = CATALOGUES.get(lang).texts
    assert [key for key, text in texts.items() if "{age}" in text] == ["notice.child"]
