"""The reverse proxy, put together: what `embedproxy serve` runs, and what any ASGI server can."""

from __future__ import annotations

import os
from pathlib import Path

from embedproxy.configuration import load_settings
from embedproxy.errors import SettingsError
from embedproxy.gateway.proxy import Proxy
from embedproxy.settings import Settings
from embedproxy.web.middleware import EmbedProxyMiddleware

CONFIG = "EMBEDPROXY_CONFIG"  # the configuration file's path, for worker processes


def create_app(settings: Settings | None = None) -> EmbedProxyMiddleware:
    """Build the reverse proxy as an ASGI application.

    Args:
        settings: what the operator set; without them the file that ``EMBEDPROXY_CONFIG`` names and the
            environment are read, so that ``uvicorn --factory embedproxy:create_app`` works.

    Raises:
        SettingsError: a setting is wrong, or no upstream is named.
        ProviderError: a provider file is wrong.
    """
    if settings is None:
        file = os.environ.get(CONFIG)
        settings = load_settings(Path(file) if file else None)
    if not settings.upstream:
        raise SettingsError(
            "upstream: the address of your site is missing.",
            code="E005",
            key="upstream",
            hint="Example: embedproxy serve --upstream http://127.0.0.1:8080",
        )
    return EmbedProxyMiddleware(Proxy(settings), settings=settings)
