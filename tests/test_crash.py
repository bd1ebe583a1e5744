"""The server dies in the middle of a rush of presses: every cookie that was handed out has its record."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from embedproxy.consent.cookies import GrantCookies
from embedproxy.consent.keys import load_ledger_keys
from embedproxy.consent.ledger.archive import export
from embedproxy.consent.ledger.sql import open_ledger
from embedproxy.consent.ledger.verification import verify

PRESSES = 1000
BEFORE_THE_KILL = 300
AT_ONCE = 32
PAGE = b'<!DOCTYPE html><html lang="de"><iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>'
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The real command in front of a page, with a ledger of its own."""
    (tmp_path / "page.html").write_bytes(PAGE)
    upstream = _started(["-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(tmp_path)])
    assert upstream.stdout
    port = _port(iter(upstream.stdout.readline, ""))
    command = ["-c", "from embedproxy.cli import main; main()", "serve", "--port", "0"]
    options = ["--upstream", f"http://127.0.0.1:{port}", "--data-dir", str(tmp_path / "data")]
    proxy = _started([*command, *options])
    assert proxy.stdout
    lines = (line for line in iter(proxy.stdout.readline, "") if "running on" in line)
    try:
        yield proxy, _port(lines)
    finally:
        for process in (proxy, upstream):
            process.kill()
            process.communicate()


def _started(arguments: list[str]) -> subprocess.Popen[str]:
    environment = {"EMBEDPROXY_SECRET_KEYS": KEY, "PYTHONUNBUFFERED": "1", "PATH": "/usr/bin:/bin"}
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _port(lines: Iterator[str]) -> int:
    return next(int(found[1]) for line in lines if (found := re.search(r"(?:port |:)(\d{4,5})\b", line)))


async def _ask(port: int, head: str, body: str = "") -> str:
    """One request on a connection of its own; the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"{head}\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n{body}".encode())
        return (await reader.read()).decode()
    finally:
        writer.close()


async def _press(port: int, form: str) -> str | None:
    """Press once; the receipt of the cookie that came back, if one did."""
    head = (
        f"POST /_embedproxy/load HTTP/1.1\r\nsec-fetch-site: same-origin\r\ncontent-length: {len(form)}\r\n"
        "content-type: application/x-www-form-urlencoded"
    )
    try:
        answer = await _ask(port, head, form)
    except OSError:
        return None
    found = re.search(r"set-cookie: (embedproxy-once=[\w.-]+)", answer, re.IGNORECASE)
    cookies = GrantCookies([KEY], always_days=1, once_hours=1, is_current=lambda provider, notice: True)
    grants = cookies.read(found[1], secure=False) if found else None
    return grants.items[0].receipt if grants else None


async def _rush(port: int, process: subprocess.Popen[str]) -> list[str]:
    page = unescape(await _ask(port, "GET /page.html HTTP/1.1\r\naccept: text/html"))
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket
    form = urlencode({"ticket": ticket[1], "back": "/page.html"})
    gate, handed_out = asyncio.Semaphore(AT_ONCE), list[str]()

    async def visitor() -> None:
        async with gate:
            receipt = await _press(port, form)
        if receipt:
            handed_out.append(receipt)
            if len(handed_out) == BEFORE_THE_KILL:
                process.send_signal(signal.SIGKILL)

    await asyncio.gather(*(visitor() for _ in range(PRESSES)))
    return handed_out


async def _recorded(folder: Path) -> tuple[set[str], tuple[object, ...]]:
    """Every receipt in the ledger, and what does not verify."""
    ledger = open_ledger(folder, keys=load_ledger_keys(folder, ()))
    try:
        receipts = {row["receipt"] async for row in export(ledger.database)}
        return receipts, (await verify(ledger.database, ledger.seal)).flaws
    finally:
        await ledger.close()


@pytest.mark.req("LED-5")
def test_every_cookie_that_was_handed_out_has_its_record(
    server: tuple[subprocess.Popen[str], int], tmp_path: Path
) -> None:
    """kill -9 in the middle of 1,000 presses: nothing confirmed is lost, and the chain verifies."""
    process, port = server
    handed_out = asyncio.run(_rush(port, process))
    assert process.wait(timeout=20) == -signal.SIGKILL
    receipts, flaws = asyncio.run(_recorded(tmp_path / "data"))
    assert BEFORE_THE_KILL <= len(handed_out) < PRESSES
    assert set(handed_out) <= receipts
    assert flaws == ()
