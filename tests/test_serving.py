"""`embedproxy serve` as an operator runs it."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest

PATIENCE = 60.0  # seconds; a start is slow on a busy machine
WORKERS = 2


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The real command with its workers, from when all of them have started; and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:  # uvicorn names no other port than it was told
        port: int = free.getsockname()[1]
    command = [sys.executable, "-u", "-c", "from embedproxy.cli import main; main()", "serve"]
    options = ["--workers", str(WORKERS), "--port", str(port), "--upstream", "http://127.0.0.1:1"]
    process = subprocess.Popen(
        [*command, *options, "--data-dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        started = (line for line in iter(process.stdout.readline, "") if "startup complete" in line)
        assert len(list(islice(started, WORKERS))) == WORKERS
        yield process, port
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
def test_several_workers_start_together_and_stop_in_order(tmp_path: Path, wish: signal.Signals) -> None:
    """They share one key and one port; a service manager's stop, or Ctrl+C, ends all of them."""
    with serving(tmp_path) as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/_embedproxy/health")
        assert connection.getresponse().status == 204
        connection.close()
        process.send_signal(wish)
        log, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert log.count("Terminated child process") == WORKERS
        assert len(list(tmp_path.glob("secret.key"))) == 1


def test_a_port_that_is_taken_stops_the_start(tmp_path: Path) -> None:
    """With a word about it, and another exit code than success."""
    command = [sys.executable, "-c", "from embedproxy.cli import main; main()", "serve"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = ["--upstream", "http://127.0.0.1:1", "--port", str(port), "--data-dir", str(tmp_path)]
        result = subprocess.run([*command, *options], capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode != 0
    assert "address already in use" in result.stderr
