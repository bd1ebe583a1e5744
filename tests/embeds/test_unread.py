"""Scripts and style sheets in drawings, and where browsers differ about raw text."""

from __future__ import annotations

import pytest

from tests.embeds.pages import rewrite

LONG = "a{}" * 30000
# What no browser runs or applies.
SCRIPT, STYLE = '<script type="text/plain">', "<metadata hidden>"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<svg><script href="//www.youtube.com/iframe_api"/><g/></svg>', "<svg><g/></svg>"),
        ('<svg><script href="//www.youtube.com/iframe_api"><g/>', f"<svg>{SCRIPT}<g/>"),
        ("<svg><style>a{b:url(//i.ytimg.com/x)}", "<svg>a{b:url(//i.ytimg.com/x)}"),
        ('<svg><style>a{b:url(http:ytimg.com/<meta>"', '<svg>a{b:url(http:ytimg.com/<meta>"'),
        (
            f"<svg><style>{LONG}a{{b:url(//i.ytimg.com/x)}}</style>",
            f"<svg>{LONG}a{{b:url(//i.ytimg.com/x)}}</style>",
        ),
        (f'<select><script src="//www.youtube.com/iframe_api">{LONG}', "<select>"),
    ],
)
@pytest.mark.req("NET-1")
def test_what_never_ends_is_judged_all_the_same(html: str, left: str) -> None:
    """A drawing's script that closes itself, an element without an end tag, one that is too long."""
    for size in (0, 1000):
        assert rewrite(html, size=size) == left
    assert rewrite(left) == left


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<svg><script href=//platform.twitter.com/a><i></script>$", f"<svg>{SCRIPT}<i></script>$"),
        (
            "<svg><style>@import '//ytimg.com/a';<i></style>$",
            f"<svg>{STYLE}@import '//ytimg.com/a';<i></metadata>$",
        ),
    ],
)
@pytest.mark.req("NET-1")
def test_what_ends_a_drawing_inside_of_a_script_that_goes_still_ends_it(html: str, left: str) -> None:
    """Else what stands behind it would be read as the drawing's, and a picture in it come to life."""
    hidden = "<iframe><img src=//i.ytimg.com/x>"
    assert rewrite(html.replace("$", hidden)) == left.replace("$", hidden)


@pytest.mark.parametrize("around", ["<select><style>$", "<svg><style></a>$"])
def test_a_sheet_without_an_end_is_judged_alike_before_and_behind_a_box(around: str) -> None:
    """A frame in it names the provider as the links of its box do."""
    once = rewrite(around.replace("$", "<frame src=//youtu.be>"))
    assert rewrite(once) == once


@pytest.mark.parametrize("inside", ["</select>", "<select></select>"])
@pytest.mark.parametrize("hidden", ["object hidden data", "x-y src"])
@pytest.mark.req("NET-1")
def test_what_ends_a_select_inside_of_an_element_that_goes_still_ends_it(hidden: str, inside: str) -> None:
    """Some browsers read a sheet in a select as markup."""
    name = hidden.partition(" ")[0]
    embed = f"<{hidden}=//www.youtube.com/embed/jNQXAC9IVRw>{inside}</{name}>"
    assert inside in rewrite(f"<select>{embed}<style></select><img src=//i.ytimg.com/x></style>")


@pytest.mark.parametrize(
    ("inside", "stays"),
    [
        ("</template>", True),
        ("<!--<template>--></template>", True),
        ("<svg><template></svg></template>", True),
        ("<template><p></template>", False),
    ],
)
@pytest.mark.req("NET-1")
def test_what_ends_a_template_inside_of_an_element_that_goes_still_ends_it(inside: str, stays: bool) -> None:
    """A template of its own goes with the element."""
    html = f"<div><template shadowrootmode=open><object hidden data=//t.example.net>{inside}</object>"
    assert (inside in rewrite(html)) == stays


@pytest.mark.parametrize("html", ['<svg><script href="/own.js"/><g/></svg>', "<svg><style>a{b:url(/x)}"])
def test_the_sites_own_stays(html: str) -> None:
    """Nothing else changes."""
    assert rewrite(html) == html


@pytest.mark.parametrize("around", ['<blockquote class="twitter-tweet">', "<object data=//x.example.net>"])
@pytest.mark.req("NET-1")
def test_a_sheet_or_script_inside_an_element_that_is_kept_back_is_judged_too(around: str) -> None:
    """Quotations and objects are judged when their end is known, or never comes."""
    text = "<style>a{b:url(//i.ytimg.com/x)}</style><script>j.src='//connect.facebook.net/sdk.js'</script>"
    assert rewrite(around + text + "<p>x").endswith(
        '<style>a{b:url("about:invalid")}</style><script></script><p>x'
    )


@pytest.mark.req("NET-1")
def test_a_sheet_in_another_charset_is_read_all_the_same() -> None:
    """Browsers fetch an address with any byte in it."""
    html = b"<style>a{b:url(//i.ytimg.com/\xf3)}</style>"
    assert rewrite(html) == '<style>a{b:url("about:invalid")}</style>'


@pytest.mark.parametrize("size", [0, 1, 2])
@pytest.mark.parametrize(
    "html",
    [
        '<<script src="//www.youtube.com/iframe_api"></script>img src=x onerror=y>',
        '<<iframe hidden src="//t.example.net/"></iframe>img src=x onerror=y>',
        '<svg><<script href="//www.youtube.com/iframe_api"/>image href=//ytimg.com/>',
    ],
)
@pytest.mark.req("SEC-5")
def test_what_goes_leaves_no_tag_made_of_its_surroundings(html: str, size: int) -> None:
    """A lone sign before it is text, and stays text."""
    result = rewrite(html, size=size)
    assert "<img" not in result
    assert "<image" not in result
    assert "<!---->" in result


@pytest.mark.parametrize("cut_off", ["<iframe src=http:m/", '<a title="', "<b x"])
@pytest.mark.req("SEC-5")
def test_a_tag_that_the_pages_end_cut_off_is_not_finished_by_us(cut_off: str) -> None:
    """The forms of boxes inside a form that never ends stand at the page's end."""
    result = rewrite('<form><iframe src="//youtu.be/jNQXAC9IVRw"></iframe>' + cut_off)
    assert cut_off not in result
    assert result.endswith("</form>")
