"""What a page looks like when it leaves, for the undecided and for those who pressed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from embedproxy import EmbedProxyMiddleware
from tests.web.conftest import PAGE, PLAIN, YOUTUBE, Site, Visitor

pytestmark = pytest.mark.anyio


def sources(response: httpx.Response) -> str:
    """The frame-src of the policy that was added last."""
    policy = response.headers.get_list("content-security-policy")[-1]
    return policy.partition("frame-src ")[2].partition(";")[0]


@pytest.mark.req("NET-1")
async def test_the_undecided_page_holds_no_frame(visitor: Visitor) -> None:
    """The provider's address stands in a link and nowhere else."""
    page = await visitor.get()
    assert "<iframe" not in page.text
    assert "Mit dem Laden des Videos akzeptieren Sie die Datenschutzerklärung von YouTube." in unescape(
        page.text
    )
    assert page.text.startswith(PAGE.partition(YOUTUBE)[0])
    assert page.text.endswith(PAGE.partition(YOUTUBE)[2])


@pytest.mark.req("COO-1")
async def test_nothing_is_stored_before_the_press(visitor: Visitor) -> None:
    """No page and no file of ours sets a cookie."""
    page = await visitor.get()
    settings = await visitor.client.get("/_embedproxy/settings")
    assert "set-cookie" not in page.headers
    assert "set-cookie" not in settings.headers


async def test_two_undecided_visitors_get_the_same_bytes(visitor: Visitor) -> None:
    """The undecided page is a pure function (DESIGN rule 4)."""
    first = await visitor.get(user_agent="one", accept_language="de")
    second = await visitor.get(user_agent="two", accept_language="fr", cookie="other=1")
    assert first.content == second.content


async def test_a_page_without_embeds_is_byte_identical(visitor: Visitor, site: Site) -> None:
    """It keeps every header too, but for the added policy."""
    site.body = PLAIN.encode()
    site.headers += [
        (b"etag", b'"1"'),
        (b"cache-control", b"max-age=60"),
        (b"last-modified", b"Mon, 23 Nov 2026 00:00:00 GMT"),
        (b"content-length", b"%d" % len(PLAIN)),
    ]
    page = await visitor.get()
    assert page.content == PLAIN.encode()
    added = set(page.headers.raw) - set(site.headers)
    assert {name for name, _ in added} == {b"content-security-policy"}
    assert set(site.headers) <= set(page.headers.raw)


async def test_a_compressed_page_without_embeds_keeps_its_compressed_bytes(
    visitor: Visitor, site: Site
) -> None:
    """Nothing is opened and packed again for nothing."""
    site.body = PLAIN.encode()
    site.gzipped()
    async with visitor.client.stream("GET", "/", headers={"accept": "text/html"}) as response:
        raw = b"".join([chunk async for chunk in response.aiter_raw()])
    assert raw == site.body


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        (b"gzip", gzip.compress),
        (b"x-gzip", gzip.compress),
        (b"gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
        (b"gzip", lambda body: gzip.compress(body[:40]) + gzip.compress(body[40:])),
        (b"deflate", zlib.compress),
        (b"deflate", lambda body: zlib.compress(body, wbits=-15)),
    ],
    ids=["gzip", "x-gzip", "twice", "members", "zlib", "raw"],
)
async def test_a_compressed_page_is_opened(
    visitor: Visitor, site: Site, coding: bytes, pack: Callable[[bytes], bytes]
) -> None:
    """Whatever the upstream compressed with, no frame leaves."""
    site.body = pack(PAGE.encode())
    site.headers.append((b"content-encoding", coding))
    page = await visitor.get()
    assert page.status_code == 200
    assert "<iframe" not in page.text
    assert "Video laden" in page.text


