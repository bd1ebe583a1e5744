"""What sites put around their embeds: the box keeps its room, its controls and the site's own column."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from embedproxy import EmbedProxyMiddleware, Settings
from tests.browser.conftest import Pages, Sites
from tests.browser.internet import Internet
from tests.browser.steps import (
    VIDEO,
    box_of,
    expect_placeholder,
    expect_player,
    extent_of,
    is_on_top,
    load,
    showing,
    withdraw,
)

pytestmark = pytest.mark.browser

BARE = '<iframe src="https://www.youtube.com/embed/jNQXAC9IVRw" allowfullscreen></iframe>'
FILLING = "position:absolute;top:0;left:0;width:100%;height:100%"
FILLED = f"iframe{{{FILLING}}}"
COLUMN = 640  # CSS pixels of the column in which the wrappers stand
WRAPPERS = {
    "padding in a style": (
        f'<div style="position:relative;padding-bottom:56.25%;height:0;overflow:hidden">{BARE}</div>',
        FILLED,
    ),
    "padding in a sheet": (
        f'<div class="film">{BARE}</div>',
        f".film{{position:relative;height:0;padding:25px 0 56.25%}} {FILLED}",
    ),
    "padding before": (
        f'<div class="film">{BARE}</div>',
        f".film{{position:relative}} .film::before{{content:'';display:block;padding-top:56.25%}} {FILLED}",
    ),
    "Bootstrap": (
        f'<div class="ratio">{BARE}</div>',
        ".ratio{position:relative;width:100%} .ratio::before{content:'';display:block;padding-top:56.25%}"
        f".ratio > *{{{FILLING}}}",
    ),
    "Tailwind": (
        f'<div class="aspect-w-16 aspect-h-9">{BARE}</div>',
        f".aspect-w-16{{position:relative;padding-bottom:56.25%}} .aspect-w-16 > *{{{FILLING}}}",
    ),
    "Squarespace": (
        f'<div class="film" style="padding-bottom:56.25%"><div class="inner">{BARE}</div></div>',
        f".film{{position:relative;height:0}} .inner{{position:absolute;inset:0}} {FILLED}",
    ),
    "Ghost": (
        '<figure class="kg-card kg-embed-card">'
        + BARE.replace("src", 'width="200" height="113" src')
        + "</figure>",
        ".kg-embed-card{display:flex;flex-direction:column;align-items:center;margin:0}",
    ),
    "aspect ratio": (
        f'<div class="film">{BARE}</div>',
        ".film{aspect-ratio:16/9;overflow:hidden} .film iframe{width:100%;height:100%}",
    ),
}
LOW = {
    "a stage": (f'<div class="stage">{BARE}</div>', ".stage{position:relative;height:180px;overflow:hidden}"),
    "a stage with a layer": (
        f'<div class="stage"><div class="layer">{BARE}</div></div>',
        ".stage{position:relative;height:180px;overflow:hidden} .layer{position:absolute;inset:0}",
    ),
}
CUT = """button => {
  const { right, bottom } = button.getBoundingClientRect();
  for (let at = button.parentElement; at !== document.body; at = at.parentElement) {
    const around = at.getBoundingClientRect();
    const hides = getComputedStyle(at).overflow !== "visible" && getComputedStyle(at).display !== "contents";
    if (hides && (bottom > around.bottom + 1 || right > around.right + 1)) return true;
  }
  return false;
}"""
QUOTED = (
    '<blockquote class="twitter-tweet"><p>Fünf Wörter.</p>'
    '<a href="https://twitter.com/jack/status/20">21. März 2006</a></blockquote>'
)

BY_SCRIPT = {"padding in a sheet", "padding before", "Squarespace"}  # no stylesheet can know these classes
KNOWN = {name: wrapper for name, wrapper in WRAPPERS.items() if name not in BY_SCRIPT}

every_wrapper = pytest.mark.parametrize(("markup", "sheet"), WRAPPERS.values(), ids=WRAPPERS)
both_ways = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


def in_column(markup: str, sheet: str) -> str:
    """A page with something in the column between two paragraphs."""
    style = f"<style>body{{margin:0}} .column{{width:{COLUMN}px;max-width:100%}} {sheet}</style>"
    return f'{style}<div class="column"><p>Davor</p>{markup}<p id="after">Danach</p></div>'


def fits(page: Page, box: Locator, control: str) -> None:
    """The control is neither cut off nor covered, and what follows stands below the box."""
    found = box.locator(control)
    assert not found.evaluate(CUT)
    assert is_on_top(found)
    assert extent_of(page.locator("#after"))[1] >= extent_of(box.locator(".embedproxy-room"))[3]


@every_wrapper
def test_a_wrapper_holds_the_box_as_it_held_the_frame(
    site: Sites, settings: Settings, page: Pages, markup: str, sheet: str
) -> None:
    """Before and after the press the box fills the column at the frame's ratio, and its controls are free."""
    visited = page()
    visited.goto(site(EmbedProxyMiddleware(showing(in_column(markup, sheet)), settings=settings)))
    box = box_of(visited, "youtube")
    left, top, right, bottom = extent_of(box.locator(".embedproxy-room"))
    assert right - left == COLUMN
    assert (right - left) / (bottom - top) == pytest.approx(16 / 9, rel=0.02)
    assert top - extent_of(visited.locator(".column p").first)[3] <= 32  # two margins, and no empty room
    fits(visited, box, ".embedproxy-load")
    load(box)
    expect_player(box)
    assert extent_of(box.locator("iframe")) == pytest.approx((left, top, right, bottom), abs=1)
    fits(visited, box, ".embedproxy-withdraw")


