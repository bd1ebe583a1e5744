"""Sites on loopback: any ASGI application, served in a thread as ``embedproxy serve`` does it."""

from __future__ import annotations

import socket
import threading
from typing import Any

import uvicorn

from embedproxy.listener import Listener

PATIENCE = 20.0  # seconds that a start or a stop may take on a busy machine


class Site:
    """An application behind a real socket.

    Attributes:
        url: its address without a slash at the end.
    """

    def __init__(self, app: Any, **options: Any) -> None:
        """Serve an application on a free port, with other options of uvicorn, and return when it answers."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            app,
            **{
                "http": Listener,
                "loop": "asyncio",
                "ws": "none",
                "log_config": None,
                "access_log": False,
                "timeout_graceful_shutdown": 2,
                **options,
            },
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],))
        self._thread.start()
        if not self._server.ready.wait(PATIENCE) or not self._server.started:
            self.close()
            raise RuntimeError("the site did not start")

    def close(self) -> None:
        """Stop serving and wait for it."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)


class _Server(uvicorn.Server):
    """A uvicorn that says when its start is over."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell the waiting thread."""
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()
