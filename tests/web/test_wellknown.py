"""The file that says whether signals are heeded."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from embedproxy import EmbedProxyMiddleware
from tests.web.conftest import ORIGIN, Site

pytestmark = pytest.mark.anyio

PATH = "/.well-known/gpc.json"


@pytest.fixture
def missing(site: Site) -> Site:
    """A site that has no such file, and says so in several pieces."""
    site.status, site.body = 404, [b"<p>nothing", b" here</p>"]
    return site


async def asked(app: EmbedProxyMiddleware, path: str = PATH, method: str = "GET") -> httpx.Response:
    """One request."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        return await client.request(method, path)


async def test_the_sites_own_file_is_left_alone(
    make_app: Callable[..., EmbedProxyMiddleware], site: Site
) -> None:
    """Whoever wrote one meant it."""
    site.body, site.headers = b'{"gpc": false}', [(b"content-type", b"application/json")]
    answer = await asked(make_app())
    assert answer.json() == {"gpc": False}


@pytest.mark.parametrize("path", ["/.well-known/other.json", "/gpc.json", PATH + "/"])
async def test_no_other_missing_page_is_replaced(
    make_app: Callable[..., EmbedProxyMiddleware], missing: Site, path: str
) -> None:
    """A 404 stays a 404."""
    assert (await asked(make_app(), path)).status_code == 404


async def test_a_press_on_that_address_is_left_to_the_site(
    make_app: Callable[..., EmbedProxyMiddleware], missing: Site
) -> None:
    """Only reading is answered."""
    assert (await asked(make_app(), method="POST")).status_code == 404


async def test_an_operator_may_not_want_it(
    make_app: Callable[..., EmbedProxyMiddleware], missing: Site
) -> None:
    """It is a promise in his name."""
    assert (await asked(make_app(gpc_file=False))).status_code == 404


@pytest.mark.req("SIG-3")
@pytest.mark.req("SIG-2")
async def test_a_site_without_the_file_gets_one(
    make_app: Callable[..., EmbedProxyMiddleware], missing: Site
) -> None:
    """It says that signals are heeded, and since when."""
    answer = await asked(make_app())
    assert answer.status_code == 200
    assert answer.json()["gpc"] is True
    assert answer.headers["content-type"] == "application/json"


async def test_its_head_has_the_same_length_and_no_body(
    make_app: Callable[..., EmbedProxyMiddleware], missing: Site
) -> None:
    """As HTTP wants it."""
    answer = await asked(make_app(), method="HEAD")
    assert answer.content == b""
    assert int(answer.headers["content-length"]) == len((await asked(make_app())).content)
