"""What must hold for every page, however broken."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from embedproxy import urls
from embedproxy.embeds.frames import ADDRESS
from embedproxy.embeds.page import Address, Page
from embedproxy.errors import RewriteError
from embedproxy.web.documents import Document
from tests.embeds.pages import URL, policy
from tests.fuzz.mutations import pieces
from tests.fuzz.trees import fetched

# A known limit: a sheet or a script of a drawing may be judged otherwise once a box stands in it or behind
# it. Nothing loads in either case.
DRAWN = re.compile(rb"<(?:svg|math|frameset|select)\b.*<(?:style|script)\b", re.DOTALL | re.IGNORECASE)
HTML = b"text/html; charset=utf-8"
PATIENCE = 120  # seconds for one page, which takes a fraction of one: a busy machine fails nothing


def keeps_its_promises(body: bytes, sizes: Sequence[int], *, twice: bool = True) -> None:
    """Rewrite a page and fail where a promise is broken.

    Args:
        body: the page, in UTF-8 or not.
        sizes: of the pieces in which it arrives, over and over.
        twice: whether what comes out must stay as it is when it is rewritten again.
    """
    try:
        result = rewritten(body, ())
    except RewriteError:  # withheld, which is a promise kept (DESIGN rule 2)
        return
    assert rewritten(body, sizes) == result, "the pieces in which a page arrives change what comes out"
    if twice and not DRAWN.search(result):
        assert rewritten(result, ()) == result, "rewriting twice is not rewriting once"
    loads = sorted(loaded(result))
    assert not loads, f"this is loaded: {', '.join(loads)}"


def survives(body: bytes, sizes: Sequence[int]) -> None:
    """Rewrite a page and fail on any error but the one that withholds it (DESIGN rule 2)."""
    with suppress(RewriteError):
        rewritten(body, sizes)


@contextmanager
def patience() -> Iterator[None]:
    """Fail what hangs."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"this takes longer than {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def rewritten(body: bytes, sizes: Sequence[int]) -> bytes:
    """A page as the undecided get it."""
    address = urls.parse(URL)
    assert address
    document = Document(Page(Address(address, address.target)), policy(), HTML, b"")
    return b"".join(map(document.feed, pieces(body, sizes))) + document.close()


def loaded(page: bytes) -> set[str]:
    """What a browser would load from a provider, or show in a stranger's frame; scripting on and off."""
    text, registry = page.decode("utf-8", "replace"), policy().registry
    return {
        f"{fetch.tag}[{fetch.attribute}] {fetch.url.href}"
        for scripting in (False, True)
        for fetch in fetched(text, URL, scripting=scripting)
        if ADDRESS.get(fetch.tag) == fetch.attribute or registry.owner(fetch.url)
    }
