"""Receipts, the export and notices as JSON: what a visitor takes home."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import fields
from html import unescape
from typing import Any

import httpx
import pytest

from embedproxy import EmbedProxyMiddleware, Settings
from embedproxy.consent.ledger.choice import full_seal
from embedproxy.consent.receipts import Receipt, verify
from embedproxy.notices.locales import moment
from tests.web.conftest import ORIGIN, Site, Visitor
from tests.web.ledgers import Memory

pytestmark = pytest.mark.anyio

MAKER = Callable[..., EmbedProxyMiddleware]
EXPORTED = {"provider", "name", "extent", "embed", "given", "expires", "notice", "receipt"}


def client_of(app: EmbedProxyMiddleware) -> httpx.AsyncClient:
    """A browser of its own."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)


async def receipt_path(visitor: Visitor) -> str:
    """Where the settings page offers the only receipt."""
    page = await visitor.get("/_embedproxy/settings")
    found = re.search(r'href="(/_embedproxy/receipt/[0-9a-f]{32})"', page.text)
    assert found
    return found[1]


async def exported(visitor: Visitor) -> dict[str, Any]:
    """The export of a visitor."""
    answer = await visitor.get("/_embedproxy/export")
    assert answer.status_code == 200
    return dict(answer.json())


async def test_nobody_gets_the_receipt_of_somebody_else(visitor: Visitor, make_app: MAKER) -> None:
    """Its number alone is worth nothing: it must stand in the visitor's own cookie."""
    await visitor.press(await visitor.get())
    path = await receipt_path(visitor)
    async with client_of(make_app()) as stranger:
        assert (await stranger.get(path)).status_code == 404


@pytest.mark.parametrize("id_", ["0" * 32, "x", "..%2fsettings", "%00"])
async def test_an_unknown_receipt_is_not_found(visitor: Visitor, id_: str) -> None:
    """Neither a guess nor the number of a site without receipts gives one."""
    await visitor.press(await visitor.get())
    assert (await visitor.get(f"/_embedproxy/receipt/{id_}")).status_code == 404


@pytest.mark.req("RGT-1")
async def test_a_receipt_is_signed_and_says_what_was_granted(
    visitor: Visitor, settings: Settings, ledger: Memory
) -> None:
    """It verifies without a database, and holds the notice that was on screen."""
    await visitor.press(await visitor.get())
    answer = await visitor.get(await receipt_path(visitor))
    receipt = verify(answer.text, full_seal(settings))
    record = ledger.records[0]
    assert (receipt.id, receipt.given, receipt.notice) == (record.receipt, record.at, record.notice)
    assert (receipt.provider, receipt.extent, receipt.language) == ("youtube", "once", "de")
    assert receipt.expires == receipt.given + 24 * 3600
    assert "Mit dem Laden des Videos akzeptieren Sie" in receipt.text


async def test_a_receipt_is_a_download_that_nothing_keeps(visitor: Visitor) -> None:
    """No cache holds it, no page shows it."""
    await visitor.press(await visitor.get())
    answer = await visitor.get(await receipt_path(visitor))
    assert answer.headers["content-disposition"] == 'attachment; filename="embedproxy-receipt.json"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.req("RGT-1")
async def test_the_export_holds_every_grant_and_a_receipt_for_each(
    visitor: Visitor, settings: Settings
) -> None:
    """Round trip: what comes out is what was pressed, in the fields of a record."""
    await visitor.press(await visitor.get(), fields={"always": "1"})
    document = await exported(visitor)
    [grant], [receipt] = document["grants"], document["receipts"]
    assert set(grant) == EXPORTED
    assert set(receipt) == {field.name for field in fields(Receipt)} | {"schema", "key", "signature"}
    read = verify(json.dumps(receipt), full_seal(settings))
    assert (grant["receipt"], grant["notice"], grant["extent"]) == (read.id, read.notice, "always")
    assert document["controller"] == "Beispielverein"


@pytest.mark.req("RGT-1")
async def test_the_export_of_a_visitor_without_cookies_is_empty(visitor: Visitor) -> None:
    """Nothing is stored, and that is what it says."""
    document = await exported(visitor)
    assert (document["grants"], document["receipts"]) == ([], [])


