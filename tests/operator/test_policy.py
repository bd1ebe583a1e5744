"""The operator's texts, as the command writes them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from embedproxy.operator.phrases import languages, load_phrases
from embedproxy.providers.loader import load_providers
from tests.operator.conftest import Run
from tests.providers import files

FRONT = """<!DOCTYPE html><html lang="de"><body><a href="/video">Video</a><a href="/away">weg</a>
<a href="https://elsewhere.example/">anderswo</a><a href="/broken">kaputt</a><a href="/picture">Bild</a>"""
VIDEO = """<!DOCTYPE html><p><iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>
<iframe width="300" height="200" src="https://widgets.example/x"></iframe></p>"""
BOXED = '<!DOCTYPE html><div class="embedproxy" data-provider="vimeo"></div>'
PAGES = {
    "/": ("text/html; charset=utf-8", FRONT),
    "/video": ("text/html", VIDEO),
    "/boxed": ("text/html", BOXED),
    "/broken": ("text/html; charset=x-unknown-16", "\x00"),
    "/picture": ("image/png", '<iframe src="https://player.vimeo.com/video/1">'),
}


class Blog(BaseHTTPRequestHandler):
    """A site of a few pages."""

    seen: list[str]

    def do_GET(self) -> None:
        """Answer."""
        self.seen.append(self.path)
        kind, body = PAGES.get(self.path, ("", ""))
        self.send_response(302 if self.path == "/away" else 200 if kind else 404)
        if self.path == "/away":
            self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def blog() -> Iterator[str]:
    """The address of the site."""
    Blog.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Blog) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def headings(text: str) -> list[str]:
    """The underlined lines."""
    return re.findall(r"^(.+)\n(?:=+|-+)$", text, re.MULTILINE)


def test_a_scan_never_leaves_the_site(run: Run, blog: str) -> None:
    """Neither by a link nor by a redirect (LAW NET-6); the suite's tripwire would notice."""
    assert run("policy", "--scan", blog).code == 0
    assert set(Blog.seen) == {"/", "/video", "/away", "/broken", "/picture"}


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/passwd", "blog.example"])
def test_only_a_web_address_is_scanned(run: Run, url: str) -> None:
    """One sentence and exit code 2."""
    ran = run("policy", "--scan", url)
    assert (ran.code, "no http or https address" in ran.err) == (2, True)


def test_a_site_that_does_not_answer_is_said_not_to(run: Run) -> None:
    """Rather than a text that names nobody."""
    ran = run("policy", "--scan", "http://127.0.0.1:1/")
    assert ran.code == 2
    assert "there is no page that can be read" in ran.err


def test_a_scan_names_what_the_pages_embed_and_nothing_else(run: Run, blog: str) -> None:
    """Known providers with their facts, unknown ones by their host."""
    text = run("policy", "--scan", blog).out
    assert "YouTube" in headings(text)
    assert "Vimeo" not in text
    assert "widgets.example" in text


def test_a_scan_stops_at_its_limit(run: Run, blog: str) -> None:
    """A large site need not be read whole."""
    run("policy", "--scan", blog, "--pages", "1")
    assert Blog.seen == ["/"]


def test_a_site_behind_embedproxy_is_read_by_its_boxes(run: Run, blog: str) -> None:
    """There are no embeds left to find."""
    assert "Vimeo" in headings(run("policy", "--scan", f"{blog}/boxed").out)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_without_a_scan_every_provider_is_named(run: Run, lang: str) -> None:
    """Whoever the visitors could meet."""
    titles = headings(run("policy", "--lang", lang).out)
    assert {provider.name for provider in load_providers().providers.values()} <= set(titles)


@pytest.mark.parametrize(
    "said",
    [
        "Art. 6 Abs. 1 Buchst. a DSGVO",
        "Google Ireland Limited",
        "jederzeit",
        "/_embedproxy/settings",
        "__Host-embedproxy-once",
        "180 Tage",
        "3 volle Jahre",
        "https://policies.google.com/privacy",
        "§ 25 Abs. 2 Nr. 2 TDDDG",
        "EuGH, Urteil vom 29. Juli 2019, C-40/17",
        "Art. 77 DSGVO",
    ],
)
@pytest.mark.req("LED-7")
def test_the_section_says_what_a_privacy_policy_must(run: Run, blog: str, said: str) -> None:
    """Basis, recipient, withdrawal, own cookies and the proof, which is personal data too."""
    assert said in " ".join(run("policy", "--scan", f"{blog}/video").out.split())


