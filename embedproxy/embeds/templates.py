"""The Jinja2 templates and the static files beside them; an operator's file of the same name wins."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def folder() -> Path:
    """Where our own templates lie: inside the wheel, or beside the package in an editable install."""
    inside = Path(str(files("embedproxy"))) / "templates"
    return inside if inside.is_dir() else inside.parents[1] / "templates"


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file whose name holds a hash of its content, so that browsers may keep it for ever.

    Attributes:
        name: such as ``embedproxy.3f2a….css``.
        body: its bytes.
        media_type: the Content-Type.
    """

    name: str
    body: bytes
    media_type: str


class Templates:
    """Renders what visitors see."""

    def __init__(self, own: Path | None = None) -> None:
        """Look into the operator's folder first, then into ours."""
        self._folders = [*([own] if own else []), folder()]
        self._environment = Environment(
            loader=FileSystemLoader([str(place) for place in self._folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, name: str, context: Mapping[str, Any]) -> Markup:
        """Render a template with autoescape on.

        Args:
            name: file name, such as ``placeholder.html``.
            context: what the template may use; a missing name is an error, not an empty text.
        """
        return Markup(self._environment.get_template(name).render(context))  # noqa: S704 (autoescaped)

    @cached_property
    def assets(self) -> Mapping[str, Asset]:
        """The static files, by their plain name."""
        return {name: self._asset(name) for name in ("embedproxy.css", "embedproxy.js")}

    @cached_property
    def digest(self) -> str:
        """Changes with any template or static file."""
        whole = hashlib.sha256()
        for place in reversed(self._folders):
            for path in sorted(place.glob("*")):
                if path.is_file():
                    whole.update(path.name.encode() + b"\0" + path.read_bytes())
        return whole.hexdigest()

    def _asset(self, name: str) -> Asset:
        body = next((path.read_bytes() for place in self._folders if (path := place / name).is_file()), b"")
        stem, dot, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}{dot}{ending}"
        return Asset(hashed, body, MEDIA_TYPES[dot + ending])


def ascii_bytes(markup: str) -> bytes:
    """Encode what we insert so that it is right in every ASCII-compatible charset of a page."""
    return markup.encode("ascii", "xmlcharrefreplace")
