"""Pages that are XML: the same verdicts as for HTML, carried out by XML's rules."""

from __future__ import annotations

from markupsafe import escape

from embedproxy.embeds.drawing import Drawing
from embedproxy.embeds.embed import Embed
from embedproxy.embeds.interest import interest_of
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.rewrite import Rewriter
from embedproxy.embeds.templates import ascii_bytes
from embedproxy.embeds.verdict import SwapTag, Verdict
from embedproxy.html.tags import Attribute, StartTag, Tokens
from embedproxy.html.xmltokens import STYLESHEET, XHTML, XmlTokens

# Nothing is closed by implication in XML, so any element may hold the box; it names its namespace, since the
# page may write XHTML with a prefix.
PLACE = (f'<div xmlns="{XHTML}" class="embedproxy-place">'.encode(), b"</div>")
SPAN = (f'<span xmlns="{XHTML}">'.encode(), b"</span>")


class XmlDrawing(Drawing):
    """Draws the boxes of an XHTML page."""

    place = PLACE

    def box(self, embed: Embed) -> bytes:
        """Draw the box; a share button's link stands alone, so it names its namespace too."""
        drawn = super().box(embed)
        return SPAN[0] + drawn + SPAN[1] if embed.is_share else drawn

    def enter_form(self) -> None:
        """A form begins: forms may nest in XML, where a button belongs to the nearest one around it."""


class XmlRewriter(Rewriter):
    """Replaces the embeds of one XML document; it takes and gives UTF-8."""

    def __init__(
        self, page: Page, policy: Policy, *, drawing: Drawing | None = None, tokens: Tokens | None = None
    ) -> None:
        """Prepare to read a document from its first byte, as for a page of HTML."""
        drawing = drawing or XmlDrawing(page, policy)
        super().__init__(
            page, policy, drawing=drawing, tokens=tokens or XmlTokens(interest_of(policy.registry))
        )

    def _start(self, tag: StartTag) -> None:
        if tag.name == STYLESHEET:
            url = self.page.resolve(tag.get("href") or "")
            if url and self._policy.is_foreign(url, self.page.host):
                self._splicer.replace(tag.start, tag.end, b"")
            return
        super()._start(tag)

    def _apply(self, verdict: Verdict, tag: StartTag) -> None:
        if isinstance(verdict, SwapTag):  # an end tag without its start tag would end the document
            self._cut(tag, self._drawing.box(verdict.embed))
        else:
            super()._apply(verdict, tag)

    def _cut(self, tag: StartTag, by: bytes) -> None:
        """Every element has an end in XML, whatever its name."""
        self._splicer.cut(tag.start, by)
        self._removed = tag.name, 1

    def _amend(self, attribute: Attribute, value: str) -> None:
        if value != attribute.value:
            name = self._splicer.peek(attribute.start, attribute.end).partition(b"=")[0].strip()
            written = name + b'="' + ascii_bytes(escape(value)) + b'"'
            self._splicer.replace(attribute.start, attribute.end, written)

    def _written(self, text: str) -> bytes:
        return ascii_bytes(escape(text))
