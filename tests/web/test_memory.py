"""Pages that a worker remembers: the same bytes as before, and never somebody else's."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from embedproxy import EmbedProxyMiddleware
from embedproxy.embeds.rewrite import Rewriter
from embedproxy.web import memory
from embedproxy.web.memory import PATIENCE, Memory, Remembered, key_of
from tests.embeds.pages import page_at
from tests.web.conftest import ORIGIN, PAGE, PLAIN, YOUTUBE, Site, Visitor

pytestmark = pytest.mark.anyio

Make = Callable[..., EmbedProxyMiddleware]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the pages that were really read, in order."""
    seen: list[str] = []
    read = Rewriter.close

    def counting(self: Rewriter) -> bytes:
        seen.append(self.page.address.url.target)
        return read(self)

    monkeypatch.setattr(Rewriter, "close", counting)
    return seen


async def test_a_page_is_read_once_and_answered_alike(visitor: Visitor, reads: list[str]) -> None:
    """Body and headers, the policy with the frame among them."""
    first, second = await visitor.get(), await visitor.get()
    assert reads == ["/post"]
    assert (second.text, second.headers) == (first.text, first.headers)
    assert "youtube-nocookie.com/embed/jNQXAC9IVRw" in second.headers["content-security-policy"]


async def test_a_page_without_embeds_is_still_the_sites_own(visitor: Visitor, site: Site) -> None:
    """Byte by byte, also the second time."""
    site.body = PLAIN.encode()
    assert [(await visitor.get()).content for _ in range(2)] == [site.body] * 2


async def test_a_granted_page_is_never_remembered(visitor: Visitor, reads: list[str]) -> None:
    """Neither kept for others nor answered from what the undecided get."""
    page = await visitor.get()
    await visitor.press(page)
    granted = await visitor.get()
    assert "<iframe" in granted.text
    visitor.client.cookies.clear()
    assert (await visitor.get()).text == page.text
    assert reads == ["/post", "/post"]


async def test_another_address_is_another_page(visitor: Visitor, reads: list[str]) -> None:
    """Its forms lead back to it."""
    assert 'value="/other"' in (await visitor.get("/other")).text
    assert 'value="/post"' in (await visitor.get()).text
    assert reads == ["/other", "/post"]


async def test_a_page_that_changed_is_read_again(visitor: Visitor, site: Site) -> None:
    """The site's bytes decide, not its address."""
    await visitor.get()
    site.body = PAGE.replace("nach", "danach").encode()
    assert "danach" in (await visitor.get()).text


async def test_an_address_that_never_repeats_is_not_held_back(
    visitor: Visitor, site: Site, reads: list[str]
) -> None:
    """Pages with a fresh token in each answer would only push others out."""
    for number in range(PATIENCE + 1):
        site.body = f"{PAGE}{number}".encode()
        await visitor.get()
    await visitor.get()
    assert len(reads) == PATIENCE + 2


async def test_a_slow_page_is_shown_as_it_comes(
    visitor: Visitor, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its policy names the frames that were found by then."""
    for module in ("memory", "responder"):
        monkeypatch.setattr(f"embedproxy.web.{module}.HELD_SECONDS", -1)
    site.body = [PAGE.encode() + b"<p>" + b"x" * 2000, b"ende</p>"]
    page = await visitor.get()
    assert "content-length" not in page.headers
    assert "youtube-nocookie.com/embed/jNQXAC9IVRw" in page.headers["content-security-policy"]
    assert page.text.endswith("ende</p>")


async def test_a_large_page_is_rewritten_as_it_comes(
    visitor: Visitor, site: Site, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not held back to be remembered."""
    monkeypatch.setattr(memory, "HELD_BYTES", 1000)
    site.body = [PAGE.encode(), b"x" * 2000, YOUTUBE.encode()]
    assert "<iframe" not in (await visitor.get()).text
    await visitor.get()
    assert len(reads) == 2


async def test_nothing_is_remembered_where_there_is_no_room(make_app: Make, reads: list[str]) -> None:
    """memory_bytes = 0 switches it off."""
    transport = httpx.ASGITransport(make_app(memory_bytes=0))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        for _ in range(2):
            await client.get("/post", headers={"accept": "text/html"})
    assert len(reads) == 2


def test_the_longest_forgotten_makes_room() -> None:
    """The memory is bounded in bytes."""
    kept, page = Memory(10_000), page_at()
    results = [Remembered.of(page, bytes(3000)) for _ in range(3)]
    for number, result in enumerate(results):
        kept.keep(bytes([number]), result)
    assert [bool(kept.find(bytes([number]), page)) for number in range(3)] == [False, True, True]


def test_what_is_larger_than_the_room_pushes_nothing_out() -> None:
    """One giant would empty it."""
    kept, page = Memory(10_000), page_at()
    kept.keep(b"small", Remembered.of(page, b"x"))
    kept.keep(b"large", Remembered.of(page, bytes(20_000)))
    assert kept.find(b"small", page)
    assert not kept.find(b"large", page)


def test_the_charset_is_part_of_the_key() -> None:
    """The same bytes are other letters in it, and so may be other addresses."""
    latin = page_at()
    latin.codec = "latin-1"
    assert key_of(page_at(), b"x") != key_of(latin, b"x")
