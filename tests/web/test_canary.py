"""Nothing of a visitor is written down anywhere: marked values go through the whole of it (LAW LED-1)."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from embedproxy import EmbedProxyMiddleware, Settings
from embedproxy.consent.ledger.archive import COLUMNS, csv_lines, json_lines
from embedproxy.consent.ledger.choice import kept_ledger
from embedproxy.consent.ledger.verification import verify
from embedproxy.errors import UpstreamError
from tests.web.conftest import ORIGIN, PAGE, Site, Visitor

ADDRESS = "203.0.113.77"
HEADERS = {
    "user-agent": "canary-agent/1.0",
    "accept-language": "canary-lang",
    "referer": f"{ORIGIN}/canary-referrer?canary-from=1",
    "x-forwarded-for": ADDRESS,
}
PORT = 50777
# The port by itself: five digits stand somewhere in every longer run of digests and of times.
MARKS = re.compile(rf"canary|{re.escape(ADDRESS)}|(?<![\w.]){PORT}(?![\w.])", re.IGNORECASE)
OF_THE_RUN = {"created", "msecs", "relativeCreated", "asctime", "process", "thread", "threadName"}
PATH = "/canary-path?canary-query=1"
IN_PLACE = {"accept": "application/json"}


class Moody(Site):
    """A site that sometimes fails."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or not."""
        if b"down" in scope["query_string"]:
            raise UpstreamError("the site's server closed the connection")
        self.headers = [(b"content-type", b"text/html")]
        if b"broken" in scope["query_string"]:
            self.headers = [(b"content-type", b"text/html"), (b"content-encoding", b"unknown")]
        await super().__call__(scope, receive, send)


async def whole_flow(app: EmbedProxyMiddleware, settings: Settings) -> None:
    """Everything that a visitor can do, and everything that can go wrong."""
    transport = httpx.ASGITransport(app, client=(ADDRESS, PORT))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=HEADERS) as client:
        client.cookies.set("session", "canary-session")
        visitor = Visitor(client)
        page = await visitor.get(PATH)
        assert (await visitor.press(page)).status_code == 303
        assert (await visitor.press(page, fields={"always": "1"}, headers=IN_PLACE)).status_code == 200
        assert (await visitor.press(page, headers={"sec-fetch-site": "cross-site"})).status_code == 403
        assert (await visitor.press(page, fields={"ticket": "canary-ticket"})).status_code == 409
        assert (await visitor.press(page, fields={"pad": "canary" * 9999})).status_code == 413
        for path in (
            "settings",
            "export",
            "receipt/" + "0" * 32,
            "notice/" + "0" * 64 + ".json",
            "canary-own",
        ):
            await visitor.get(f"/_embedproxy/{path}?lang=canary-tongue")
        await visitor.get("/_embedproxy/hole?url=https://canary.example/canary-frame&lang=de")
        assert (await visitor.get(PATH + "&down=1")).status_code == 502
        assert (await visitor.get(PATH + "&broken=1")).status_code == 502
        assert (await visitor.press(await visitor.get(PATH), "withdraw")).status_code == 303
        await full_disk(visitor, settings)
        await client.post(
            "/_embedproxy/forget", data={"lang": "de"}, headers={"sec-fetch-site": "same-origin"}
        )


async def full_disk(visitor: Visitor, settings: Settings) -> None:
    """The ledger cannot be written for a while."""
    file = settings.data_dir / "ledger.sqlite3"
    file.rename(file.with_suffix(".away"))
    file.mkdir()
    page = await visitor.get(PATH)
    assert (await visitor.press(page)).status_code == 503
    file.rmdir()
    file.with_suffix(".away").rename(file)
    assert (await visitor.press(page)).status_code == 303


