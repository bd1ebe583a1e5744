"""Presses: what grants, what takes back, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from embedproxy import EmbedProxyMiddleware
from tests.web.conftest import ORIGIN, YOUTUBE, Site, Visitor, form_of
from tests.web.ledgers import Memory

pytestmark = pytest.mark.anyio

IN_PLACE = {"accept": "application/json"}
VIMEO = '<iframe src="https://player.vimeo.com/video/76979871" width="640" height="360"></iframe>'


def cookie_lines(response: httpx.Response) -> dict[str, str]:
    """Set-Cookie values by the cookie's name."""
    lines = response.headers.get_list("set-cookie")
    return {line.partition("=")[0]: line for line in lines}


async def test_a_press_without_script_leads_back_to_the_same_spot(visitor: Visitor) -> None:
    """POST, 303 to the embed's anchor, and there stands the player."""
    page = await visitor.get("/post?p=1&x=ä")
    answer = await visitor.press(page)
    assert answer.status_code == 303
    path, _, anchor = answer.headers["location"].partition("#")
    assert path == "/post?p=1&x=%C3%A4"
    loaded = await visitor.get(path)
    assert f'id="{anchor}"' in loaded.text
    assert 'src="https://www.youtube-nocookie.com/embed/jNQXAC9IVRw' in loaded.text


@pytest.mark.req("COO-3")
async def test_a_press_is_kept_in_a_session_cookie(visitor: Visitor) -> None:
    """One embed, no Max-Age, out of the reach of scripts and of other sites."""
    answer = await visitor.press(await visitor.get())
    line = cookie_lines(answer)["__Host-embedproxy-once"]
    assert line.endswith("; Secure; HttpOnly; SameSite=Lax; Path=/")
    assert "Max-Age" not in line


@pytest.mark.req("CON-4")
async def test_always_is_separate_and_lasts_as_configured(visitor: Visitor) -> None:
    """Its own box, its own cookie, 180 days."""
    page = await visitor.get()
    assert "checked" not in page.text
    answer = await visitor.press(page, fields={"always": "1"})
    assert "Max-Age=15552000" in cookie_lines(answer)["__Host-embedproxy"]
    assert "<iframe" in (await visitor.get("/another")).text


@pytest.mark.req("CAC-1")
async def test_a_page_with_a_granted_embed_is_for_this_visitor_alone(visitor: Visitor, site: Site) -> None:
    """Whatever the upstream says."""
    site.headers += [(b"cache-control", b"public, s-maxage=600"), (b"etag", b'"1"'), (b"vary", b"A")]
    await visitor.press(await visitor.get())
    page = await visitor.get()
    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["cdn-cache-control"] == "no-store"
    assert page.headers["x-accel-expires"] == "0"
    assert page.headers.get_list("vary") == ["*"]
    assert "etag" not in page.headers


async def test_a_page_without_embeds_is_private_too_where_the_policy_is_the_visitors(
    visitor: Visitor, site: Site
) -> None:
    """Somebody else must not get the wider policy of an always grant from a shared cache."""
    await visitor.press(await visitor.get(), fields={"always": "1"})
    site.body = b"<p>text</p>"
    page = await visitor.get()
    assert "*.youtube.com" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "private, no-store"


@pytest.mark.req("WDR-2")
async def test_after_withdrawal_the_next_view_is_a_placeholder(visitor: Visitor, site: Site) -> None:
    """Also for a conditional request: no tag of another state, nor the site's own, brings a page back."""
    site.headers += [(b"etag", b'"1"'), (b"last-modified", b"Mon, 23 Nov 2026 00:00:00 GMT")]
    tag = (await visitor.get()).headers["etag"]
    await visitor.press(await visitor.get())
    loaded = await visitor.get(if_none_match=tag)
    assert (loaded.status_code, loaded.text.count("<iframe")) == (200, 1)
    assert {"etag", "last-modified"}.isdisjoint(loaded.headers)
    assert (await visitor.press(loaded, "withdraw")).status_code == 303
    page = await visitor.get(if_none_match='"1"', if_modified_since="Tue, 24 Nov 2026 00:00:00 GMT")
    assert page.status_code == 200
    assert "<iframe" not in page.text
    assert page.headers["etag"] == tag


