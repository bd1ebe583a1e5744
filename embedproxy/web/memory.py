"""Rewritten pages that a worker remembers: all undecided visitors get the same one (DESIGN §8)."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass

from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.rewrite import Rewriter

HELD_SECONDS = 0.5  # after that a slow page is streamed: the visitor should see its beginning
HELD_BYTES = 1 << 18  # larger pages are rewritten as they come
PATIENCE = 4  # so many bodies of one address in a row that nobody asked for again: it never repeats
ADDRESSES = 4096  # of which that is noted
OVERHEAD = 1024  # bytes that an entry takes besides its body, by estimate


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the rewriting of a page gave.

    Attributes:
        body: the page; None where nothing of it was changed.
        base: see ``Page``.
        frames: see ``Page``.
        own_frames: see ``Page``.
        anchors: see ``Page``.
    """

    body: bytes | None
    base: str
    frames: tuple[str, ...]
    own_frames: tuple[str, ...]
    anchors: Counter[str]

    @classmethod
    def of(cls, page: Page, body: bytes | None) -> Remembered:
        """Note what came out, and what is known of the page now."""
        return cls(body, page.base, tuple(page.frames), tuple(page.own_frames), Counter(page.anchors))

    def tell(self, page: Page) -> None:
        """Let another visitor's page know what its rewriting would have found."""
        page.base = self.base
        page.frames.update(dict.fromkeys(self.frames))
        page.own_frames.update(dict.fromkeys(self.own_frames))
        page.anchors.update(self.anchors)

    @property
    def size(self) -> int:
        """Bytes that it takes, by estimate."""
        return OVERHEAD + len(self.body or b"") + sum(map(len, (*self.frames, *self.own_frames)))


class Memory:
    """The pages that were asked for last, by a digest of everything that they depend on.

    An entry gives nothing but what rewriting the very bytes that the site has just sent would give, so no
    visitor can get another's page out of it.

    Args:
        room: bytes that it may take; 0 remembers nothing.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._taken = 0
        self._pages: OrderedDict[bytes, Remembered] = OrderedDict()
        self._misses: OrderedDict[str, int] = OrderedDict()

    def may_hold(self, page: Page) -> bool:
        """Whether a page may be remembered: not with a grant, nor where every answer is another."""
        return (
            self._room > 0 and page.grants.undecided and self._misses.get(page.address.url.href, 0) < PATIENCE
        )

    def find(self, key: bytes, page: Page) -> Remembered | None:
        """What is remembered under a key; how an address fares is noted."""
        href, found = page.address.url.href, self._pages.get(key)
        if found:
            self._pages.move_to_end(key)
            self._misses.pop(href, None)
        else:
            self._misses[href] = self._misses.pop(href, 0) + 1
            if len(self._misses) > ADDRESSES:
                self._misses.popitem(last=False)
        return found

    def keep(self, key: bytes, result: Remembered) -> None:
        """Remember what came out; the longest forgotten make room for it."""
        if result.size > self._room:
            return
        self._pages[key] = result
        self._taken += result.size
        while self._taken > self._room:
            self._taken -= self._pages.popitem(last=False)[1].size


def key_of(page: Page, body: bytes) -> bytes:
    """A digest of everything that a rewritten page depends on and that differs within a worker's life.

    Args:
        page: nothing of it has been read yet.
        body: all of it, as the rewriting would take it.
    """
    head = f"{page.address.url.href}\0{page.codec}\0".encode("utf-8", "surrogatepass")
    return hashlib.sha256(head + body).digest()


class RememberedRewriter:
    """Holds a page back until it is whole and gives what is remembered of it; else it rewrites it.

    Attributes:
        page: what is known of it so far.
    """

    def __init__(self, page: Page, policy: Policy, memory: Memory) -> None:
        """Prepare to read a page from its first byte.

        Args:
            page: where it was asked for; nothing of it is granted.
            policy: what decides about its embeds.
            memory: what the worker remembers.
        """
        self.page = page
        self._policy = policy
        self._memory = memory
        self._held: list[bytes] = []
        self._size = 0
        self._since = time.monotonic()
        self._rewriter: Rewriter | None = None
        self._edited = False

    @property
    def edited(self) -> bool:
        """Whether anything was changed so far."""
        return self._rewriter.edited if self._rewriter else self._edited

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece and give back what is finished; nothing as long as the page may be remembered.

        Raises:
            RewriteError: the page cannot be read for certain.
        """
        if self._rewriter:
            return self._rewriter.feed(chunk)
        self._held.append(chunk)
        self._size += len(chunk)
        if self._size <= HELD_BYTES and time.monotonic() - self._since <= HELD_SECONDS:
            return b""
        self._rewriter = Rewriter(self.page, self._policy)
        held, self._held = b"".join(self._held), []
        return self._rewriter.feed(held)

    def close(self) -> bytes:
        """The page has ended: give back the rest; RewriteError where it cannot be read for certain."""
        if self._rewriter:
            return self._rewriter.close()
        body = b"".join(self._held)
        key = key_of(self.page, body)
        found = self._memory.find(key, self.page)
        if found:
            found.tell(self.page)
            self._edited = found.body is not None
            return body if found.body is None else found.body
        self._rewriter = Rewriter(self.page, self._policy)
        result = self._rewriter.feed(body) + self._rewriter.close()
        self._memory.keep(key, Remembered.of(self.page, result if self.edited else None))
        return result
