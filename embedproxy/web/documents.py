"""Which responses are documents, and how their bytes become text and bytes again."""

from __future__ import annotations

import codecs

from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.rewrite import Rewriter
from embedproxy.errors import RewriteError
from embedproxy.html.charset import Charset, charset_of
from embedproxy.web.codings import decoders

HTML = ("text/html", "application/xhtml+xml")
HEAD_BYTES = 1024  # where a page declares its charset (https://html.spec.whatwg.org/#prescan)


def is_document(content_type: bytes | None) -> bool:
    """Whether a browser reads a response as HTML; without a type it guesses, so that counts too."""
    if content_type is None:
        return True
    return content_type.split(b";", 1)[0].strip().lower().decode("latin-1") in (*HTML, "")


class Document:
    """One page on its way through: opened, rewritten, in its own charset again.

    Attributes:
        page: what is known of it so far.
    """

    def __init__(self, page: Page, policy: Policy, content_type: bytes | None, coding: bytes) -> None:
        """Prepare to read a page.

        Args:
            page: where it was asked for, and by whom.
            policy: what decides about its embeds.
            content_type: the response's Content-Type; None when it has none.
            coding: the response's Content-Encoding; empty when it has none.

        Raises:
            RewriteError: the content coding is unknown.
        """
        self.page = page
        self._policy = policy
        self._content_type = None if content_type is None else content_type.decode("latin-1")
        self._decoders = decoders(coding.decode("latin-1"))
        self._head = b""
        self._text: Text | None = None
        self._rewriter: Rewriter | None = None

    @property
    def edited(self) -> bool:
        """Whether anything was changed so far."""
        return self._rewriter is not None and self._rewriter.edited

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece of the response's body and give back what is finished, not compressed.

        Raises:
            RewriteError: the page cannot be read for certain.
        """
        for decoder in self._decoders:
            chunk = decoder.feed(chunk)
        return self._rewritten(chunk, last=False)

    def close(self) -> bytes:
        """The body has ended: give back the rest.

        Raises:
            RewriteError: it is cut short, or cannot be read for certain.
        """
        rest = b""
        for decoder in self._decoders:
            rest = (decoder.feed(rest) if rest else b"") + decoder.close()
        return self._rewritten(rest, last=True)

    def _rewritten(self, opened: bytes, *, last: bool) -> bytes:
        if self._rewriter is None:
            self._head += opened
            if len(self._head) < HEAD_BYTES and not last:
                return b""
            opened, self._head = self._head, b""
            self._start(charset_of(opened[:HEAD_BYTES], self._content_type))
        assert self._rewriter
        source = self._text.read(opened, last=last) if self._text else opened
        result = self._rewriter.feed(source) if source else b""
        if last:
            result += self._rewriter.close()
        return self._text.write(result, last=last) if self._text else result

    def _start(self, charset: Charset) -> None:
        self._text = None if charset.ascii_compatible else Text(charset)
        self.page.codec = charset.codec if charset.ascii_compatible else "utf-8"
        self._rewriter = Rewriter(self.page, self._policy)


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
