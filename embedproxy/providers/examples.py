"""The embed codes of a provider file, held against its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from embedproxy import urls
from embedproxy.providers.frames import frame_url
from embedproxy.providers.registry import Registry
from embedproxy.providers.rules import Claim
from embedproxy.providers.schema import Example, Provider
from embedproxy.urls import Url

PAGE = "https://site.example/"  # where an example's embed code stands


class _Addresses(HTMLParser):
    """Everything in an embed code that may be an address; the page's real reader is another room's."""

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self.provider = provider
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: dict[str, str | None] = dict(reversed(attrs))  # the first of two equal attributes counts
        self.found += [value for value in values.values() if value and "//" in value]
        classes = (values.get("class") or "").split()
        for shape in (*self.provider.quotes, *self.provider.elements):
            if shape.tag == tag and (not shape.class_ or shape.class_ in classes):
                self.found.append(shape.address(values.get))


def addresses(example: Example, provider: Provider) -> list[Url]:
    """Every address in an example.

    Args:
        example: of a provider file.
        provider: whose quotations and elements count.
    """
    found = [example.url]
    if example.html:
        reader = _Addresses(provider)
        reader.feed(example.html)
        reader.close()
        found = reader.found
    return [url for reference in found if (url := urls.parse(reference, PAGE))]


def failure(example: Example, provider: Provider, registry: Registry) -> str:
    """Why an example of a provider fails.

    Args:
        example: of the provider's file.
        provider: whose file it is.
        registry: all providers, or this one alone.

    Returns:
        A reason; empty when the example comes out as the file says.
    """
    found = addresses(example, provider)
    claims = [claim for url in found for claim in registry.claims(url)]
    own = [claim for claim in claims if claim.provider.id == provider.id]
    return next(_reasons(example, own, [url for url in found if _owns(registry, provider)(url)]), "")


def rivals(example: Example, provider: Provider, registry: Registry) -> list[str]:
    """The other providers that claim an address of a matching example, which nobody else may.

    Args:
        example: of the provider's file.
        provider: whose file it is.
        registry: all providers.
    """
    claims = [claim for url in addresses(example, provider) for claim in registry.claims(url)]
    return sorted({claim.provider.id for claim in claims} - {provider.id}) if example.match else []


def _owns(registry: Registry, provider: Provider) -> Callable[[Url], bool]:
    return lambda url: (owner := registry.owner(url)) is not None and owner.id == provider.id


def _reasons(example: Example, claims: list[Claim], owned: list[Url]) -> Iterator[str]:
    if not example.match:
        if claims:
            yield f"must not match, but match {_number(claims[0])} takes {claims[0].url.href}"
        return
    if example.owned:
        if not owned:
            yield "belongs to none of the hosts and scripts"
        return
    if not claims:
        yield "fits no match"
    elif example.page and not any(claim.rule.page for claim in claims if claim.rule):
        yield f"is no page, but an item by match {_number(claims[0])}"
    elif example.id is not None and example.id not in {claim.id for claim in claims}:
        yield f'gives the id "{claims[0].id}", not "{example.id}"'
    elif example.frame is not None and example.frame not in (
        frames := [frame_url(claim) for claim in claims]
    ):
        yield f"gives the frame {frames[0]}, not {example.frame}"


def _number(claim: Claim) -> int:
    return 1 + next(n for n, match in enumerate(claim.provider.match) if match is claim.rule)
