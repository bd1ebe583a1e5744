"""Feeds (RSS, Atom, RSS 1.0): the HTML in their texts, with a plain link where an embed was.

A feed reader knows no form of ours and asks nobody, so a grant counts for nothing here: every visitor gets
the same feed. Enclosures and the elements of other vocabularies, such as ``media:``, stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import escape

from embedproxy.consent.grants import Grants
from embedproxy.embeds.inlay import inlaid
from embedproxy.embeds.interest import interest_of
from embedproxy.embeds.links import Links
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.xhtml import XmlRewriter
from embedproxy.errors import RewriteError
from embedproxy.html.tags import RawText, Token
from embedproxy.html.transcript import Span, Transcript
from embedproxy.html.xmlreader import Chars, Closed, Opened, Part
from embedproxy.html.xmltokens import TEXT_LIMIT, XmlTokens

ATOM = "http://www.w3.org/2005/Atom"
RSS_1 = "http://purl.org/rss/1.0/"
# Elements whose text is HTML, by namespace; those of Atom say so in their type.
TEXTS = {
    "": frozenset({"description"}),
    RSS_1: frozenset({"description"}),
    "http://purl.org/rss/1.0/modules/content/": frozenset({"encoded"}),
    "http://www.itunes.com/dtds/podcast-1.0.dtd": frozenset({"summary"}),
}
TYPED = frozenset({"content", "rights", "subtitle", "summary", "title"})
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Field(RawText):
    """A text of a feed: HTML, or the language that the whole is in."""

    transcript: Transcript


class FeedTokens(XmlTokens):
    """Reads a feed; the texts that hold HTML are told decoded."""

    def __init__(self, policy: Policy) -> None:
        """Prepare to read."""
        super().__init__(interest_of(policy.registry))
        self._inside = ""  # the open element whose text is told
        self._depth = 0  # elements that are open, the root being the first
        self._at = 0  # at which depth that element stands
        self._transcript = Transcript()

    @property
    def settled(self) -> int:
        """The document offset before which everything is decided."""
        return min(super().settled, self._transcript.start) if self._transcript else super().settled

    def _tokens(self, part: Part) -> Iterator[Token]:
        if isinstance(part, Chars) and self._inside:
            self._take(part)
            return
        if isinstance(part, (Opened, Closed)):
            yield from self._field()
        if isinstance(part, Opened):
            self._depth += 1
            self._enter(part)
            language = part.get("xml:lang") if self._depth == 1 else None
            if language:
                yield Field(LANGUAGE, part.start, part.start, language.encode(), self._transcript)
        elif isinstance(part, Closed):
            if self._depth == self._at:
                self._inside = ""
            self._depth -= 1
        yield from super()._tokens(part)

    def _enter(self, part: Opened) -> None:
        if self._inside:
            return
        told = part.name in TEXTS.get(part.space, ())
        if part.space == ATOM and part.name in TYPED:
            told = (part.get("type") or "").strip().lower() in ("html", "text/html")
        if told or (part.name == LANGUAGE and not part.space):
            self._inside, self._at = part.name, self._depth

    def _take(self, part: Chars) -> None:
        if part.end - (self._transcript.start if self._transcript else part.start) > TEXT_LIMIT:
            raise RewriteError(f"a text of the feed is longer than {TEXT_LIMIT} bytes")
        self._transcript.add(part.start, part.end, part.text, literal=part.literal, section=part.section)

    def _field(self) -> Iterator[Token]:
        """Tell the text that was kept: a tag ends it."""
        kept, self._transcript = self._transcript, Transcript()
        if kept:
            yield Field(self._inside, kept.start, kept.end, kept.text, kept)


class FeedRewriter(XmlRewriter):
    """Replaces the embeds of one feed by links; it takes and gives UTF-8."""

    def __init__(self, page: Page, policy: Policy) -> None:
        """Prepare to read a feed from its first byte."""
        page.grants = Grants()
        super().__init__(page, policy, drawing=Links(page, policy, xml=True), tokens=FeedTokens(policy))

    def _see(self, token: Token) -> None:
        if isinstance(token, Field) and not self._removed and not self._held:
            self._rewrite(token)
        elif not isinstance(token, Field):
            super()._see(token)

    def _rewrite(self, field: Field) -> None:
        if field.name == LANGUAGE:
            self.page.enter("html", field.raw.decode().strip())
            return
        for span, by in inlaid(field.transcript, self.page, self._policy, Links):
            self._splicer.replace(span.start, span.end, _written(by, span))


def _written(html: bytes, span: Span) -> bytes:
    """HTML as the text of an element, where it begins and ends in or outside a CDATA section."""
    if not span.opens:
        return escape(html.decode()).encode() + (b"<![CDATA[" if span.closes else b"")
    return html.replace(b"]]>", b"]]]]><![CDATA[>") + (b"" if span.closes else b"]]>")
