"""The command line: serve, demo, check, policy, report, providers, ledger, notice, receipt, version."""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from rich.markup import escape
from rich.table import Table

from embedproxy import __version__
from embedproxy.application import CONFIG, create_app
from embedproxy.configuration import load_settings
from embedproxy.errors import EmbedProxyError
from embedproxy.listener import Listener
from embedproxy.operator.check import findings
from embedproxy.operator.ledger import ledger
from embedproxy.operator.notice import notice
from embedproxy.operator.options import Config, DataDir, out
from embedproxy.operator.policy import policy
from embedproxy.operator.providers import providers
from embedproxy.operator.receipt import receipt
from embedproxy.operator.report import report
from embedproxy.settings import Settings
from embedproxy.web.middleware import EmbedProxyMiddleware

PATIENCE_SECONDS = 60  # a worker that still starts on a busy machine is not dead
KEEP_SECONDS = 75  # longer than fronts keep idle connections (nginx: 60): none is closed under a request
GRACE_SECONDS = 10  # how long open responses may go on after a stop

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for group in (providers, ledger, notice, receipt):
    app.add_typer(group)
for command in (policy, report):
    app.command()(command)


@app.command()
def serve(
    upstream: Annotated[str | None, typer.Option(help="Your site, such as http://127.0.0.1:8080.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Run the reverse proxy in front of your site."""
    settings = load_settings(config, upstream=upstream, data_dir=data_dir)
    create_app(settings)  # complain here, once, rather than in every worker; makes the key
    _hand_down(config, upstream=upstream, data_dir=data_dir)
    out.print(f"embedproxy {__version__}: http://{_shown(host)}:{port} shows {escape(settings.upstream)}")
    _run("embedproxy.cli:worker", host, port, workers=workers, factory=True)


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Show a small German blog with embeds, and embedproxy in front of it."""
    from embedproxy.operator.demo.running import running_blog

    with running_blog() as upstream:
        operator = {"name": "Demo-Blog", "privacy_url": "/datenschutz"}
        settings = load_settings(None, upstream=upstream, data_dir=data_dir, operator=operator)
        proxy = create_app(settings)
        out.print("The demo blog through embedproxy:", f"http://{_shown(host)}:{port}/", style="bold")
        out.print("The same blog without it:        ", f"{upstream}/")
        out.print("Stop with Ctrl+C.")
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # the addresses stay the last lines
        _run(proxy, host, port)


@app.command()
def check(config: Config = None, data_dir: DataDir = None) -> None:
    """Show the effective settings and everything to mend. Exit code 0: nothing, 1: warnings, 2: errors."""
    settings = load_settings(config, data_dir=data_dir)
    _print_settings(settings)
    found = list(dict.fromkeys(findings(settings, datetime.now(UTC).date())))
    table = Table("code", "about", "finding", box=None, pad_edge=False)
    for finding in found:
        style = "red" if finding.level == "error" else "yellow"
        table.add_row(
            f"[{style}]{finding.code}[/]",
            escape(finding.key),
            escape(f"{finding.text} {finding.hint}".strip()),
        )
    out.print(table if found else "Nothing to mend.")
    levels = {finding.level for finding in found}
    raise typer.Exit(2 if "error" in levels else 1 if levels else 0)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


def main() -> None:
    """Run the command line; an error of ours is one sentence and exit code 2."""
    _log()
    try:
        app()
    except EmbedProxyError as error:
        print(f"embedproxy: {error}", file=sys.stderr)
        sys.exit(2)


def worker() -> EmbedProxyMiddleware:
    """What each process of `serve` runs: a worker is a new process, which has configured no log yet."""
    _log()
    return create_app()


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "httpcore", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _print_settings(settings: Settings) -> None:
    table = Table("setting", "value", box=None, pad_edge=False)
    for name in Settings.model_fields:
        table.add_row(name, escape(str(getattr(settings, name))))  # SecretStr masks itself
    out.print(table)


def _hand_down(config: Path | None, **given: object) -> None:
    """Give worker processes what the command line said, through the environment."""
    if config:
        os.environ[CONFIG] = str(config.resolve())
    for name, value in given.items():
        if value is not None:
            os.environ[f"EMBEDPROXY_{name.upper()}"] = str(value)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _run(target: Any, host: str, port: int, *, workers: int = 1, factory: bool = False) -> None:
    uvicorn.run(
        target,
        host=host,
        port=port,
        workers=workers,
        factory=factory,
        http=Listener,  # on httptools: plain h11 costs twice as much and serves what hides behind a message
        timeout_keep_alive=KEEP_SECONDS,
        access_log=False,  # it prints addresses and paths (LAW LED-1)
        ws="none",  # so do its WebSockets, where such a library is there; ours pass a tunnel
        proxy_headers=False,  # gateway.forwarding reads them, from trusted addresses only
        server_header=False,
        date_header=False,  # the upstream's stands
        log_config=None,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=PATIENCE_SECONDS,
    )
