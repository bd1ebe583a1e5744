"""The real server writes nothing of a visitor down, whatever comes over the wire (LAW LED-1)."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from typer.testing import CliRunner

from embedproxy.cli import app

ADDRESS = "127.0.0.77"  # the visitor's: the server listens at 127.0.0.1
PAGE = b'<!DOCTYPE html><html lang="de"><iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>'
KEY = "0123456789abcdef0123456789abcdef"
AT_DEBUG = "import logging; logging.basicConfig(level=logging.DEBUG); from embedproxy.cli import main; main()"
PLAIN = "host: canary.example\r\nuser-agent: canary-agent\r\nreferer: http://canary.example/canary\r\n"
HEAD = PLAIN + "cookie: session=canary; __Host-embedproxy=canary; embedproxy-once=canary\r\n"
SOCKET = (
    "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
# What no browser sends, and what servers like to complain about.
ODD = {
    "no HTTP at all": "canary\r\n\r\n",
    "a line without end": "GET /canary?" + "canary" * 20_000,
    "a bad header": f"GET /canary HTTP/1.1\r\n{HEAD}canary header\r\n\r\n",
    "two lengths": f"POST /canary HTTP/1.1\r\n{HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "a bad escape": f"GET /canary%zz%00 HTTP/1.1\r\n{HEAD}\r\n",
    "a method of its own": f"CANARY /canary HTTP/1.1\r\n{HEAD}\r\n",
    "a proxy's form": f"GET http://canary.example/canary HTTP/1.1\r\n{HEAD}\r\n",
    "a body cut short": f"POST /_embedproxy/load HTTP/1.1\r\n{HEAD}content-length: 99\r\n\r\ncanary",
    "a WebSocket": f"GET /canary?canary HTTP/1.1\r\n{HEAD}{SOCKET}\r\n",
    "a WebSocket of ours": f"GET /_embedproxy/canary HTTP/1.1\r\n{HEAD}{SOCKET}\r\n",
    "another upgrade": f"GET /canary HTTP/1.1\r\n{HEAD}connection: upgrade\r\nupgrade: h2c\r\n\r\n",
    "a missing page": f"GET /canary.html?canary HTTP/1.1\r\n{HEAD}\r\n",
    "an unknown address of ours": f"GET /_embedproxy/canary?canary HTTP/1.1\r\n{HEAD}\r\n",
}


def started(*arguments: str) -> subprocess.Popen[str]:
    """A process whose output can be read."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={"EMBEDPROXY_SECRET_KEYS": KEY, "PYTHONUNBUFFERED": "1", "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def port_of(process: subprocess.Popen[str], said: str, lines: list[str]) -> int:
    """The port that a server says it listens at; what it says until then is kept."""
    assert process.stdout
    for line in iter(process.stdout.readline, ""):
        lines.append(line)
        if said in line and (found := re.search(r"(?:port |:)(\d{4,5})\b", line)):
            return int(found[1])
    raise AssertionError("".join(lines))


async def asked(port: int, request: str, patience: float = 20) -> str:
    """What the server answers to these bytes; empty where it waits for more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(ADDRESS, 0))
    try:
        writer.write(request.encode())
        return (await asyncio.wait_for(reader.read(), patience)).decode("latin-1")
    except (OSError, TimeoutError):
        return ""
    finally:
        writer.close()


def form(name: str, **fields: str) -> str:
    """A press."""
    body = urlencode(fields)
    return (
        f"POST /_embedproxy/{name} HTTP/1.1\r\n{HEAD}connection: close\r\nsec-fetch-site: same-origin\r\n"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    )


async def visits(port: int, upstream: subprocess.Popen[str]) -> None:
    """Everything that a visitor can do, and everything that can go wrong on the way."""
    get = f"GET /canary/?canary=1 HTTP/1.1\r\n{HEAD}connection: close\r\naccept: text/html\r\n\r\n"
    page = unescape(await asked(port, get))
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket, page
    assert " 303 " in await asked(port, form("load", ticket=ticket[1], back="/canary"))
    assert " 409 " in await asked(port, form("load", ticket="canary"))
    assert " 413 " in await asked(port, form("load", ticket="canary" * 9999))
    assert " 303 " in await asked(port, form("forget", lang="canary"))
    await asyncio.gather(*(asked(port, request, 1) for request in ODD.values()))
    upstream.kill()
    upstream.wait()
    assert " 502 " in await asked(port, get)


@pytest.mark.req("LED-1")
def test_the_server_at_its_most_talkative_says_nothing_of_a_visitor(tmp_path: Path) -> None:
    """Neither address, path, query, browser, referrer nor cookie, at DEBUG, in any kind of trouble."""
    folder = tmp_path / "site" / "canary"
    folder.mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    served = ["--bind", "127.0.0.1", "--directory", str(folder.parent)]
    upstream = started("-m", "http.server", "0", *served)
    behind, lines = port_of(upstream, "Serving", []), list[str]()
    options = ["--upstream", f"http://127.0.0.1:{behind}", "--port", "0", "--data-dir"]
    server = started("-c", AT_DEBUG, "serve", *options, str(tmp_path / "data"))
    try:
        asyncio.run(visits(port_of(server, "running on", lines), upstream))
        server.send_signal(signal.SIGTERM)
        assert server.stdout
        rest = server.stdout.read()
    finally:
        for process in (server, upstream):
            with process:
                process.kill()
    said = "".join(lines) + rest
    assert "DEBUG" in said
    assert "response withheld" in said
    told = [line for line in said.splitlines() if "canary" in line.lower() or ADDRESS in line]
    assert told == []
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert b"canary" not in kept.lower()
    assert ADDRESS.encode() not in kept


@pytest.mark.req("LED-1")
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_what_prints_addresses_and_paths_is_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """The server's own record of requests, and its WebSockets, wherever their library is installed."""
    asked: dict[str, object] = {}
    monkeypatch.setattr("uvicorn.run", lambda app, **options: asked.update(options))
    upstream = {"serve": ["--upstream", "http://127.0.0.1:1"], "demo": []}
    CliRunner().invoke(app, [command, *upstream[command], "--data-dir", str(tmp_path / "data")])
    assert (asked["access_log"], asked["ws"], asked["log_config"]) == (False, "none", None)