@pytest.mark.req("NET-3")
@pytest.mark.req("NET-4")
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([(b"content-encoding", b"br")], PAGE.encode()),
        ([(b"content-encoding", b"gzip")], gzip.compress(PAGE.encode())[:-20]),
        ([(b"content-encoding", b"gzip")], PAGE.encode()),
        ([], b"\xff\xfe<\x00i\x00f"[:-1] + b"\x00\xd8\x00"),
    ],
    ids=["unknown coding", "cut short", "not gzip", "broken UTF-16"],
)
async def test_what_cannot_be_read_is_withheld(
    visitor: Visitor, site: Site, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    """A 502 that says why, and not a byte of the raw page (DESIGN rule 2)."""
    site.headers += headers
    site.body = body
    page = await visitor.get()
    assert page.status_code == 502
    assert "iframe" not in page.text
    assert "sicher anzeigen" in page.text


async def test_a_part_of_a_page_is_refused(visitor: Visitor, site: Site) -> None:
    """Half a page may begin in the middle of anything."""
    site.status = 206
    assert (await visitor.get()).status_code == 502


@pytest.mark.req("CAC-2")
async def test_conditions_and_ranges_are_not_passed_on_for_pages(visitor: Visitor, site: Site) -> None:
    """A 304 could bring back the page that the browser kept before we were here."""
    await visitor.get(if_none_match='"abc"', if_modified_since="x", range="bytes=0-9", if_range='"abc"')
    names = {name for name, _ in site.seen[-1]["headers"]}
    assert names.isdisjoint({b"if-none-match", b"if-modified-since", b"range", b"if-range"})


async def test_conditions_are_passed_on_for_pictures(visitor: Visitor, site: Site) -> None:
    """What cannot be a page is revalidated as ever."""
    await visitor.get("/a.png", sec_fetch_dest="image", if_none_match='"abc"')
    assert site.asked("if-none-match") == '"abc"'


async def test_our_own_tag_is_mapped_back_to_the_upstreams(visitor: Visitor, site: Site) -> None:
    """So that an unchanged page costs a 304 all the way."""
    site.headers.append((b"etag", b'W/"v1"'))
    page = await visitor.get()
    tag = page.headers["etag"]
    assert tag.startswith('W/"w.v1.ep-')
    site.status, site.body, site.headers = 304, b"", [(b"etag", b'W/"v1"')]
    again = await visitor.get(if_none_match=tag)
    assert site.asked("if-none-match") == 'W/"v1"'
    assert (again.status_code, again.headers["etag"]) == (304, tag)
    assert again.headers["vary"] == "Cookie"


@pytest.mark.parametrize(
    ("told", "policies"),
    [
        ([], 0),  # the copy has both already
        ([(b"etag", b'"v1"')], 0),
        ([(b"content-security-policy", b"img-src 'self'")], 0),
        ([(b"content-security-policy", b"img-src 'none'")], 2),
    ],
    ids=["without a tag", "with its tag", "with its policy", "with another policy"],
)
async def test_a_304_changes_the_policy_of_a_copy_only_where_the_site_changed_its_own(
    visitor: Visitor, site: Site, told: list[tuple[bytes, bytes]], policies: int
) -> None:
    """Ours names the frames in the page, which is not here; browsers would put the new one in its place."""
    site.headers += [(b"etag", b'"v1"'), (b"content-security-policy", b"img-src 'self'")]
    tag = (await visitor.get()).headers["etag"]
    site.status, site.body, site.headers = 304, b"", told
    again = await visitor.get(if_none_match=tag)
    assert (again.status_code, again.headers["etag"]) == (304, tag)
    assert len(again.headers.get_list("content-security-policy")) == policies


@pytest.mark.req("CAC-3")
async def test_shared_caches_keep_the_undecided_page_and_browsers_ask_again(
    visitor: Visitor, site: Site
) -> None:
    """The upstream's freshness goes to shared caches."""
    site.headers += [(b"cache-control", b"public, max-age=600"), (b"last-modified", b"x"), (b"etag", b'"1"')]
    site.headers.append((b"vary", b"Accept-Encoding"))
    page = await visitor.get()
    assert page.headers["cache-control"] == "max-age=0, must-revalidate, s-maxage=600"
    assert page.headers.get_list("vary") == ["Accept-Encoding, Cookie"]
    assert "last-modified" not in page.headers


async def test_what_the_upstream_keeps_private_stays_private(visitor: Visitor, site: Site) -> None:
    """A page behind a login never becomes shareable; the browser asks again, as for any page with embeds."""
    site.headers.append((b"cache-control", b"private, max-age=600"))
    assert (await visitor.get()).headers["cache-control"] == "private, max-age=0, must-revalidate"


async def test_the_policy_names_the_site_and_the_exact_frame_of_the_placeholder(visitor: Visitor) -> None:
    """A press may load that one address; nothing else of the provider."""
    policy = sources(await visitor.get())
    assert policy.split() == [
        "'self'",
        "blog.example:*",
        "*.blog.example:*",
        "https://www.youtube-nocookie.com/embed/jNQXAC9IVRw",
    ]


@pytest.mark.parametrize("host", ["a@evil.example", "evil.example/", "a b", "evil.example, blog.example"])
async def test_a_host_that_is_none_gets_into_no_policy(visitor: Visitor, host: str) -> None:
    """A cache could otherwise hand out a page that lets a stranger's frames in."""
    assert "evil" not in sources(await visitor.get(host=host))


async def test_the_sites_own_policy_is_never_replaced(visitor: Visitor, site: Site) -> None:
    """Policies intersect; ours is one more."""
    site.headers.append((b"content-security-policy", b"default-src 'self'"))
    policies = (await visitor.get()).headers.get_list("content-security-policy")
    assert policies[0] == "default-src 'self'"
    assert len(policies) == 2


async def test_many_embeds_do_not_blow_up_the_response_headers(visitor: Visitor, site: Site) -> None:
    """Front servers refuse responses whose headers pass a few kilobytes."""
    frames = (f'<iframe src="https://www.youtube.com/embed/{number:011}"></iframe>' for number in range(300))
    site.body = "".join(frames).encode()
    page = await visitor.get()
    assert sum(len(name) + len(value) for name, value in page.headers.raw) < 2500
    assert "https://www.youtube-nocookie.com" in sources(page)


async def test_a_header_that_contacts_a_provider_is_cleaned(visitor: Visitor, site: Site) -> None:
    """Link and Refresh work before any markup is read."""
    site.headers += [
        (
            b"link",
            b'<https://platform.twitter.com/widgets.js>; rel=preload; as=script, </own.css>; rel="preload"',
        ),
        (b"link", b"<//www.youtube.com>; rel=preconnect"),
        (b"refresh", b"5; url=https://www.youtube.com/embed/jNQXAC9IVRw"),
        (b"speculation-rules", b'"/rules.json"'),
    ]
    page = await visitor.get()
    assert page.headers.get_list("link") == ['</own.css>; rel="preload"']
    assert "refresh" not in page.headers
    assert "speculation-rules" not in page.headers


@pytest.mark.req("COO-7")
@pytest.mark.parametrize("status", [200, 204, 302, 304, 404])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("link", "<https://www.youtube.com/>; rel=preconnect"),
        ("refresh", "0; url=https://www.youtube.com/"),
        ("reporting-endpoints", 'a="/a", b="https://www.youtube.com/reports"'),
        ("report-to", '{"endpoints": [{"url": "https:\\/\\/www.youtube.com\\/reports"}]}'),
    ],
)
async def test_no_header_of_a_style_sheet_contacts_a_provider(
    visitor: Visitor, site: Site, name: str, value: str, status: int
) -> None:
    """Browsers heed these on answers of every kind."""
    site.status, site.body = status, b""
    site.headers = [(b"content-type", b"text/css"), (name.encode(), value.encode()), (b"x-own", b"1")]
    answer = await visitor.get(accept="text/css")
    assert name not in answer.headers
    assert answer.headers["x-own"] == "1"


