from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from embedproxy.errors import SettingsError, UpstreamError, UpstreamTimeout
from embedproxy.gateway import pool as pool_module
from embedproxy.gateway.address import upstream_address
from embedproxy.gateway.connection import Connection
from embedproxy.gateway.pool import Pool
from embedproxy.settings import Timeouts
from tests.gateway.conftest import OK, answers, ask, playing, proxy_to

pytestmark = pytest.mark.anyio


def pool_to(url: str, **timeouts: float) -> Pool:
    """A pool on the running loop."""
    return Pool(upstream_address(url), Timeouts.model_validate(timeouts), asyncio.get_running_loop())


async def finished(pool: Pool, patience: int | None = None) -> Connection:
    """A connection that has carried one exchange and was kept."""
    connection = await pool.connect()
    answer = connection.begin(b"GET / HTTP/1.1\r\n\r\n", head_only=False, uploading=False)
    await connection.head(answer)
    await connection.piece(answer)
    assert connection.finish()
    pool.keep(connection, patience)
    return connection


async def test_a_refused_connection_is_an_error() -> None:
    """Nobody listens there."""
    async with playing(answers()) as upstream:
        pass
    with pytest.raises(UpstreamError, match="cannot be reached") as caught:
        await pool_to(upstream.url).connect()
    assert caught.value.status_hint == 502


async def test_a_connection_that_does_not_stand_in_time_is_too_slow() -> None:
    """A TLS handshake that is never answered."""
    async with playing(answers()) as upstream:
        with pytest.raises(UpstreamTimeout) as caught:
            await pool_to(upstream.url.replace("http:", "https:"), connect=0.05).connect()
        assert caught.value.status_hint == 504


async def test_the_last_connection_kept_is_the_next_one_used() -> None:
    """So that the others grow old and go."""
    async with playing(answers(OK)) as upstream:
        pool = pool_to(upstream.url)
        first, second = await finished(pool), await finished(pool)
        assert pool.kept(repeatable=True) is second
        assert pool.kept(repeatable=True) is first
        assert pool.kept(repeatable=True) is None
        first.abort(None)
        second.abort(None)


async def test_a_connection_that_the_upstream_closed_is_not_used() -> None:
    """It leaves the pool by itself."""
    async with playing(answers(OK)) as upstream:
        pool = pool_to(upstream.url)
        connection = await finished(pool)
        connection.connection_lost(None)
        assert len(pool) == 0
        connection.abort(None)


async def test_a_connection_with_unread_bytes_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would become the answer to the next request."""
    async with playing(answers(OK)) as upstream:
        pool = pool_to(upstream.url)
        connection = await finished(pool)
        monkeypatch.setattr(connection, "quiet", lambda: False)
        assert pool.kept(repeatable=True) is None
        assert connection.closed


async def test_a_request_that_cannot_be_repeated_takes_only_a_young_connection() -> None:
    """The upstream may be closing an older one at this moment."""
    async with playing(answers(OK)) as upstream:
        pool = pool_to(upstream.url)
        connection = await finished(pool)
        connection.idle_since -= 2
        assert pool.kept(repeatable=False) is None
        assert pool.kept(repeatable=True) is connection
        pool.keep(connection, None)
        assert pool.kept(repeatable=False) is connection
        connection.abort(None)


@pytest.mark.parametrize(("patience", "seconds"), [(None, 15), (60, 15), (5, 4)])
async def test_idle_time_stays_below_what_the_upstream_allows(patience: int | None, seconds: float) -> None:
    """A second before the upstream would close it, and never longer than ours."""
    async with playing(answers(OK)) as upstream:
        pool = pool_to(upstream.url)
        connection = await finished(pool, patience)
        assert connection.idle_until - connection.idle_since == pytest.approx(seconds)
        connection.idle_until = 0
        assert pool.kept(repeatable=True) is None
        assert connection.closed
        pool.close()


async def test_idle_connections_expire_and_the_timer_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """One timer while there is something to watch, none afterwards."""
    async with playing(answers(OK)) as upstream:
        pool = pool_to(upstream.url)
        old, young = await finished(pool), await finished(pool)
        old.idle_until = 0
        pool._sweep()
        assert old.closed
        assert (len(pool), pool._sweeper is not None) == (1, True)
        young.idle_until = 0
        pool._sweep()
        assert (len(pool), pool._sweeper) == (0, None)


async def test_the_pool_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a burst the oldest connections go."""
    monkeypatch.setattr(pool_module, "IDLE_LIMIT", 2)
    async with playing(answers(OK)) as upstream:
        pool = pool_to(upstream.url)
        kept = [await finished(pool) for _ in range(3)]
        assert [connection.closed for connection in kept] == [True, False, False]
        pool.close()
        assert all(connection.closed for connection in kept)
        pool.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost, by name and by IPv6 address, that nobody but this test trusts."""
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the test's certificate and is not installed")
    options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    subject = ["-addext", "subjectAltName=DNS:localhost,IP:::1"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([openssl, *options.split(), *subject, *files], check=True, capture_output=True)
    return tmp_path


def server_tls(certificate: Path) -> ssl.SSLContext:
    """The upstream's side."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


