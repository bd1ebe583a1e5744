"""The command that writes the operator's texts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from embedproxy import urls
from embedproxy.configuration import load_settings
from embedproxy.errors import SettingsError
from embedproxy.notices.notice import load_notices
from embedproxy.operator import paper
from embedproxy.operator.options import Config, aside, bar, out
from embedproxy.operator.processing import entry
from embedproxy.operator.scan import Scan, fetch_page
from embedproxy.operator.statement import Statement
from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Registry
from embedproxy.settings import Settings


class Look(StrEnum):
    """How a text is written down."""

    TEXT = "text"
    HTML = "html"


def policy(
    lang: Annotated[str, typer.Option(help="de or en.")] = "de",
    scan: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Your site: name only the providers that its pages embed."),
    ] = None,
    pages: Annotated[int, typer.Option(min=1, help="How many pages to read at most.")] = 100,
    record: Annotated[
        bool, typer.Option("--record", help="Write the entry for the record of processing (Art. 30 GDPR).")
    ] = False,
    look: Annotated[Look, typer.Option("--format", help="Plain text, or a piece of HTML.")] = Look.TEXT,
    config: Config = None,
) -> None:
    """Write the section on embeds for your privacy policy: a draft, not legal advice."""
    settings = load_settings(config)
    registry = load_providers(*([settings.providers_dir] if settings.providers_dir else []))
    known, hosts = registry.providers, tuple[str, ...]()
    names = list(known)
    if scan:
        names, hosts = _found(settings, registry, scan, pages)
    providers = [known[name] for name in names]
    if record:
        parts = entry(settings, providers, hosts, lang)
    else:
        parts = Statement(settings, load_notices(settings, known), lang).parts(providers, hosts)
    written = paper.as_html(parts) if look is Look.HTML else paper.as_text(parts)
    out.print(written, markup=False, emoji=False, soft_wrap=True, end="")
    aside.print("A draft, not legal advice: have it checked before you publish it.", style="yellow")


def _found(
    settings: Settings, registry: Registry, site: str, pages: int
) -> tuple[list[str], tuple[str, ...]]:
    start = urls.parse(site)
    if start is None:
        raise SettingsError(f"{site}: this is no http or https address.", key="scan")
    with bar() as progress:
        task = progress.add_task("Reading pages", total=pages)
        found = Scan(settings, registry, fetch_page).run(
            start, limit=pages, progress=lambda read: progress.advance(task, read)
        )
    aside.print(f"{found.pages} pages read, {len(found.skipped)} could not be read.")
    return sorted(found.providers), tuple(sorted(found.hosts))
