"""A third-party internet on loopback: one port that plays every foreign host and notes who asks."""

from __future__ import annotations

import html
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, cast

TLS_HANDSHAKE = b"\x16"  # first byte of a TLS record that opens a connection (RFC 8446 §5.1)
UNNAMED = "?"  # a plain connection that was closed before it asked for anything: a preconnect
PATIENCE = 20.0  # seconds that an idle connection may live

PLAYER = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
  html {{ height: 100%; color: #eee; background: #16324f; font: 1rem system-ui, sans-serif; }}
  body {{ display: grid; place-content: center; min-height: 100%; margin: 0; text-align: center; }}
  h1 {{ margin: 0; font-size: clamp(1rem, 6vw, 2.5rem); }}
</style></head>
<body><h1>{title}</h1><p id="path">{path}</p><p id="referrer">{referrer}</p></body></html>"""
SCRIPT = "document.documentElement.dataset.foreign = '1';"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@dataclass(frozen=True, slots=True)
class Request:
    """One request that reached a foreign host.

    Attributes:
        host: lower case, without the port.
        method: such as ``GET``.
        path: path and query.
        headers: by lower-cased name.
    """

    host: str
    method: str
    path: str
    headers: dict[str, str] = field(repr=False)


class Internet:
    """Every foreign host at once, over TLS and in the clear, on one loopback port.

    Attributes:
        port: the port to which the browser's resolver maps all hosts.
        contacts: hosts in the order of their connections, also of those that asked for nothing.
        requests: what was asked for, in order.
    """

    def __init__(self, folder: Path) -> None:
        """Make a certificate in a folder and listen."""
        self.contacts: list[str] = []
        self.requests: list[Request] = []
        self._changed = threading.Condition()
        self.tls = _certified(folder)
        self.tls.sni_callback = self._named
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def hosts(self) -> set[str]:
        """Every host that was contacted since the last clearing."""
        return {*self.contacts, *(request.host for request in self.requests)}

    def clear(self) -> None:
        """Forget what happened so far."""
        self.contacts.clear()
        self.requests.clear()

    def connected(self, host: str) -> None:
        """Note a connection."""
        with self._changed:
            self.contacts.append(host)
            self._changed.notify_all()

    def asked(self, request: Request) -> None:
        """Note a request."""
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()

    def wait_for(self, host: str) -> None:
        """Wait until a host was contacted; the test fails if that does not happen."""
        with self._changed:
            assert self._changed.wait_for(lambda: host in self.hosts, PATIENCE), f"{host} was not contacted"

    def close(self) -> None:
        """Hang up on everybody and stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def _named(self, _socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        self.connected(name or UNNAMED)


class _Server(ThreadingTCPServer):
    """Accepts connections, each in its thread, and finds out whether they speak TLS."""

    allow_reuse_address = True

    def __init__(self, internet: Internet) -> None:
        super().__init__(("127.0.0.1", 0), cast("type[BaseRequestHandler]", _Answer))
        self.internet = internet
        self._open: set[socket.socket] = set()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection; browsers break off as they please."""
        self._open.add(request)
        try:
            self._serve(request, client_address)
        except OSError:  # broken off, timed out, or a certificate that the browser did not like
            pass
        finally:
            self._open.discard(request)
            self.shutdown_request(request)

    def hang_up(self) -> None:
        """Break off every connection, so that their threads end."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it ended by itself meanwhile
                continue

    def _serve(self, connection: socket.socket, address: Any) -> None:
        connection.settimeout(PATIENCE)
        first = connection.recv(1, socket.MSG_PEEK)
        if first != TLS_HANDSHAKE:
            if not first:
                self.internet.connected(UNNAMED)
                return
            self.finish_request(connection, address)
            return
        with self.internet.tls.wrap_socket(connection.dup(), server_side=True) as secured:
            self.finish_request(secured, address)


class _Answer(BaseHTTPRequestHandler):
    """Answers one request and hangs up: a player page, a script, a style sheet or a picture."""

    server: _Server

    def do_GET(self) -> None:
        """Note the request and answer what the browser expects there."""
        self._note()
        accepted = self.headers.get("Accept", "")
        if self.headers.get("Sec-Fetch-Dest") == "script" or self.path.endswith(".js"):
            self._send("text/javascript", SCRIPT)
        elif accepted.startswith("text/css"):
            self._send("text/css", "")
        elif accepted.startswith("image/"):
            self._send("image/svg+xml", PICTURE)
        else:
            self._send("text/html; charset=utf-8", self._player())

    do_POST = do_HEAD = do_OPTIONS = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the terminal: the list of requests is the log."""

    @property
    def _host(self) -> str:
        return self.headers.get("Host", UNNAMED).partition(":")[0].lower()

    def _note(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self._host, self.command, self.path, headers)
        self.server.internet.asked(request)

    def _player(self) -> str:
        referrer = self.headers.get("Referer", "")
        title = f"Player of {self._host}"
        if self._host.endswith(("youtube.com", "youtube-nocookie.com")) and not referrer:
            title = "Error 153"  # what YouTube's player shows when it cannot tell who embeds it
        return PLAYER.format(
            title=html.escape(title), path=html.escape(self.path), referrer=html.escape(referrer)
        )

    def _send(self, media_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "visitor=1; Secure; HttpOnly; SameSite=None; Path=/")
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")


def _certified(folder: Path) -> ssl.SSLContext:
    """A TLS context with a certificate of its own; the browser is told not to check it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=everybody.test"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
