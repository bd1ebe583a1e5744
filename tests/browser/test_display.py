"""What visitors see: sizes, mirrored pages, forced colours, and that nothing moves or pushes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from embedproxy import EmbedProxyMiddleware, Settings
from tests.browser.conftest import Pages, Sites
from tests.browser.states import SETTINGS, opened, settings_states
from tests.browser.steps import (
    FIRST,
    VIDEO,
    WALK,
    box_of,
    expect_placeholder,
    expect_player,
    load,
    settled,
    showing,
)

pytestmark = pytest.mark.browser

CLIPPED = """() => [...document.querySelectorAll(".embedproxy, .embedproxy :not(svg, svg *)")]
  .filter((one) => one.checkVisibility())
  .filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    const cut = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
    const hides = getComputedStyle(one).overflow !== "visible";
    return left < -1 || right > innerWidth + 1 || (hides && cut && one.tagName !== "IFRAME");
  })
  .map((one) => one.outerHTML.slice(0, 80))"""
STICKS_OUT = """box => {
  const room = box.querySelector(".embedproxy-body").getBoundingClientRect();
  return [...box.querySelectorAll(".embedproxy-body *")]
    .filter((one) => one.checkVisibility())
    .filter((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return left < room.left || right > room.right || top < room.top || bottom > room.bottom;
    })
    .map((one) => one.outerHTML.slice(0, 80));
}"""
MOTION = """() => [...document.querySelectorAll(".embedproxy, .embedproxy *")]
  .flatMap((one) => ["", "::before", "::after"].map((part) => getComputedStyle(one, part)))
  .filter((own) => own.animationName !== "none" || own.transitionDuration !== "0s"
    || own.scrollBehavior !== "auto").length"""
COVERED = """frame => {
  frame.scrollIntoView({ block: "center" });
  const { left, top, width, height } = frame.getBoundingClientRect();
  const found = new Set();
  for (let x = 1; x < 20; x++)
    for (let y = 1; y < 20; y++)
      found.add(document.elementFromPoint(left + (width * x) / 20, top + (height * y) / 20).tagName);
  return [...found];
}"""
PLACE = """one => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [x, y + scrollY, width, height];
}"""
PLACED = (
    """box => [...new Set([...box.querySelectorAll("*")].map((one) => getComputedStyle(one).position))]"""
)
SMALL = """elements => elements
  .filter((one) => one.checkVisibility())
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 24 || height < 24)
  .map(([one, { width, height }]) => [one, width, height])"""
LOOKS = """buttons => buttons.map((one) => {
  const own = getComputedStyle(one);
  const { color, backgroundColor, borderTop, font, minHeight, padding, opacity, boxShadow } = own;
  return [color, backgroundColor, borderTop, font, minHeight, padding, opacity, boxShadow].join();
})"""
SHIFTS = """window.shifts = 0;
new PerformanceObserver((list) => (window.shifts += list.getEntries().length))
  .observe({ type: "layout-shift", buffered: true });"""


def sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def edges(found: Locator) -> tuple[float, float]:
    """Left and right edge of an element, in CSS pixels."""
    box = found.bounding_box()
    assert box, "the element is not drawn"
    return box["x"], box["x"] + box["width"]


@pytest.mark.req("A11Y-4")
@pytest.mark.parametrize("path", [FIRST, WALK])
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_text_of_twice_the_size_is_whole(demo: str, page: Pages, path: str, script: bool) -> None:
    """At 320 px and 200 % nothing of a box is cut off or sticks out (WCAG 1.4.4, 1.4.10)."""
    visited = page(size=(320, 800), java_script_enabled=script)
    visited.goto(demo + path)
    visited.evaluate("document.documentElement.style.fontSize = '32px'")
    boxes = visited.locator(".embedproxy")
    assert boxes.count() >= 3
    for step in (settled, opened):
        step(visited)
        assert visited.evaluate(CLIPPED) == []
        assert [box.evaluate(STICKS_OUT) for box in boxes.all()] == [[]] * boxes.count()


@pytest.mark.req("A11Y-4")
@pytest.mark.req("WDR-4")
def test_our_own_pages_are_whole_at_twice_the_size(demo: str, page: Pages) -> None:
    """The settings page is read at 320 px and 200 % without pushing it sideways."""
    visited = page(size=(320, 800))
    for _ in settings_states(visited, demo):
        visited.evaluate("document.documentElement.style.fontSize = '32px'")
        if visited.url.startswith(demo + SETTINGS):
            assert visited.evaluate(CLIPPED) == []
            assert not sideways(visited)


@pytest.mark.req("A11Y-4")
@pytest.mark.parametrize("width", [320, 1280])
def test_a_page_from_right_to_left_has_its_box_mirrored(
    site: Sites, settings: Settings, page: Pages, width: int
) -> None:
    """The button stands at the right edge, the text begins there, and nothing sticks out."""
    visited = page(size=(width, 800))
    app = showing('<body dir="rtl">' + VIDEO.format("jNQXAC9IVRw"))
    visited.goto(site(EmbedProxyMiddleware(app, settings=settings)))
    box = box_of(visited, "youtube")
    left, right = edges(box.locator(".embedproxy-body"))
    first, last = edges(box.locator(".embedproxy-load"))
    assert right - last < first - left
    assert edges(box.locator("summary"))[1] == last
    flip = "poster => getComputedStyle(poster).transform"
    assert box.locator(".embedproxy-poster").evaluate(flip).startswith("matrix(-1")
    opened(visited)
    assert box.evaluate(STICKS_OUT) == []
    assert not sideways(visited)
    load(box)
    expect_player(box)
    assert visited.evaluate(CLIPPED) == []
    assert not sideways(visited)


@pytest.mark.req("NOT-2")
def test_a_notice_from_left_to_right_stays_so_on_a_mirrored_page(
    site: Sites, settings: Settings, page: Pages
) -> None:
    """A page whose language has no notice shows the default one in its own direction, at its own edge."""
    visited = page()
    app = showing('<body dir="rtl" lang="fa">' + VIDEO.format("jNQXAC9IVRw"))
    visited.goto(site(EmbedProxyMiddleware(app, settings=settings)))
    box = box_of(visited, "youtube")
    room = box.locator(".embedproxy-room")
    expect(room).to_have_css("direction", "ltr")
    expect(box).to_have_attribute("lang", "de")
    assert edges(room)[1] == edges(box)[1]
    expect(box.locator(".embedproxy-poster")).to_have_css("transform", "none")


@pytest.mark.req("A11Y-4")
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_there_is_no_motion(demo: str, page: Pages, motion: str) -> None:
    """Nothing of ours is animated, whatever the visitor prefers."""
    visited = page(reduced_motion=motion)
    visited.goto(demo + FIRST)
    opened(visited)
    assert visited.evaluate(MOTION) == 0
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"))
    assert visited.evaluate(MOTION) == 0


@pytest.mark.req("A11Y-4")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_draw_edges_text_and_focus(demo: str, page: Pages, scheme: str) -> None:
    """In high contrast nothing depends on our colours: controls have edges, the focus its outline."""
    visited = page(forced_colors="active", color_scheme=scheme)
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    button = box.locator(".embedproxy-load")
    colours = button.evaluate("one => [getComputedStyle(one).borderTopColor, getComputedStyle(one).color]")
    ground = visited.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground not in colours
    expect(box.locator(".embedproxy-poster")).to_be_hidden()
    box.locator("summary").focus()
    for _ in range(4):
        outline = visited.evaluate("getComputedStyle(document.activeElement).outlineColor")
        assert outline != ground
        visited.keyboard.press("Tab")


@pytest.mark.req("CTR-3")
@pytest.mark.req("WDR-1")
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_lies_over_the_frame(demo: str, page: Pages, width: int) -> None:
    """Every spot of the player belongs to the player; all the rest of the box is in the normal flow."""
    visited = page(size=(width, 800))
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    load(box)
    expect_player(box)
    assert box.locator("iframe").evaluate(COVERED) == ["IFRAME"]
    assert box.evaluate(PLACED) == ["static"]


@pytest.mark.req("A11Y-5")
def test_the_frame_comes_where_the_drawing_was(demo: str, page: Pages) -> None:
    """The player has the size that the page's author gave it, in the place that was kept for it."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    x, y, width, height = box.locator(".embedproxy-room").evaluate(PLACE)
    load(box)
    expect_player(box)
    assert box.locator("iframe").evaluate(PLACE) == [x, y, width, 315]
    assert (width, height >= 315) == (560, True)


