"""Which providers a site really embeds: its pages are read as the proxy would read them."""

from __future__ import annotations

import http.client
import secrets
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from embedproxy import __version__, urls
from embedproxy.consent.tickets import Tickets
from embedproxy.embeds.page import Address, Page
from embedproxy.embeds.policy import Policy
from embedproxy.embeds.templates import Templates
from embedproxy.errors import EmbedProxyError, UpstreamError
from embedproxy.html.markup import start_tags
from embedproxy.html.tokenizer import Interest
from embedproxy.notices.facts import HOST
from embedproxy.notices.notice import load_notices
from embedproxy.providers.registry import Registry
from embedproxy.settings import Settings
from embedproxy.urls import Url
from embedproxy.web.documents import Document, is_document

PAGE_BYTES = 4 << 20
SECONDS = 15
LINKS = Interest(frozenset({"a"}), rb"data-provider", (b"data-provider",))

Fetch = Callable[[Url], "Fetched | None"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came.

    Attributes:
        url: where it was found in the end.
        content_type: its Content-Type; None when it has none.
        body: its bytes.
    """

    url: Url
    content_type: bytes | None
    body: bytes


@dataclass(slots=True)
class Embedded:
    """What was found.

    Attributes:
        pages: how many pages were read.
        providers: ids of known providers, in the order they were found.
        hosts: unknown third parties.
        skipped: addresses of pages that could not be read.
    """

    pages: int = 0
    providers: dict[str, None] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


class Scan:
    """Follows the links of a site and notes whose embeds stand in its pages.

    It asks nobody but the site itself. A site behind embedproxy already is read by its boxes.

    Args:
        settings: the operator's.
        registry: the known providers.
        fetch: gets a page; None where there is none.
    """

    def __init__(self, settings: Settings, registry: Registry, fetch: Fetch) -> None:
        notices = load_notices(settings, registry.providers)
        keys = Tickets([secrets.token_hex(32)])  # what is drawn here is thrown away
        self._policy = Policy(settings, registry, notices, keys, Templates(settings.templates_dir))
        self._fetch = fetch

    def run(
        self, start: Url, *, limit: int, progress: Callable[[int], None] = lambda pages: None
    ) -> Embedded:
        """Read a site.

        Args:
            start: its first page.
            limit: how many pages to read at most.
            progress: told after each page that one more was read.

        Raises:
            UpstreamError: the first page cannot be read.
        """
        found, waiting, seen = Embedded(), deque([start]), {start.origin + start.target}
        origin = ""
        while waiting and found.pages < limit:
            url = waiting.popleft()
            page = self._page(url, found)
            if page is None:
                continue
            origin = origin or page.url.origin
            found.pages += 1
            progress(1)
            for link in self._read(page, found):
                if link.origin == origin and link.origin + link.target not in seen:
                    seen.add(link.origin + link.target)
                    waiting.append(link)
        if not found.pages:
            raise UpstreamError(f"{start.href}: there is no page that can be read.")
        return found

    def _page(self, url: Url, found: Embedded) -> Fetched | None:
        try:
            page = self._fetch(url)
        except (OSError, http.client.HTTPException):
            found.skipped.append(url.href)
            return None
        return page if page and is_document(page.content_type) else None

    def _read(self, fetched: Fetched, found: Embedded) -> list[Url]:
        """Note a page's embeds; give the pages it links to."""
        page = Page(Address(fetched.url, fetched.url.target))
        try:
            document = Document(page, self._policy, fetched.content_type, b"")
            document.feed(fetched.body)
            document.close()
        except EmbedProxyError:
            found.skipped.append(fetched.url.href)
            return []
        for address in page.frames:
            self._note(address, found)
        return self._links(page, fetched.body, found)

    def _note(self, address: str, found: Embedded) -> None:
        url = urls.parse(address)
        if url is None:
            return
        claim = self._policy.registry.claim(url)
        provider = claim.provider if claim else self._policy.registry.owner(url)
        if provider:
            found.providers[provider.id] = None
        else:
            found.hosts[url.host] = None

    def _links(self, page: Page, body: bytes, found: Embedded) -> list[Url]:
        tags = start_tags(body, LINKS)
        for tag in tags:
            if "embedproxy" in (tag.get("class") or "").split():
                self._note_box(tag.get("data-provider") or "", found)
        addresses = (tag.get("href") for tag in tags if tag.name == "a")
        links = (page.resolve(address) for address in addresses if address)
        return [link for link in links if link]

    def _note_box(self, named: str, found: Embedded) -> None:
        name = named.partition("@")[0]
        if named.startswith(HOST):
            found.hosts[named.removeprefix(HOST)] = None
        elif name in self._policy.registry.providers:
            found.providers[name] = None


class _SameSite(urllib.request.HTTPRedirectHandler):
    """Follows no redirect away from the site: nobody else is to be contacted (LAW NET-6)."""

    def redirect_request(
        self, req: urllib.request.Request, fp: object, code: int, msg: str, headers: object, newurl: str
    ) -> urllib.request.Request | None:
        """Refuse other sites; everything else as usual."""
        old, new = urls.parse(req.full_url), urls.parse(newurl)
        if old is None or new is None or not urls.same_site(old.host, new.host):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def fetch_page(url: Url) -> Fetched | None:
    """Get a page from the operator's own site.

    Raises:
        OSError: it cannot be reached.
    """
    request = urllib.request.Request(  # noqa: S310 (a Url is http or https)
        url.origin + url.target, headers={"User-Agent": f"embedproxy/{__version__}", "Accept": "text/html"}
    )
    try:
        with urllib.request.build_opener(_SameSite()).open(request, timeout=SECONDS) as answer:
            came, body = urls.parse(answer.url), answer.read(PAGE_BYTES)
            kind = answer.headers.get("Content-Type")
            return Fetched(came, kind and kind.encode("latin-1", "replace"), body) if came else None
    except urllib.error.HTTPError as error:
        error.close()
        return None
