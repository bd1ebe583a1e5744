"""Our own addresses below the prefix: load, withdraw, the settings page, the static files."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from embedproxy import urls
from embedproxy.consent.grants import Extent, Grants
from embedproxy.consent.tickets import Ticket
from embedproxy.embeds.box import Box
from embedproxy.embeds.recognise import embed_of_address
from embedproxy.errors import EmbedProxyError, TicketError
from embedproxy.gateway.forwarding import Fronts
from embedproxy.web.answers import Answers
from embedproxy.web.desk import Desk
from embedproxy.web.forms import FormTooLarge, is_same_origin, read_form
from embedproxy.web.proofs import Proofs
from embedproxy.web.reports import Reports
from embedproxy.web.visit import Visit

log = logging.getLogger("embedproxy")

Press = Callable[[Visit], Awaitable[Response]]
DONE = {"withdrawn": "status.withdrawn_all", "forgotten": "status.forgotten"}
PROVIDER_ID = re.compile(
    r"[a-z0-9:@.\[\]-]{1,300}"
)  # no sentence of somebody else's reaches the settings page
STATIC_SECONDS = 31536000  # the name holds a hash of the content


class Routes:
    """The endpoints; what changes something takes a same-origin POST and nothing else (LAW CON-1)."""

    def __init__(self, desk: Desk) -> None:
        """Take what all requests share."""
        self._desk = desk
        self._answers = Answers(desk)
        self._fronts = Fronts(desk.settings.forwarded_allow)

    # -- an embed's own controls

    async def load(self, visit: Visit) -> Response:
        """The press: record the grant, then show the frame (DESIGN §4)."""
        ticket = self._desk.policy.tickets.read(visit.fields.get("ticket"))
        notice = self._desk.policy.notice_of(ticket)
        if notice is None or notice.hash != ticket.notice:
            return self._stale(visit, ticket)
        lasting = "always" in visit.fields and self._desk.settings.offers_always and not visit.objects
        extent: Extent = "always" if lasting else "once"
        box = self._box(visit, ticket)
        grants = await self._desk.grant(visit.grants, ticket, extent, notice)
        if visit.in_place:
            fields = {"status": notice.words["loaded"], "always": extent == "always"}
            response = self._answers.fragment(200, html=box.frame(autoplay=True), **fields)
        else:
            response = self._back(visit, ticket.anchor)
        return self._keep(response, grants, visit)

    async def withdraw(self, visit: Visit) -> Response:
        """Take back what a provider was allowed, or everything; as easy as the press (LAW WDR-1)."""
        if "ticket" in visit.fields:
            ticket = self._desk.policy.tickets.read(visit.fields["ticket"])
            box = self._box(visit, ticket)
            taken = self._desk.withdraw(visit.grants, [ticket.provider], "withdraw-button", ticket.lang)
            grants = await taken
            if visit.in_place:
                fields = {"html": box.placeholder(), "status": box.notice.words["withdrawn"]}
                return self._keep(self._answers.fragment(200, **fields), grants, visit)
            return self._keep(self._back(visit, ticket.anchor), grants, visit)
        every = {grant.provider for grant in visit.grants.items}
        named = every if "all" in visit.fields else {visit.fields.get("provider", "")}
        lang = self._desk.policy.notices.catalogue(visit.fields.get("lang")).lang
        grants = await self._desk.withdraw(visit.grants, named, "settings", lang)
        one = "" if "all" in visit.fields else visit.fields.get("provider", "")
        return self._keep(self._to_settings(visit, "withdrawn", one), grants, visit)

    async def frame(self, visit: Visit) -> Response:
        """The frame of a further embed, where a grant covers it already; nothing is granted here."""
        ticket = self._desk.policy.tickets.read(visit.fields.get("ticket"))
        box = self._box(visit, ticket)
        if not visit.grants.covers(ticket.provider, ticket.embed):
            return self._answers.fragment(409, html=box.placeholder(), status=box.notice.words["changed"])
        return self._answers.fragment(200, html=box.frame(), status=box.notice.words["loaded"])

    async def placeholder(self, visit: Visit) -> Response:
        """The placeholder of an embed whose provider was withdrawn elsewhere on the page."""
        box = self._box(visit, self._desk.policy.tickets.read(visit.fields.get("ticket")))
        return self._answers.fragment(200, html=box.placeholder(), status=box.notice.words["withdrawn"])

    async def forget(self, visit: Visit) -> Response:
        """Withdraw everything and delete every cookie of ours (LAW RGT-2)."""
        every = {grant.provider for grant in visit.grants.items}
        lang = self._desk.policy.notices.catalogue(visit.fields.get("lang")).lang
        await self._desk.withdraw(visit.grants, every, "settings", lang)
        response = self._to_settings(visit, "forgotten")
        for line in self._desk.cookies.forget(secure=visit.secure):
            response.headers.append("set-cookie", line)
        return response

    # -- pages and files

    async def settings(self, request: Request) -> Response:
        """What is granted, and the way to take it back; works with no cookie and no script."""
        visit = Visit.of(request, self._desk, self._fronts)
        lang = request.query_params.get("lang")
        return self._answers.settings(visit.grants, lang, " ".join(self._messages(request, visit, lang)))

    def _messages(self, request: Request, visit: Visit, lang: str | None) -> Iterator[str]:
        """What a visitor should know at the top of the settings page."""
        text = self._desk.policy.notices.catalogue(lang).text
        done, one = (request.query_params.get(name, "") for name in ("done", "provider"))
        if done == "withdrawn" and PROVIDER_ID.fullmatch(one):
            yield text("status.withdrawn", provider=self._answers.name_of(one))
        elif done in DONE:
            yield text(DONE[done])
        for provider_id in visit.grants.stale:  # LAW NOT-6
            yield text("status.changed", provider=self._answers.name_of(provider_id))
        if visit.objects and self._desk.settings.offers_always:
            yield text("status.gpc")

    async def hole(self, request: Request) -> Response:
        """The box for a frame that a script of the page inserted and the browser's policy stopped."""
        visit = Visit.of(request, self._desk, self._fronts)
        url, lang = urls.parse(request.query_params.get("url", "")), request.query_params.get("lang")
        if url is None or visit.site is None or self._desk.policy.is_own(url.host, visit.site.host):
            return self._answers.fragment(404, html="")
        embed = embed_of_address(url, lang, self._desk.policy)
        root, back = self._desk.settings.prefix, visit.back or ""
        box = Box(self._desk.policy, embed, embed.anchor, root=root, back=back)
        granted = visit.grants.covers(embed.provider, embed.key)
        return self._answers.fragment(200, html=box.frame() if granted else box.placeholder())

    async def static(self, request: Request) -> Response:
        """A stylesheet or script; an old name gives today's file, since cached pages still ask for it."""
        stem, _, rest = request.path_params["name"].partition(".")
        asset = self._desk.policy.templates.assets.get(f"{stem}.{rest.rpartition('.')[2]}")
        if asset is None:
            return self._answers.error("not_found", 404)
        current = asset.name == request.path_params["name"]
        kept = f"public, max-age={STATIC_SECONDS}, immutable" if current else "public, max-age=300"
        headers = {
            "cache-control": kept,
            "content-type": asset.media_type,
            "x-content-type-options": "nosniff",
        }
        return Response(asset.body, headers=headers)

    async def health(self, _request: Request) -> Response:
        """That this process answers, for load balancers and containers; it tells nothing else."""
        return Response(status_code=204, headers={"cache-control": "no-store"})

    # -- what they share

    def pressed(self, press: Press) -> Callable[[Request], Awaitable[Response]]:
        """Let only the visitor's own page through, and turn errors into answers."""

        async def endpoint(request: Request) -> Response:
            visit = Visit.of(request, self._desk, self._fronts)
            if not is_same_origin(request, visit.site):
                log.warning("form refused: not from a page of this site")
                return self._refused(visit, "foreign_form", 403)
            try:
                visit = Visit.of(request, self._desk, self._fronts, await read_form(request))
                return await press(visit)
            except FormTooLarge:
                return self._refused(visit, "too_large", 413)
            except EmbedProxyError as error:
                log.warning("form refused: %s: %s", type(error).__name__, error)
                if visit.in_place:
                    return self._answers.fragment(error.status_hint, html="")
                return self._answers.of_error(error, back=visit.back)

        return endpoint

    def _refused(self, visit: Visit, key: str, status: int) -> Response:
        return self._answers.fragment(status, html="") if visit.in_place else self._answers.error(key, status)

    def _box(self, visit: Visit, ticket: Ticket) -> Box:
        return Box.of_ticket(self._desk.policy, ticket, visit.back or "")

    def _stale(self, visit: Visit, ticket: Ticket) -> Response:
        """The notice has changed since the page was made: show the new one, grant nothing (LAW SEC-4)."""
        if not visit.in_place:
            return self._answers.error("stale", TicketError.status_hint, back=visit.back)
        box = self._box(visit, ticket)
        return self._answers.fragment(409, html=box.placeholder(), status=box.notice.words["changed"])

    def _keep(self, response: Response, grants: Grants, visit: Visit) -> Response:
        for line in self._desk.cookies.write(grants, secure=visit.secure):
            response.headers.append("set-cookie", line)
        return response

    def _back(self, visit: Visit, anchor: str) -> Response:
        return self._answers.see_other(f"{visit.back or self._desk.settings.prefix + 'settings'}#{anchor}")

    def _to_settings(self, visit: Visit, done: str, provider: str = "") -> Response:
        lang = self._desk.policy.notices.catalogue(visit.fields.get("lang")).lang
        query = {"lang": lang, "done": done} | ({"provider": provider} if provider else {})
        return self._answers.see_other(f"{self._desk.settings.prefix}settings?{urlencode(query)}")


def routes(desk: Desk) -> ASGIApp:
    """Put our own addresses together; a wrong method is a 405, an unknown path a 404."""
    own, prefix = Routes(desk), desk.settings.prefix
    answers, proofs = Answers(desk), Proofs(desk)

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        await answers.error("not_found", 404)(scope, receive, send)

    collector = [Route(prefix + "report", Reports(desk).collect, methods=["POST"])]
    presses = (own.load, own.withdraw, own.frame, own.placeholder, own.forget)
    return Router(
        [
            *(Route(prefix + press.__name__, own.pressed(press), methods=["POST"]) for press in presses),
            Route(prefix + "settings", own.settings, methods=["GET"]),
            Route(prefix + "export", proofs.export, methods=["GET"]),
            Route(prefix + "receipt/{id}", proofs.receipt, methods=["GET"]),
            Route(prefix + "notice/{hash}.json", proofs.notice, methods=["GET"]),
            Route(prefix + "hole", own.hole, methods=["GET"]),
            Route(prefix + "static/{name}", own.static, methods=["GET"]),
            Route(prefix + "health", own.health, methods=["GET"]),
            *(collector if desk.settings.strict == "report" else []),
        ],
        default=missing,
        redirect_slashes=False,
    )
