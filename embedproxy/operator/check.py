"""What `embedproxy check` finds: each finding with a stable code and what to do about it (docs/check.md)."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from datetime import date, timedelta

from embedproxy import urls
from embedproxy.consent.keys import load_keys
from embedproxy.consent.ledger.choice import full_seal
from embedproxy.errors import EmbedProxyError, SettingsError
from embedproxy.gateway.address import upstream_address
from embedproxy.gateway.forwarding import Fronts
from embedproxy.notices.catalogue import Catalogues
from embedproxy.notices.notice import load_notices
from embedproxy.operator.finding import Finding
from embedproxy.operator.state import ledger_findings
from embedproxy.providers.loader import load_providers
from embedproxy.providers.registry import Registry
from embedproxy.settings import Settings

FACTS_AGE = timedelta(days=365)  # LAW XFR-1: older facts are to be read again
ENVIRONMENT = "EMBEDPROXY_"
NAMES_IN_USE = frozenset({"EMBEDPROXY_CONFIG", "EMBEDPROXY_CORPUS"})


def findings(settings: Settings, today: date) -> Iterator[Finding]:
    """Look for everything that would stop the start, or that a data protection officer would ask about.

    Args:
        settings: the effective settings.
        today: the date by which facts are old.
    """
    yield from _settings(settings)
    yield from _environment()
    for step in (load_keys, _ledger_keys, _fronts, _upstream):
        try:
            step(settings)
        except SettingsError as error:
            yield _stopping(error)
    try:
        yield from ledger_findings(settings, today)
    except SettingsError as error:
        yield _stopping(error)
    try:
        registry = load_providers(*([settings.providers_dir] if settings.providers_dir else []))
        catalogues = load_notices(settings, registry.providers).catalogues
    except EmbedProxyError as error:
        yield Finding("E030", "providers", str(error), "")
    else:
        yield from _facts(registry, today)
        yield from _languages(catalogues)


def _ledger_keys(settings: Settings) -> None:
    if settings.ledger.keys:  # a file is looked at with the ledger, and made at the first start
        full_seal(settings)


def _fronts(settings: Settings) -> None:
    Fronts(settings.forwarded_allow)


def _upstream(settings: Settings) -> None:
    if settings.upstream:
        upstream_address(settings.upstream)


def _stopping(error: SettingsError) -> Finding:
    return Finding(error.code, error.key, Exception.__str__(error), error.hint)


def _settings(settings: Settings) -> Iterator[Finding]:
    if not settings.operator.name:
        hint = "Set name in [operator]: the person or body that runs the site."
        yield Finding("W010", "operator.name", "Notices do not say who is responsible for the site.", hint)
    if not settings.operator.privacy_url:
        hint = "Set privacy_url in [operator], such as /datenschutz."
        yield Finding("W011", "operator.privacy_url", "Notices do not link to your own privacy policy.", hint)
    if not settings.upstream:
        hint = "Needed for `embedproxy serve`, not for the middleware."
        yield Finding("W012", "upstream", "No upstream is named.", hint)
    elif _crosses_a_network(settings.upstream):
        hint = "Use https, or put embedproxy on the same machine."
        yield Finding("W013", "upstream", "Pages and passwords cross the network without encryption.", hint)
    if "*" in settings.forwarded_allow:
        hint = "Name your front server's address."
        yield Finding("W014", "forwarded_allow", "Any client may claim any address and scheme.", hint)


def _crosses_a_network(upstream: str) -> bool:
    url = urls.parse(upstream)
    if url is None or url.scheme == "https" or url.host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(url.host.strip("[]")).is_loopback
    except ValueError:
        return "." in url.host  # a name without dots is a container beside us


def _environment() -> Iterator[Finding]:
    for name in sorted(os.environ):
        field = name.removeprefix(ENVIRONMENT).partition("__")[0].lower()
        known = field in Settings.model_fields or name in NAMES_IN_USE
        if name.startswith(ENVIRONMENT) and not known:
            yield Finding("W015", name, "This environment variable names no setting.", "Check its spelling.")


def _languages(catalogues: Catalogues) -> Iterator[Finding]:
    unread = [lang for lang in catalogues.languages if not catalogues.get(lang).reviewed]
    if unread:
        text = f"No native speaker has read the notices in {len(unread)} languages yet: {', '.join(unread)}."
        yield Finding("W032", "language", text, "Have those that your pages use read, best by a lawyer.")


def _facts(registry: Registry, today: date) -> Iterator[Finding]:
    unverified = [provider.id for provider in registry.providers.values() if not provider.company.verified]
    if unverified:
        text = f"Nobody has checked the companies' facts of {len(unverified)} providers; notices say so."
        hint = "`embedproxy policy --scan` tells which of them your site embeds. They are: "
        yield Finding("W030", "providers", text, hint + ", ".join(sorted(unverified)))
    for provider in registry.providers.values():
        company = provider.company
        if company.verified and today - company.as_of > FACTS_AGE:
            text = f"The company's facts are of {company.as_of} and may have changed."
            yield Finding("W031", provider.id, text, f"Read {company.source} again.")