@pytest.mark.req("A11Y-4")
def test_every_target_is_large_enough(demo: str, page: Pages) -> None:
    """Each control is at least 24 pixels high and wide (WCAG 2.5.8), on a phone, in every state."""
    visited = page(size=(320, 800))
    controls = visited.locator(".embedproxy :is(a, button, summary, label), main.embedproxy :is(a, button)")
    for _ in settings_states(visited, demo):
        assert controls.evaluate_all(SMALL) == []
    visited.goto(demo + WALK)
    opened(visited)
    assert controls.evaluate_all(SMALL) == []
    box_of(visited, "vimeo").locator(".embedproxy-load").press("Enter")
    expect(box_of(visited, "vimeo").locator("iframe")).to_be_visible()
    assert controls.evaluate_all(SMALL) == []


@pytest.mark.req("BTN-1")
def test_nothing_but_the_button_loads(demo: str, page: Pages) -> None:
    """One button, no cross to close, and a press of Enter in the box for always is no press of the button."""
    visited = page()
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    expect(box.get_by_role("button")).to_have_count(1)
    visited.keyboard.press("Escape")
    box.locator(".embedproxy-summary").click()
    box.locator(".embedproxy-name").click()
    expect_placeholder(box)
    assert visited.context.cookies() == []


@pytest.mark.req("BTN-2")
def test_choices_on_the_settings_page_look_the_same(demo: str, page: Pages) -> None:
    """Withdraw one, withdraw all, delete: no colour, size or weight pushes one of them forward."""
    visited = page()
    for state in settings_states(visited, demo):
        found = visited.get_by_role("button").evaluate_all(LOOKS)
        assert len(set(found)) == 1, state
    visited.goto(demo + SETTINGS)
    expect(visited.get_by_role("button")).to_have_count(3)