async def test_an_unproven_certificate_is_an_error(certificate: Path) -> None:
    """Encryption to nobody in particular is none."""
    async with playing(answers(OK), tls=server_tls(certificate)) as upstream:
        proxy = proxy_to(f"https://localhost:{upstream.port}")
        with pytest.raises(UpstreamError, match="certificate"):
            await ask(proxy)


async def test_an_authority_of_the_operators_own_may_vouch(certificate: Path) -> None:
    """A back end often has a certificate that it signed itself."""
    async with playing(answers(OK), tls=server_tls(certificate)) as upstream:
        proxy = proxy_to(f"https://localhost:{upstream.port}", upstream_ca=certificate / "cert.pem")
        assert (await ask(proxy)).body == b"ok"
        proxy.close()


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_without_authorities_stops_the_start(tmp_path: Path, text: str | None) -> None:
    """Missing, or something else: nobody would be believed."""
    file = tmp_path / "ca.pem"
    if text:
        file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        upstream_address("https://site.example", file)
    assert (caught.value.code, caught.value.key) == ("E008", "upstream_ca")
    assert str(file) in str(caught.value)


async def test_a_certificate_for_another_name_is_an_error(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The authority is right and the name is not."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    async with playing(answers(OK), tls=server_tls(certificate)) as upstream:
        with pytest.raises(UpstreamError, match="certificate"):
            await ask(proxy_to(f"https://127.0.0.1:{upstream.port}"))


async def test_an_upstream_over_tls_answers_twice_on_one_connection(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verified, and kept like any other."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    async with playing(answers(OK, OK), tls=server_tls(certificate)) as upstream:
        proxy = proxy_to(f"https://localhost:{upstream.port}")
        assert (await ask(proxy)).body == b"ok"
        assert (await ask(proxy)).body == b"ok"
        assert upstream.connections == 1
        proxy.close()


@pytest.fixture
def ipv6() -> None:
    """Loopback of the newer family, which some machines have switched off."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")


async def test_an_upstream_over_tls_may_be_named_by_its_ipv6_address(ipv6: None, certificate: Path) -> None:
    """The certificate has to name the address; without brackets, as it stands in there."""
    async with playing(answers(OK), host="::1", tls=server_tls(certificate)) as upstream:
        proxy = proxy_to(f"https://[::1]:{upstream.port}", upstream_ca=certificate / "cert.pem")
        told = await ask(proxy, http_version="1.0", headers=[])
        assert told.body == b"ok"
        assert f"\r\nhost: [::1]:{upstream.port}\r\n".encode() in upstream.requests[0]
        proxy.close()


@pytest.fixture
def both_families(ipv6: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name stands for two addresses of this machine, that of IPv6 first."""

    async def resolved(_loop: object, _host: str, port: int, **_options: object) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port)),
        ]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolved)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_name_of_both_families_is_reached_by_either(both_families: None, host: str) -> None:
    """The upstream listens on one of them; the other one refuses."""
    async with playing(answers(OK), host=host) as upstream:
        proxy = proxy_to(f"http://both.example:{upstream.port}")
        assert (await ask(proxy)).body == b"ok"
        proxy.close()


@pytest.fixture
def silent() -> Iterator[Callable[[int], None]]:
    """Makes a port of ::1 take no connection and refuse none, as behind a broken route."""
    with ExitStack() as stack:

        def fall_silent(port: int) -> None:
            full = stack.enter_context(socket.socket(socket.AF_INET6))
            full.bind(("::1", port))
            full.listen(0)
            for _ in range(3):
                waiting = stack.enter_context(socket.socket(socket.AF_INET6))
                waiting.setblocking(False)
                waiting.connect_ex(("::1", port))

        yield fall_silent


async def test_an_address_that_is_silent_does_not_hide_the_other(
    both_families: None, silent: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second address is tried beside the first before the patience with the upstream is over."""
    monkeypatch.setattr(pool_module, "NEXT_ADDRESS_AFTER", 0.01)
    async with playing(answers(OK)) as upstream:
        silent(upstream.port)
        proxy = proxy_to(f"http://both.example:{upstream.port}")
        assert (await ask(proxy)).body == b"ok"
        proxy.close()
