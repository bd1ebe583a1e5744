"""What every test shares: no network but loopback, one event loop, known settings."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from embedproxy.notices import notice
from embedproxy.notices.catalogue import load_catalogues
from embedproxy.providers.loader import load_providers
from embedproxy.settings import Settings
from embedproxy.web import desk

# Machines are shared, so no example is too slow; a failing one is printed so that it can be run again.
hypothesis.settings.register_profile("shared", deadline=None, print_blob=True)
hypothesis.settings.load_profile("shared")

KEY = "0123456789abcdef0123456789abcdef"


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = address[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def tripwire(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail any test that reaches for a host other than loopback (LAW NET-6)."""

    def guarded(name: str) -> None:
        original = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if not _is_loopback(address):
                pytest.fail(f"a test reached for {address!r}")
            return original(self, address)

        monkeypatch.setattr(socket.socket, name, connect)

    guarded("connect")
    guarded("connect_ex")


@pytest.fixture(scope="session", autouse=True)
def one_catalogue() -> Iterator[None]:
    """Read provider files and texts once: many tests build an application, and reading takes a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "load_providers", cache(load_providers))
        patch.setattr(notice, "load_catalogues", cache(load_catalogues))
        yield


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the shared corpus; tests that need it skip where it is missing (a public clone)."""
    named = os.environ.get("EMBEDPROXY_CORPUS")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip(f"the shared corpus is not at {folder}")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings as an operator would have them, in a folder of the test's own."""
    return Settings.model_validate(
        {
            "data_dir": tmp_path / "data",
            "secret_keys": (KEY,),
            "operator": {"name": "Beispielverein", "privacy_url": "/datenschutz"},
        }
    )
