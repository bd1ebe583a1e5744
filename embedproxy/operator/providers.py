"""The command ``embedproxy providers``: what the provider files say, and whose an address is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from embedproxy import urls
from embedproxy.operator.options import Config, out
from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Registry
from embedproxy.settings import load_settings

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
    """Say whose embed an address is, and why."""
    parsed = urls.parse(url)
    if parsed is None:
        raise typer.BadParameter("this is no http or https address")
    for line in _registry(config).explain(parsed):
        out.print(escape(line))


def _registry(config: Path | None) -> Registry:
    folder = load_settings(config).providers_dir
    return load_providers(*([folder] if folder else []))
