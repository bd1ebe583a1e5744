"""The demo blog as an ASGI application: a few pages, a feed, a comment form."""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from embedproxy.operator.demo.shelf import Leaf, Page, feed, lay_out, static_files

Endpoint = Callable[[Request], Awaitable[Response]]

MAX_AGE = 600  # seconds; long enough to see that a browser's own copy of a page does no harm
FORM_BYTES = 64 * 1024
STORAGE = "speicherung"  # the form's own required box

PAGES = {
    "/": Page("home", "Zwischen zwei Sätzen", "Texte über Gespräche, Reden und das Zuhören.", "home"),
    "/der-erste-satz/": Page(
        "first", "Der erste Satz muss nicht glänzen", "Warum ein kleiner Anfang besser ist als ein später."
    ),
    "/gespraeche-im-gehen/": Page(
        "walk",
        "Gespräche im Gehen",
        "Was ein Weg mit einem schwierigen Gespräch macht.",
        "plain wp-embed-responsive",
    ),
    "/ueber-mich/": Page("about", "Über mich", "Wer hier schreibt."),
    "/datenschutz": Page("privacy", "Datenschutz", "Was diese Vorführung speichert: nichts."),
}
MISSING = Page("missing", "Nicht gefunden", "Diese Seite gibt es nicht.")
REFUSED = Page("refused", "Noch nicht abgeschickt", "Der Kommentar ist unvollständig.")
THANKS = Page("thanks", "Danke", "Ihr Kommentar ist angekommen.")


def create_blog() -> Starlette:
    """Build the demo blog: every page and file is read once, here.

    Returns:
        An ASGI application without embedproxy in it.
    """
    leaves = {path: lay_out(page) for path, page in PAGES.items()} | static_files()
    routes = [Route(path, _showing(leaf)) for path, leaf in leaves.items()]
    return Starlette(
        routes=[*routes, Route("/feed.xml", _feed), Route("/kommentar", _comment, methods=["POST"])],
        exception_handlers={404: _missing},
    )


def _showing(leaf: Leaf) -> Endpoint:
    async def show(request: Request) -> Response:
        return _answer(request, leaf)

    return show


def _answer(request: Request, leaf: Leaf) -> Response:
    """Give a file out, or say that the browser's copy is still right (RFC 9110 §13.1.2)."""
    headers = {"ETag": leaf.tag, "Cache-Control": f"max-age={MAX_AGE}"}
    known = request.headers.get("if-none-match", "")
    if leaf.tag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(leaf.body, media_type=leaf.media_type, headers=headers)


async def _feed(request: Request) -> Response:
    return _answer(request, feed(escape(str(request.base_url).rstrip("/"))))


async def _missing(_request: Request, _error: Exception) -> Response:
    return _page(MISSING, {}, 404)


async def _comment(request: Request) -> Response:
    """Thank for a comment and show it once; nothing is kept."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            return _page(REFUSED, {"reason": "Der Kommentar ist zu lang."}, 413)
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if not fields.get(STORAGE):
        return _page(REFUSED, {"reason": "Bitte stimmen Sie der Speicherung zu."}, 400)
    shown = {name: html.escape(fields.get(name, "")) for name in ("name", "kommentar", STORAGE)}
    return _page(THANKS, shown, 200)


def _page(page: Page, values: dict[str, str], status: int) -> Response:
    leaf = lay_out(page, values)
    return Response(leaf.body, status, {"Cache-Control": "no-store"}, leaf.media_type)
