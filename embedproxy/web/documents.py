"""Which responses are documents, and how their bytes become text and bytes again."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain

from embedproxy.embeds.feed import FeedRewriter
from embedproxy.embeds.fields import JsonRewriter, fields_at
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.rewrite import Rewriter
from embedproxy.embeds.roots import Rewriting, RootRewriter
from embedproxy.embeds.xhtml import XmlRewriter
from embedproxy.errors import RewriteError
from embedproxy.html.charset import Charset, charset_of, xml_charset_of
from embedproxy.web.codings import decoders
from embedproxy.web.media import Media, media_of
from embedproxy.web.memory import Memory, RememberedRewriter

PAGES = (Media.HTML, Media.XHTML)
XML = {Media.XHTML: XmlRewriter, Media.FEED: FeedRewriter, Media.XML: RootRewriter}
HEAD_BYTES = 1024  # where a page declares its charset (https://html.spec.whatwg.org/#prescan)


def is_document(content_type: bytes | None) -> bool:
    """Whether a browser reads a response as HTML; without a type it guesses, so that counts too."""
    return media_of(content_type, "") in PAGES


class Document:
    """One page on its way through: opened, rewritten, in its own charset again.

    Attributes:
        page: what is known of it so far.
    """

    def __init__(
        self,
        page: Page,
        policy: Policy,
        content_type: bytes | None,
        coding: bytes,
        memory: Memory | None = None,
    ) -> None:
        """Prepare to read a page.

        Args:
            page: where it was asked for, and by whom.
            policy: what decides about its embeds.
            content_type: the response's Content-Type; None when it has none.
            coding: the response's Content-Encoding; empty when it has none.
            memory: the pages that this worker remembers, if it does.

        Raises:
            RewriteError: the content coding is unknown.
        """
        self.page = page
        self._policy = policy
        self._memory = memory
        self._content_type = None if content_type is None else content_type.decode("latin-1")
        self._decoders = decoders(coding.decode("latin-1"))
        self._head = b""
        self._text: Text | None = None
        self._rewriter: Rewriting | None = None
        rules = policy.settings.json_html
        self._media = media_of(content_type, page.address.url.path, rules) or Media.HTML

    @property
    def edited(self) -> bool:
        """Whether anything was changed so far."""
        return self._rewriter is not None and self._rewriter.edited

    @property
    def is_packed(self) -> bool:
        """Whether a small piece of the body may hold a large one of the page."""
        return bool(self._decoders)

    @property
    def is_held(self) -> bool:
        """Whether nothing may be sent before more has come: it may turn out to be another's, or broken."""
        if self._media is Media.XML:
            return not isinstance(self._rewriter, RootRewriter) or self._rewriter.is_held
        return self._media is Media.JSON

    @property
    def declined(self) -> bool:
        """Whether it turned out to be nothing of ours; its bytes are to be passed on as they came."""
        return isinstance(self._rewriter, RootRewriter) and self._rewriter.declined

    def opened(self, chunk: bytes) -> Iterator[bytes]:
        """Open a piece of the response's body, in pieces of bounded size.

        Raises:
            RewriteError: it is not in the content coding that the response names.
        """
        pieces = iter((chunk,))
        for decoder in self._decoders:
            pieces = chain.from_iterable(map(decoder.feed, pieces))
        return pieces

    def feed(self, piece: bytes) -> bytes:
        """Take a piece of the opened body and give back what is finished, not compressed.

        Raises:
            RewriteError: the page cannot be read for certain.
        """
        return self._rewritten(piece, last=False)

    def close(self) -> bytes:
        """The body has ended: give back the rest.

        Raises:
            RewriteError: it is cut short, or cannot be read for certain.
        """
        for decoder in self._decoders:
            decoder.close()
        return self._rewritten(b"", last=True)

    def _rewritten(self, opened: bytes, *, last: bool) -> bytes:
        if self._rewriter is None:
            self._head += opened
            if len(self._head) < HEAD_BYTES and not last:
                return b""
            opened, self._head = self._head, b""
            self._start(opened[:HEAD_BYTES])
        assert self._rewriter
        source = self._text.read(opened, last=last) if self._text else opened
        result = self._rewriter.feed(source) if source else b""
        if last:
            result += self._rewriter.close()
        return self._text.write(result, last=last) if self._text else result

    def _start(self, head: bytes) -> None:
        """Choose what reads it; XML and JSON are read as UTF-8, whatever they came in."""
        page, policy = self.page, self._policy
        if self._media is Media.HTML:
            charset = charset_of(head, self._content_type)
            self._text = None if charset.ascii_compatible else Text(charset)
            page.codec = charset.codec if charset.ascii_compatible else "utf-8"
            if self._memory and self._memory.may_hold(page):
                self._rewriter = RememberedRewriter(page, policy, self._memory)
            else:
                self._rewriter = Rewriter(page, policy)
        elif self._media is Media.JSON:
            fields = fields_at(page.address.url.path, policy.settings.json_html)
            self._rewriter = JsonRewriter(page, policy, fields)
        else:
            charset = xml_charset_of(head, self._content_type)
            self._text = None if charset.codec == "utf-8" else Text(charset)
            self._rewriter = XML[self._media](page, policy)


class Text:
    """Carries a page in a charset that is no superset of ASCII, such as UTF-16, over to UTF-8 and back."""

    def __init__(self, charset: Charset) -> None:
        """Take the charset of the page; RewriteError where nothing can read it."""
        self._label = charset.label
        try:
            self._decoder = codecs.getincrementaldecoder(charset.codec)("strict")
            self._encoder = codecs.getincrementalencoder(charset.codec)("xmlcharrefreplace")
        except LookupError:
            raise RewriteError(
                f"the page is in the charset {charset.label!r}, which cannot be read"
            ) from None
        self._back = codecs.getincrementaldecoder("utf-8")("strict")

    def read(self, chunk: bytes, *, last: bool) -> bytes:
        """Decode a piece; RewriteError where it is not text in that charset."""
        try:
            return self._decoder.decode(chunk, last).encode("utf-8")
        except UnicodeError as error:
            raise RewriteError(f"the page is not valid {self._label}: {error}") from None

    def write(self, chunk: bytes, *, last: bool) -> bytes:
        """Encode a piece."""
        return self._encoder.encode(self._back.decode(chunk, last), last)
