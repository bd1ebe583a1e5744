"""XML whose type does not say what it is: its root decides, and what is nothing of ours is left alone."""

from __future__ import annotations

from typing import Protocol

from embedproxy.embeds.feed import ATOM, RSS_1, FeedRewriter
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.xhtml import XmlRewriter
from embedproxy.errors import RewriteError
from embedproxy.html.xmlroot import Root, RootReader
from embedproxy.html.xmltokens import XHTML

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PROLOG_LIMIT = 1 << 16  # bytes before the root


class Rewriting(Protocol):
    """Takes a document in pieces and gives it back with its embeds replaced.

    Attributes:
        page: what is known of the document so far.
    """

    page: Page

    @property
    def edited(self) -> bool:
        """Whether anything was changed so far."""
        ...

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece and give back what is finished."""
        ...

    def close(self) -> bytes:
        """The document has ended: give back the rest."""
        ...


class RootRewriter:
    """Reads up to the root and then rewrites a feed or an XHTML page; it takes and gives UTF-8.

    Attributes:
        page: what is known of the document so far.
        declined: whether it is neither: then its bytes are to be passed on as they came.
        is_held: whether the root is still to come, so that nothing may be sent yet.
    """

    def __init__(self, page: Page, policy: Policy) -> None:
        """Prepare to read a document from its first byte."""
        self.page = page
        self.declined = False
        self.is_held = True
        self._policy = policy
        self._reader = RootReader()
        self._head: list[bytes] = []
        self._size = 0
        self._rewriter: Rewriting | None = None

    @property
    def edited(self) -> bool:
        """Whether anything was changed so far."""
        return self._rewriter is not None and self._rewriter.edited

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece and give back what is finished; nothing once it has declined.

        Raises:
            RewriteError: the document cannot be read for certain, or no root comes.
        """
        if self._rewriter:
            return self._rewriter.feed(chunk)
        return self._look(chunk, last=False)

    def close(self) -> bytes:
        """The document has ended: give back the rest; RewriteError where it is not whole."""
        begun = b"" if self._rewriter else self._look(b"", last=True)
        return begun + self._rewriter.close() if self._rewriter else begun

    def _look(self, chunk: bytes, *, last: bool) -> bytes:
        if self.declined:
            return b""
        self._head.append(chunk)
        self._size += len(chunk)
        self._reader.feed(chunk, last=last)
        root = self._reader.root
        if root is None and not self._reader.failed:
            if self._size > PROLOG_LIMIT:
                raise RewriteError(f"the document has no root in its first {PROLOG_LIMIT} bytes")
            return b""
        self.is_held = False
        self._rewriter = self._choose(root) if root else None
        self.declined = self._rewriter is None
        return self._rewriter.feed(b"".join(self._head)) if self._rewriter else b""

    def _choose(self, root: Root) -> Rewriting | None:
        if (root.space, root.name) == (XHTML, "html"):
            return XmlRewriter(self.page, self._policy)
        return FeedRewriter(self.page, self._policy) if is_feed(root) else None


def is_feed(root: Root) -> bool:
    """Whether a document is a feed; RDF of other vocabularies is not."""
    if (root.space, root.name) == (RDF, "RDF"):
        return RSS_1 in root.spaces
    return (root.space, root.name) in (("", "rss"), (ATOM, "feed"))
