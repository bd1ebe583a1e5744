"""The secret keys: from the settings, else from a file that is made at the first start."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from embedproxy.errors import SettingsError
from embedproxy.settings import SECRET_KEY_BYTES, Settings

SECRET_FILE = "secret.key"  # noqa: S105 - its name, not the key
LEDGER_FILE = "ledger.key"


def load_keys(settings: Settings) -> tuple[str, ...]:
    """Give the keys that sign cookies and tickets, oldest to newest (LAW SEC-1).

    Args:
        settings: ``secret_keys`` wins; else ``data_dir/secret.key`` is read, and made when there is none.

    Raises:
        SettingsError: when the file cannot be made or read, is open to others, or holds a short key.
    """
    given = tuple(key.get_secret_value() for key in settings.secret_keys)
    return given or key_file(settings.data_dir / SECRET_FILE)


def load_ledger_keys(data_dir: Path, given: Sequence[str] = (), *, make: bool = True) -> tuple[str, ...]:
    """Give the keys that seal the ledger and sign receipts, oldest to newest.

    They are apart from the cookies' keys (LAW LED-6): those may change every month, while a seal must be
    verifiable for as long as its record is kept. So a new ledger key is added, and none is ever dropped
    before the records under it are.

    Args:
        data_dir: its ``ledger.key`` is read, and made when there is none.
        given: keys that win over the file: several machines that share a database share these.
        make: False for whoever only looks: a key that is lost must not be replaced unseen.

    Raises:
        SettingsError: when the file cannot be made or read, is open to others, or a key is short.
    """
    if any(len(key.encode()) < SECRET_KEY_BYTES for key in given):
        raise SettingsError(
            f"Each key of the ledger needs at least {SECRET_KEY_BYTES} bytes.",
            code="E012",
            key="ledger.keys",
            hint="Make one: openssl rand -hex 32",
        )
    return tuple(given) or key_file(data_dir / LEDGER_FILE, make=make)


def key_file(path: Path, *, make: bool = True) -> tuple[str, ...]:
    """Read a key file, one key a line, the newest last; make it with one random key when there is none.

    Several processes may start at once: each writes a key of its own beside the file, exactly one of them
    becomes the file (link(2) never replaces), and all read that one.

    Args:
        path: where the file is or will be; its folder is made for the owner alone.
        make: whether to make one where there is none.

    Raises:
        SettingsError: when it is missing, cannot be made or read, is open to others, or holds a short key.
    """
    try:
        if not path.exists():
            if not make:
                raise _missing(path)
            _make(path)
        _refuse_open(path)
        keys = tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: the key file cannot be made or read: {_reason(error)}.",
            code="E010",
            key="data_dir",
            hint="Name a folder that embedproxy may write with --data-dir, or set EMBEDPROXY_SECRET_KEYS.",
        ) from None
    if not keys or any(len(key.encode()) < SECRET_KEY_BYTES for key in keys):
        raise SettingsError(
            f"{path}: each key needs at least {SECRET_KEY_BYTES} bytes.",
            code="E012",
            key="secret_keys",
            hint="Delete the file for a new key; what was signed with the old one no longer counts then.",
        )
    return keys


def _missing(path: Path) -> SettingsError:
    return SettingsError(
        f"{path}: there is no key file.",
        code="E013",
        key="data_dir",
        hint="Name the server's folder with --data-dir, or put the key back from your backup.",
    )


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(SECRET_KEY_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
        _sync(path.parent)
    except FileExistsError:
        pass  # another process was first: its key is everybody's
    finally:
        draft.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the new name durable, so that a power cut cannot end every grant."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_open(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise SettingsError(
            f"{path}: others may read the key (mode {mode:04o}).",
            code="E011",
            key="data_dir",
            hint=f"Run: chmod 600 {path}",
        )


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is not text"
