"""The small forms that visitors send us: whose they are, and what they hold."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from embedproxy.urls import Url

FORM_BYTES = 32768  # two tickets and a path fit in many times over


class FormTooLarge(Exception):
    """The body is larger than any form of ours."""


def is_same_origin(request: Request, site: Url | None) -> bool:
    """Whether the visitor's own page sent this request (LAW SEC-2).

    The browser says so in ``Sec-Fetch-Site``, which no page can forge; older browsers say ``Origin``. A
    request with neither is refused. No cookie is needed for this, so none is set before the press.

    Args:
        request: the POST.
        site: the site's address as the visitor's browser knows it.
    """
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched == "same-origin"
    return site is not None and request.headers.get("origin") == site.origin


async def read_form(request: Request) -> dict[str, str]:
    """Read an ``application/x-www-form-urlencoded`` body; of a repeated field the first counts.

    Raises:
        FormTooLarge: more than 32 KiB.
    """
    body = await read_body(request, FORM_BYTES)
    fields: dict[str, str] = {}
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        fields.setdefault(name, value)
    return fields


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body of at most so many bytes; FormTooLarge above that."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise FormTooLarge
    return bytes(body)


def own_path(target: str | None) -> str | None:
    """A path of the site itself, fit for a Location header; None for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return target if target.isascii() and target.isprintable() and " " not in target else None