@pytest.mark.req("CON-1")
@pytest.mark.parametrize("route", ["load", "withdraw", "frame", "placeholder", "forget"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
async def test_nothing_but_a_post_changes_anything(visitor: Visitor, route: str, method: str) -> None:
    """A link, a picture or a prefetch can never grant."""
    answer = await visitor.client.request(method, f"/_embedproxy/{route}")
    assert answer.status_code == 405
    assert "set-cookie" not in answer.headers


@pytest.mark.req("SEC-2")
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
        {"origin": "https://evil.example"},
        {"origin": "http://blog.example"},
        {"origin": "https://blog.example.evil.example"},
        {"origin": "null"},
        {},
    ],
)
async def test_a_form_from_elsewhere_is_refused(
    visitor: Visitor, ledger: Memory, headers: dict[str, str]
) -> None:
    """403, no cookie, no record."""
    form = form_of((await visitor.get()).text, "load")
    answer = await visitor.client.post("/_embedproxy/load", data=form, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert not ledger.records


async def test_an_old_browser_is_known_by_its_origin(visitor: Visitor) -> None:
    """It sends no Sec-Fetch-Site."""
    form = form_of((await visitor.get()).text, "load")
    answer = await visitor.client.post("/_embedproxy/load", data=form, headers={"origin": ORIGIN})
    assert answer.status_code == 303


@pytest.mark.req("SEC-4")
async def test_an_altered_ticket_grants_nothing(visitor: Visitor, ledger: Memory) -> None:
    """409, whatever was changed in it."""
    page = await visitor.get()
    ticket = form_of(page.text, "load")["ticket"]
    for bad in ("", "x", ticket[:-1], ticket[1:], ticket + "A", ticket.swapcase()):
        answer = await visitor.press(page, fields={"ticket": bad})
        assert answer.status_code == 409
        assert "set-cookie" not in answer.headers
    assert not ledger.records


@pytest.mark.req("NOT-6")
async def test_a_press_under_an_old_notice_shows_the_new_one_and_grants_nothing(
    visitor: Visitor, make_app: Callable[..., EmbedProxyMiddleware], ledger: Memory
) -> None:
    """The ticket's hash proves what was on screen."""
    page = await visitor.get()
    transport = httpx.ASGITransport(make_app(operator={"name": "Neuer Verein", "privacy_url": "/neu"}))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        answer = await Visitor(client).press(page, headers=IN_PLACE)
    assert answer.status_code == 409
    assert "Bitte entscheiden Sie neu" in answer.json()["status"]
    assert "/neu" in answer.json()["html"]
    assert not ledger.records


@pytest.mark.req("NOT-6")
async def test_an_old_grant_does_not_count_after_the_notice_changed(
    visitor: Visitor, make_app: Callable[..., EmbedProxyMiddleware]
) -> None:
    """The visitor is asked again."""
    await visitor.press(await visitor.get(), fields={"always": "1"})
    transport = httpx.ASGITransport(make_app(operator={"name": "Neuer Verein", "privacy_url": "/neu"}))
    async with httpx.AsyncClient(
        transport=transport, base_url=ORIGIN, cookies=visitor.client.cookies
    ) as client:
        assert "<iframe" not in (await Visitor(client).get()).text


@pytest.mark.req("LED-5")
async def test_no_record_no_grant(visitor: Visitor, ledger: Memory) -> None:
    """503, no cookie, and the placeholder stays."""
    page = await visitor.get()
    ledger.broken = True
    answer = await visitor.press(page)
    assert answer.status_code == 503
    assert "set-cookie" not in answer.headers
    assert "<iframe" not in (await visitor.get()).text


async def test_taking_back_works_even_when_it_cannot_be_recorded(visitor: Visitor, ledger: Memory) -> None:
    """Withdrawing must never be harder than granting (GDPR Art. 7(3))."""
    await visitor.press(await visitor.get())
    loaded = await visitor.get()
    ledger.broken = True
    await visitor.press(loaded, "withdraw")
    assert "<iframe" not in (await visitor.get()).text


@pytest.mark.parametrize(("action", "fields"), [("withdraw", {"all": "1"}), ("forget", {})])
async def test_taking_everything_back_waits_for_a_hanging_ledger_once(
    visitor: Visitor, ledger: Memory, site: Site, action: str, fields: dict[str, str]
) -> None:
    """All the records are handed over before the first of them has been written."""
    other = YOUTUBE.replace("jNQXAC9IVRw", "dQw4w9WgXcQ")
    site.body = f'<!DOCTYPE html><html lang="de"><body>{YOUTUBE}{other}{VIMEO}'.encode()
    for _ in range(3):
        await visitor.press(await visitor.get())
    ledger.crowd = 3  # each of them waits for this many
    page = await visitor.client.get("/_embedproxy/settings")
    await visitor.press(page, action, fields=fields)
    taken = [record for record in ledger.records if record.event == "withdraw"]
    assert [record.provider for record in taken] == ["youtube", "youtube", "vimeo"]
    assert "<iframe" not in (await visitor.get()).text


async def test_presses_are_recorded_with_what_was_on_screen(visitor: Visitor, ledger: Memory) -> None:
    """A grant, then its withdrawal, under one receipt."""
    await visitor.press(await visitor.get())
    await visitor.press(await visitor.get(), "withdraw")
    grant, withdrawal = ledger.records
    assert (grant.event, grant.provider, grant.extent, grant.control) == (
        "grant",
        "youtube",
        "once",
        "load-button",
    )
    assert (withdrawal.event, withdrawal.control) == ("withdraw", "withdraw-button")
    assert grant.receipt == withdrawal.receipt
    assert grant.embed == "youtube:jNQXAC9IVRw"


async def test_a_body_larger_than_the_form_is_refused(visitor: Visitor) -> None:
    """413 before it is read to the end."""
    answer = await visitor.press(await visitor.get(), fields={"junk": "x" * 40000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "",
        "/a\r\nx: y",
        "post",
    ],
)
async def test_the_way_back_never_leads_elsewhere(visitor: Visitor, back: str) -> None:
    """An open redirect would lend our name to others."""
    answer = await visitor.press(await visitor.get(), fields={"back": back})
    assert answer.headers["location"].startswith("/_embedproxy/settings#")


async def test_the_referrer_of_this_site_wins_over_the_form(visitor: Visitor) -> None:
    """A fragment that a script fetched has an address of its own."""
    page = await visitor.get("/fragment")
    answer = await visitor.press(page, headers={"referer": f"{ORIGIN}/whole?x=1"})
    assert answer.headers["location"].startswith("/whole?x=1#")


async def test_the_script_gets_the_frame_for_a_swap_in_place(visitor: Visitor) -> None:
    """It plays at once; nothing else of the page travels."""
    answer = await visitor.press(await visitor.get(), headers=IN_PLACE)
    html = unescape(answer.json()["html"])
    assert "autoplay=1" in html
    assert "<link" not in html
    assert answer.json()["always"] is False


async def test_another_frame_is_given_only_where_a_grant_covers_it(visitor: Visitor, site: Site) -> None:
    """After "always" the script asks for the other embeds of the provider; it grants nothing itself."""
    page = await visitor.get()
    assert (await visitor.press(page, headers=IN_PLACE)).status_code == 200
    ticket = form_of(page.text, "load")
    sent = {"sec-fetch-site": "same-origin", **IN_PLACE}
    covered = await visitor.client.post("/_embedproxy/frame", data=ticket, headers=sent)
    visitor.client.cookies.clear()
    refused = await visitor.client.post("/_embedproxy/frame", data=ticket, headers=sent)
    assert "<iframe" in covered.json()["html"]
    assert "autoplay=1" not in covered.json()["html"]
    assert refused.status_code == 409
    assert "<iframe" not in refused.json()["html"]


@pytest.mark.req("CON-3")
async def test_a_grant_names_one_provider(visitor: Visitor, site: Site) -> None:
    """Always YouTube is not Vimeo."""
    site.body = (YOUTUBE + VIMEO).encode()
    await visitor.press(await visitor.get(), fields={"always": "1"})
    page = await visitor.get()
    assert "youtube-nocookie.com/embed" in page.text
    assert '<iframe src="https://player.vimeo' not in page.text
    assert page.text.count("<iframe") == 1


async def test_once_is_this_embed_and_no_other_of_the_provider(visitor: Visitor, site: Site) -> None:
    """One press, one thing."""
    site.body = (YOUTUBE + YOUTUBE.replace("jNQXAC9IVRw", "dQw4w9WgXcQ")).encode()
    await visitor.press(await visitor.get())
    assert (await visitor.get()).text.count("<iframe") == 1


@pytest.mark.req("SIG-1")
@pytest.mark.parametrize("signal", [{"sec-gpc": "1"}, {"dnt": "1"}])
async def test_a_signal_against_sharing_lets_a_single_embed_load_and_nothing_last(
    visitor: Visitor, signal: dict[str, str]
) -> None:
    """A specific act beats a general signal; a lasting permission does not."""
    answer = await visitor.press(await visitor.get(), fields={"always": "1"}, headers=signal)
    assert "Max-Age=0" in cookie_lines(answer)["__Host-embedproxy"]
    assert "Max-Age" not in cookie_lines(answer)["__Host-embedproxy-once"]


@pytest.mark.req("WDR-4")
async def test_the_settings_page_works_with_no_cookie(visitor: Visitor) -> None:
    """An empty list, 200."""
    page = await visitor.client.get("/_embedproxy/settings")
    assert page.status_code == 200
    assert "keinem Anbieter eine Einwilligung" in unescape(page.text)


@pytest.mark.req("WDR-4")
async def test_the_settings_page_lists_what_is_granted_and_takes_it_back(visitor: Visitor) -> None:
    """Withdraw one, by a form."""
    await visitor.press(await visitor.get(), fields={"always": "1"})
    page = await visitor.client.get("/_embedproxy/settings")
    assert "YouTube" in page.text
    answer = await visitor.press(page, "withdraw")
    assert answer.status_code == 303
    assert "keinem Anbieter" in unescape((await visitor.client.get("/_embedproxy/settings")).text)


@pytest.mark.req("WDR-4")
async def test_the_settings_page_takes_everything_back(visitor: Visitor, ledger: Memory, site: Site) -> None:
    """Withdraw all, by one press, and each under its own receipt."""
    site.body = f'<!DOCTYPE html><html lang="de"><body>{YOUTUBE}{VIMEO}'.encode()
    for _ in range(2):
        await visitor.press(await visitor.get())
    page = await visitor.client.get("/_embedproxy/settings")
    assert {"YouTube", "Vimeo"} <= set(re.findall(r"<h2>(\w+)", page.text))
    await visitor.press(page, "withdraw", fields={"all": "1"})
    assert "keinem Anbieter" in unescape((await visitor.client.get("/_embedproxy/settings")).text)
    given, taken = ({r.receipt for r in ledger.records if r.event == e} for e in ("grant", "withdraw"))
    assert given == taken
    assert len(taken) == 2


async def test_the_settings_page_says_what_was_taken_back(visitor: Visitor) -> None:
    """One provider by its name, everything as everything; a made-up address brings no text of its own."""
    await visitor.press(await visitor.get(), fields={"always": "1"})
    answer = await visitor.press(await visitor.client.get("/_embedproxy/settings"), "withdraw")
    one = unescape((await visitor.client.get(answer.headers["location"])).text)
    every = unescape((await visitor.client.get("/_embedproxy/settings?lang=de&done=withdrawn")).text)
    made_up = await visitor.client.get("/_embedproxy/settings?done=withdrawn&provider=Please%20call")
    assert "Inhalte von YouTube werden nicht mehr geladen." in one
    assert "Alle Einwilligungen sind widerrufen." not in one
    assert "Alle Einwilligungen sind widerrufen." in every
    assert "Please" not in made_up.text


@pytest.mark.req("RGT-2")
async def test_forgetting_deletes_every_cookie_of_ours(visitor: Visitor) -> None:
    """Same names, same attributes, Max-Age=0."""
    await visitor.press(await visitor.get())
    page = await visitor.client.get("/_embedproxy/settings")
    answer = await visitor.press(page, "forget")
    assert all("Max-Age=0" in line for line in cookie_lines(answer).values())
    assert set(cookie_lines(answer)) >= {"__Host-embedproxy", "__Host-embedproxy-once"}


@pytest.mark.req("SEC-3")
@pytest.mark.parametrize("path", ["settings", "nothing", "load", "withdraw", "forget", "export", "hole"])
async def test_our_own_answers_cannot_be_framed_kept_or_followed(visitor: Visitor, path: str) -> None:
    """Clickjacking, shared caches and referrers."""
    answer = await visitor.press(await visitor.get())
    if path in ("withdraw", "forget"):
        answer = await visitor.press(await visitor.get("/_embedproxy/settings"), path)
        assert answer.status_code == 303
    elif path != "load":
        answer = await visitor.client.get(f"/_embedproxy/{path}")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-store"
    assert (answer.headers["x-accel-expires"], answer.headers["vary"]) == ("0", "*")
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_static_files_may_be_kept_for_ever_under_their_hash(visitor: Visitor) -> None:
    """A cached page that names an older hash still gets today's file, for a short time."""
    page = await visitor.get()
    name = re.search(r'href="([^"]+\.css)"', page.text)
    assert name
    current = await visitor.client.get(name[1])
    old = await visitor.client.get("/_embedproxy/static/embedproxy.000000000000.css")
    assert "immutable" in current.headers["cache-control"]
    assert old.content == current.content
    assert old.headers["cache-control"] == "public, max-age=300"


async def test_a_frame_that_a_script_inserted_gets_a_placeholder(visitor: Visitor) -> None:
    """For known providers and for hosts that nobody knows, never for the site itself."""
    known = await visitor.client.get(
        "/_embedproxy/hole?url=https://www.youtube.com/embed/jNQXAC9IVRw&lang=de"
    )
    unknown = await visitor.client.get("/_embedproxy/hole?url=https://widgets.example.net/x&lang=de")
    own = await visitor.client.get("/_embedproxy/hole?url=https://blog.example/x")
    assert "Video laden" in known.json()["html"]
    assert "widgets.example.net" in unknown.json()["html"]
    assert own.status_code == 404


@pytest.mark.parametrize("forwarded", [None, "https"])
async def test_the_cookie_fits_the_scheme_that_the_browser_speaks(
    make_app: Callable[..., EmbedProxyMiddleware], forwarded: str | None
) -> None:
    """Plain names in development over http; secure ones behind a front server that ends TLS."""
    transport = httpx.ASGITransport(make_app(), client=("127.0.0.1", 1))
    headers = {"x-forwarded-proto": forwarded} if forwarded else {}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://blog.example", headers=headers
    ) as client:
        answer = await Visitor(client).press(await Visitor(client).get())
    prefix = "__Host-" if forwarded else ""
    assert f"{prefix}embedproxy-once" in cookie_lines(answer)
