"""Settings: what the operator may write, and what he is told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedproxy.configuration import load_settings
from embedproxy.errors import SettingsError


def written(tmp_path: Path, text: str) -> Path:
    """A configuration file."""
    file = tmp_path / "embedproxy.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('lanuage = "de"', ["lanuage", "no such setting", "Did you mean language?"]),
        ('[operator]\nnam = "x"', ["operator.nam", "Did you mean operator.name?"]),
        ("always_days = 9999", ["always_days", "400"]),
        ('prefix = "/.embed/"', ["prefix", "dot"]),
        ('prefix = "embed"', ["prefix", "slash"]),
        ('prefix = "/a b/"', ["prefix", "letters"]),
        ('prefix = "/a/../"', ["prefix", "letters"]),
        ('templates_dir = "/nowhere"', ["templates_dir", "/nowhere is no folder"]),
        ('providers_dir = "/nowhere"', ["providers_dir", "/nowhere is no folder"]),
        ("strict = 3", ["strict", 'true, false or "report"']),
        ('strict = "reprot"', ["strict", 'true, false or "report"']),
        ('first_party = ["https://cdn.example/"]', ["first_party", "no host name", "cdn.example"]),
        ('first_party = ["*.cdn.example"]', ["first_party", "no host name"]),
        ('first_party = ["cdn.example; script-src *"]', ["first_party", "no host name"]),
        ('[[json_html]]\npaht = "/x"', ["json_html.0.paht", "json_html.0.path"]),
        ('upstream = "127.0.0.1:8080"', ["upstream", "http://"]),
        ('secret_keys = ["short"]', ["secret_keys", "32 bytes"]),
        ("upstream = [", ["cannot be read as TOML"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_file_and_reason(
    tmp_path: Path, text: str, parts: list[str]
) -> None:
    """Start-up stops with file, key, reason and the nearest spelling."""
    file = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert all(part in str(caught.value) for part in [str(file), *parts])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A typo in --config must not mean the defaults."""
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "nothing.toml")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container is configured without touching the file."""
    monkeypatch.setenv("EMBEDPROXY_OPERATOR__NAME", "Verein")
    file = written(tmp_path, '[operator]\nname = "Datei"\nprivacy_url = "/d"')
    assert load_settings(file).operator.name == "Verein"
    assert load_settings(file).operator.privacy_url == "/d"


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed last counts."""
    monkeypatch.setenv("EMBEDPROXY_UPSTREAM", "http://127.0.0.1:1")
    assert load_settings(upstream="http://127.0.0.1:2").upstream == "http://127.0.0.1:2"


def test_lists_in_the_environment_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """As shells and containers can write them."""
    monkeypatch.setenv("EMBEDPROXY_FIRST_PARTY", "a.example, b.example")
    assert load_settings().first_party == ("a.example", "b.example")


@pytest.mark.req("SEC-1")
def test_secret_keys_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pastes a key into a support thread by accident."""
    monkeypatch.setenv("EMBEDPROXY_SECRET_KEYS", "k" * 40)
    assert "kkkk" not in repr(load_settings()) + load_settings().model_dump_json()


def test_a_short_key_is_not_repeated_in_the_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a wrong one."""
    monkeypatch.setenv("EMBEDPROXY_SECRET_KEYS", "hunter2")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "url", "years"),
    [
        ("", "", 3),
        ('ledger = "sqlite"', "", 3),
        ('ledger = "off"', "off", 3),
        ('ledger = "postgresql://u:p@db/e"', "postgresql://u:p@db/e", 3),
        ("[ledger]\nyears = 5", "", 5),
    ],
)
def test_the_ledger_is_one_word_or_a_table(tmp_path: Path, line: str, url: str, years: int) -> None:
    """On by default, in the data folder."""
    choice = load_settings(written(tmp_path, line)).ledger
    assert (choice.url.get_secret_value(), choice.years) == (url, years)
    assert choice.off is (url == "off")


