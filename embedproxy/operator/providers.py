"""The command ``embedproxy providers``: what the provider files say, and whose an address is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from embedproxy import urls
from embedproxy.configuration import load_settings
from embedproxy.operator.options import Config, out
from embedproxy.providers.frames import frame_url, link_url
from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Registry
from embedproxy.providers.schema import Provider
from embedproxy.urls import Url

providers = typer.Typer(name="providers", no_args_is_help=True, help="Look into the provider files.")


@providers.command("list")
def list_providers(config: Config = None) -> None:
    """List every known provider."""
    table = Table("id", "name", "kind", "company", "country", "transfer", "facts", box=None, pad_edge=False)
    for provider in _registry(config).providers.values():
        company = provider.company
        facts = f"{company.as_of}" if company.verified else "unverified"
        cells = (provider.id, provider.name, provider.kind, company.name, company.country, company.transfer)
        table.add_row(*map(escape, (*(cell or "-" for cell in cells), facts)))
    out.print(table)


@providers.command("show")
def show_provider(id: Annotated[str, typer.Argument(help="Such as youtube.")], config: Config = None) -> None:
    """Show everything that is known of one provider."""
    known = _registry(config).providers
    if id not in known:
        raise typer.BadParameter(f"there is no provider {id!r}; see: embedproxy providers list")
    out.print_json(known[id].model_dump_json(exclude_defaults=True, by_alias=True))


@providers.command("match")
def match_url(
    url: Annotated[str, typer.Argument(help="Address of an embed.")], config: Config = None
) -> None:
    """Say whose embed an address is, why, and what a visitor would get."""
    parsed = urls.parse(url)
    if parsed is None:
        raise typer.BadParameter("this is no http or https address")
    registry = _registry(config)
    for line in (*registry.explain(parsed), *_what_follows(registry, parsed)):
        out.print(escape(line), soft_wrap=True)


@providers.command("schema")
def print_schema(
    check: Annotated[
        Path | None, typer.Option(help="Compare with this file; exit code 1 where it differs.")
    ] = None,
) -> None:
    """Print the JSON Schema of provider files, for editors that complete and check TOML."""
    if check is None:
        print(schema_text(), end="")
    elif not check.is_file() or check.read_text(encoding="utf-8") != schema_text():
        out.print(f"{escape(str(check))} is not the schema of today; write it again.")
        raise typer.Exit(1)


def schema_text() -> str:
    """The JSON Schema (2020-12) of a provider file. The id is the file's name, so it stands in no file."""
    schema = Provider.model_json_schema(by_alias=True)
    del schema["properties"]["id"]
    schema["required"].remove("id")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "embedproxy provider file"}
    return json.dumps({**schema, **head}, indent=2, ensure_ascii=False) + "\n"


def _what_follows(registry: Registry, url: Url) -> Iterator[str]:
    """What stands at an embed with this address."""
    claim = registry.claim(url)
    owner = claim.provider if claim else registry.owner(url)
    if owner is None:
        yield f"notice: generic, it names {url.host}"
        return
    rule = claim.rule if claim else None
    yield f"hosts: {', '.join((*owner.own_hosts, *owner.shared_hosts)) or 'any'}"
    yield f"notice: {(rule and rule.kind) or owner.kind}, it names {owner.company.name or url.host}"
    if claim is None:
        yield "loaded: never before a grant"
        return
    if rule and rule.share:
        yield "shown as: a plain link, since it is a share button"
    elif rule and not rule.is_shown:
        yield f"frame: none of its own, this is a page; a frame shows {frame_url(claim)}"
    else:
        yield f"frame: {frame_url(claim)}"
    yield f"link: {link_url(claim)}"


def _registry(config: Path | None) -> Registry:
    folder = load_settings(config).providers_dir
    return load_providers(*([folder] if folder else []))
