"""Wording: which sentences stand in a notice, and in what order."""

from __future__ import annotations

import pytest

from embedproxy.notices.facts import Facts, of_host, of_provider
from embedproxy.notices.wording import Site, Wording
from tests.notices.samples import CATALOGUES, provider_of


def wording(facts: Facts | None = None, *, site: Site | None = None, lang: str = "de") -> Wording:
    """The wording of the sample provider's video, or of other facts."""
    return Wording(CATALOGUES.get(lang), facts or of_provider(provider_of()), site or Site(), "video")


@pytest.mark.req("NOT-7")
def test_the_german_sentences_of_youtube_stand_word_for_word() -> None:
    """The fixed line is the summary; consent, purposes, storage, transfer and withdrawal follow in order."""
    german = wording()
    assert german.summary == "Mit dem Laden des Videos akzeptieren Sie die Datenschutzerklärung von YouTube."
    assert german.sentences == (
        "Mit „Video laden“ willigen Sie ein, dass Ihr Browser Inhalte von YouTube lädt. Google "
        "Ireland Limited (Irland) erhält dabei Ihre IP-Adresse, Angaben zu Ihrem Gerät und die "
        "Adresse dieser Website und kann Cookies oder ähnliche Kennungen auf Ihrem Gerät speichern.",
        "Wozu YouTube die Daten nach eigenen Angaben verwendet: Anzeige des Inhalts, Werbung.",
        "Bekannte Cookies und Kennungen von YouTube und ihre Speicherdauer: YSC (bis zum Schließen "
        "des Browsers), VISITOR (6 Monate).",
        "Die Daten können in den USA verarbeitet werden. Google Ireland Limited stützt sich dafür auf"
        " das EU-US Data Privacy Framework (Stand: 1. November 2026).",
        "Das ist freiwillig. Sie können Ihre Einwilligung jederzeit mit einem Klick widerrufen: "
        "direkt beim geladenen Inhalt oder auf der Seite „Einstellungen für eingebettete Inhalte“. "
        "Was bis dahin verarbeitet wurde, bleibt rechtmäßig.",
        "Sind Sie unter 16 Jahre alt? Dann fragen Sie bitte zuerst Ihre Eltern.",
    )


@pytest.mark.req("NOT-7")
def test_the_german_labels_of_youtube_stand_word_for_word() -> None:
    """The labels that the product promises."""
    words = wording().words
    assert [words[word] for word in ("more", "load", "always", "withdraw", "settings")] == [
        "Mehr erfahren",
        "Video laden",
        "YouTube auf dieser Website immer laden",
        "Einwilligung widerrufen",
        "Einstellungen für eingebettete Inhalte",
    ]


@pytest.mark.req("NOT-10")
def test_the_first_layer_names_company_country_and_freedom() -> None:
    """Who and where, voluntary and revocable, before anybody opens the second layer."""
    assert (
        wording().brief == "Anbieter: Google Ireland Limited (Irland). Freiwillig und jederzeit widerrufbar."
    )


def test_an_unknown_host_gets_honest_sentences() -> None:
    """What is not known is said to be not known; no sentence has a hole in it."""
    german = wording(of_host("widgets.example"))
    text = " ".join((german.summary, german.brief, *german.sentences))
    assert text.count("wissen wir nicht") == 5
    assert "akzeptieren" not in text
    assert "()" not in text
    assert "  " not in text


def test_unknown_storage_is_said_to_be_unknown() -> None:
    """An empty list does not read as if nothing were stored."""
    sentences = wording(of_provider(provider_of(storage=[]))).sentences
    assert sentences[2] == "Welche Cookies und Kennungen YouTube speichert und wie lange, wissen wir nicht."


def test_unverified_facts_say_so() -> None:
    """What nobody has checked is told as such, before the withdrawal sentence."""
    sentences = wording(of_provider(provider_of(company__verified=False))).sentences
    assert "nach unserem Kenntnisstand (Stand: 1. November 2026)" in sentences[4]
    assert "freiwillig" in sentences[5]


@pytest.mark.req("KID-1")
def test_no_age_no_sentence_about_it() -> None:
    """Only a provider that names an age has the sentence for children."""
    assert not any(
        "Eltern" in sentence for sentence in wording(of_provider(provider_of(min_age=None))).sentences
    )


@pytest.mark.req("CFG-7")
def test_a_sensitive_site_names_the_inference() -> None:
    """One sentence more where topics are about health, politics or belief."""
    plain, sensitive = wording().sentences, wording(site=Site(sensitive=True)).sentences
    assert [sentence for sentence in sensitive if sentence not in plain] == [
        "Wenn Sie hier Inhalte laden, kann YouTube daraus auf persönliche Dinge schließen, etwa auf Ihre "
        "Gesundheit, Ihre politische Haltung oder Ihren Glauben."
    ]


def test_the_operator_is_named_when_configured() -> None:
    """The controller, as GDPR Art. 13(1)(a) asks."""
    sentences = wording(site=Site(operator="Beispielverein")).sentences
    assert "Verantwortlich für diese Website: Beispielverein." in sentences


@pytest.mark.req("XFR-1")
@pytest.mark.parametrize(
    ("transfer", "to", "sentence"),
    [
        ("eea", None, "Google Ireland Limited ist im Europäischen Wirtschaftsraum ansässig (Irland)."),
        ("adequacy", "JP", "Die Daten gelangen in dieses Land: Japan."),
        ("dpf", "US", "Die Daten können in den USA verarbeitet werden."),
        ("scc", "SG", "Die Daten können in dieses Land gelangen: Singapur."),
        ("none", "CN", "kein mit der EU vergleichbarer Schutz gesichert ist: China."),
    ],
)
def test_each_transfer_has_its_sentence(transfer: str, to: str | None, sentence: str) -> None:
    """The country of the transfer is where the data go, not where the company is."""
    facts = of_provider(provider_of(company__transfer=transfer, company__transfer_to=to))
    assert sentence in wording(facts).sentences[3]
