"""What the law asks of the whole, from the page to the frame."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from embedproxy import EmbedProxyMiddleware, Settings
from embedproxy.consent.grants import Grant, Grants
from embedproxy.embeds.templates import folder
from embedproxy.providers.loader import load_providers
from tests.conftest import KEY
from tests.fetches import fetches
from tests.web.conftest import ORIGIN, YOUTUBE, Site, Visitor
from tests.web.ledgers import Memory

MAKER = Callable[..., EmbedProxyMiddleware]
TWEET = (
    '<blockquote class="twitter-tweet"><a href="https://twitter.com/jack/status/20">20</a></blockquote>'
    '<script async src="https://platform.twitter.com/widgets.js"></script>'
)
MAP = '<iframe src="https://www.openstreetmap.org/export/embed.html?bbox=1,2,3,4"></iframe>'
UNKNOWN = '<iframe width="300" height="200" src="https://widgets.example/x"></iframe>'
PICTURE = '<img src="https://i.ytimg.com/vi/jNQXAC9IVRw/hqdefault.jpg">'
HEAD = '<!DOCTYPE html><html lang="de"><body><h1>Blog</h1>'
PAGE = f"{HEAD}{YOUTUBE}<p>x</p>{TWEET}{MAP}{UNKNOWN}{PICTURE}<p>y</p>"
PROVIDERS = load_providers().providers
OPENING = '<applet class="embedproxy-place"'


class Kept(HTMLParser):
    """Everything of a page but our boxes, as a parser sees it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._inside = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter a box, or keep a tag."""
        if (tag, ("class", "embedproxy-place")) == ("applet", attrs[0] if attrs else None) or self._inside:
            self._inside += tag == "applet"
        else:
            self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a box, or keep a tag."""
        if self._inside:
            self._inside -= tag == "applet"
        else:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep text outside of boxes."""
        if not self._inside:
            self.parts.append(data)


async def opened(app: EmbedProxyMiddleware, path: str = "/post", **headers: str) -> httpx.Response:
    """One visitor opens one page."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        return await client.get(path, headers={"accept": "text/html", **headers})


def granted(app: EmbedProxyMiddleware, *providers: str) -> str:
    """The Cookie header of a visitor who has allowed these providers for good."""
    desk = app.desk
    items = []
    for number, name in enumerate(providers):
        provider = desk.policy.registry.providers[name]
        notice = desk.policy.notices.notice(provider, provider.kind, "de")
        items.append(Grant(name, "always", "", int(desk.clock()), notice.hash[:16], f"{number:032x}"))
    line = desk.cookies.write(Grants(tuple(items)), secure=True)[0]
    return line.partition(";")[0]


CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from(["de", "en", "fr", "mt"]),
        "prefix": st.sampled_from(["/_embedproxy/", "/e/", "/a/b/"]),
        "strict": st.sampled_from([False, True, "report"]),
        "sensitive": st.booleans(),
        "audience": st.sampled_from(["everyone", "children"]),
        "ledger": st.sampled_from(["off", "sqlite", {"receipts": False}, {"years": 0}]),
        "always_days": st.integers(1, 400),
        "once_hours": st.integers(1, 24),
        "link_out": st.booleans(),
        "gpc_file": st.booleans(),
        "transfers": st.sampled_from([{"dpf": "valid"}, {"dpf": "invalid"}]),
        "first_party": st.sampled_from([(), ("cdn.example",), ("blog.example",)]),
        "operator": st.sampled_from([{}, {"name": "X", "privacy_url": "/p"}]),
        "page_bytes": st.integers(1 << 14, 1 << 20),
    },
)


@pytest.mark.req("CFG-1")
@pytest.mark.req("NET-1")
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=CHOICES)
def test_no_setting_loads_a_provider_without_a_press(tmp_path: Path, changes: dict[str, object]) -> None:
    """Whatever an operator sets: a page without a cookie makes a browser contact nobody."""
    settings = Settings.model_validate({"secret_keys": (KEY,), "data_dir": tmp_path / "data", **changes})
    app = EmbedProxyMiddleware(Site(PAGE.encode()), settings=settings, ledger=Memory())
    page = asyncio.run(opened(app))
    for scripting in (True, False):
        assert fetches(page.content, f"{ORIGIN}/post", scripting=scripting) == []
    assert "set-cookie" not in page.headers


