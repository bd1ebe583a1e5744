"""One response on its way to the visitor: held back until its headers can be decided."""

from __future__ import annotations

import time

from starlette.types import Message, Send

from embedproxy.embeds.page import Page
from embedproxy.embeds.policy import Policy
from embedproxy.errors import RewriteError
from embedproxy.web import caching
from embedproxy.web.codings import Gzip
from embedproxy.web.csp import policies
from embedproxy.web.documents import Document
from embedproxy.web.headers import Headers, clean_links, first, joined, with_vary, without
from embedproxy.web.media import declared, is_shown, media_of
from embedproxy.web.memory import HELD_SECONDS, Memory
from embedproxy.web.validators import confirmed, mark_of, matches, our_tag

BODILESS = frozenset({204, 205, 304})
POLICY = b"content-security-policy"
# Facts about the upstream's bytes, which no longer hold once a page was rewritten.
OF_THE_BODY = (
    b"accept-ranges", b"content-digest", b"content-encoding", b"content-length", b"content-md5", b"digest",
    b"repr-digest",
)  # fmt: skip


class Responder:
    """Takes the site's response messages and sends the visitor's.

    There is one for each response; what it knows is gone with it.
    """

    def __init__(
        self, send: Send, page: Page, policy: Policy, memory: Memory, method: str, if_none_match: bytes
    ) -> None:
        """Prepare for one response.

        Args:
            send: where the messages go.
            page: where it was asked for, and by whom.
            policy: what decides about its embeds.
            memory: the pages that this worker remembers.
            method: the request's method.
            if_none_match: the visitor's own If-None-Match; empty when there is none.
        """
        self.started = False
        self._send = send
        self._page = page
        self._policy = policy
        self._memory = memory
        self._method = method
        self._if_none_match = if_none_match
        self._start: Message = {}
        self._document: Document | None = None
        self._raw: list[bytes] = []  # the body as it came, for a page that turns out to hold no embed
        self._ready: list[bytes] = []  # the rewritten body, while the headers are undecided
        self._size = 0
        self._since = 0.0
        self._gzip: Gzip | None = None

    async def __call__(self, message: Message) -> None:
        """Take one message of the site.

        Raises:
            RewriteError: the page cannot be read for certain; nothing raw of it was sent.
        """
        match message["type"]:
            case "http.response.start":
                await self._begin(message)
            case "http.response.body" if self._document:
                await self._body(message)
            case "http.response.trailers" if self._document:
                pass  # they would speak of bytes that have changed
            case _:
                await self._send(message)

    async def _begin(self, message: Message) -> None:
        self._start = dict(message)
        headers: Headers = [(name.lower(), value) for name, value in message.get("headers", ())]
        self._start["headers"] = headers
        path, rules = self._page.address.url.path, self._policy.settings.json_html
        content_type = declared(headers)
        media = media_of(content_type, path, rules)
        if media is None or message["status"] in BODILESS:
            self._start["headers"] = self._revalidated() if message["status"] == 304 else self._untouched()
            await self._forward_start()
        elif self._method == "HEAD":
            self._start["headers"] = self._with_policy(
                caching.shared(without(headers, *OF_THE_BODY, b"etag"))
            )
            await self._forward_start()
        elif message["status"] == 206:
            raise RewriteError("the site sent a part of a page, which cannot be read without the rest")
        else:
            self._start.pop("trailers", None)
            coding = joined(headers, b"content-encoding")
            self._document = Document(self._page, self._policy, content_type, coding, self._memory)
            self._since = time.monotonic()

    async def _body(self, message: Message) -> None:
        assert self._document
        chunk, more = message.get("body", b""), message.get("more_body", False)
        if not self.started:
            self._raw.append(chunk)
            self._size += len(chunk)
        for piece in self._document.opened(chunk) if chunk else ():
            await self._take(self._document.feed(piece), more=more or self._document.is_packed)
        if not more:
            await self._take(self._document.close(), more=False)
        if not self.started and self._document.declined:
            await self._decline(more=more)
        elif not more:
            await (self._stream(b"", more=False) if self.started else self._finish())

    async def _take(self, ready: bytes, *, more: bool) -> None:
        """Keep a rewritten piece, or send it: a page is held back whole unless much or slow things follow."""
        assert self._document
        if self.started:
            await self._stream(ready, more=True)
            return
        self._ready.append(ready)
        self._size += len(ready)
        undecided = self._document.is_held or self._document.declined
        if more and not undecided and self._is_large_or_slow():
            await self._start_stream()

    def _is_large_or_slow(self) -> bool:
        slow = time.monotonic() - self._since > HELD_SECONDS
        return slow or self._size > 2 * self._policy.settings.page_bytes

    async def _decline(self, *, more: bool) -> None:
        """It is no page and no feed: it goes on as it came, and so does what follows."""
        self._document = None
        self._start["headers"] = self._untouched()
        await self._forward_start()
        await self._send({"type": "http.response.body", "body": b"".join(self._raw), "more_body": more})
        self._raw = []

    # -- a page that is known whole

    async def _finish(self) -> None:
        body = b"".join(self._ready) if self._is_changed() else b"".join(self._raw)
        headers: Headers = self._start["headers"]
        if self._is_changed():
            gzipped = b"gzip" in joined(headers, b"content-encoding")
            headers = self._rewritten_headers()
            if gzipped:
                body = Gzip().feed(body, last=True)
                headers.append((b"content-encoding", b"gzip"))
            headers.append((b"content-length", b"%d" % len(body)))
        headers = self._with_policy(headers)
        if self._start["status"] == 200 and matches(self._if_none_match, first(headers, b"etag")):
            await self._send_whole(304, without(headers, b"content-length", b"content-encoding"), b"")
        else:
            await self._send_whole(self._start["status"], headers, body)

    def _is_changed(self) -> bool:
        assert self._document
        return self._document.edited or self._page.has_embeds

    async def _send_whole(self, status: int, headers: Headers, body: bytes) -> None:
        self._start.update(status=status, headers=headers)
        await self._forward_start()
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    # -- a page that is too large or too slow to wait for: its headers say what is true in any case

    async def _start_stream(self) -> None:
        gzipped = b"gzip" in joined(self._start["headers"], b"content-encoding")
        self._start["headers"] = self._with_policy(self._rewritten_headers())
        if gzipped:
            self._gzip = Gzip()
            self._start["headers"].append((b"content-encoding", b"gzip"))
        await self._forward_start()
        await self._stream(b"".join(self._ready), more=True)
        self._raw, self._ready = [], []

    async def _stream(self, ready: bytes, *, more: bool) -> None:
        body = self._gzip.feed(ready, last=not more) if self._gzip else ready
        if body or not more:
            await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def _forward_start(self) -> None:
        self.started = True
        await self._send(self._start)

    # -- headers

    def _rewritten_headers(self) -> Headers:
        headers: Headers = self._start["headers"]
        if b"gzip" in joined(headers, b"content-encoding"):  # some sites do not say what that depends on
            headers = with_vary(headers, b"Accept-Encoding")
        tag = our_tag(first(headers, b"etag") or b"", self._policy.digest, joined(headers, POLICY))
        headers = without(headers, *OF_THE_BODY, b"etag")
        headers = caching.shared([*headers, (b"etag", tag)] if tag else headers)
        return [*headers, (b"x-dns-prefetch-control", b"off")]  # links alone cause no look-up (LAW LNK-1)

    def _revalidated(self) -> Headers:
        """A 304 for our own tag: the visitor's copy is the rewritten page, so its headers are too.

        The copy's policy names the frames of the page, which are not known here. Browsers replace the policy
        of a copy by that of a 304, so the 304 has none, unless the site has changed its own.
        """
        headers: Headers = self._start["headers"]
        ours = confirmed(self._if_none_match, first(headers, b"etag") or b"", self._policy.digest)
        if not ours:
            return self._untouched()
        own = joined(headers, POLICY)
        headers = caching.shared([*without(headers, b"etag"), (b"etag", ours.tag)])
        if own and mark_of(own) != ours.mark:
            return self._with_policy(headers)
        return without(self._quiet(headers), b"speculation-rules", POLICY)

    def _untouched(self) -> Headers:
        """Headers of a body that goes on as it came; a picture's can contact a provider like a page's."""
        headers = self._quiet(self._start["headers"])
        if is_shown(declared(headers)):
            headers += policies(Page(self._page.address), self._policy)  # the same for everybody
        return headers

    def _with_policy(self, headers: Headers) -> Headers:
        """Clean what contacts a provider, and add our policy; the site's own stays and is never loosened."""
        headers = without(self._quiet(headers), b"speculation-rules")
        if not self._page.grants.undecided:
            headers = caching.private(headers)
        return [*headers, *policies(self._page, self._policy)]

    def _quiet(self, headers: Headers) -> Headers:
        page, policy = self._page, self._policy
        return clean_links(headers, page.resolve, lambda url: policy.is_foreign(url, page.host))
