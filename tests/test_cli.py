"""The command line, as an operator meets it."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from embedproxy import Settings, __version__
from embedproxy.cli import app
from embedproxy.notices.catalogue import load_catalogues
from embedproxy.operator.check import findings

RUN = CliRunner()
TODAY = date(2026, 11, 24)


def configured(tmp_path: Path, text: str = "") -> list[str]:
    """Options that name a configuration and a data directory of the test's own."""
    file = tmp_path / "embedproxy.toml"
    file.write_text(text or '[operator]\nname = "Verein"\nprivacy_url = "/datenschutz"\n', encoding="utf-8")
    return ["--config", str(file), "--data-dir", str(tmp_path / "data")]


def codes(settings: Settings) -> set[str]:
    """The codes that a check finds."""
    return {finding.code for finding in findings(settings, TODAY)}


def test_the_version_is_printed() -> None:
    """For bug reports."""
    assert RUN.invoke(app, ["version"]).output.strip() == __version__


def test_a_wrong_setting_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    """No traceback: file, key, reason and the nearest spelling."""
    options = configured(tmp_path, 'lanuage = "de"')
    command = [sys.executable, "-c", "from embedproxy.cli import main; main()", "check", *options]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert "Did you mean language?" in result.stderr
    assert "Traceback" not in result.stderr


def test_serve_without_an_upstream_says_what_to_type(tmp_path: Path) -> None:
    """The first thing that goes wrong."""
    command = [
        sys.executable,
        "-c",
        "from embedproxy.cli import main; main()",
        "serve",
        *configured(tmp_path),
    ]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert "--upstream http://127.0.0.1:8080" in result.stderr


@pytest.mark.req("CFG-2")
def test_check_prints_the_effective_settings_and_exits_with_1_for_warnings(tmp_path: Path) -> None:
    """Unverified facts are worth a warning and no more."""
    result = RUN.invoke(app, ["check", *configured(tmp_path)])
    assert result.exit_code == 1
    assert "Verein" in result.output
    assert "W030" in result.output


@pytest.mark.req("CFG-2")
@pytest.mark.req("SEC-1")
def test_check_masks_secrets(tmp_path: Path) -> None:
    """What it prints can be pasted anywhere."""
    key = "geheim" * 8
    result = RUN.invoke(app, ["check", *configured(tmp_path, f'secret_keys = ["{key}"]')])
    assert "geheim" not in result.output


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"operator": {"name": "", "privacy_url": "/d"}}, "W010"),
        ({"operator": {"name": "x", "privacy_url": ""}}, "W011"),
        ({}, "W012"),
        ({"upstream": "http://10.0.0.7:8080"}, "W013"),
        ({"upstream": "http://site.example"}, "W013"),
        ({"forwarded_allow": ("*",)}, "W014"),
        ({"language": "xx"}, "E030"),
        ({"upstream": "http://127.0.0.1:8080/blog"}, "E006"),
        ({"forwarded_allow": ("front",)}, "E007"),
        ({"ledger": {"url": "mysql://x"}}, "E020"),
        ({"ledger": {"keys": ("short",)}}, "E012"),
    ],
)
def test_a_doubtful_setting_has_its_code(settings: Settings, changes: dict[str, object], code: str) -> None:
    """Codes are stable, so that they can be looked up."""
    assert code in codes(Settings.model_validate({**settings.model_dump(), **changes}))


def test_one_error_does_not_hide_the_next(settings: Settings) -> None:
    """An operator mends all of them at once."""
    changes = {"upstream": "http://x/y", "forwarded_allow": ("front",), "language": "xx"}
    changed = Settings.model_validate({**settings.model_dump(), **changes, "ledger": {"url": "x"}})
    assert {"E006", "E007", "E020", "E030"} <= codes(changed)


def test_every_code_is_explained() -> None:
    """docs/check.md says what each means and what to do; it names no code that does not exist."""
    root = Path(__file__).parents[1]
    sources = "".join(file.read_text(encoding="utf-8") for file in (root / "embedproxy").rglob("*.py"))
    page = (root / "docs" / "check.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| ([EW]\d{3}) \|", page, re.MULTILINE)
    assert explained == sorted(set(explained))
    assert set(explained) == set(re.findall(r'"([EW]\d{3})"', sources))


@pytest.mark.parametrize(
    "upstream", ["http://127.0.0.1:1", "http://localhost:1", "http://blog:80", "https://x.example"]
)
def test_a_local_or_encrypted_upstream_is_no_finding(settings: Settings, upstream: str) -> None:
    """Nothing crosses a network in the clear."""
    assert "W013" not in codes(Settings.model_validate({**settings.model_dump(), "upstream": upstream}))


def test_a_misspelt_environment_variable_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be ignored in silence otherwise."""
    monkeypatch.setenv("EMBEDPROXY_UPSTREM", "x")
    assert "W015" in codes(settings)


def test_a_broken_provider_file_is_an_error(settings: Settings, tmp_path: Path) -> None:
    """The start would stop at it."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.toml").write_text('nam = "x"', encoding="utf-8")
    found = findings(
        Settings.model_validate({**settings.model_dump(), "providers_dir": tmp_path / "own"}), TODAY
    )
    assert any(finding.code == "E030" and "mine.toml" in finding.text for finding in found)


@pytest.mark.req("XFR-1")
def test_facts_older_than_a_year_are_found(settings: Settings, tmp_path: Path) -> None:
    """Companies move and certificates end."""
    built_in = Path(__file__).parents[1] / "embedproxy/providers/catalogue/vimeo.toml"
    text = (
        built_in.read_text(encoding="utf-8")
        .replace("verified = false", "")
        .replace("as_of = 2026", "as_of = 2024")
    )
    (tmp_path / "vimeo.toml").write_text(text, encoding="utf-8")
    changed = Settings.model_validate({**settings.model_dump(), "providers_dir": tmp_path})
    assert any(finding.code == "W031" and finding.key == "vimeo" for finding in findings(changed, TODAY))


def test_languages_that_no_native_speaker_has_read_are_named(settings: Settings) -> None:
    """By the mark in the catalogue's file; those that were read are not."""
    [found] = [finding for finding in findings(settings, TODAY) if finding.code == "W032"]
    catalogues = load_catalogues()
    unread = [lang for lang in catalogues.languages if not catalogues.get(lang).reviewed]
    assert f"in {len(unread)} languages yet: {', '.join(unread)}." in found.text


def test_providers_are_listed_and_shown() -> None:
    """So that nobody has to read the files."""
    assert "YouTube" in RUN.invoke(app, ["providers", "list"]).output
    assert "youtube-nocookie.com" in RUN.invoke(app, ["providers", "show", "youtube"]).output


def test_an_unknown_provider_is_named() -> None:
    """With the command that lists the known ones."""
    result = RUN.invoke(app, ["providers", "show", "yuotube"])
    assert result.exit_code == 2
    assert "yuotube" in result.output


def test_an_address_is_explained() -> None:
    """Whose it is, and why."""
    result = RUN.invoke(app, ["providers", "match", "https://youtu.be/jNQXAC9IVRw"])
    assert "youtube" in result.output
    assert "jNQXAC9IVRw" in result.output
    assert RUN.invoke(app, ["providers", "match", "mailto:x"]).exit_code == 2
