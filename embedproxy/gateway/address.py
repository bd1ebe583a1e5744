"""The upstream's address: read once at start-up, so that a mistake stops the start."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from embedproxy.errors import SettingsError

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the upstream listens.

    Attributes:
        host: name or IP literal, without brackets.
        port: TCP port.
        authority: what ``Host`` says when a client sent none (HTTP/1.0).
        tls: the context that verifies the upstream's certificate; None for plain http.
    """

    host: str
    port: int
    authority: bytes
    tls: ssl.SSLContext | None


def upstream_address(url: str, authorities: Path | None = None) -> Address:
    """Read the settings ``upstream`` and ``upstream_ca``.

    Args:
        url: such as ``http://127.0.0.1:8080`` or ``https://backend.example``.
        authorities: a PEM file; None for the system's authorities.

    Returns:
        The address, with a TLS context for https.

    Raises:
        SettingsError: the address is missing or carries more than scheme, host and port, or the file of the
            authorities cannot be read.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        authority = _authority(host, port)
    except ValueError as error:
        raise _complaint(f"cannot be read: {error}") from None
    if parts.scheme not in PORTS or not host:
        raise _complaint("must be an http:// or https:// address with a host")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        # A path would be put before every request's own, and every link in the pages would then be wrong.
        raise _complaint("must consist of scheme, host and port only")
    tls = _verifying_context(authorities) if parts.scheme == "https" else None
    return Address(host, port or PORTS[parts.scheme], authority, tls)


def _authority(host: str, port: int | None) -> bytes:
    name = f"[{host}]".encode("ascii") if ":" in host else host.encode("idna")
    return name if port is None else b"%b:%d" % (name, port)


def _verifying_context(authorities: Path | None) -> ssl.SSLContext:
    """Verify certificate and host name; speak HTTP/1.1 only."""
    try:
        context = ssl.create_default_context(cafile=authorities)
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(
            f"upstream_ca: {authorities}: cannot be read: {error.strerror or error}.",
            code="E008",
            key="upstream_ca",
            hint="It must hold certificates in PEM, such as -----BEGIN CERTIFICATE-----.",
        ) from None
    if authorities:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the upstream's own certificate may be in it
    context.set_alpn_protocols(["http/1.1"])
    return context


def _complaint(reason: str) -> SettingsError:
    return SettingsError(
        f"upstream: {reason}.", code="E006", key="upstream", hint="Example: http://127.0.0.1:8080"
    )
