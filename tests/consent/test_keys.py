"""The secret keys: one for all processes, and nobody else's."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from embedproxy.consent.keys import key_file, load_keys, load_ledger_keys
from embedproxy.errors import SettingsError
from embedproxy.settings import Settings

KEY = "k" * 32


def written(path: Path, text: str, mode: int = 0o600) -> Path:
    """A key file as somebody left it."""
    path.write_text(text)
    path.chmod(mode)
    return path


def settings(folder: Path) -> Settings:
    """Settings without keys."""
    return Settings.model_validate({"data_dir": folder})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_a_key_open_to_others_stops_the_start(tmp_path: Path, mode: int) -> None:
    """The complaint names the command that mends it."""
    path = written(tmp_path / "secret.key", KEY, mode)
    with pytest.raises(SettingsError, match=f"chmod 600 {path}") as caught:
        load_keys(settings(tmp_path))
    assert caught.value.code == "E011"


@pytest.mark.req("SEC-1")
@pytest.mark.parametrize("text", ["", "\n\n", "short\n", f"{KEY}\nshort\n", "k" * 31])
def test_a_short_key_stops_the_start(tmp_path: Path, text: str) -> None:
    """Fewer than 32 bytes are no secret, nor is an empty file."""
    written(tmp_path / "secret.key", text)
    with pytest.raises(SettingsError, match="at least 32 bytes") as caught:
        load_keys(settings(tmp_path))
    assert caught.value.code == "E012"


def test_a_key_that_is_only_looked_for_is_not_made(tmp_path: Path) -> None:
    """Neither the file nor its folder: a lost key would seem to be there."""
    with pytest.raises(SettingsError, match="there is no key file") as caught:
        load_ledger_keys(tmp_path / "data", make=False)
    assert caught.value.code == "E013"
    assert not (tmp_path / "data").exists()


def test_a_file_where_the_folder_should_be_stops_the_start(tmp_path: Path) -> None:
    """The complaint names the file, the reason and the way out."""
    folder = written(tmp_path / "taken", "")
    with pytest.raises(SettingsError, match="--data-dir") as caught:
        load_keys(settings(folder))
    assert (caught.value.code, caught.value.key) == ("E010", "data_dir")
    assert str(folder) in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_leave_to_write_stops_the_start(tmp_path: Path) -> None:
    """An operator who is not root is told so."""
    tmp_path.chmod(0o500)
    with pytest.raises(SettingsError, match="Permission denied"):
        load_keys(settings(tmp_path))


def test_a_link_that_cannot_be_made_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without links, or one that is read-only, is named; no draft stays behind."""

    def refused(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "link", refused)
    with pytest.raises(SettingsError, match="Read-only file system"):
        key_file(tmp_path / "secret.key")
    assert not list(tmp_path.iterdir())


def test_a_key_that_is_no_text_stops_the_start(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 were not written by us."""
    (tmp_path / "secret.key").write_bytes(b"\xff" * 40)
    (tmp_path / "secret.key").chmod(0o600)
    with pytest.raises(SettingsError, match="not text"):
        load_keys(settings(tmp_path))


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    """The race has one winner, and everybody reads its key."""
    program = (
        "import sys; from pathlib import Path; from embedproxy.consent.keys import key_file; "
        "sys.stdout.write('ready\\n'); sys.stdout.flush(); sys.stdin.readline(); "
        "print(key_file(Path(sys.argv[1]))[0])"
    )
    path = tmp_path / "data" / "secret.key"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate(timeout=60)[0].strip() for process in started}
    assert keys == {path.read_text().strip()}
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_the_loser_of_the_race_takes_the_winners_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that appears between the look and the link stays."""
    path = tmp_path / "secret.key"
    link = os.link

    def overtaken(source: Path, target: Path) -> None:
        written(path, KEY)
        link(source, target)

    monkeypatch.setattr(os, "link", overtaken)
    assert key_file(path) == (KEY,)
    assert list(tmp_path.iterdir()) == [path]


def test_the_first_start_makes_a_key_for_the_owner_alone(tmp_path: Path) -> None:
    """32 random bytes, mode 0600, in a folder of mode 0700, whatever the umask."""
    before = os.umask(0)
    try:
        keys = load_keys(settings(tmp_path / "deep" / "data"))
    finally:
        os.umask(before)
    folder = tmp_path / "deep" / "data"
    assert len(bytes.fromhex(keys[0])) == 32
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


def test_the_second_start_reads_the_same_key(tmp_path: Path) -> None:
    """Grants outlive a restart."""
    assert load_keys(settings(tmp_path)) == load_keys(settings(tmp_path))


def test_a_file_may_hold_several_keys(tmp_path: Path) -> None:
    """One a line, the newest last: rotation without the environment."""
    written(tmp_path / "secret.key", f"{KEY}\n\n  {'n' * 32}  \n")
    assert load_keys(settings(tmp_path)) == (KEY, "n" * 32)


def test_keys_from_the_settings_win(tmp_path: Path) -> None:
    """With keys given, no file is made."""
    given = Settings.model_validate({"data_dir": tmp_path / "data", "secret_keys": (KEY, "n" * 32)})
    assert load_keys(given) == (KEY, "n" * 32)
    assert not (tmp_path / "data").exists()
