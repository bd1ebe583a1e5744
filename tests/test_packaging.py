"""The wheel: built, installed into a clean environment, and a page served from it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = b'<!DOCTYPE html><html lang="de"><iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>'


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with the tools at hand and without a network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a clean environment that holds the wheel; its dependencies are borrowed from ours."""
    folder = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    site = next((folder / "lib").glob("python3*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    ours = Path(next(path for path in sys.path if path.endswith("site-packages")))
    # Only the libraries: an editable install of the project itself would hide what the wheel lacks.
    for library in ours.iterdir():
        if "embedproxy" not in library.name and not (site / library.name).exists():
            (site / library.name).symlink_to(library)
    return folder / "bin" / "python"


@pytest.fixture
def upstream() -> Iterator[str]:
    """A site with one page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_wheel_holds_what_is_no_python(wheel: Path) -> None:
    """Templates, catalogues, provider files, migrations, the demo's pages."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "embedproxy/templates/placeholder.html",
        "embedproxy/templates/embedproxy.css",
        "embedproxy/templates/embedproxy.js",
        "embedproxy/notices/catalogues/de.toml",
        "embedproxy/providers/catalogue/youtube.toml",
        "embedproxy/py.typed",
    } <= names
    assert any(name.startswith("embedproxy/operator/demo/pages/") for name in names)
    assert any(name.startswith("embedproxy/consent/ledger/migrations/versions/") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_a_page_is_served_from_the_wheel(python: Path, upstream: str, tmp_path: Path) -> None:
    """The installed command runs, and the frame is a placeholder with its stylesheet."""
    command = [python, "-c", "from embedproxy.cli import main; main()", "serve", "--upstream", upstream]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EMBEDPROXY_")}
    with subprocess.Popen(
        [*map(str, command), "--port", "0", "--data-dir", str(tmp_path / "data")],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stderr
            lines = iter(process.stderr.readline, "")
            address = next(
                found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
            )
            with urllib.request.urlopen(address + "/", timeout=20) as answer:
                page = answer.read().decode()
            style = re.search(r'href="([^"]+\.css)"', page)
            assert "<iframe" not in page
            assert style
            with urllib.request.urlopen(address + style[1], timeout=20) as answer:
                assert answer.headers["Content-Type"].startswith("text/css")
        finally:
            process.terminate()
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
