"""Answers that are no whole HTML pages, on their way through the middleware."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from xml.etree import ElementTree

import httpx
import pytest

from embedproxy import EmbedProxyMiddleware
from tests.web.conftest import ORIGIN, YOUTUBE, Site, Visitor

pytestmark = pytest.mark.anyio
RSS = f'<rss version="2.0"><channel><description>{escape(YOUTUBE)}</description></channel></rss>'
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><body><iframe src="https://youtu.be/embed/x"/>{}</body></html>'
RULES = [{"path": "/wp-json/*", "fields": ["content.rendered"]}]


def typed(site: Site, kind: str, body: str | bytes | list[bytes]) -> None:
    """Let the site send something of a media type."""
    site.headers = [(b"content-type", kind.encode())]
    site.body = body.encode() if isinstance(body, str) else body


async def test_a_fragment_for_htmx_is_rewritten(visitor: Visitor, site: Site) -> None:
    """It has no head and no body; its first box brings the style sheet, since the page may have none."""
    site.body = f"<tr><td>{YOUTUBE}</td></tr><li>{YOUTUBE}</li>".encode()
    answer = await visitor.get(hx_request="true", accept="*/*", sec_fetch_dest="empty")
    assert "<iframe" not in answer.text
    assert answer.text.startswith('<tr><td><applet class="embedproxy-place" code=""><link rel="stylesheet"')
    assert answer.text.count('rel="stylesheet"') == 1
    assert answer.headers["content-security-policy"].startswith("frame-src 'self'")


async def test_a_turbo_stream_is_rewritten_inside_its_templates(visitor: Visitor, site: Site) -> None:
    """Turbo puts them into the page as soon as they come; other templates stay as they are."""
    stream = f'<turbo-stream action="append" target="a"><template>{YOUTUBE}</template></turbo-stream>'
    inert = f"<template>{YOUTUBE}</template>"
    typed(site, "text/vnd.turbo-stream.html; charset=utf-8", stream + inert)
    answer = await visitor.get(accept="text/vnd.turbo-stream.html, text/html")
    assert answer.text.startswith('<turbo-stream action="append" target="a"><template><applet')
    assert answer.text.endswith(f"</template></turbo-stream>{inert}")
    assert answer.text.count("<iframe") == 1


async def test_xhtml_with_entities_of_its_own_is_withheld(visitor: Visitor, site: Site) -> None:
    """The frame's address would be in the entity."""
    typed(site, "application/xhtml+xml", '<!DOCTYPE html [<!ENTITY y "z">]>' + XHTML.format(""))
    assert (await visitor.get()).status_code == 502


async def test_an_xhtml_page_is_rewritten_and_stays_xml(visitor: Visitor, site: Site) -> None:
    """In the charset that its declaration names."""
    declared = '<?xml version="1.0" encoding="iso-8859-1"?>' + XHTML.format("<p>ä</p>")
    typed(site, "application/xhtml+xml", declared.encode("iso-8859-1"))
    answer = await visitor.get()
    tree = ElementTree.fromstring(answer.content)
    assert "youtu.be" not in tree.find(".//{*}form").attrib.values()  # type: ignore[union-attr]
    assert b"<p>\xe4</p>" in answer.content
    assert b"<iframe" not in answer.content


@pytest.mark.parametrize("kind", ["application/rss+xml", "text/xml; charset=utf-8", "application/xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_a_feed_gets_a_link(visitor: Visitor, site: Site, kind: str, encoding: str) -> None:
    """Whatever its type says, its root decides."""
    typed(site, kind.replace("utf-8", encoding.removesuffix("-sig")), RSS.encode(encoding))
    answer = await visitor.get(accept="application/rss+xml, application/xml;q=0.9, */*;q=0.1")
    text = ElementTree.fromstring(answer.content).findtext(".//description") or ""
    assert text.startswith('<a href="https://www.youtube.com/watch?v=jNQXAC9IVRw"')
    assert "embedproxy" not in text


async def test_a_feed_is_the_same_after_a_grant(visitor: Visitor, site: Site) -> None:
    """Readers ask for everybody."""
    page = await visitor.get()
    await visitor.press(page, fields={"always": "1"})
    typed(site, "application/rss+xml", RSS)
    answer = await visitor.get()
    assert "private" not in answer.headers.get("cache-control", "")
    assert "watch?v=jNQXAC9IVRw" in answer.text


async def test_other_xml_goes_on_as_it_came(visitor: Visitor, site: Site) -> None:
    """With every header, and without an added one: it is no page."""
    body = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><r>&a; ' + "x" * 2000
    typed(site, "application/xml", [body[:60].encode(), body[60:].encode(), b" &broken"])
    site.headers += [(b"etag", b'"1"'), (b"content-length", b"%d" % (len(body) + 8))]
    answer = await visitor.get()
    assert answer.text == body + " &broken"
    assert [(key.lower(), value) for key, value in answer.headers.raw] == site.headers


async def test_json_is_left_alone_where_nobody_switched_it_on(visitor: Visitor, site: Site) -> None:
    """The page's own policy keeps its frames from loading."""
    body = json.dumps({"content": {"rendered": YOUTUBE}})
    typed(site, "application/json", body)
    assert (await visitor.get("/wp-json/wp/v2/posts/1")).text == body


async def asked(app: EmbedProxyMiddleware, path: str = "/wp-json/wp/v2/posts/1") -> httpx.Response:
    """What a script gets that wants JSON."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        return await client.get(path, headers={"accept": "application/json", "accept-encoding": "br, gzip"})


async def test_json_fields_are_rewritten_where_it_is_switched_on(
    make_app: Callable[..., EmbedProxyMiddleware], site: Site
) -> None:
    """The site is asked for a coding that can be read."""
    typed(site, "application/json; charset=UTF-8", json.dumps({"content": {"rendered": YOUTUBE}, "id": 1}))
    site.gzipped()
    answer = await asked(make_app(json_html=RULES))
    assert site.asked("accept-encoding") == "gzip"
    assert answer.json()["id"] == 1
    assert answer.json()["content"]["rendered"].startswith('<applet class="embedproxy-place"')
    assert int(answer.headers["content-length"]) > 100


async def test_broken_json_is_withheld_where_it_is_switched_on(
    make_app: Callable[..., EmbedProxyMiddleware], site: Site
) -> None:
    """However slowly it comes, nothing is sent before its end."""
    large = b'{"content": {"rendered": "' + b"x" * 100_000
    typed(site, "application/json", [large, large])
    answer = await asked(make_app(json_html=RULES, page_bytes=1 << 14))
    assert answer.status_code == 502
    assert b"xxxx" not in answer.content
