"""The ASGI middleware: every response of the site passes here on its way to the visitor."""

from __future__ import annotations

import logging

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from embedproxy.consent.ledger import Ledger
from embedproxy.embeds.fields import fields_at
from embedproxy.embeds.page import Page
from embedproxy.errors import EmbedProxyError
from embedproxy.gateway.forwarding import Fronts
from embedproxy.settings import Settings
from embedproxy.web.answers import Answers
from embedproxy.web.asked import address_of, may_be_page, site_url
from embedproxy.web.desk import Desk
from embedproxy.web.headers import Headers, first, joined, joined_cookies, without
from embedproxy.web.lifespan import run_lifespan
from embedproxy.web.memory import Memory
from embedproxy.web.responder import Responder
from embedproxy.web.routes import routes
from embedproxy.web.validators import upstream_tags
from embedproxy.web.wellknown import GpcFile, wants_signals

log = logging.getLogger("embedproxy")

# Headers by which a browser asks for less than the whole page: a part, or nothing when it has not changed.
SAFE = frozenset({"GET", "HEAD"})
CONDITIONS = (
    b"if-match", b"if-modified-since", b"if-none-match", b"if-range", b"if-unmodified-since", b"range",
)  # fmt: skip


# Extensions by which a site could send a page past us, or have the browser connect before the page.
SHORTCUTS = frozenset(
    {"http.response.early_hint", "http.response.pathsend", "http.response.push", "http.response.zerocopysend"}
)


class EmbedProxyMiddleware:
    """Swaps the embeds of an ASGI application's pages for placeholders.

    >>> app = EmbedProxyMiddleware(app, settings=Settings())

    It holds no state of any request but the undecided pages that it remembers; what one response needs lives
    in its `Responder`.

    Args:
        app: the ASGI application of the site.
        settings: what the operator set; the defaults and the environment where it is left out.
        ledger: where grants are recorded; the one of the settings where it is left out.

    Raises:
        SettingsError: a key cannot be made or read, or the ledger's address is wrong.
        ProviderError: a provider file is wrong.
    """

    def __init__(
        self, app: ASGIApp, settings: Settings | None = None, *, ledger: Ledger | None = None
    ) -> None:
        self.app = app
        self.desk = Desk.of(settings or Settings(), ledger)
        self._own = routes(self.desk)
        self._answers = Answers(self.desk)
        self._fronts = Fronts(self.desk.settings.forwarded_allow)
        self._memory = Memory(self.desk.settings.memory_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on to the site."""
        if scope["type"] == "lifespan":
            await run_lifespan(self.app, self.desk.ledger, scope, receive, send)
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].startswith(self.desk.settings.prefix):
            # uvicorn takes the body behind an Upgrade for another request: such a connection ends here.
            upgrade = first(scope["headers"], b"upgrade") is not None
            answer = Response(status_code=400, headers={"connection": "close"}) if upgrade else self._own
            # The prefix is the whole path, also where the application is mounted below another one.
            await answer({**scope, "root_path": ""}, receive, send)
        elif self.desk.settings.gpc_file and wants_signals(scope):
            await self._site(scope, receive, GpcFile(scope, send))
        else:
            await self._site(scope, receive, send)

    async def _site(self, scope: Scope, receive: Receive, send: Send) -> None:
        desk = self.desk
        site = site_url(scope, self._fronts)
        secure = site is not None and site.scheme == "https"
        grants = desk.grants(joined_cookies(scope["headers"]), secure=secure)
        page = Page(address_of(scope, site), grants)
        headers = self._request_headers(scope, page, undecided=grants.undecided)
        asked = joined(scope["headers"], b"if-none-match") if scope["method"] in SAFE else b""
        responder = Responder(send, page, desk.policy, self._memory, scope["method"], asked)
        try:
            known = {name: way for name, way in scope.get("extensions", {}).items() if name not in SHORTCUTS}
            await self.app({**scope, "headers": headers, "extensions": known}, receive, responder)
        except EmbedProxyError as error:
            if responder.started:
                raise  # the server breaks the connection off: a cut page must not look whole
            log.warning("response withheld: %s: %s", type(error).__name__, error)
            await self._answers.of_error(error)(scope, receive, send)

    def _request_headers(self, scope: Scope, page: Page, *, undecided: bool) -> Headers:
        """What the site learns of the request: no cookie of ours, and nothing that would spoil a page."""
        headers = [
            (name, self.desk.cookies.strip(value) if name == b"cookie" else value)
            for name, value in scope["headers"]
        ]
        headers = [(name, value) for name, value in headers if name != b"cookie" or value]
        rules = self.desk.settings.json_html
        if not may_be_page(scope) and not fields_at(page.address.url.path, rules):
            return headers
        accepts = b"gzip" if b"gzip" in joined(headers, b"accept-encoding").lower() else b"identity"
        headers = [*without(headers, b"accept-encoding"), (b"accept-encoding", accepts)]
        if scope["method"] not in SAFE:
            return headers
        tags = upstream_tags(joined(headers, b"if-none-match"), self.desk.policy.digest) if undecided else b""
        headers = without(headers, *CONDITIONS)
        return [*headers, (b"if-none-match", tags)] if tags else headers
