"""The demo blog on a port of its own, in the background."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from embedproxy.operator.demo.blog import create_blog


@contextmanager
def running_blog() -> Iterator[str]:
    """Run the blog while the context is open.

    Yields:
        Its address, such as ``http://127.0.0.1:40123``.
    """
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_blog(), http="httptools", access_log=False, log_config=None, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()