@pytest.mark.req("WDR-1")
@pytest.mark.parametrize(("markup", "sheet"), KNOWN.values(), ids=KNOWN)
def test_the_withdrawal_is_free_without_script(
    site: Sites, settings: Settings, page: Pages, markup: str, sheet: str
) -> None:
    """The stylesheet alone opens what is known or written in the markup; the rest needs the script."""
    visited = page(java_script_enabled=False)
    visited.goto(site(EmbedProxyMiddleware(showing(in_column(markup, sheet)), settings=settings)))
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    fits(visited, box_of(visited, "youtube"), ".embedproxy-withdraw")


@pytest.mark.req("WDR-1")
@pytest.mark.parametrize(("markup", "sheet"), LOW.values(), ids=LOW)
@pytest.mark.parametrize("width", [320, 1280])
def test_a_wrapper_that_is_too_low_grows(
    site: Sites, settings: Settings, page: Pages, markup: str, sheet: str, width: int
) -> None:
    """No fixed height cuts the notice, its second layer, or the withdrawal."""
    visited = page(size=(width, 800))
    visited.goto(site(EmbedProxyMiddleware(showing(in_column(markup, sheet)), settings=settings)))
    box = box_of(visited, "youtube")
    fits(visited, box, ".embedproxy-out a")
    box.locator("summary").press("Enter")
    expect(box.get_by_role("link")).to_have_count(4)
    fits(visited, box, ".embedproxy-out a")
    load(box)
    expect_player(box)
    fits(visited, box, ".embedproxy-withdraw")


@pytest.mark.parametrize("important", ["", "!important"])
@pytest.mark.parametrize("markup", [VIDEO.format("jNQXAC9IVRw"), QUOTED], ids=["video", "post"])
def test_the_box_stands_in_the_themes_column(
    site: Sites, settings: Settings, page: Pages, markup: str, important: str
) -> None:
    """Themes that centre every child of the article centre the box and the quotation above it, too."""
    sheet = f"main > *{{max-width:600px;margin-left:auto{important};margin-right:auto{important}}}"
    body = f"<style>{sheet}</style><main><p>Davor</p>{markup}<p>Danach</p></main>"
    visited = page()
    visited.goto(site(EmbedProxyMiddleware(showing(body), settings=settings)))
    left, _, right, _ = extent_of(visited.locator("main > .embedproxy-place"))
    column = extent_of(visited.locator("main > p").first)
    assert left + right == pytest.approx(column[0] + column[2], abs=1)
    assert right - left <= 600
    if markup == QUOTED:
        above = extent_of(visited.locator("blockquote"))
        assert (above[0], above[2]) == (left, right)


@both_ways
def test_a_quotation_of_the_authors_own_stays_above_a_loaded_video(
    site: Sites, settings: Settings, page: Pages, script: bool
) -> None:
    """Only the quotation of a post makes way for that post; any other one is no part of the embed."""
    visited = page(java_script_enabled=script)
    body = "<blockquote>Ein Satz des Autors.</blockquote>" + VIDEO.format("jNQXAC9IVRw")
    visited.goto(site(EmbedProxyMiddleware(showing(body), settings=settings)))
    quotation = visited.locator("blockquote")
    expect(quotation).to_have_css("border-top-width", "0px")
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    expect(quotation).to_be_visible()