class Everything(logging.Handler):
    """Keeps every log record whole, but those of the visitor's own browser."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one, its hidden fields and its error included."""
        if not record.name.startswith(("httpx", "httpcore")):
            said = {name: held for name, held in vars(record).items() if name not in OF_THE_RUN}
            self.lines.append(f"{self.format(record)} {said!r}")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Everything that was written while visitors came: logs at any level, files, exports."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("site") / "data")
    root, everything = logging.getLogger(), Everything()
    level = root.level
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    asyncio.run(_run(settings))
    found = {"logs": "\n".join(everything.lines)}
    for file in sorted(settings.data_dir.iterdir()):
        found[file.name] = file.read_bytes().decode("latin-1")
    found["export.json"], found["export.csv"] = asyncio.run(_exports(settings))
    yield found
    root.removeHandler(everything)
    root.setLevel(level)


async def _run(settings: Settings) -> None:
    app = EmbedProxyMiddleware(Moody(PAGE.encode()), settings=settings)
    await whole_flow(app, settings)
    await app.desk.ledger.close()


async def _exports(settings: Settings) -> tuple[str, str]:
    ledger = kept_ledger(settings)
    lines = [line async for line in json_lines(ledger.database)]
    table = [line async for line in csv_lines(ledger.database)]
    assert not (await verify(ledger.database, ledger.seal)).flaws
    await ledger.close()
    return "".join(lines), "".join(table)


@pytest.mark.req("LED-1")
def test_no_log_no_file_and_no_export_holds_anything_of_a_visitor(written: dict[str, str]) -> None:
    """Neither address nor browser, path, query, referrer, language or cookie, at the level DEBUG either."""
    found = [(place, mark[0]) for place, text in written.items() for mark in MARKS.finditer(text)]
    assert found == []


def test_each_mark_would_be_found() -> None:
    """As logs, addresses and tuples write them, in any case."""
    said = f"('{ADDRESS}', {PORT}) {ADDRESS}:{PORT} Canary 1{PORT} 0.{PORT} {PORT}ab"
    assert [mark[0] for mark in MARKS.finditer(said)] == [ADDRESS, str(PORT), ADDRESS, str(PORT), "Canary"]


@pytest.mark.req("LED-1")
def test_no_cookie_of_ours_is_written_down_either(written: dict[str, str]) -> None:
    """Whoever had it could show a receipt that is not his."""
    assert "__Host-embedproxy" not in written["logs"]
    assert "jNQXAC9IVRw" not in written["export.json"], "which video it was is nobody's business"


@pytest.mark.req("LED-3")
def test_a_record_holds_what_the_law_text_names_and_nothing_else(written: dict[str, str]) -> None:
    """One grant of each extent, the withdrawals, no more."""
    records = [json.loads(line) for line in written["export.json"].splitlines()]
    assert all(set(record) == set(COLUMNS) for record in records)
    assert [record["event"] for record in records].count("grant") == 3
    assert {record["event"] for record in records} == {"grant", "withdraw"}
    assert {record["control"] for record in records} == {"load-button", "withdraw-button", "settings"}


def test_the_flow_did_reach_the_logs(written: dict[str, str]) -> None:
    """An empty log would prove nothing."""
    for said in ("form refused", "response withheld", "could not be written"):
        assert said in written["logs"]


@pytest.mark.req("NET-6")
def test_a_site_in_this_process_needs_no_network_at_all(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No update check, no telemetry, no look-up: not one connection, wherever to."""
    import socket

    reached: list[object] = []
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, lambda self, address: reached.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: reached.append(asked))
    asyncio.run(_run(settings))
    assert reached == []


@pytest.mark.req("NET-6")
@pytest.mark.parametrize(
    "address", [("192.0.2.1", 80), ("2001:db8::1", 443, 0, 0), ("provider.example", 443)]
)
def test_every_test_fails_that_reaches_beyond_this_machine(address: tuple[object, ...]) -> None:
    """The tripwire is stretched under the whole suite."""
    import socket

    family = socket.AF_INET6 if len(address) == 4 else socket.AF_INET
    with socket.socket(family) as one, pytest.raises(pytest.fail.Exception, match="a test reached for"):
        one.connect(address)


def test_the_data_folder_is_the_owners_alone(settings: Settings) -> None:
    """Keys and proof, and whatever SQLite lays beside them."""
    asyncio.run(_run(settings))
    files = [settings.data_dir, *Path(settings.data_dir).iterdir()]
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []
