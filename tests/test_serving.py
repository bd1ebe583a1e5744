"""`embedproxy serve` as an operator runs it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

PATIENCE = 60.0  # seconds; a start is slow on a busy machine


def test_a_port_that_is_taken_stops_the_start(tmp_path: Path) -> None:
    """With a word about it, and another exit code than success."""
    command = [sys.executable, "-c", "from embedproxy.cli import main; main()", "serve"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = ["--upstream", "http://127.0.0.1:1", "--port", str(port), "--data-dir", str(tmp_path)]
        result = subprocess.run([*command, *options], capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode != 0
    assert "address already in use" in result.stderr
