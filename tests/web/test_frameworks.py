"""The middleware around real frameworks: a page loses its embed, the press works, the rest goes through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import litestar
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from embedproxy import EmbedProxyMiddleware, Settings
from tests.web.conftest import ORIGIN, PAGE, Visitor
from tests.web.ledgers import Memory

pytestmark = pytest.mark.anyio

Wrap = Callable[[Any], Any]


def in_starlette(wrap: Wrap) -> Any:
    """The middleware in the list of Starlette's own, inside one of the kind that holds bodies back."""

    async def passing(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return await call_next(request)

    async def post(_request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE)

    async def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(await request.body())

    outer = Middleware(BaseHTTPMiddleware, dispatch=passing)
    routes = [Route("/post", post), Route("/echo", echo, methods=["POST"])]
    return Starlette(routes=routes, middleware=[outer, Middleware(wrap)])


def in_fastapi(wrap: Wrap) -> Any:
    """FastAPI, with ``add_middleware``."""
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/post", response_class=HTMLResponse)
    def post() -> str:
        return PAGE

    @app.post("/echo", response_class=PlainTextResponse)
    async def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(await request.body())

    app.add_middleware(wrap)
    return app


def in_litestar(wrap: Wrap) -> Any:
    """Litestar, wrapped from outside."""

    @litestar.get("/post", media_type="text/html")
    async def page() -> str:
        return PAGE

    @litestar.post("/echo", media_type="text/plain", status_code=200)
    async def echo(request: litestar.Request[Any, Any, Any]) -> bytes:
        return await request.body()

    return wrap(litestar.Litestar([page, echo], openapi_config=None))


def in_quart(wrap: Wrap) -> Any:
    """Quart, as its documentation wraps ``asgi_app``."""
    from quart import Quart, request

    app = Quart(__name__)

    @app.get("/post")
    async def page() -> str:
        return PAGE

    @app.post("/echo")
    async def echo() -> Any:
        return await request.get_data(), 200, {"content-type": "text/plain"}

    app.asgi_app = wrap(app.asgi_app)  # type: ignore[method-assign]
    return app


def in_django(wrap: Wrap) -> Any:
    """Django's ASGI handler, with its own middleware for forms inside."""
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(PAGE)

    @csrf_exempt  # type: ignore[untyped-decorator]
    def echo(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.body, content_type="text/plain")

    if not settings.configured:
        inside = ["security.SecurityMiddleware", "csrf.CsrfViewMiddleware"]
        settings.configure(
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="x" * 50,
            ROOT_URLCONF=(path("post", page), path("echo", echo)),
            MIDDLEWARE=["django.middleware." + inside[0], "django.middleware." + inside[1]],
        )
    from django.core.asgi import get_asgi_application

    return wrap(get_asgi_application())


@pytest.fixture
def wrap(settings: Settings, ledger: Memory) -> Wrap:
    """Puts the middleware around an application."""
    return lambda app: EmbedProxyMiddleware(app, settings=settings, ledger=ledger)


@pytest.fixture(
    params=[in_starlette, in_fastapi, in_litestar, in_quart, in_django], ids=lambda make: make.__name__
)
async def reader(request: pytest.FixtureRequest, wrap: Wrap) -> AsyncIterator[Visitor]:
    """A visitor of a site made with each framework."""
    transport = httpx.ASGITransport(request.param(wrap))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield Visitor(client)


async def test_a_press_loads_and_another_takes_back(reader: Visitor) -> None:
    """The way of a click, through the framework's own middleware and routes."""
    before = await reader.get()
    assert "<iframe" not in before.text
    pressed = await reader.press(before, headers={"referer": f"{ORIGIN}/post"})
    assert (pressed.status_code, pressed.headers["location"].partition("#")[0]) == (303, "/post")
    loaded = await reader.get()
    assert "youtube-nocookie.com/embed/jNQXAC9IVRw" in loaded.text
    await reader.press(loaded, "withdraw", headers={"referer": f"{ORIGIN}/post"})
    assert (await reader.get()).text == before.text


async def test_the_sites_own_forms_go_through(reader: Visitor) -> None:
    """Byte for byte; the site's own 404 stays its own too."""
    answer = await reader.client.post("/echo", content=b"a=1&b=\xff" * 9999)
    assert (answer.status_code, answer.content) == (200, b"a=1&b=\xff" * 9999)
    assert (await reader.get("/missing")).status_code == 404


async def test_below_a_mount_the_prefix_is_the_whole_path(settings: Settings, ledger: Memory) -> None:
    """A form leads to where the middleware is."""
    changed = settings.model_copy(update={"prefix": "/blog/_embedproxy/"})
    inner = EmbedProxyMiddleware(in_starlette(lambda app: app), settings=changed, ledger=ledger)
    transport = httpx.ASGITransport(Starlette(routes=[Mount("/blog", inner)]))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        page = await Visitor(client).get("/blog/post")
        assert 'action="/blog/_embedproxy/load"' in page.text
        assert (await client.get("/blog/_embedproxy/settings")).status_code == 200


async def test_a_stream_stays_a_stream(wrap: Wrap) -> None:
    """Server-sent events are no page; each leaves when it comes."""
    events: list[bytes] = []

    async def told() -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        assert events == [b"data: 1\n\n"]
        yield b"data: 2\n\n"

    async def stream(_request: Request) -> StreamingResponse:
        return StreamingResponse(told(), media_type="text/event-stream")

    async def send(message: Any) -> None:
        events.extend([message["body"]] if message.get("body") else [])

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "asgi": {"spec_version": "2.4"}, "http_version": "1.1", "method": "GET", "path": "/",
        "raw_path": b"/", "query_string": b"", "headers": [(b"host", b"a")], "root_path": "",
    }  # fmt: skip
    await wrap(Starlette(routes=[Route("/", stream)]))(scope, receive, send)
    assert events == [b"data: 1\n\n", b"data: 2\n\n"]


async def test_a_websocket_goes_through(wrap: Wrap) -> None:
    """Whatever it carries is between the page's script and the site."""

    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(await socket.receive_text() + "!")
        await socket.close()

    asked = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "Guten Tag"}])
    told: list[Any] = []

    async def receive() -> Any:
        return next(asked)

    async def send(message: Any) -> None:
        told.append(message)

    scope = {"type": "websocket", "path": "/ws", "headers": [], "query_string": b"", "subprotocols": []}
    await wrap(Starlette(routes=[WebSocketRoute("/ws", talk)]))(scope, receive, send)
    assert [message["type"] for message in told] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert told[1]["text"] == "Guten Tag!"