def test_what_is_switched_off_is_not_claimed(run: Run, config: Path) -> None:
    """No proof, no receipt, no lasting choice."""
    config.write_text('ledger = "off"\nsensitive = true\n' + config.read_text())
    text = run("policy").out
    assert "Nachweis Ihrer Einwilligung" not in text
    assert "180 Tage" not in text


@pytest.mark.req("XFR-3")
@pytest.mark.parametrize("words", [("policy",), ("policy", "--record")])
def test_a_fallen_framework_is_not_relied_on(
    run: Run, config: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """The texts follow the switch: what was relied on yesterday is unprotected today."""
    film = files.FILM.replace('transfer = "eea"', 'transfer = "dpf"\ntransfer_to = "US"')
    (tmp_path / "own").mkdir()
    files.write(tmp_path / "own", "film", film)
    config.write_text(f'providers_dir = "{tmp_path / "own"}"\n' + config.read_text())
    assert "EU-US Data Privacy Framework" in _flat(run(*words).out)
    config.write_text(config.read_text() + '[transfers]\ndpf = "invalid"\n')
    assert "Data Privacy Framework" not in _flat(run(*words).out)


def test_no_paragraph_sign_stands_alone_at_a_lines_end() -> None:
    """A number never leaves the sign before it (DIN 5008)."""
    for lang in languages():
        for section in ("policy", "record"):
            texts = " ".join(load_phrases(section, lang).values())
            assert not re.search(r"(?:§|Art\.|Abs\.|Nr\.|Buchst\.) [\w]", texts), (lang, section)


@pytest.mark.req("NOT-9")
def test_an_arrangement_of_joint_controllers_is_named(run: Run, config: Path, tmp_path: Path) -> None:
    """Where a provider offers one (GDPR Art. 26(2), LAW NOT-9); else the operator fills it in."""
    assert "Vereinbarungen: [bitte ergänzen]" in _flat(run("policy", "--record").out)
    address = "https://film.example/vereinbarung"
    (tmp_path / "own").mkdir()
    files.write(tmp_path / "own", "film", f'joint_controller_url = "{address}"\n' + files.FILM)
    config.write_text(f'providers_dir = "{tmp_path / "own"}"\n' + config.read_text())
    assert f"Film: {address}" in _flat(run("policy", "--record").out)
    assert address in run("policy").out


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_a_language_without_texts_is_named(run: Run) -> None:
    """With those that there are."""
    ran = run("policy", "--lang", "fr")
    assert ran.code == 2
    assert "only in de, en" in ran.err


@pytest.mark.parametrize("record", [(), ("--record",)])
def test_html_is_a_piece_to_put_into_a_page(run: Run, record: tuple[str, ...]) -> None:
    """Headings, paragraphs and tables; no page around it, no script in it."""
    html = run("policy", "--format", "html", *record).out
    assert html.startswith("<h2>")
    assert "<table>" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    "field",
    ["Verantwortlicher", "Zwecke", "Empfänger", "Löschfristen", "Drittländer", "Gemeinsam Verantwortliche"],
)
def test_the_record_of_processing_has_the_fields_of_article_30(run: Run, field: str) -> None:
    """And leaves open what only the operator knows."""
    text = run("policy", "--record").out
    assert field in text
    assert "Beispielverein" in text
    assert "[bitte ergänzen]" in text


@pytest.mark.parametrize("section", ["policy", "record"])
def test_every_language_has_the_same_texts_with_the_same_placeholders(section: str) -> None:
    """A missing one would show in the middle of a text."""
    found = [load_phrases(section, lang) for lang in languages()]
    marks = [{key: sorted(re.findall(r"\{(\w+)\}", text)) for key, text in each.items()} for each in found]
    assert all(one == marks[0] for one in marks)


def test_every_draft_says_that_it_is_one(run: Run) -> None:
    """Aside, so that it does not end up in the page."""
    ran = run("policy")
    assert "not legal advice" in ran.err
    assert "not legal advice" not in ran.out
