"""Provider files for tests, written as an operator would write them."""

from __future__ import annotations

from pathlib import Path

from embedproxy import urls
from embedproxy.providers.schema import Provider
from embedproxy.urls import Url

COMPANY = """
[company]
name = "Film GmbH"
country = "DE"
privacy_url = { de = "https://film.example/datenschutz" }
transfer = "eea"
as_of = 2026-11-01
source = "https://film.example/datenschutz"
"""

FILM = f"""
name = "Film"
kind = "video"
hosts = ["film.example"]
resource_hosts = ["film-static.example"]
purposes = ["display"]
storage = [{{ name = "seen", duration = "P6M" }}]
{COMPANY}
[[match]]
path = '/embed/(?P<id>\\w+)'

[[quote]]
tag = "blockquote"
class = "film-quote"
url = "data-film"

[[element]]
tag = "film-player"
url = "https://film.example/embed/{{film-id}}"

[frame]
src = "https://film.example/embed/{{id}}"
keep = ["start"]
set = {{ quiet = "1" }}
autoplay = {{ play = "yes" }}
link = "https://film.example/watch?film={{id}}"

[[examples]]
html = '<iframe src="https://www.film.example/embed/abc"></iframe>'
id = "abc"

[[examples]]
url = "https://film.example.evil.example/embed/abc"
match = false
"""


def write(folder: Path, name: str, text: str) -> Path:
    """Write a provider file and give its path."""
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def url_of(text: str) -> Url:
    """Parse an address that the test knows to be one."""
    url = urls.parse(text)
    assert url
    return url


FACTS = {
    "name": "Film GmbH",
    "country": "DE",
    "privacy_url": {"de": "https://film.example/"},
    "transfer": "eea",
    "as_of": "2026-11-01",
    "source": "https://film.example/",
}
EXAMPLES = [{"url": "https://film.example/embed/a"}, {"url": "https://a.example/", "match": False}]


def provider(name: str, **facts: object) -> Provider:
    """A provider with a few facts of its own."""
    common = {"id": name, "name": name, "kind": "video", "purposes": ["display"], "storage": []}
    return Provider.model_validate({**common, "company": FACTS, "examples": EXAMPLES, **facts})
