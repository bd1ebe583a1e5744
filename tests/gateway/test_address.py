from __future__ import annotations

import ssl

import pytest

from embedproxy.errors import SettingsError
from embedproxy.gateway.address import upstream_address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://site.example",
        "http://",
        "http://site.example:99999",
        "http://site.example:x",
        "http://user:secret@site.example",
        "http://site.example/blog",
        "http://site.example?a=b",
        "http://site.example#a",
        f"http://{'a' * 64}.example",
    ],
)
def test_anything_but_scheme_host_and_port_stops_the_start(url: str) -> None:
    """A mistake in the address is found before the first visitor."""
    with pytest.raises(SettingsError) as caught:
        upstream_address(url)
    assert (caught.value.code, caught.value.key) == ("E006", "upstream")


@pytest.mark.parametrize(
    ("url", "host", "port", "authority"),
    [
        ("http://127.0.0.1:8080", "127.0.0.1", 8080, b"127.0.0.1:8080"),
        ("http://site.example/", "site.example", 80, b"site.example"),
        ("http://[::1]:8080", "::1", 8080, b"[::1]:8080"),
        ("http://bücher.example", "bücher.example", 80, b"xn--bcher-kva.example"),
    ],
)
def test_host_port_and_authority_are_read(url: str, host: str, port: int, authority: bytes) -> None:
    """The parts of the address end where they are used."""
    address = upstream_address(url)
    assert (address.host, address.port, address.authority, address.tls) == (host, port, authority, None)


def test_https_verifies_certificate_and_name() -> None:
    """An upstream over TLS has to prove who it is."""
    address = upstream_address("https://site.example")
    assert address.port == 443
    assert address.tls is not None
    assert address.tls.verify_mode is ssl.CERT_REQUIRED
    assert address.tls.check_hostname
