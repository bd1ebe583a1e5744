"""HTML inside another notation: what its rewriting changes, carried back to the bytes that say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from embedproxy.embeds.drawing import Drawing
from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.rewrite import Rewriter
from embedproxy.html.splicer import Edit
from embedproxy.html.transcript import Span, Transcript


class _Fragment(Rewriter):
    """Reads a whole fragment and keeps what it would change."""

    def edits(self, text: bytes) -> Iterator[Edit]:
        self._splicer.feed(text)
        for token in (*self._tokenizer.feed(text), *self._tokenizer.close()):
            self._see(token)
        self._wind_up(self._tokenizer.tail)
        yield from self._splicer.waiting
        left = self._drawing.leave_form()
        if left:
            yield Edit(len(text) if self._removed else self._tokenizer.tail, len(text), left)


def inlaid(
    transcript: Transcript, page: Page, policy: Policy, draw: Callable[[Page, Policy], Drawing] = Drawing
) -> Iterator[tuple[Span, bytes]]:
    """Rewrite the HTML that a text holds.

    Args:
        transcript: the text, and where it stands in its document.
        page: the document; what the text grants and draws is noted there.
        policy: what decides about embeds.
        draw: what is put in their place.

    Yields:
        A range of the document and the HTML, in ASCII, that stands there instead; in order.

    Raises:
        RewriteError: the HTML cannot be read for certain.
    """
    text = transcript.text
    # A fragment's own language, base and charset end with it; frames, grants and DOM ids are the document's.
    inner = replace(page, codec="utf-8", base=page.base, _langs=[("html", page.lang)])
    for edit in _Fragment(inner, policy, drawing=draw(inner, policy)).edits(text):
        yield transcript.span(edit.start, len(text) if edit.end is None else edit.end), edit.by
    page.granted |= inner.granted
