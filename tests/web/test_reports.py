"""The report collector: what it keeps of a report, and what it does not let anybody do."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from embedproxy import EmbedProxyMiddleware, Settings
from embedproxy.web.reports import REPORT_BYTES
from embedproxy.web.tally import FILE, ROWS, Tally
from tests.web.conftest import ORIGIN

pytestmark = pytest.mark.anyio

OWN = {"sec-fetch-site": "same-origin", "content-type": "application/csp-report"}
CDN = "https://cdn.example/lib/x.js?visitor=canary"


def by_uri(blocked: Any = CDN, directive: Any = "script-src-elem") -> bytes:
    """A report as `report-uri` sends it."""
    return json.dumps(
        {
            "csp-report": {
                "document-uri": f"{ORIGIN}/canary-path?canary-query",
                "referrer": f"{ORIGIN}/canary-referrer",
                "blocked-uri": blocked,
                "effective-directive": directive,
                "script-sample": "canary-sample",
                "disposition": "report",
            }
        }
    ).encode()


def by_endpoint(*blocked: str) -> bytes:
    """Reports as a reporting endpoint gets them."""
    return json.dumps(
        [
            {
                "type": "csp-violation",
                "age": 53,
                "url": f"{ORIGIN}/canary-path",
                "user_agent": "canary-agent",
                "body": {"blockedURL": address, "effectiveDirective": "img-src"},
            }
            for address in blocked
        ]
    ).encode()


@pytest.fixture
def tally(settings: Settings) -> Tally:
    """What was counted."""
    return Tally(settings.data_dir)


@pytest.fixture
async def browser(make_app: Callable[..., EmbedProxyMiddleware]) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with a page of a site that tries strict mode out."""
    transport = httpx.ASGITransport(make_app(strict="report"))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


async def told(browser: httpx.AsyncClient, body: bytes, **headers: str) -> int:
    """Send a report; the status of the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await browser.post("/_embedproxy/report", content=body, headers={**OWN, **named})
    return answer.status_code


async def test_nothing_but_directive_and_host_is_kept(
    browser: httpx.AsyncClient, tally: Tally, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """No path, no query, no referrer, no sample, no user agent: not in the file and not in the log."""
    caplog.set_level(logging.DEBUG, "embedproxy")
    assert await told(browser, by_uri(), user_agent="canary-agent") == 204
    assert tally.counts() == [("script-src", "cdn.example", 1)]
    kept = b"".join(file.read_bytes() for file in settings.data_dir.glob(FILE + "*"))
    assert b"canary" not in kept
    assert "canary" not in caplog.text


async def test_the_operator_hears_of_each_pair_once(
    browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, tally: Tally
) -> None:
    """A line for the first, then only the count grows."""
    caplog.set_level(logging.INFO, "embedproxy")
    for _ in range(3):
        await told(browser, by_uri())
    assert [record.getMessage() for record in caplog.records if record.name == "embedproxy.strict"] == [
        "strict mode would stop script-src from cdn.example"
    ]
    assert tally.counts() == [("script-src", "cdn.example", 3)]


async def test_both_kinds_of_report_are_read(browser: httpx.AsyncClient, tally: Tally) -> None:
    """Browsers are moving from the one to the other."""
    body = by_endpoint("https://a.example/1", "wss://b.example/2", "https://a.example/3")
    assert await told(browser, body, content_type="application/reports+json") == 204
    assert tally.counts() == [("img-src", "a.example", 1), ("img-src", "b.example", 1)]


async def test_an_old_browser_names_the_whole_directive(browser: httpx.AsyncClient, tally: Tally) -> None:
    """CSP Level 1 knew `violated-directive` alone."""
    old = {"csp-report": {"blocked-uri": CDN, "violated-directive": "script-src 'self' data:"}}
    await told(browser, json.dumps(old).encode())
    assert tally.counts() == [("script-src", "cdn.example", 1)]


@pytest.mark.parametrize(
    "body",
    [
        by_uri("inline"),
        by_uri("eval"),
        by_uri("data"),
        by_uri("blob:https://blog.example/1"),
        by_uri(f"{ORIGIN}/own.js"),
        by_uri("https://www.blog.example:8443/own.js"),
        by_uri(directive="form-action"),
        by_uri(directive="x\r\nSet-Cookie: a"),
        by_uri(directive=""),
        by_uri(blocked=["https://cdn.example"]),
        by_uri(directive={}),
        b"{}",
        b"[]",
        b"[1, {}, null]",
        b'{"csp-report": 1}',
        b"17",
    ],
)
async def test_what_tells_of_no_foreign_host_is_not_counted(
    browser: httpx.AsyncClient, tally: Tally, body: bytes
) -> None:
    """Inline code, own hosts, nonsense: taken, and forgotten."""
    assert await told(browser, body) == 204
    assert tally.counts() == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 60_000, b'{"a":' * 10_000])
async def test_what_is_no_json_is_refused(browser: httpx.AsyncClient, body: bytes) -> None:
    """Also what would be nested without end."""
    assert await told(browser, body) == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"host": "a@b"}, 403),
    ],
)
async def test_reports_of_strangers_are_refused(
    browser: httpx.AsyncClient, tally: Tally, headers: dict[str, str], status: int
) -> None:
    """Another site's page can name our collector in its own policy."""
    assert await told(browser, by_uri(), **headers) == status
    assert tally.counts() == []


