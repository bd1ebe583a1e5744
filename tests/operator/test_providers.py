"""The commands that explain provider files, and what is generated from them."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from embedproxy.cli import app
from embedproxy.operator.providers import schema_text
from embedproxy.providers.loader import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
RUN = CliRunner()


def matched(url: str) -> list[str]:
    """What the command says of an address."""
    result = RUN.invoke(app, ["providers", "match", url])
    assert result.exit_code == 0
    return result.output.splitlines()


def test_a_lookalike_host_is_nobodys() -> None:
    """A visitor would get the generic placeholder, which names the host."""
    lines = matched("https://youtube.com.evil.example/embed/jNQXAC9IVRw")
    assert lines[0] == "youtube.com.evil.example belongs to no provider"
    assert lines[-1] == "notice: generic, it names youtube.com.evil.example"


def test_a_match_says_host_rule_id_notice_frame_and_link() -> None:
    """Everything that a visitor would get."""
    lines = matched("https://www.youtube.com/embed/jNQXAC9IVRw?si=abc")
    assert lines[:2] == ["www.youtube.com belongs to youtube", "youtube match 1: fits"]
    assert "result: youtube, id jNQXAC9IVRw" in lines
    assert any(line.startswith("hosts: youtube.com, ") for line in lines)
    assert "notice: video, it names Google Ireland Limited" in lines
    assert "frame: https://www.youtube-nocookie.com/embed/jNQXAC9IVRw" in lines
    assert "link: https://www.youtube.com/watch?v=jNQXAC9IVRw" in lines


def test_a_resource_says_that_it_is_never_loaded() -> None:
    """A picture on a provider's host is no embed and gets no frame."""
    lines = matched("https://i.ytimg.com/logo.png")
    assert lines[-1] == "loaded: never before a grant"


def test_the_schema_knows_every_key_of_the_catalogue() -> None:
    """No file of ours holds a key that an editor would mark as wrong."""
    schema = json.loads(schema_text())
    assert "id" not in schema["properties"]
    for file in sorted(CATALOGUE.glob("*.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        assert content.keys() <= schema["properties"].keys()
        assert set(schema["required"]) <= content.keys()


def test_the_committed_schema_is_that_of_today() -> None:
    """It is written again with: embedproxy providers schema > docs/provider.schema.json"""
    file = ROOT / "docs" / "provider.schema.json"
    assert RUN.invoke(app, ["providers", "schema", "--check", str(file)]).exit_code == 0
    assert RUN.invoke(app, ["providers", "schema"]).output == file.read_text(encoding="utf-8")


def test_a_schema_of_yesterday_is_noticed(tmp_path: Path) -> None:
    """The check fails where the file differs, and where there is none."""
    file = tmp_path / "old.json"
    file.write_text("{}", encoding="utf-8")
    assert RUN.invoke(app, ["providers", "schema", "--check", str(file)]).exit_code == 1
    assert RUN.invoke(app, ["providers", "schema", "--check", str(tmp_path / "none.json")]).exit_code == 1


def test_the_committed_table_is_that_of_today() -> None:
    """It is written again by scripts/provider-table."""
    script = ROOT / "scripts" / "provider-table"
    if not script.is_file():
        pytest.skip("the scripts are not in the installed package")
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
