"""Every error that embedproxy raises on purpose.

EmbedProxyError
├── SettingsError        start-up: a setting or a key is missing, unknown or wrong
├── ProviderError        a provider file is incomplete or ambiguous
├── NoticeError          a notice catalogue is incomplete
├── RewriteError         a page could not be read for certain, so it is not passed on
├── UpstreamError        the site behind the proxy could not be reached or answered nonsense
│   └── UpstreamTimeout  it took too long
├── LedgerError          a record could not be written or does not verify
└── TicketError          a form's ticket is missing, stale or altered

A bad cookie is not an error: it is no grant. Outside, a visitor sees one short sentence; the reason goes to
the log.
"""

from __future__ import annotations


class EmbedProxyError(Exception):
    """The root: carries the HTTP status that a server should answer with.

    Attributes:
        status_hint: HTTP status code for the visitor's response.
    """

    status_hint = 500


class SettingsError(EmbedProxyError):
    """A setting is missing, unknown or wrong; raised at start-up only.

    Attributes:
        code: stable code of the finding, such as ``E003``.
        key: dotted name of the setting, such as ``operator.name``.
        hint: what the operator should write instead.
    """

    def __init__(self, message: str, *, code: str = "E001", key: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.key = key
        self.hint = hint

    def __str__(self) -> str:
        return " ".join(part for part in (super().__str__(), self.hint) if part)


class ProviderError(EmbedProxyError):
    """A provider file is incomplete, wrong or claims what another file claims.

    Attributes:
        file: path of the file.
        key: dotted name of the key inside it.
        hint: what to write instead.
    """

    def __init__(self, message: str, *, file: str = "", key: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.file = file
        self.key = key
        self.hint = hint

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.file, self.key) if part)
        return " ".join(part for part in (f"{place}:" if place else "", super().__str__(), self.hint) if part)


class NoticeError(EmbedProxyError):
    """A notice catalogue lacks a key or a placeholder that the others have."""


class RewriteError(EmbedProxyError):
    """A page could not be read for certain; it is withheld (DESIGN rule 2, LAW NET-3)."""

    status_hint = 502


class UpstreamError(EmbedProxyError):
    """The upstream could not be reached, or what it answered is not HTTP/1.1 that can be trusted."""

    status_hint = 502


class UpstreamTimeout(UpstreamError):
    """The upstream did not answer in time."""

    status_hint = 504


class LedgerError(EmbedProxyError):
    """A record could not be written, or a chain of records does not verify."""

    status_hint = 503


class TicketError(EmbedProxyError):
    """A form's ticket is missing, stale or altered."""

    status_hint = 409
