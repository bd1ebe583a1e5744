"""The answer to ``/.well-known/gpc.json`` where the site has none of its own (LAW SIG-3)."""

from __future__ import annotations

import json

from starlette.types import Message, Scope, Send

PATH = "/.well-known/gpc.json"
# That signals are heeded, and since when (https://www.w3.org/TR/gpc/#representation).
BODY = json.dumps({"gpc": True, "lastUpdate": "2026-11-23"}).encode() + b"\n"


def wants_signals(scope: Scope) -> bool:
    """Whether a request asks for the file."""
    return scope["path"] == PATH and scope["method"] in ("GET", "HEAD")


class GpcFile:
    """Passes the site's own answer on; a 404 is replaced by ours.

    Args:
        scope: the request's.
        send: where the messages go.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self._method: str = scope["method"]
        self._send = send
        self._missing = False

    async def __call__(self, message: Message) -> None:
        """Take one message of the response."""
        if message["type"] == "http.response.start" and message["status"] == 404:
            self._missing = True
        elif not self._missing:
            await self._send(message)
        elif not message.get("more_body", False):
            await self._answer()

    async def _answer(self) -> None:
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(BODY)),
            (b"cache-control", b"public, max-age=86400"),
        ]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        body = b"" if self._method == "HEAD" else BODY
        await self._send({"type": "http.response.body", "body": body, "more_body": False})
