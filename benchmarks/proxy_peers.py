"""CPU time per request of the proxy and its peers, measured in turns on one machine.

    python benchmarks/proxy_peers.py [--rounds 5] [--seconds 2] [--connections 16]

Needs nginx and wrk. An nginx on core 0 serves articles with and without embeds; each proxy runs alone on core
1 with one worker, and wrk shares core 0. What counts is the CPU time of the proxy's process tree
(``/proc/*/task/*/schedstat``): on a busy machine it repeats within some 15 %, requests per second do not. The
peers take turns in random order within each round; the table shows medians over the rounds, and how many
times the cost of embedproxy each is.

The peers do less: ``proxy_pass``, our own gateway alone and Starlette with httpx change nothing, and
``sub_filter`` swaps the beginnings of four addresses as literals, wherever they stand.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rewriting import page_of
from rich.console import Console
from rich.table import Table

PAGES = {
    "20 KB": page_of(20_000, 0),
    "20 KB, 3 embeds": page_of(20_000, 3),
    "100 KB": page_of(100_000, 0),
    "100 KB, 3 embeds": page_of(100_000, 3),
}
OURS = "embedproxy"
LOAD_CORE, PROXY_CORE = "0", "1"

WHOLE = """
import os
from embedproxy import Settings, create_app

settings = Settings(upstream=os.environ["BENCH_UPSTREAM"], data_dir=os.environ["BENCH_FOLDER"], ledger="off")
app = create_app(settings)
"""

GATEWAY = """
import os
from embedproxy.gateway.proxy import Proxy
from embedproxy.settings import Settings

app = Proxy(Settings(upstream=os.environ["BENCH_UPSTREAM"]))
"""

NAIVE = """
import os
import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse
from starlette.routing import Route

client = httpx.AsyncClient(base_url=os.environ["BENCH_UPSTREAM"])
kept = ("content-type", "content-length", "etag", "last-modified")

async def forward(request):
    outgoing = client.build_request(request.method, request.url.path, headers=request.headers.raw)
    answer = await client.send(outgoing, stream=True)
    headers = {name: value for name, value in answer.headers.items() if name in kept}
    closing = BackgroundTask(answer.aclose)
    return StreamingResponse(answer.aiter_raw(), answer.status_code, headers, background=closing)

app = Starlette(routes=[Route("/{path:path}", forward)])
"""

SUB_FILTER = "sub_filter_once off;" + "".join(
    f"sub_filter '{literal}' 'about:blank#';"
    for literal in (
        "https://www.youtube.com/embed/",
        "https://player.vimeo.com/video/",
        "https://platform.twitter.com/",
        "https://w.soundcloud.com/player/",
    )
)


@dataclass
class Peer:
    """One proxy and what was measured of it: microseconds per request, by page."""

    name: str
    command: list[str]
    port: int
    process: subprocess.Popen[bytes] | None = None
    costs: dict[str, list[float]] = field(default_factory=lambda: {page: [] for page in PAGES})


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def nginx_conf(folder: Path, name: str, port: int, location: str) -> list[str]:
    """Write a configuration with one place; the command that runs it."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{name}-{kind};" for kind in kinds)
    (folder / f"{name}.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log {folder}/{name}.log;"
        f"events {{ worker_connections 1024; }} http {{ access_log off; {temporary}"
        f"keepalive_requests 1000000; {location.replace('PORT', str(port))} }}"
    )
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin") or sys.exit(
        "nginx is not installed"
    )
    return [nginx, "-e", f"{folder}/{name}.early", "-c", f"{folder}/{name}.conf"]


def upstream_command(folder: Path, port: int) -> list[str]:
    """An nginx that serves the pages."""
    for number, page in enumerate(PAGES.values()):
        (folder / f"{number}.html").write_bytes(page)
    serving = f"types {{ text/html html; }} server {{ listen 127.0.0.1:PORT; root {folder}; }}"
    return nginx_conf(folder, "upstream", port, serving)