async def test_reports_to_the_sites_own_collector_stay(visitor: Visitor, site: Site) -> None:
    """They contact nobody else."""
    site.headers.append((b"reporting-endpoints", b'a="https://blog.example/r", b="/r"'))
    assert "reporting-endpoints" in (await visitor.get()).headers


async def test_a_drawing_goes_on_untouched_with_the_policy(visitor: Visitor, site: Site) -> None:
    """It may hold a frame, which the browser then stops; it stays the same for everybody."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>'
    site.headers, site.body = [(b"content-type", b"image/svg+xml"), (b"cache-control", b"max-age=9")], svg
    page = await visitor.get()
    assert page.content == svg
    assert page.headers["cache-control"] == "max-age=9"
    assert sources(page).startswith("'self' blog.example")


@pytest.mark.parametrize("destination", ["document", "iframe", "fencedframe", "empty", "something-new"])
async def test_what_could_become_a_page_is_asked_for_whole(
    visitor: Visitor, site: Site, destination: str
) -> None:
    """A destination that is not known yet counts as one, whatever Accept says."""
    await visitor.get(accept="image/webp", sec_fetch_dest=destination, if_modified_since="x")
    assert site.asked("if-modified-since") is None


async def test_our_cookies_do_not_reach_the_site(visitor: Visitor, site: Site) -> None:
    """Its own do, byte for byte."""
    await visitor.get(cookie="a=1; __Host-embedproxy=x; b=2; embedproxy-once=y")
    assert site.asked("cookie") == "a=1; b=2"


async def test_a_tampered_cookie_is_no_grant_and_no_error(visitor: Visitor) -> None:
    """Any doubt is a placeholder."""
    page = await visitor.get(cookie="__Host-embedproxy=eyJ2IjoxfQ.AAAA; __Host-embedproxy-once=%00%ff")
    assert page.status_code == 200
    assert "<iframe" not in page.text


async def test_a_page_in_pieces_is_the_page_in_one(visitor: Visitor, site: Site) -> None:
    """However the upstream cuts it."""
    whole = await visitor.get()
    site.body = [PAGE.encode()[at : at + 1] for at in range(len(PAGE.encode()))]
    assert (await visitor.get()).content == whole.content


async def test_a_large_page_is_streamed_with_headers_that_hold_in_any_case(
    visitor: Visitor, site: Site
) -> None:
    """Its end is not known when the headers leave, so they are those of a page with embeds."""
    text = b"<p>" + b"x" * 65536 + b"</p>"
    site.body = [PAGE.encode(), *([text] * 40), YOUTUBE.encode()]
    page = await visitor.get()
    assert "<iframe" not in page.text
    assert page.text.count('action="/_embedproxy/load"') == 2
    assert "Cookie" in page.headers["vary"]
    assert "content-length" not in page.headers


async def test_a_page_in_utf_16_is_rewritten(visitor: Visitor, site: Site) -> None:
    """It is no superset of ASCII, so it is carried over to UTF-8 and back."""
    site.body = PAGE.encode("utf-16")
    page = await visitor.get()
    text = page.content.decode("utf-16")
    assert "<iframe" not in text
    assert "/_embedproxy/load" in text


async def test_a_type_in_odd_case_is_html_too(visitor: Visitor, site: Site) -> None:
    """Media types are compared without regard to case (RFC 9110 §8.3.1)."""
    site.headers = [(b"Content-Type", b"Text/HTML ; Charset=UTF-8")]
    assert "<iframe" not in (await visitor.get()).text


async def test_what_is_no_page_passes_untouched(visitor: Visitor, site: Site) -> None:
    """Text that merely looks like markup is nobody's embed."""
    site.headers = [(b"content-type", b"text/plain")]
    response = await visitor.get()
    assert response.content == PAGE.encode()
    assert response.headers.raw == site.headers


