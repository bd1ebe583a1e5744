"""HTML in fields of JSON answers."""

from __future__ import annotations

import json

import pytest

from embedproxy.consent.grants import Grant, Grants
from embedproxy.embeds import fields
from embedproxy.embeds.fields import JsonRewriter, fields_at
from embedproxy.embeds.page import Page
from embedproxy.errors import RewriteError
from embedproxy.settings import JsonHtml
from tests.embeds.pages import page_at, policy

VIDEO = '<iframe src="https://www.youtube.com/embed/jNQXAC9IVRw"></iframe>'
WORDPRESS = JsonHtml(path="/wp-json/wp/v2/*", fields=("content.rendered", "excerpt.rendered"))
Post = dict[str, dict[str, str]]


def rewritten(body: bytes, page: Page | None = None, names: tuple[str, ...] = WORDPRESS.fields) -> bytes:
    """An answer as the undecided get it."""
    rewriter = JsonRewriter(page or page_at(), policy(), names)
    assert rewriter.feed(body[:7]) + rewriter.feed(body[7:]) == b""
    return rewriter.close()


def post(content: str) -> Post:
    """An item of the WordPress REST API."""
    return {
        "title": {"rendered": content},
        "content": {"rendered": content},
        "excerpt": {"rendered": content},
    }


def test_what_is_no_json_is_withheld() -> None:
    """Nothing of it leaves."""
    with pytest.raises(RewriteError, match="no JSON"):
        rewritten(b"<p>Fatal error</p>" + VIDEO.encode())


def test_an_answer_that_is_too_large_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason names the setting."""
    monkeypatch.setattr(fields, "JSON_LIMIT", 10)
    with pytest.raises(RewriteError, match="json_html"):
        rewritten(b'{"content": {}}')


@pytest.mark.parametrize("ascii_", [True, False])
def test_only_the_named_fields_change(ascii_: bool) -> None:
    """In every item of an array; every other byte stays."""
    body = json.dumps(
        [post(f"<p>ä</p>{VIDEO}"), post("<p>\u2028\U0001f600</p>")], ensure_ascii=ascii_, indent=1
    )
    first, second = json.loads(rewritten(body.encode()))
    assert first["title"]["rendered"] == f"<p>ä</p>{VIDEO}"
    for name in ("content", "excerpt"):
        assert first[name]["rendered"].startswith("<p>ä</p><applet")
        assert "iframe" not in first[name]["rendered"]
    assert second == post("<p>\u2028\U0001f600</p>")
    assert rewritten(body.encode()).startswith(body.encode().partition(b"<iframe")[0])


def test_escapes_around_an_embed_stay_as_they_are() -> None:
    """PHP writes slashes with a backslash; what we write could stand in a script element."""
    body = (
        rb'{"content":{"rendered":"<p>\u00e4<\/p>\n'
        + json.dumps(VIDEO)[1:-1].replace("/", "\\/").encode()
        + rb'<br \/>"}}'
    )
    result = rewritten(body)
    assert result.startswith(rb'{"content":{"rendered":"<p>\u00e4<\/p>\n\u003Capplet')
    assert result.endswith(rb'\u003C/applet><br \/>"}}')
    assert b"</" not in result


def test_an_answer_without_embeds_is_byte_identical() -> None:
    """Whatever its spaces and escapes; an empty one too."""
    for body in (rb' {"content" : {"rendered" : "<p>\u00e4\/</p>"} , "n":1.50e1 } ', b"", b"[]"):
        rewriter = JsonRewriter(page_at(), policy(), WORDPRESS.fields)
        rewriter.feed(body)
        assert rewriter.close() == body
        assert not rewriter.edited


def test_each_field_brings_the_style_sheet_and_its_own_ids() -> None:
    """A script may put any of them into a page, or all."""
    item = json.loads(rewritten(json.dumps(post(VIDEO + VIDEO)).encode()))
    for name in ("content", "excerpt"):
        assert item[name]["rendered"].count('rel="stylesheet"') == 1
    both = item["content"]["rendered"] + item["excerpt"]["rendered"]
    assert both.count('id="embedproxy-4a83d0e7ecc3"') == 1
    assert both.count('id="embedproxy-4a83d0e7ecc3-4"') == 1


def test_a_granted_embed_is_a_frame() -> None:
    """And the answer is for this visitor alone."""
    digest = policy().notices.notice(policy().registry.providers["youtube"], "video", "de").hash
    page = page_at(grants=Grants((Grant("youtube", "always", "", 0, digest[:16], "0" * 32),)))
    item = json.loads(rewritten(json.dumps(post(VIDEO)).encode(), page))
    assert "youtube-nocookie.com/embed/jNQXAC9IVRw" in item["content"]["rendered"]
    assert page.granted


def test_a_star_stands_for_any_key() -> None:
    """For answers whose keys are not known."""
    body = json.dumps({"a": {"html": VIDEO}, "b": [{"html": VIDEO}], "c": {"d": {"html": VIDEO}}}).encode()
    item = json.loads(rewritten(body, names=("*.html",)))
    assert "iframe" not in item["a"]["html"] + item["b"][0]["html"]
    assert item["c"]["d"]["html"] == VIDEO


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/wp-json/wp/v2/posts/1", WORDPRESS.fields),
        ("/wp-json/wp/v2/", WORDPRESS.fields),
        ("/wp-json/wp/v2", ()),
        ("/x/wp-json/wp/v2/posts", ()),
    ],
)
def test_a_rule_fits_the_whole_path(path: str, found: tuple[str, ...]) -> None:
    """A star stands for any characters."""
    assert fields_at(path, [WORDPRESS]) == found