async def test_an_operator_may_issue_no_receipts(make_app: MAKER, ledger: Memory) -> None:
    """Then neither the record nor the cookie holds a number of its own, and the page offers none."""
    app = make_app(ledger={"receipts": False})
    async with client_of(app) as client:
        visitor = Visitor(client)
        await visitor.press(await visitor.get())
        page = await visitor.get("/_embedproxy/settings")
        document = await exported(visitor)
        await visitor.press(page, "withdraw")
    assert "/receipt/" not in page.text
    assert "0000000000" not in page.text
    assert document["grants"][0]["receipt"] is None
    assert [record.receipt for record in ledger.records] == ["", ""]


@pytest.mark.req("NOT-8")
async def test_a_notice_is_found_by_its_provider_and_hash(visitor: Visitor, ledger: Memory) -> None:
    """Anybody can check it: the address is the SHA-256 of what it gives."""
    await visitor.press(await visitor.get())
    hash_ = ledger.records[0].notice
    answer = await visitor.get(f"/_embedproxy/notice/{hash_}.json?provider=youtube")
    assert hashlib.sha256(answer.content).hexdigest() == hash_
    assert answer.json()["facts"]["company"] == "Google Ireland Limited"


@pytest.mark.req("EIN-2")
@pytest.mark.req("NOT-8")
async def test_the_notice_as_json_carries_what_the_placeholder_says(visitor: Visitor, ledger: Memory) -> None:
    """Every sentence of both layers stands in both."""
    page = await visitor.get()
    await visitor.press(page)
    notice = (
        await visitor.get(f"/_embedproxy/notice/{ledger.records[0].notice}.json?provider=youtube")
    ).json()
    for sentence in (notice["summary"], notice["brief"], *notice["sentences"]):
        assert sentence in unescape(page.text)


async def test_the_notice_of_an_unknown_third_party_is_found_by_its_host(make_app: MAKER, site: Site) -> None:
    """No file names it, so the address must."""
    app = make_app()
    notice = app.desk.policy.notices.generic("widgets.example", "generic", "en")
    query = "?provider=host:widgets.example"
    async with client_of(app) as client:
        answer = await client.get(f"/_embedproxy/notice/{notice.hash}.json{query}")
    assert answer.content == notice.text


@pytest.mark.parametrize("hash_", ["0" * 64, "0" * 16, "f" * 65, "..", "A" * 64])
async def test_a_hash_of_no_notice_is_not_found(visitor: Visitor, hash_: str) -> None:
    """Nothing is made up for it."""
    assert (await visitor.get(f"/_embedproxy/notice/{hash_}.json")).status_code == 404


@pytest.mark.req("NOT-6")
async def test_the_settings_page_says_that_a_notice_has_changed(visitor: Visitor, make_app: MAKER) -> None:
    """The old grant no longer counts, and the visitor is told which provider it was."""
    await visitor.press(await visitor.get(), fields={"always": "1"})
    changed = make_app(operator={"name": "Jemand anders", "privacy_url": "/datenschutz"})
    async with client_of(changed) as client:
        client.cookies = visitor.client.cookies
        page = await client.get("/_embedproxy/settings?lang=de")
    assert "Der Hinweis zu YouTube hat sich seit Ihrer Einwilligung geändert." in page.text


@pytest.mark.req("NOT-6")
@pytest.mark.parametrize("extent", [{}, {"always": "1"}])
async def test_the_embed_says_that_its_notice_has_changed(
    visitor: Visitor, make_app: MAKER, site: Site, extent: dict[str, str]
) -> None:
    """Beside the button, to whoever agreed before; and such a page is nobody else's."""
    site.headers.append((b"etag", b'W/"v1"'))
    fresh = make_app(operator={"name": "Jemand anders", "privacy_url": "/datenschutz"})
    async with client_of(fresh) as client:
        everybodys = await Visitor(client).get()
        await visitor.press(await visitor.get(), fields=extent)
        client.cookies = visitor.client.cookies
        page = await Visitor(client).get(if_none_match=everybodys.headers["etag"])
    assert page.status_code == 200
    assert "<iframe" not in page.text
    said = "Der Hinweis zu YouTube hat sich seit Ihrer Einwilligung geändert. Bitte entscheiden Sie neu."
    assert said in re.findall(r'role="status"[^>]*>([^<]*)<', unescape(page.text))
    assert page.headers["cache-control"] == "private, no-store"
    assert said not in unescape(everybodys.text)


