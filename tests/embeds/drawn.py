"""Renders the templates for tests and reads the markup as strictly as XHTML is read."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from embedproxy.embeds.size import Size
from embedproxy.notices.catalogue import load_catalogues
from embedproxy.notices.notice import Notices
from embedproxy.settings import Operator, Transfers

FOLDER = Path(__file__).resolve().parents[2] / "templates"
SITE = Operator(name="Verein", privacy_url="/datenschutz")
NOTICES = Notices(load_catalogues(), {}, language="de", operator=SITE, always_days=180, transfers=Transfers())
ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
GRANT = {
    "provider": "host:player.example",
    "name": "player.example",
    "extent": "always",
    "since": "23.11.2026, 12:00:00",
    "until": "22.05.2027, 12:00:00",
    "item": "",
    "receipt": "0" * 32,
    "version": "2026-11-23",
    "receipt_url": "/_embedproxy/receipt/0",
}


def context(**changed: Any) -> dict[str, Any]:
    """Everything that any template asks for."""
    texts = NOTICES.catalogue("de")
    frame = SimpleNamespace(
        src="https://player.example/1?a=1&b=2",
        title="Rundgang",
        allow="autoplay; fullscreen",
        referrerpolicy="strict-origin-when-cross-origin",
        sandbox=None,
        width=560,
        height=315,
    )
    usual = {
        "anchor": "embedproxy-1",
        "asset_css": "/_embedproxy/static/embedproxy.0.css",
        "assets": Markup("<link /><script></script>"),
        "back": "/post?a=1&b=2",
        "captcha": False,
        "changed": False,
        "export_url": "/_embedproxy/export",
        "form_id": "",
        "target": "_self",
        "frame": frame,
        "grants": [GRANT, GRANT | {"extent": "once", "until": "", "item": "1"}],
        "kind": "video",
        "lang": "de",
        "lang_attr": "",
        "link": "https://player.example/1",
        "message": "",
        "notice": NOTICES.generic("player.example", "video", "de"),
        "offer_always": True,
        "prefix": "/_embedproxy/",
        "sentence": "Ein Satz.",
        "site_policy": "/datenschutz",
        "size": Size(560, 315, (560, 315)),
        "text": texts.text,
        "ticket": "signed.ticket",
        "title": "Rundgang",
    }
    return usual | changed


def render(name: str, **changed: Any) -> str:
    """A template's markup."""
    return ENVIRONMENT.get_template(name).render(context(**changed))


def tree(name: str, **changed: Any) -> Element:
    """A template's markup, read as strictly as XHTML is."""
    markup = render(name, **changed).replace("<!DOCTYPE html>", "").replace(' xmlns="', ' data-ns="')
    return ElementTree.fromstring(f"<root>{markup.encode('ascii', 'xmlcharrefreplace').decode()}</root>")


def one(root: Element, path: str) -> Element:
    """The only element of that kind."""
    found = root.findall(f".//{path}")
    assert len(found) == 1, f"{path}: {len(found)}"
    return found[0]


def words(element: Element) -> str:
    """The text of an element."""
    return " ".join("".join(element.itertext()).split())
