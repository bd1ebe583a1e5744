"""The demo blog by itself: pages, validators, feed and comment form."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx
import pytest

from embedproxy.operator.demo.blog import FORM_BYTES, PAGES, create_blog

COMMENT = {"name": "Änne <b>", "kommentar": "Zwei & zwei", "speicherung": "ja"}


def ask(method: str, path: str, **options: Any) -> httpx.Response:
    """One request to the blog."""

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_blog())
        async with httpx.AsyncClient(transport=transport, base_url="http://blog.test") as client:
            return await client.request(method, path, **options)

    return asyncio.run(run())


def test_a_comment_without_its_required_box_is_refused() -> None:
    """The form's own box for storage is the blog's business, and it insists."""
    answer = ask("POST", "/kommentar", data={**COMMENT, "speicherung": ""})
    assert answer.status_code == 400
    assert "Bitte stimmen Sie der Speicherung zu." in answer.text


def test_a_comment_that_is_too_long_is_refused() -> None:
    """The form's body has a limit."""
    assert ask("POST", "/kommentar", data={"kommentar": "x" * FORM_BYTES}).status_code == 413


def test_a_comment_is_thanked_for_and_escaped() -> None:
    """What was written comes back once, as text."""
    answer = ask("POST", "/kommentar", data=COMMENT)
    assert answer.status_code == 200
    assert "Danke, Änne &lt;b&gt;!" in answer.text
    assert "Zwei &amp; zwei" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_an_unknown_address_is_a_404_page() -> None:
    """A missing page has the blog's layout and the right status."""
    answer = ask("GET", "/keine-seite")
    assert answer.status_code == 404
    assert "Hier ist nichts" in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_be_kept_and_is_confirmed(path: str) -> None:
    """Every page carries its tag and ten minutes of freshness, and answers 304 to its own tag."""
    first = ask("GET", path)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "max-age=600"
    again = ask("GET", path, headers={"If-None-Match": f'W/"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", PAGES)
def test_every_own_address_in_a_page_leads_somewhere(path: str) -> None:
    """Links, pictures and styles of the blog itself exist."""
    found = set(re.findall(r'(?:href|src)="(/[^/"#][^"#]*)', ask("GET", path).text))
    assert found
    assert {own: ask("GET", own).status_code for own in found} == dict.fromkeys(found, 200)


@pytest.mark.parametrize("path", ["/", "/ueber-mich/", "/datenschutz"])
def test_a_page_without_embeds_names_no_third_party(path: str) -> None:
    """Those pages go through untouched; nothing in them leads away."""
    hosts = {urlsplit(url).hostname for url in re.findall(r'(?:href|src)="([^"]+)', ask("GET", path).text)}
    assert hosts == {None}


def test_the_feed_names_the_site_as_its_reader_sees_it() -> None:
    """RSS needs absolute addresses."""
    feed = ElementTree.fromstring(ask("GET", "/feed.xml").text)
    links = [link.text for link in feed.iter("link")]
    assert links[0] == "http://blog.test/"
    assert "http://blog.test/der-erste-satz/" in links
