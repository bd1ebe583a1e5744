"""A page goes in, bytes in chunks of any size; the page with its embeds replaced comes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from markupsafe import escape

from embedproxy.embeds.drawing import Drawing
from embedproxy.embeds.embed import Embed
from embedproxy.embeds.held import Held
from embedproxy.embeds.interest import interest_of
from embedproxy.embeds.judges import TEXTS, judge_element
from embedproxy.embeds.page import LANG_SCOPES, STREAM, Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.resources import clean_sheet, judge_resource
from embedproxy.embeds.scripts import clean_text
from embedproxy.embeds.templates import ascii_bytes
from embedproxy.embeds.verdict import (
    HELD_BYTES,
    Amend,
    Apart,
    Drop,
    Hold,
    Hollow,
    Inside,
    Quote,
    Swap,
    SwapTag,
    Verdict,
    Within,
)
from embedproxy.html.names import VOID
from embedproxy.html.splicer import Splicer
from embedproxy.html.tags import Attribute, RawText, StartTag, Token, Tokens, Unclosed
from embedproxy.html.tokenizer import Tokenizer

DEEPEST = 16  # pages inside pages inside pages


class Rewriter:
    """Replaces the embeds of one page; nothing else changes by a byte (DESIGN rule 3).

    Attributes:
        page: what is known of the page so far.
    """

    def __init__(
        self, page: Page, policy: Policy, *, drawing: Drawing | None = None, tokens: Tokens | None = None
    ) -> None:
        """Prepare to read a page from its first byte.

        Args:
            page: where it was asked for, and by whom.
            policy: what decides about its embeds.
            drawing: what is put in their place; without it the boxes of an HTML page.
            tokens: reads its markup; without it as HTML.
        """
        self.page = page
        self._policy = policy
        self._drawing = drawing or Drawing(page, policy)
        self._tokenizer = tokens or Tokenizer(interest_of(policy.registry), codec=page.codec)
        self._splicer = Splicer()
        # An element that is being cut out: its name, and how many of that name are open.
        self._removed: tuple[str, int] | None = None
        self._held: Held | None = None  # an element that is judged when its end is known
        self._texts: StartTag | None = None  # the script or style element whose text comes next
        # What draws a box for an offset, unless one stands there.
        self._pending: tuple[int, Callable[[], bytes]] | None = None
        self._streams = 0  # open turbo-stream elements, whose templates go into the page at once

    @property
    def edited(self) -> bool:
        """Whether anything was changed so far."""
        return self._splicer.edited

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece of the page and give back what is finished.

        Raises:
            RewriteError: the page cannot be read for certain.
        """
        self._splicer.feed(chunk)
        for token in self._tokenizer.feed(chunk):
            self._see(token)
        while self._held and self._tokenizer.settled - self._held.start > HELD_BYTES:
            self._let_go(self._tokenizer.settled)
        settled = self._tokenizer.settled
        if self._pending and settled > self._pending[0]:
            self._settle(None)
        waiting = self._pending[0] if self._pending else self._held.start if self._held else settled
        return self._splicer.release(min(settled, waiting))

    def close(self) -> bytes:
        """The page has ended: give back the rest.

        Raises:
            RewriteError: the page cannot be read for certain.
        """
        for token in self._tokenizer.close():
            self._see(token)
        self._wind_up(self._tokenizer.tail)  # browsers drop a tag that is cut off
        forms = self._drawing.leave_form()
        if forms and not self._removed:  # they must not finish a tag that the document's end cut off
            self._splicer.replace(self._tokenizer.tail, self._tokenizer.settled, b"")
        return self._splicer.close() + forms

    def _see(self, token: Token) -> None:
        if self._pending:
            self._settle(token)
        if self._removed:
            self._remove(token)
        elif self._held:
            self._keep(self._held, token)
        elif isinstance(token, RawText):
            self._read(token)
        elif isinstance(token, StartTag):
            self._start(token)
        elif isinstance(token, Unclosed):
            self._splicer.replace(token.start, token.end, b"")
        elif token.name in LANG_SCOPES:
            self.page.leave(token.name)
        elif token.name == STREAM:
            self._streams = max(0, self._streams - 1)
        elif token.name == "form" and not token.template:
            self._splicer.replace(token.end, token.end, self._drawing.leave_form())

    def _start(self, tag: StartTag) -> None:
        if tag.template and not self._streams:  # inert until a script clones it: then the policy decides
            return
        self._streams += tag.name == STREAM
        if tag.name in LANG_SCOPES:
            self.page.enter(tag.name, tag.get("lang") or tag.get("xml:lang"))
        elif tag.name == "form":
            self._drawing.enter_form()
        self._texts = tag if tag.name in TEXTS else None
        verdict = judge_element(tag, self.page, self._policy)
        if verdict is None or isinstance(verdict, Inside):  # the tag stays, and may load something itself
            self._keep_quiet(tag)
        if verdict:
            self._apply(verdict, tag)

    def _keep_quiet(self, tag: StartTag) -> None:
        """Blank what a tag that stays would load itself."""
        changes = judge_resource(tag, self.page, self._policy)
        if changes:
            self._apply(changes, tag)

    def _read(self, token: RawText) -> None:
        """Judge the text of a script or a style sheet."""
        tag, self._texts = self._texts, None
        if tag is None:
            return
        text = token.raw.decode("utf-8", "surrogateescape")  # goes back byte for byte, whatever the charset
        if tag.name == "script":
            cleaned = clean_text(tag, text, self.page, self._policy)
        else:
            cleaned = clean_sheet(text, self.page, self._policy)
        if cleaned != text:
            self._splicer.replace(token.start, token.end, self._written(cleaned))

    def _written(self, text: str) -> bytes:
        """The text of a script or a style sheet as it stands in the page."""
        return text.encode("utf-8", "surrogateescape")

    def _apply(self, verdict: Verdict, tag: StartTag) -> None:
        match verdict:
            case Drop():
                self._cut(tag, tag.gap)
            case Hollow(opening):
                self._splicer.replace(tag.start, tag.end, opening)
            case Swap(embed):
                self._cut(tag, self._drawing.box(embed))
            case SwapTag(embed):
                self._splicer.replace(tag.start, tag.end, self._drawing.box(embed))
            case Inside(embed):
                self._pending = tag.end, partial(self._drawing.box, embed)
            case Amend(changes):
                quiet = judge_resource(tag, self.page, self._policy)  # it may load something besides
                every = {**dict(quiet.changes if quiet else ()), **dict(changes)}
                for attribute in sorted(every, key=lambda each: each.start):
                    self._amend(attribute, every[attribute])
            case Within(attribute):
                self._apply(Amend(((attribute, self._inner(attribute.value)),)), tag)
            case Apart(attribute, document):
                kept = attribute.value if self._inner(document) == document else ""
                self._apply(Amend(((attribute, kept),)), tag)
            case Hold():
                self._held = Held(tag, verdict)
            case Quote():
                raise AssertionError("a quotation is judged whole")

    def _amend(self, attribute: Attribute, value: str) -> None:
        if value != attribute.value:
            written = ascii_bytes(f'{attribute.name}="{escape(value)}"')
            self._splicer.replace(attribute.start, attribute.end, written)

    def _inner(self, document: str) -> str:
        """Rewrite the page inside a ``srcdoc``; what is nested only to exhaust its readers goes."""
        if self.page.depth == DEEPEST:
            return ""
        page = self.page.inner()
        inner = Rewriter(page, self._policy, drawing=self._drawing.inner(page))
        result = inner.feed(document.encode("utf-8", "surrogatepass")) + inner.close()
        self.page.granted |= inner.page.granted
        return result.decode("utf-8", "surrogatepass")

    def _settle(self, token: Token | None) -> None:
        """Insert the box that waits, unless it stands there already: rewriting twice changes nothing."""
        assert self._pending
        (offset, draw), self._pending = self._pending, None
        here = isinstance(token, StartTag) and token.name == "applet" and token.start == offset
        if not here:
            self._splicer.replace(offset, offset, draw())

    # -- elements that go

    def _cut(self, tag: StartTag, by: bytes) -> None:
        # In SVG and MathML, and where browsers differ, nothing tells where the element ends.
        if tag.name in VOID or tag.foreign or tag.doubtful:
            self._splicer.replace(tag.start, tag.end, by)
            return
        self._splicer.cut(tag.start, by)
        self._removed = tag.name, 1

    def _remove(self, token: Token) -> None:
        """Drop everything up to the element's end tag."""
        assert self._removed
        name, depth = self._removed
        if isinstance(token, Unclosed | RawText) or token.name != name:
            return
        depth += 1 if isinstance(token, StartTag) else -1
        self._removed = (name, depth) if depth else None
        if not depth:
            self._splicer.resume(token.end)

    # -- elements that are judged whole

    def _keep(self, held: Held, token: Token) -> None:
        if held.is_left_by(token):
            self._let_go(token.start)
            self._see(token)
        elif held.ends_with(token):
            verdict = held.judge(self._splicer.peek(held.opener.end, token.start))
            self._let_go(token.start) if verdict is held.hold else self._judge_whole(held, verdict)

    def _judge_whole(self, held: Held, verdict: Verdict | None) -> None:
        self._held = None
        first, last = held.opener, held.tokens[-1]
        match verdict:
            case Swap(embed):
                self._splicer.replace(first.start, last.end, self._drawing.box(embed))
            case Quote(embed):
                self._quote(embed, held)
            case Drop():
                self._splicer.replace(first.start, last.end, first.gap)
            case Hollow(_, closing):
                self._apply(verdict, first)
                self._see_inside(held)
                self._splicer.replace(last.start, last.end, closing)
            case _:
                self._keep_quiet(first)
                for token in held.tokens[1:]:
                    self._see(token)

    def _quote(self, embed: Embed, held: Held) -> None:
        """Keep the author's quotation readable and put the box below it."""
        self._keep_quiet(held.opener)
        self._see_inside(held)
        self._pending = held.tokens[-1].end, partial(self._drawing.below_quotation, embed)

    def _see_inside(self, held: Held) -> None:
        """See what stands between its tags; what is left open there ends with it."""
        for token in held.tokens[1:-1]:
            self._see(token)
        self._wind_up(held.tokens[-1].start)

    def _wind_up(self, end: int) -> None:
        """What was left open before an offset does not reach beyond it."""
        while self._held:
            self._let_go(end)
        if self._pending:
            self._settle(None)

    def _let_go(self, end: int) -> None:
        """The held element reaches too far, or never ends: it is judged by what stands before an offset."""
        assert self._held
        held, self._held = self._held, None
        first = held.opener
        self._drawing.bare |= first.name == "script"  # what looks like markup may be its text
        end = min(end, first.start + HELD_BYTES + 1)  # the same however the page comes in pieces
        verdict = held.hold.alone(self._splicer.peek(first.end, max(first.end, end)))
        if verdict is None or isinstance(verdict, Inside):
            self._keep_quiet(first)
        if verdict:
            self._apply(verdict, first)
        for token in held.tokens[1:]:
            self._see(token)