@pytest.mark.req("BTN-3")
@pytest.mark.req("A11Y-5")
def test_nothing_moves_by_itself(site: Sites, settings: Settings, page: Pages) -> None:
    """From the first drawing on the page lies still, while one points, scrolls and waits."""
    visited = page()
    visited.add_init_script(SHIFTS)
    body = "<p>Davor</p>" + VIDEO.format("jNQXAC9IVRw") + "<p>Danach</p>" * 60
    visited.goto(site(EmbedProxyMiddleware(showing(body), settings=settings)))
    box = box_of(visited, "youtube")
    before = box.bounding_box()
    box.locator(".embedproxy-load").hover()
    visited.mouse.wheel(0, 400)
    visited.wait_for_function("scrollY >= 400")
    visited.evaluate("scrollTo(0, 0)")
    visited.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert box.bounding_box() == before
    assert visited.evaluate("window.shifts") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_shows_what_there_is_and_nothing_to_press(demo: str, page: Pages, scheme: str) -> None:
    """On paper a placeholder is the item's name and its address, and a loaded embed what its frame shows."""
    visited = page(color_scheme=scheme)
    visited.goto(demo + FIRST)
    box = box_of(visited, "youtube")
    visited.emulate_media(media="print")
    for part in ("button", "summary", ".embedproxy-poster", "[type=checkbox]"):
        expect(box.locator(part)).to_be_hidden()
    expect(box.get_by_text("Me at the zoo")).to_be_visible()
    address = "one => getComputedStyle(one, '::after').content"
    shown = box.locator(".embedproxy-out a").evaluate(address)
    assert shown == '" (https://www.youtube.com/watch?v=jNQXAC9IVRw)"'
    visited.emulate_media(media="screen")
    load(box)
    expect_player(box)
    visited.emulate_media(media="print")
    expect(box.locator("button")).to_be_hidden()
    assert box.locator("iframe").evaluate(PLACE)[3] == 315