async def test_a_head_request_for_a_page_tells_nothing_that_the_page_would_not(
    visitor: Visitor, site: Site
) -> None:
    """A cache that freshens its copy by HEAD must not revive the upstream's."""
    site.headers += [(b"etag", b'"1"'), (b"content-length", b"999")]
    site.body = b""
    head = await visitor.client.head("/post")
    assert "etag" not in head.headers
    assert "content-length" not in head.headers


async def test_error_pages_have_embeds_too(visitor: Visitor, site: Site) -> None:
    """The status stays, the frame goes."""
    site.status = 404
    page = await visitor.get()
    assert page.status_code == 404
    assert "<iframe" not in page.text


async def test_repeated_set_cookie_headers_survive(visitor: Visitor, site: Site) -> None:
    """The site's own cookies are its own affair."""
    site.headers += [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    assert (await visitor.get()).headers.get_list("set-cookie") == ["a=1", "b=2"]


async def test_a_site_cannot_send_a_page_past_us(
    site: Site, make_app: Callable[..., EmbedProxyMiddleware]
) -> None:
    """Servers offer to send files by their path and hints before the page; the site does not get to know."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"host", b"blog.example")],
        "extensions": {"http.response.pathsend": {}, "http.response.early_hint": {}, "tls": {}},
    }

    async def nothing(*_: object) -> None:
        """Take or give no message."""

    await make_app()(scope, nothing, nothing)  # type: ignore[arg-type]
    assert list(site.seen[-1]["extensions"]) == ["tls"]
