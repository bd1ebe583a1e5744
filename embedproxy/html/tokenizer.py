"""Markup in chunks of any size; out come the tags of interest, each as soon as it is certain.

The tokenizer follows WHATWG HTML 13.2.5 for where tags, comments and raw text begin and end, and the tree
builder as far as it decides that: raw text, foreign content, ``noscript``, ``template``. In doubt a tag is
reported as live. Regular expressions pass over what nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from embedproxy.errors import RewriteError
from embedproxy.html.elements import OpenElements
from embedproxy.html.foreign import Place
from embedproxy.html.grammar import TAG, Interest, grammar_of
from embedproxy.html.names import RAW
from embedproxy.html.rawtext import Endless, Passage, RawContent, UntilBytes, UntilCommentEnd, content_of
from embedproxy.html.region import Region
from embedproxy.html.skim import Skim
from embedproxy.html.tags import EndTag, StartTag, Token, Unclosed, name_of

__all__ = ["TAG_LIMIT", "Interest", "Tokenizer"]

TAG_LIMIT = 4 * 1024 * 1024  # bytes of one tag; pages with pictures in data: URLs need some
_PATIENCE = 4096  # an unfinished construct longer than this is looked at less often
_LOOKBACK = len(b"]]")  # text that was passed over may belong to the end of a region
_CDATA = b"<![CDATA["
_COMMENT = b"<!--"
_LETTER = re.compile(rb"[a-zA-Z]")


class Tokenizer:
    """Reads one document.

    Args:
        interest: the tags to report.
        codec: Python codec of the page, an ASCII-compatible one; attribute values are decoded with it.
        raw_limit: raw text longer than this many bytes is passed over without a RawText.

    Attributes:
        tail: where a tag begins that the document's end cut off; its end where there is none.
    """

    def __init__(self, interest: Interest, *, codec: str = "utf-8", raw_limit: int = 262144) -> None:
        self._interest = interest
        self._codec = codec
        self._raw_limit = raw_limit
        self._grammar = grammar_of(interest)
        self._mode: Callable[[], bool] = self._markup
        self._out: list[Token] = []
        # The bytes at hand: _text begins at the document offset _base, _at is the next to read in it.
        self._pending: list[bytes] = []
        self._text = b""
        self._base = self._at = self._fed = self._retry = self.tail = 0
        self._final = False
        self._skim = Skim(self._grammar)
        self._elements = OpenElements()
        self._region: Region | None = None
        self._passage: Passage = Endless()
        self._raw: RawContent | None = None  # the raw-text element whose end tag has not been read

    @property
    def settled(self) -> int:
        """The document offset before which everything is decided: no later token begins before it."""
        return self._raw.start if self._raw and self._raw.is_kept else self._base + self._at

    def feed(self, chunk: bytes) -> list[Token]:
        """Read on.

        Args:
            chunk: the next bytes of the document.

        Returns:
            The tokens that are certain now, in document order.

        Raises:
            RewriteError: one tag is longer than TAG_LIMIT, so the page cannot be read in bounded memory.
        """
        self._pending.append(chunk)
        self._fed += len(chunk)
        return self._run() if self._fed >= self._retry else []

    def close(self) -> list[Token]:
        """Read the rest; the document ends here.

        Returns:
            The last tokens, implied end tags among them.
        """
        self._final, self.tail = True, self._fed
        tokens = self._run()
        if self._raw:
            self._emit_end(self._raw.name, self._fed, self._fed, implied=True)
            self._raw = None
        self._base, self._at, self._text = self._fed, 0, b""
        return tokens

    def _run(self) -> list[Token]:
        seen = max(self._at - _LOOKBACK, 0)
        self._text = b"".join((self._text[seen:], *self._pending))
        self._base, self._at = self._base + seen, self._at - seen
        self._pending.clear()
        self._out = []
        self._skim.begin(self._text)
        while self._mode():
            pass
        # Reading an unfinished tag again at every byte would cost its length squared.
        if (unfinished := len(self._text) - self._at) > TAG_LIMIT:
            raise RewriteError(f"a tag at byte {self._base + self._at} is longer than {TAG_LIMIT} bytes")
        later = min(unfinished // 4, TAG_LIMIT + 1 - unfinished)
        self._retry = self._fed + later if unfinished > _PATIENCE else 0
        return self._out

    # -- markup: each mode reads one construct and returns False when it needs more bytes ------------------

    def _markup(self) -> bool:
        region = self._region
        ending = region.find(self._text, self._base) if region else None
        limit = len(self._text) if ending is None else max(ending, self._at)
        if self._elements.is_plain:
            self._at = self._skim.onward(self._at, limit)
        else:  # every tag may open or close something
            found = self._text.find(b"<", self._at, limit)
            self._at = limit if found < 0 else found
        if self._at < limit:
            return self._construct(limit)
        if region is None or ending is None:
            return False
        self._elements.merge(region.before)
        self._region = None
        return True

    def _construct(self, limit: int) -> bool:
        """Read what begins with the ``<`` at hand."""
        sign = self._text[self._at + 1 : self._at + 3]
        if not sign or sign == b"/":
            return self._unfinished(limit)
        if _LETTER.match(sign) or (sign.startswith(b"/") and _LETTER.match(sign, 1)):
            return self._tag(limit)
        if sign.startswith(b"!"):
            return self._declaration(limit)
        if sign[0] in b"/?":
            return self._pass(UntilBytes(b">"), self._at + 2, limit)
        self._at += 1  # a lone "<" is text
        return True

    def _declaration(self, limit: int) -> bool:
        head = self._text[self._at : min(self._at + len(_CDATA), limit)]
        if head.startswith(_COMMENT):
            return self._comment(limit)
        if head == _CDATA:
            return self._cdata(limit)
        if _CDATA.startswith(head) or _COMMENT.startswith(head):
            return self._unfinished(limit)
        return self._pass(UntilBytes(b">"), self._at + 2, limit)

    def _comment(self, limit: int) -> bool:
        begin = self._at + len(_COMMENT)
        first = self._text[begin : min(begin + 2, limit)]
        if first.startswith(b">") or first == b"->":
            self._at = begin + 1 + first.find(b">")
            return True
        if first in (b"", b"-"):
            return self._unfinished(limit)
        return self._pass(UntilCommentEnd(), begin, limit)

    def _cdata(self, limit: int) -> bool:
        place = self._elements.cdata()
        begin = self._at + len(_CDATA)
        if place is Place.FOREIGN:
            return self._pass(UntilBytes(b"]]>"), begin, limit)
        if place is Place.HTML or (self._region and self._is_last(limit)):
            return self._pass(UntilBytes(b">"), begin, limit)
        found = self._text.find(b">", begin, limit)
        if self._region or found < 0:
            return self._unfinished(limit)
        self._region = Region.cdata(self._base + begin, self._elements)
        self._at = found + 1
        return True

    def _pass(self, passage: Passage, at: int, limit: int) -> bool:
        """Pass over a stretch without markup, in pieces when its end has not come."""
        end, found = passage.find(self._text, at, limit)
        if not found and self._region:
            return self._unfinished(limit)
        self._at = end
        if not found:
            self._passage, self._mode = passage, self._passing
        return found

    def _passing(self) -> bool:
        self._at, found = self._passage.find(self._text, self._at, len(self._text))
        if found:
            self._mode = self._markup
        return found

    def _unfinished(self, limit: int, *, goes: bool = False) -> bool:
        """Wait for the rest of a construct, unless nothing can come; what goes is cut at the end as well."""
        if limit < len(self._text) or (goes and self._final):  # the region ends here
            self._out.append(Unclosed(self._base + self._at, self._base + limit))
            self._at = limit
            return True
        if self._final:
            self.tail = self._base + self._at
            self._at = limit  # a tag unfinished at the end of the document is no element
        return False

    def _is_last(self, limit: int) -> bool:
        """Whether the limit is the document's end, and not a region's."""
        return self._final and limit == len(self._text)

    # -- tags ----------------------------------------------------------------------------------------------

    def _tag(self, limit: int) -> bool:
        match = TAG.match(self._text, self._at, limit)
        if match is None:
            return self._unfinished(limit)
        start, end = self._base + match.start(), self._base + match.end()
        name = name_of(match.group(2))
        if match.group(1):
            self._end_tag(name, start, end)
            return True
        inert = self._elements.is_inert
        tag = StartTag(name, start, end, match.group(), self._codec, False, self._in_noscript, inert)
        place = self._elements.place_of(tag)
        tag.after_sign = self._text[max(self._at - 1, 0) : self._at] == b"<"
        tag.foreign = place is Place.FOREIGN
        if tag.foreign or not (name in RAW or name == "noscript"):
            tag.doubtful = place is Place.DOUBTFUL or self._region is not None or self._elements.may_drop
            self._accept(tag, place)
            return True
        return self._raw_tag(tag, place, limit)

    def _end_tag(self, name: str, start: int, end: int) -> None:
        self._at = end - self._base
        self._raw = None
        self._elements.close(name)
        self._emit_end(name, start, end)

    def _emit_end(self, name: str, start: int, end: int, *, implied: bool = False) -> None:
        if name in self._interest.names or "-" in name:
            inert = self._elements.is_inert
            self._out.append(EndTag(name, start, end, self._in_noscript, inert, implied))

    def _accept(self, tag: StartTag, place: Place) -> None:
        """Report a start tag if it is of interest, and follow what it opens."""
        self._at = tag.end - self._base
        if self._wants(tag):
            self._out.append(tag)
        self._elements.open(tag, place)

    def _wants(self, tag: StartTag) -> bool:
        if tag.name in self._interest.names or "-" in tag.name:
            return True
        return bool(self._grammar.cues.places(tag.raw))

    @property
    def _in_noscript(self) -> bool:
        return self._region is not None and self._region.noscript

    # -- elements whose content is not markup ----------------------------------------------------------------

    def _raw_tag(self, tag: StartTag, place: Place, limit: int) -> bool:
        tag.doubtful = place is Place.DOUBTFUL or self._elements.may_ignore(tag.name)
        twice = tag.doubtful or tag.name == "noscript"
        nested = twice and self._in_noscript and tag.name == "noscript"
        # In a region such an element comes in one piece with its end tag, or not at all.
        if self._region and not nested and (twice or not self._ends(tag, limit)):
            return self._unfinished(limit, goes=twice)
        self._accept(tag, place)
        if not twice:
            return self._read_raw(tag)
        if not self._region and tag.name != "plaintext":
            self._region = Region.element(tag.name, tag.end, self._elements)
        return True

    def _ends(self, tag: StartTag, limit: int) -> bool:
        """Whether an element inside a region ends there, or with the document; else it is cut."""
        if self._is_last(limit):
            return True
        end, found = content_of(tag.name).find(self._text, tag.end - self._base, limit)
        return found and TAG.match(self._text, end, limit) is not None

    def _read_raw(self, tag: StartTag) -> bool:
        if tag.name == "plaintext":
            return self._pass(Endless(), self._at, len(self._text))
        kept = self._raw_limit if tag.name in self._interest.names else 0
        self._raw = RawContent(tag.name, tag.end, kept)
        self._mode = self._raw_content
        return True

    def _raw_content(self) -> bool:
        assert self._raw is not None
        self._at, found = self._raw.read(self._text, self._at, final=self._final)
        if found or self._final:
            self._out += self._raw.finish()
            self._mode = self._markup
        return found