@both_ways
def test_the_quotation_of_a_post_makes_way_for_it(
    site: Sites, settings: Settings, page: Pages, script: bool
) -> None:
    """The post is not there twice after the press, and its quotation comes back with the withdrawal."""
    visited = page(java_script_enabled=script)
    visited.goto(site(EmbedProxyMiddleware(showing(QUOTED), settings=settings)))
    box = box_of(visited, "x")
    load(box)
    expect_player(box, "platform.twitter.com")
    expect(visited.locator("blockquote")).to_be_hidden()
    withdraw(box)
    expect_placeholder(box)
    expect(visited.locator("blockquote")).to_be_visible()


@pytest.mark.parametrize(
    ("declared", "visitor", "paper"),
    [
        ("", "dark", "rgb(243, 245, 248)"),
        ("light dark", "dark", "rgb(27, 34, 44)"),
        ("light dark", "light", "rgb(243, 245, 248)"),
        ("dark", "light", "rgb(27, 34, 44)"),
    ],
)
def test_the_box_is_dark_where_the_page_is(
    site: Sites, settings: Settings, page: Pages, declared: str, visitor: str, paper: str
) -> None:
    """The page's color-scheme decides: a site that is always white gets no dark boxes from a dark device."""
    sheet = f"<style>:root{{color-scheme:{declared or 'normal'}}}</style>"
    visited = page(color_scheme=visitor)
    body = sheet + VIDEO.format("jNQXAC9IVRw")
    visited.goto(site(EmbedProxyMiddleware(showing(body), settings=settings)))
    ground = box_of(visited, "youtube").locator(".embedproxy-room")
    assert paper in ground.evaluate("one => getComputedStyle(one).backgroundImage")


@both_ways
def test_a_box_without_its_style_and_script_can_be_used(
    site: Sites, settings: Settings, page: Pages, script: bool
) -> None:
    """A site whose policy forbids both shows plain text and a button that works; no drawing is in the way."""
    visited = page(java_script_enabled=script)
    policy = "default-src 'none'; form-action 'self'; frame-src https://www.youtube-nocookie.com"
    app = showing(VIDEO.format("jNQXAC9IVRw"), content_security_policy=policy)
    visited.goto(site(EmbedProxyMiddleware(app, settings=settings)))
    box = box_of(visited, "youtube")
    expect(box.locator(".embedproxy-poster")).to_be_hidden()
    expect(box.get_by_text("Mit dem Laden des Videos")).to_be_visible()
    load(box)
    expect_player(box)
    left, _, _, bottom = extent_of(box.locator("iframe"))
    assert left < 16
    assert extent_of(box.locator(".embedproxy-withdraw"))[1] >= bottom
    withdraw(box)
    expect_placeholder(box)


def test_browsers_without_has_open_wrappers_by_script(site: Sites, settings: Settings, page: Pages) -> None:
    """They throw whole rules with ``:has`` away; what the script marks has rules of its own."""
    visited = page()

    def older(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(":has(", ":unknown("))

    visited.route("**/embedproxy.*.css", older)
    markup, sheet = WRAPPERS["Bootstrap"]
    visited.goto(site(EmbedProxyMiddleware(showing(in_column(markup, sheet)), settings=settings)))
    box = box_of(visited, "youtube")
    fits(visited, box, ".embedproxy-load")
    load(box)
    expect_player(box)
    assert extent_of(box)[1] - extent_of(visited.locator(".column p").first)[3] < 24
    fits(visited, box, ".embedproxy-withdraw")


@both_ways
def test_a_base_elsewhere_leads_no_press_astray(
    internet: Internet, site: Sites, settings: Settings, page: Pages, script: bool
) -> None:
    """A page whose addresses begin on another host still sends its presses to the site, after a swap too."""
    visited = page(java_script_enabled=script)
    body = '<base href="https://cdn.example/files/">' + VIDEO.format("jNQXAC9IVRw")
    home = site(EmbedProxyMiddleware(showing(body), settings=settings))
    visited.goto(home)
    box = box_of(visited, "youtube")
    load(box)
    expect_player(box)
    settings_link = box.get_by_role("link").evaluate("link => link.href")
    assert settings_link.startswith(home + "/_embedproxy/settings")
    withdraw(box)
    expect_placeholder(box)
    assert "cdn.example" not in internet.hosts