def test_the_ledger_is_set_by_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a whole and in its parts."""
    monkeypatch.setenv("EMBEDPROXY_LEDGER__KEYS", "a, b")
    assert [key.get_secret_value() for key in load_settings().ledger.keys] == ["a", "b"]
    monkeypatch.setenv("EMBEDPROXY_LEDGER", "off")
    assert load_settings().ledger.off


def test_the_ledgers_password_and_keys_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pastes them into a support thread by accident."""
    monkeypatch.setenv("EMBEDPROXY_LEDGER__URL", "postgresql://u:hunter2@db/e")
    monkeypatch.setenv("EMBEDPROXY_LEDGER__KEYS", "hunter3" * 9)
    assert "hunter" not in repr(load_settings()) + load_settings().model_dump_json()


@pytest.mark.parametrize(
    ("line", "offered"), [("", True), ("sensitive = true", False), ('audience = "children"', False)]
)
def test_always_is_offered_where_nothing_speaks_against_it(tmp_path: Path, line: str, offered: bool) -> None:
    """LAW CFG-7, KID-1."""
    assert load_settings(written(tmp_path, line)).offers_always is offered


def test_json_html_comes_from_the_file_and_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of tables, or JSON in the environment."""
    file = written(tmp_path, '[[json_html]]\npath = "/wp-json/*"\nfields = ["content.rendered"]')
    assert load_settings(file).json_html[0].fields == ("content.rendered",)
    monkeypatch.setenv("EMBEDPROXY_JSON_HTML", '[{"path": "/api/*", "fields": ["html"]}]')
    assert load_settings(None).json_html[0].path == "/api/*"


@pytest.mark.parametrize(
    "rule", ['path = "api"\nfields = ["a"]', 'path = "/"\nfields = []', 'path = "/"\nfields = ["a..b"]']
)
def test_a_rule_that_could_fit_nothing_is_a_mistake(tmp_path: Path, rule: str) -> None:
    """It names the setting."""
    with pytest.raises(SettingsError, match="json_html"):
        load_settings(written(tmp_path, f"[[json_html]]\n{rule}"))


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("EMBEDPROXY_OPERATOR__NAEM", "x", ["EMBEDPROXY_OPERATOR__NAEM", "Did you mean operator.name?"]),
        ("EMBEDPROXY_OPERATOR", "x", ["EMBEDPROXY_OPERATOR", "JSON", "EMBEDPROXY_OPERATOR__KEY"]),
        ("EMBEDPROXY_JSON_HTML", "[", ["EMBEDPROXY_JSON_HTML", "JSON"]),
        ("EMBEDPROXY_TIMEOUTS__READ", "soon", ["EMBEDPROXY_TIMEOUTS__READ", "number"]),
        ("EMBEDPROXY_STRICT", "yes", ["EMBEDPROXY_STRICT", 'true, false or "report"']),
    ],
)
def test_a_wrong_variable_is_named_even_where_there_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, parts: list[str]
) -> None:
    """Nobody should look for it in the file."""
    monkeypatch.setenv(name, value)
    file = written(tmp_path, '[operator]\nprivacy_url = "/d"')
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert all(part in str(caught.value) for part in parts)
    assert str(file) not in str(caught.value)


@pytest.mark.parametrize(
    ("written_as", "meant"),
    [("true", True), ("1", True), ("False", False), ("report", "report"), ("REPORT", "report")],
)
def test_strict_mode_is_set_by_the_environment_too(
    monkeypatch: pytest.MonkeyPatch, written_as: str, meant: bool | str
) -> None:
    """There everything is text."""
    monkeypatch.setenv("EMBEDPROXY_STRICT", written_as)
    assert load_settings().strict == meant


def test_hosts_are_read_as_browsers_write_them(tmp_path: Path) -> None:
    """An umlaut or a capital letter must not keep a host from being the operator's own."""
    settings = load_settings(written(tmp_path, 'first_party = ["CDN.Müller.example", "127.0.0.1"]'))
    assert settings.first_party == ("cdn.xn--mller-kva.example", "127.0.0.1")