def peers(folder: Path, upstream: int) -> list[Peer]:
    """The proxies to compare."""
    (folder / "whole_app.py").write_text(WHOLE)
    (folder / "gateway_app.py").write_text(GATEWAY)
    (folder / "naive_app.py").write_text(NAIVE)
    passing = (
        f"upstream up {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000; }}"
        "server { listen 127.0.0.1:PORT; location / { proxy_pass http://up; proxy_http_version 1.1;"
        ' proxy_set_header Connection ""; FILTER } }'
    )
    made = []
    for name, module in (
        (OURS, "whole_app"), ("its gateway alone", "gateway_app"), ("Starlette + httpx", "naive_app")
    ):  # fmt: skip
        port = free_port()
        options = f"--port {port} --http httptools --no-access-log --no-proxy-headers --log-level warning"
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            f"{module}:app",
            "--app-dir",
            str(folder),
            *options.split(),
        ]
        made.append(Peer(name, [*command, "--no-server-header", "--no-date-header"], port))
    for name, filters in (("nginx proxy_pass", ""), ("nginx sub_filter", SUB_FILTER)):
        port, conf = free_port(), passing.replace("FILTER", filters)
        made.append(Peer(name, nginx_conf(folder, name.split()[1], port, conf), port))
    return made


@contextmanager
def running(
    command: list[str], core: str, port: int, env: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A server pinned to a core, from when it listens until the end of the block."""
    process = subprocess.Popen(["taskset", "-c", core, *command], env=env, start_new_session=True)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if socket.socket().connect_ex(("127.0.0.1", port)) == 0:
                break
            time.sleep(0.05)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += tree(int(child))
    return found


def cpu_ns(pid: int) -> int:
    """CPU time of a process tree in nanoseconds, all threads."""
    tasks = (task for each in tree(pid) for task in Path(f"/proc/{each}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def measure(peer: Peer, number: int, seconds: int, connections: int) -> float:
    """Microseconds of CPU per request."""
    assert peer.process is not None
    url = f"http://127.0.0.1:{peer.port}/{number}.html"
    before = cpu_ns(peer.process.pid)
    load = ["taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", url]
    told = subprocess.run(load, capture_output=True, text=True, check=True).stdout
    spent = cpu_ns(peer.process.pid) - before
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"{peer.name}: {told}")
    found = re.search(r"(\d+) requests in", told)
    return spent / 1000 / int(found[1]) if found else sys.exit(told)


def report(measured: list[Peer]) -> None:
    """Print medians, their range, and how many times the cost of ours each peer's is."""
    ours = next(peer for peer in measured if peer.name == OURS)
    table = Table("proxy", *PAGES, title="CPU µs per request (range; times the cost of embedproxy)")
    for peer in measured:
        cells = []
        for page in PAGES:
            costs, base = peer.costs[page], statistics.median(ours.costs[page])
            middle = statistics.median(costs)
            cells.append(f"{middle:,.0f} ({min(costs):,.0f}-{max(costs):,.0f}; {middle / base:.2f})")
        table.add_row(peer.name, *cells)
    Console(width=140).print(table)


def main() -> None:
    """Start everything, let the peers take turns, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)  # nginx's workers run as another user
        env = {**os.environ, "BENCH_UPSTREAM": f"http://127.0.0.1:{port}", "BENCH_FOLDER": name}
        with running(upstream_command(folder, port), LOAD_CORE, port, env):
            measured = peers(folder, port)
            for _ in range(asked.rounds):
                for peer in random.sample(measured, len(measured)):
                    with running(peer.command, PROXY_CORE, peer.port, env) as peer.process:
                        for number, page in enumerate(PAGES):
                            measure(peer, number, 1, asked.connections)  # warm up
                            cost = measure(peer, number, asked.seconds, asked.connections)
                            peer.costs[page].append(cost)
            report(measured)


if __name__ == "__main__":
    main()
