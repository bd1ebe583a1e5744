"""Embeds where pages really have them: quotations, WordPress's wrappers, strict policies, beside forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from embedproxy import EmbedProxyMiddleware, Settings
from tests.browser.conftest import Pages, Sites
from tests.browser.internet import Internet
from tests.browser.steps import (
    FIRST,
    VIDEO,
    WALK,
    YOUTUBE,
    box_of,
    expect_placeholder,
    expect_player,
    extent_of,
    is_on_top,
    load,
    settled,
    showing,
    withdraw,
)

pytestmark = pytest.mark.browser

both_ways = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
both_sizes = pytest.mark.parametrize("size", [(320, 700), (1280, 900)], ids=["phone", "desk"])
STRICT = f"default-src 'self'; style-src 'self'; script-src 'self'; frame-src https://{YOUTUBE}"
INSERTED = """<script>
addEventListener("load", () => {
  const frame = document.createElement("iframe");
  frame.src = "https://www.you" + "tube.com/embed/jNQXAC9IVRw";  // in no markup, and no one word
  frame.width = 560; frame.height = 315;
  document.body.append(frame);
});
</script>"""


@both_ways
@pytest.mark.parametrize(
    ("path", "provider", "words", "host"),
    [
        (FIRST, "x", "Jack Dorsey meldet", "platform.twitter.com"),
        (WALK, "instagram", "Ein Foto, über das man reden kann.", "www.instagram.com"),
    ],
    ids=["X", "Instagram"],
)
def test_a_post_stays_readable_and_its_script_away(
    internet: Internet, demo: str, page: Pages, path: str, provider: str, words: str, host: str, script: bool
) -> None:
    """The author's quotation stands in the page until the provider's own frame shows the post."""
    visited = page(java_script_enabled=script)
    visited.goto(demo + path)
    expect(visited.get_by_text(words)).to_be_visible()
    assert internet.hosts == set()
    load(box_of(visited, provider))
    expect_player(box_of(visited, provider), host)
    settled(visited)
    assert [request.headers["sec-fetch-dest"] for request in internet.requests] == ["iframe"]
    withdraw(box_of(visited, provider))
    expect(visited.get_by_text(words)).to_be_visible()


def test_a_plain_quotation_is_left_alone(demo: str, page: Pages) -> None:
    """Nothing is put around or below a blockquote of the author's own."""
    visited = page()
    visited.goto(demo + FIRST)
    quotation = visited.locator("blockquote", has_text="Der erste Hobelstrich")
    expect(quotation.locator("xpath=..")).to_have_class("post")
    expect(quotation.locator(".embedproxy")).to_have_count(0)


@both_ways
def test_the_comment_form_goes_through(demo: str, page: Pages, script: bool) -> None:
    """The site's own form with its own required box is none of our business."""
    visited = page(java_script_enabled=script)
    visited.goto(demo + FIRST)
    visited.get_by_label("Name", exact=True).fill("Änne <b>")
    visited.get_by_label("Kommentar", exact=True).fill("Zwei & zwei\nsind „vier“.")
    visited.get_by_role("button", name="Kommentar abschicken").click()
    expect(visited).to_have_url(demo + FIRST)  # the browser asks for the box first
    visited.get_by_label("Ich bin einverstanden").check()
    visited.get_by_role("button", name="Kommentar abschicken").click()
    expect(visited.get_by_role("heading", name="Danke, Änne <b>!")).to_be_visible()
    expect(visited.locator("#ihr-kommentar")).to_have_text("Zwei & zwei sind „vier“.")
    expect(visited.locator("#einverstanden")).to_have_text("ja")


@both_sizes
def test_the_box_is_styled_under_a_strict_policy(
    site: Sites, settings: Settings, page: Pages, size: tuple[int, int]
) -> None:
    """Without inline styles and scripts the box has its look and its size, and its press works."""
    visited = page(size=size)
    app = showing(VIDEO.format("jNQXAC9IVRw"), content_security_policy=STRICT)
    visited.goto(site(EmbedProxyMiddleware(app, settings=settings)))
    left, top, right, bottom = extent_of(visited.locator(".embedproxy-room"))
    if size[0] > 560:
        assert (right - left, bottom - top) == (560, 315)
    assert right <= size[0]
    load_button = visited.locator(".embedproxy-load")
    assert load_button.evaluate("button => getComputedStyle(button).backgroundColor") == "rgb(29, 90, 158)"
    visited.evaluate("window.marker = 1")
    load(box_of(visited, "youtube"))
    expect(visited.locator(".embedproxy-withdraw")).to_be_visible()
    assert visited.evaluate("window.marker") == 1