@pytest.mark.req("NOT-6")
async def test_after_the_next_press_nothing_has_changed_any_more(visitor: Visitor, make_app: MAKER) -> None:
    """The old grant leaves the browser with it."""
    await visitor.press(await visitor.get(), fields={"always": "1"})
    async with client_of(make_app(operator={"name": "Jemand anders"})) as client:
        client.cookies = visitor.client.cookies
        again = Visitor(client)
        await again.press(await again.get())
        await again.press(await again.get(), "withdraw")
        page = await again.get()
    assert "hat sich seit Ihrer Einwilligung" not in unescape(page.text)


@pytest.mark.parametrize(("lang", "said"), [("en", "Embedded content settings"), ("fr", "contenus intégrés")])
async def test_the_settings_page_speaks_the_language_it_is_asked_for(
    visitor: Visitor, lang: str, said: str
) -> None:
    """By address, never by the browser's preference; with no cookie and no script."""
    page = await visitor.get(f"/_embedproxy/settings?lang={lang}")
    assert page.status_code == 200
    assert said in page.text
    assert "<script" not in page.text


@pytest.mark.req("WDR-4")
@pytest.mark.parametrize(("fields", "lasts"), [({}, 86400), ({"always": "1"}, 180 * 86400)])
async def test_the_settings_page_says_since_when_and_until_when(
    visitor: Visitor, ledger: Memory, fields: dict[str, str], lasts: int
) -> None:
    """For a single item too, which ends earlier where the browser is closed."""
    await visitor.press(await visitor.get(), fields=fields)
    page = unescape((await visitor.get("/_embedproxy/settings?lang=de")).text)
    at = ledger.records[0].at
    assert f"Erteilt am {moment(at, 'de')}" in page
    assert f"Gilt bis {moment(at + lasts, 'de')}." in page


@pytest.mark.req("SIG-1")
@pytest.mark.parametrize("signal", [{"sec_gpc": "1"}, {"dnt": "1"}])
async def test_a_signal_is_answered_on_the_settings_page(visitor: Visitor, signal: dict[str, str]) -> None:
    """It says why nothing lasting is offered; without a signal it says nothing of it."""
    assert "Global Privacy Control" in (await visitor.get("/_embedproxy/settings", **signal)).text
    assert "Global Privacy Control" not in (await visitor.get("/_embedproxy/settings")).text


@pytest.mark.req("SIG-1")
@pytest.mark.parametrize("signal", [{"sec_gpc": "1"}, {"dnt": "1"}])
async def test_a_signal_never_extends_what_was_granted_before(
    make_app: MAKER, signal: dict[str, str]
) -> None:
    """The lasting grant keeps its first day, whatever is pressed a day later under the signal."""
    app = make_app()
    async with client_of(app) as client:
        visitor = Visitor(client)
        page = await visitor.get()
        object.__setattr__(app.desk, "clock", lambda: time.time() - 86400)
        await visitor.press(page, fields={"always": "1"})
        before = (await exported(visitor))["grants"]
        object.__setattr__(app.desk, "clock", time.time)
        named = {name.replace("_", "-"): value for name, value in signal.items()}
        await visitor.press(page, fields={"always": "1"}, headers=named)
        after = [grant for grant in (await exported(visitor))["grants"] if grant["extent"] == "always"]
    assert after == before


@pytest.mark.req("SIG-2")
async def test_the_page_itself_never_depends_on_a_signal(visitor: Visitor) -> None:
    """One page for everybody (rule 4): the script and the load route answer the signal."""
    plain = await visitor.get()
    signalled = await visitor.get(sec_gpc="1", dnt="1")
    assert signalled.content == plain.content
    assert 'class="embedproxy-signal" hidden="hidden"' in plain.text


@pytest.mark.req("CFG-7")
@pytest.mark.parametrize("changes", [{"sensitive": True}, {"audience": "children"}])
async def test_nothing_lasting_is_offered_or_granted_where_it_should_not_be(
    make_app: MAKER, changes: dict[str, Any]
) -> None:
    """Not in the page, and not for a form that asks for it all the same (LAW CFG-7, KID-1)."""
    async with client_of(make_app(**changes)) as client:
        visitor = Visitor(client)
        page = await visitor.get()
        await visitor.press(page, fields={"always": "1"})
        document = await exported(visitor)
    assert 'name="always"' not in page.text
    assert [grant["extent"] for grant in document["grants"]] == ["once"]


@pytest.mark.req("CFG-7")
async def test_a_sensitive_site_says_what_may_be_guessed(make_app: MAKER) -> None:
    """One more sentence, under the hash like all others."""
    async with client_of(make_app(sensitive=True)) as client:
        page = await Visitor(client).get()
    assert "auf persönliche Dinge schließen" in unescape(page.text)