@pytest.mark.req("FRE-1")
@pytest.mark.req("WDR-5")
def test_outside_of_the_boxes_a_press_changes_nothing(make_app: MAKER, site: Site) -> None:
    """No text is withheld from those who say no, and none appears for those who say yes."""
    site.body = PAGE.encode()
    app = make_app()
    before = asyncio.run(opened(app)).text
    after = asyncio.run(opened(app, cookie=granted(app, "youtube", "x", "openstreetmap"))).text
    assert before != after
    assert before.count(OPENING) == after.count(OPENING) > 3
    assert Kept(before).parts == Kept(after).parts


@pytest.mark.req("FRE-1")
@pytest.mark.parametrize("rule", [r"position:\s*fixed", r"(?:body|html)[^{]*\{[^}]*overflow", "scroll-lock"])
def test_nothing_lies_over_the_page_or_holds_it(rule: str) -> None:
    """No layer, no lock."""
    css = (folder() / "embedproxy.css").read_text(encoding="utf-8")
    assert not re.search(rule, re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


@pytest.mark.req("LNK-1")
def test_links_alone_cause_no_look_up(make_app: MAKER) -> None:
    """The browser is told not to resolve the hosts of a page with boxes ahead of time."""
    assert asyncio.run(opened(make_app())).headers["x-dns-prefetch-control"] == "off"


@pytest.mark.req("NET-2")
def test_two_visitors_get_the_same_bytes(make_app: MAKER, site: Site) -> None:
    """Nothing in an undecided page tells one from the other, tickets included; no process does either."""
    site.body = PAGE.encode()
    one = asyncio.run(
        opened(make_app(), **{"user-agent": "a", "accept-language": "de", "cookie": "session=1"})
    )
    two = asyncio.run(opened(make_app(), **{"user-agent": "b", "accept-language": "fr", "dnt": "1"}))
    assert one.content == two.content
    assert one.headers.raw == two.headers.raw


@pytest.mark.req("BTN-1")
def test_a_box_has_one_button_and_it_says_what_it_does(make_app: MAKER, site: Site) -> None:
    """No cross, no "accept and close": leaving it alone is the refusal."""
    site.body = PAGE.encode()
    page = asyncio.run(opened(make_app())).text
    buttons = re.findall(r"<button[^>]*>([^<]*)</button>", page)
    assert len(buttons) == page.count(OPENING)
    assert all(re.fullmatch(r"\w+ laden", button) for button in buttons)


@pytest.mark.req("BTN-1")
def test_no_template_of_ours_holds_another_kind_of_button() -> None:
    """Load and withdraw; every press is a form's."""
    kinds = {
        found
        for template in folder().glob("*.html")
        for found in re.findall(r"<button([^>]*)>", template.read_text(encoding="utf-8"))
    }
    assert kinds
    assert all('type="submit"' in kind and re.search("embedproxy-(load|withdraw)", kind) for kind in kinds)


@pytest.mark.req("COP-2")
def test_a_box_holds_no_picture_of_the_provider(make_app: MAKER, site: Site) -> None:
    """What is drawn is ours and inline; the preview picture of the page is gone."""
    site.body = PAGE.encode()
    page = asyncio.run(opened(make_app())).text
    assert not re.search(r'<(?:img[^>]*src="[^"]|picture|source|video|image\b)|poster=|background', page)
    assert "ytimg" not in page


@pytest.mark.req("COP-1")
@pytest.mark.req("REF-1")
def test_no_frame_hides_or_tells_more_than_the_sites_origin() -> None:
    """A provider may know which site embeds it, and refuse that; it never learns which page."""
    allowed = {"strict-origin-when-cross-origin", "strict-origin", "origin"}
    for name, provider in PROVIDERS.items():
        assert provider.frame.referrerpolicy in allowed, name
        assert not {"origin", "widget_referrer", "referrer", "referer"} & set(provider.frame.set), name


@pytest.mark.req("REF-1")
def test_no_frame_carries_the_pages_path(make_app: MAKER, site: Site) -> None:
    """Neither in its address nor by its referrer policy, whatever the page asks for."""
    tracked = (
        "https://www.youtube.com/embed/jNQXAC9IVRw?origin=https://blog.example/krank&widget_referrer=/krank"
    )
    site.body = f'<iframe src="{tracked}" referrerpolicy="unsafe-url"></iframe>'.encode()
    app = make_app()
    page = asyncio.run(opened(app, "/krank", cookie=granted(app, "youtube"))).text
    [frame] = re.findall(r"<iframe[^>]*>", page)
    assert "krank" not in frame
    assert 'referrerpolicy="strict-origin-when-cross-origin"' in frame


@pytest.mark.req("CTR-5")
def test_no_address_of_ours_hands_on_media(make_app: MAKER) -> None:
    """These are all the addresses there are; none of them streams anything of a provider's."""
    app = make_app()
    paths = {route.path.removeprefix("/_embedproxy/") for route in app._own.routes}  # type: ignore[attr-defined]
    assert paths == {
        "load", "withdraw", "frame", "placeholder", "forget", "settings", "export", "receipt/{id}",
        "notice/{hash}.json", "hole", "static/{name}", "health",
    }  # fmt: skip


@pytest.mark.req("WDR-1")
def test_taking_back_is_one_press_like_giving(make_app: MAKER) -> None:
    """One request each, without script, from the box itself, and back to the same spot."""
    app = make_app()

    async def presses() -> list[tuple[int, str]]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            visitor = Visitor(client)
            given = await visitor.press(await visitor.get())
            loaded = await visitor.get()
            assert loaded.text.index("<iframe") < loaded.text.index('action="/_embedproxy/withdraw"')
            taken = await visitor.press(loaded, "withdraw")
            assert "<iframe" not in (await visitor.get()).text
        return [(answer.status_code, answer.headers["location"]) for answer in (given, taken)]

    given, taken = asyncio.run(presses())
    assert given == taken


@pytest.mark.req("LED-9")
def test_no_two_grants_share_a_receipt(make_app: MAKER, ledger: Memory) -> None:
    """Not even those of one visitor for one embed, so that records cannot be joined into a profile."""
    app = make_app()

    async def presses() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            visitor = Visitor(client)
            page = await visitor.get()
            for fields in ({}, {}, {"always": "1"}, {"always": "1"}):
                await visitor.press(page, fields=fields)

    asyncio.run(presses())
    receipts = [record.receipt for record in ledger.records]
    assert len(set(receipts)) == len(receipts) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", receipt) for receipt in receipts)


@pytest.mark.req("FRE-2")
@pytest.mark.parametrize("offered", [True, False])
def test_the_way_out_is_a_plain_link_that_an_operator_can_leave_out(make_app: MAKER, offered: bool) -> None:
    """It says that it leaves the site, tells the other nothing of it, and is followed by a press only."""
    page = asyncio.run(opened(make_app(link_out=offered))).text
    links = re.findall(r'<a href="https://www.youtube.com/watch[^>]*>[^<]*</a>', page)
    assert len(links) == offered
    assert all('rel="noopener noreferrer"' in link for link in links)
    assert all("(verlässt diese Website)" in unescape(link) for link in links)


@pytest.mark.req("NET-5")
def test_the_browser_holds_frames_back_as_well(make_app: MAKER, site: Site) -> None:
    """A second policy, beside the site's own, allows no frame but the site's and what a press would load."""
    site.headers.append((b"content-security-policy", b"default-src https:"))
    before = asyncio.run(opened(make_app())).headers.get_list("content-security-policy")
    assert before[0] == "default-src https:"
    frames = re.search(r"frame-src ([^;]*)", before[1])
    assert frames
    assert not {"*", "https:", "data:", "www.youtube-nocookie.com"} & set(frames[1].split())


@pytest.mark.req("WDR-6")
def test_the_settings_page_says_what_a_withdrawal_cannot_do(make_app: MAKER) -> None:
    """Cookies of the provider are beyond us: the browser removes them."""
    page = asyncio.run(opened(make_app(), "/_embedproxy/settings?lang=de"))
    assert "Cookies, die ein Anbieter bereits selbst gespeichert hat, können wir nicht löschen" in unescape(
        page.text
    )


@pytest.mark.req("FUT-2")
def test_refusing_takes_no_press_and_is_never_asked_again(make_app: MAKER, site: Site) -> None:
    """Whoever does nothing stays on the same page, without anything that opens, moves or counts."""
    site.body = PAGE.encode()
    app = make_app()
    first, second = (asyncio.run(opened(app)) for _ in range(2))
    assert first.content == second.content
    assert "set-cookie" not in first.headers
    assert not re.search(r"<dialog|\bautofocus\b|<details[^>]* open\b|aria-modal", first.text)


@pytest.mark.req("DOC-1")
def test_the_readme_names_hosting_it_yourself_first() -> None:
    """What authorities recommend before any embed."""
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    [section] = re.findall(r"## What it does not do\n+(- .*?)\n- ", text, re.DOTALL)
    assert "Hosting a video yourself avoids all of this" in section