def test_a_frame_that_a_script_inserts_is_not_loaded(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """The browser asks for nothing there, and the hole becomes a placeholder.

    Chromium opens a connection to the frame's host before it looks at ``frame-src``; no policy of a page
    can stop that, so only requests are counted.
    """
    visited = page()
    app = showing(VIDEO.format("M7lc1UVf-VE") + INSERTED)
    visited.goto(site(EmbedProxyMiddleware(app, settings=settings)))
    expect_placeholder(box_of(visited, "youtube", 1))
    assert internet.requests == []


def test_a_press_loads_a_frame_that_a_script_had_inserted(
    internet: Internet, site: Sites, settings: Settings, page: Pages
) -> None:
    """The page is loaded again, since its policy did not know of the frame; the script inserts it anew."""
    visited = page()
    app = showing(VIDEO.format("M7lc1UVf-VE") + INSERTED)
    visited.goto(site(EmbedProxyMiddleware(app, settings=settings)))
    box = box_of(visited, "youtube", 1)
    expect_placeholder(box)
    box.locator(".embedproxy-load").click()
    expect(box_of(visited, "youtube", 1).locator("iframe")).to_be_visible()
    internet.wait_for("www.youtube-nocookie.com")
    expect_placeholder(box_of(visited, "youtube", 0))


@both_sizes
@both_ways
def test_wordpress_leaves_no_gap_above_the_box(
    demo: str, page: Pages, size: tuple[int, int], script: bool
) -> None:
    """The padding that held the wrapper open is gone: the box begins where the wrapper begins."""
    visited = page(size=size, java_script_enabled=script)
    visited.goto(demo + WALK)
    for provider in ("vimeo", "spotify"):
        wrapper = visited.locator(".wp-block-embed__wrapper", has=box_of(visited, provider))
        _, top, _, bottom = extent_of(wrapper)
        _, upper, right, lower = extent_of(box_of(visited, provider).locator(".embedproxy-room"))
        assert upper - top < 24
        assert bottom - lower < 24
        assert right <= size[0]


@both_sizes
@both_ways
def test_wordpress_covers_no_withdrawal(demo: str, page: Pages, size: tuple[int, int], script: bool) -> None:
    """After the press the player has its room, and the button to take back stands free below it."""
    visited = page(size=size, java_script_enabled=script)
    visited.goto(demo + WALK)
    box = box_of(visited, "vimeo")
    load(box)
    expect_player(box, "player.vimeo.com")
    wrapper = visited.locator(".wp-block-embed__wrapper", has=box)
    left, top, right, bottom = extent_of(box.locator("iframe"))
    button = box.locator(".embedproxy-withdraw")
    assert top - extent_of(wrapper)[1] < 24
    assert (right - left) / (bottom - top) == pytest.approx(16 / 9, rel=0.02)
    assert extent_of(button)[1] >= bottom
    assert is_on_top(button)
    withdraw(box)
    expect_placeholder(box)


@both_sizes
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [FIRST, WALK])
def test_no_page_needs_to_be_pushed_sideways(
    demo: str, page: Pages, size: tuple[int, int], scheme: str, path: str
) -> None:
    """At 320 px nothing is wider than the window, before and after every press (WCAG 1.4.10)."""
    visited = page(size=size, color_scheme=scheme)
    visited.goto(demo + path)
    for box in visited.locator("div.embedproxy").all():
        assert visited.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # By keyboard: a click right after scrolling may be sent to the frame that stood there before.
        box.locator(".embedproxy-load").press("Enter")
        expect(box.locator("iframe")).to_be_visible()
    assert visited.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_every_control_visible(demo: str, page: Pages, scheme: str) -> None:
    """In high contrast the buttons have edges, and the press works."""
    visited = page(forced_colors="active", color_scheme=scheme)
    visited.goto(demo + FIRST)
    button = visited.locator(".embedproxy-load").first
    assert button.evaluate("button => parseFloat(getComputedStyle(button).borderTopWidth) > 0")
    load(box_of(visited, "youtube"))
    expect_player(box_of(visited, "youtube"), YOUTUBE)
