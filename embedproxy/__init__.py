"""Click-to-load placeholders for embeds, in front of any website or inside an ASGI application."""

__version__ = "0.1.0"

from embedproxy.application import create_app
from embedproxy.errors import EmbedProxyError
from embedproxy.providers.loader import load_providers
from embedproxy.providers.schema import Provider
from embedproxy.settings import Settings
from embedproxy.web.middleware import EmbedProxyMiddleware

__all__ = [
    "EmbedProxyError",
    "EmbedProxyMiddleware",
    "Provider",
    "Settings",
    "create_app",
    "load_providers",
]
