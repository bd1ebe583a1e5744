"""The command that shows what strict mode would stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from embedproxy.cli import app
from embedproxy.errors import EmbedProxyError
from embedproxy.web.tally import FILE, Tally


def report(folder: Path, *options: str) -> str:
    """What the command prints."""
    result = CliRunner().invoke(app, ["report", "--data-dir", str(folder), *options], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_hosts_are_listed_with_the_most_frequent_first(tmp_path: Path) -> None:
    """Host, directive, number, and what to do with them."""
    Tally(tmp_path).add([("img-src", "rare.example"), *[("script-src", "cdn.example")] * 2])
    lines = report(tmp_path).splitlines()
    assert [line.split() for line in lines[1:3]] == [
        ["cdn.example", "script-src", "2"],
        ["rare.example", "img-src", "1"],
    ]
    assert "first_party" in lines[3]


def test_without_reports_it_says_how_to_get_some(tmp_path: Path) -> None:
    """An empty table would look like good news."""
    assert 'Set strict = "report"' in report(tmp_path)


def test_the_counts_can_begin_anew(tmp_path: Path) -> None:
    """After a host was listed or thrown out."""
    Tally(tmp_path).add([("img-src", "rare.example")])
    assert "rare.example" in report(tmp_path, "--clear")
    assert "No report has come yet." in report(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """One sentence with the place."""
    (tmp_path / FILE).write_text("this is no database, however long one looks at it")
    with pytest.raises(EmbedProxyError, match="cannot be read"):
        report(tmp_path)