@pytest.mark.parametrize(("origin", "status"), [(None, 204), (ORIGIN, 204), ("https://evil.example", 403)])
async def test_a_browser_without_fetch_metadata_may_name_its_origin(
    browser: httpx.AsyncClient, origin: str | None, status: int
) -> None:
    """Some reports are sent outside of any page, with neither."""
    headers = {"content-type": OWN["content-type"], **({"origin": origin} if origin else {})}
    answer = await browser.post("/_embedproxy/report", content=by_uri(), headers=headers)
    assert answer.status_code == status


async def test_a_body_above_the_limit_is_refused(browser: httpx.AsyncClient) -> None:
    """It is not even read to its end."""
    assert await told(browser, b" " * (REPORT_BYTES + 1)) == 413


async def test_a_flood_of_hosts_does_not_fill_the_disk(tally: Tally) -> None:
    """Beyond a thousand different ones only those that are known count on."""
    tally.add([("img-src", f"{number}.example") for number in range(ROWS + 50)])
    assert tally.add([("img-src", "new.example"), ("img-src", "0.example")]) == []
    counts = tally.counts()
    assert len(counts) == ROWS
    assert counts[0] == ("img-src", "0.example", 2)


def test_several_workers_count_together(tmp_path: Path) -> None:
    """Each has its own connection to the file; nothing is lost, and one of them sees the first."""
    with ThreadPoolExecutor(4) as workers:
        new = list(workers.map(lambda _: Tally(tmp_path).add([("img-src", "a.example")]), range(40)))
    assert sum(map(len, new)) == 1
    assert Tally(tmp_path).counts() == [("img-src", "a.example", 40)]


async def test_a_file_that_cannot_be_written_hurts_nobody(
    browser: httpx.AsyncClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """The report is lost, the operator reads why."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / FILE).mkdir()
    assert await told(browser, by_uri()) == 204
    assert "reports cannot be counted" in caplog.text


@pytest.mark.parametrize("strict", [False, True])
async def test_there_is_no_collector_where_nothing_is_tried_out(
    make_app: Callable[..., EmbedProxyMiddleware], strict: bool
) -> None:
    """What nobody needs is not there."""
    transport = httpx.ASGITransport(make_app(strict=strict))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        assert await told(client, by_uri()) == 404


async def test_a_load_balancer_can_ask_whether_we_are_well(browser: httpx.AsyncClient) -> None:
    """Nothing but that, and nothing is kept of it."""
    answer = await browser.get("/_embedproxy/health")
    assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (204, b"", "no-store")
    assert (await browser.head("/_embedproxy/health")).status_code == 204
    assert (await browser.post("/_embedproxy/health")).status_code == 405
