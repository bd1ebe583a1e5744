"""The responses of our own routes: pages, fragments for a swap in place, redirects, errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from embedproxy.consent.grants import Grant, Grants
from embedproxy.embeds.embed import HOST
from embedproxy.errors import EmbedProxyError, LedgerError, TicketError, UpstreamError, UpstreamTimeout
from embedproxy.notices.locales import moment
from embedproxy.web.caching import PRIVATE
from embedproxy.web.desk import NO_RECEIPT, Desk

# Nothing of ours is framed by strangers (LAW SEC-3), or able to load anything.
HARDENED = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
# Nor kept by anybody: it says what this visitor has granted.
UNKEPT = HARDENED | {name.decode(): value.decode() for name, value in PRIVATE}
_TEXTS: tuple[tuple[type[EmbedProxyError], str], ...] = (
    (UpstreamTimeout, "too_slow"),
    (UpstreamError, "upstream_down"),
    (LedgerError, "ledger"),
    (TicketError, "stale"),
    (EmbedProxyError, "unreadable"),
)


class Answers:
    """Makes responses in the words of the catalogues and the look of the templates."""

    def __init__(self, desk: Desk) -> None:
        """Take what all requests share."""
        self._desk = desk

    def page(self, template: str, lang: str | None, status: int, context: Mapping[str, Any]) -> Response:
        """A whole page of ours.

        Args:
            template: file name.
            lang: the language asked for; the default where there is no catalogue for it.
            status: HTTP status.
            context: what the template needs besides language, texts and stylesheet.
        """
        policy, prefix = self._desk.policy, self._desk.settings.prefix
        catalogue = policy.notices.catalogue(lang)
        common = {
            "lang": catalogue.lang,
            "text": catalogue.text,
            "prefix": prefix,
            "asset_css": prefix + "static/" + policy.templates.assets["embedproxy.css"].name,
        }
        return HTMLResponse(policy.templates.render(template, {**common, **context}), status, UNKEPT)

    def error(self, key: str, status: int, *, back: str | None = None) -> Response:
        """A page that says what happened and what to do.

        Args:
            key: name of the texts below ``error`` in the catalogues.
            status: HTTP status.
            back: path to go back to; None where it is not known.
        """
        text = self._desk.policy.notices.catalogue(None).text
        context = {
            "title": text(f"error.{key}.title"),
            "sentence": text(f"error.{key}.text"),
            "back": back or "/",
        }
        return self.page("error.html", None, status, context)

    def of_error(self, error: EmbedProxyError, *, back: str | None = None) -> Response:
        """The page for an error of ours; the reason stays in the log."""
        key = next(key for kind, key in _TEXTS if isinstance(error, kind))
        return self.error(key, error.status_hint, back=back)

    def fragment(self, code: int, **fields: object) -> Response:
        """A swap in place, for the script.

        Args:
            code: HTTP status.
            fields: ``html`` for the page, ``status`` for the status line.
        """
        return JSONResponse(fields, code, UNKEPT)

    def see_other(self, path: str) -> Response:
        """Back to the page after a form (RFC 9110 §15.4.4)."""
        return RedirectResponse(path, 303, UNKEPT)

    def settings(self, grants: Grants, lang: str | None, message: str) -> Response:
        """The settings page: what is granted, since when, until when (LAW WDR-4)."""
        catalogue, own = self._desk.policy.notices.catalogue(lang), self._desk.settings
        context = {
            "grants": [self._row(grant, catalogue.lang) for grant in grants.items],
            "message": message,
            "site_policy": own.operator.privacy_url,
            "export_url": own.prefix + "export" if grants else "",
        }
        return self.page("settings.html", lang, 200, context)

    def name_of(self, provider_id: str) -> str:
        """What visitors know a provider as; an unknown third party is its host."""
        name, _, host = provider_id.partition("@")
        provider = self._desk.policy.registry.providers.get(name)
        if provider is None:
            return provider_id.removeprefix(HOST)
        return f"{provider.name} ({host})" if host else provider.name

    def _row(self, grant: Grant, lang: str) -> dict[str, object]:
        notice = self._desk.policy.notices.find(grant.provider, grant.notice)
        receipt = "" if grant.receipt == NO_RECEIPT else grant.receipt
        download = self._desk.seal is not None and bool(receipt)
        return {
            "provider": grant.provider,
            "name": self.name_of(grant.provider),
            "extent": grant.extent,
            "since": moment(grant.at, lang),
            "until": moment(self._desk.expires(grant), lang),
            "item": grant.embed.partition(":")[2],
            "version": notice.version if notice else "",
            "receipt": receipt,
            "receipt_url": f"{self._desk.settings.prefix}receipt/{receipt}" if download else "",
        }
