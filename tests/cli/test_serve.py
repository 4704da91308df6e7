"""`juanzong serve` from outside: it answers on localhost, ends on SIGTERM with all its workers, and names a taken port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.cli.test_ingest import _command, _juanzong

pytestmark = pytest.mark.e2e  # speaks over the loopback


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    assert _juanzong("init", "--data-dir", tmp_path / "office", stdin="password-1\n").returncode == 0
    return tmp_path / "office"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _children(pid: int) -> list[str]:
    """Of all its threads: it is one of those that starts the workers."""
    return [child for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]


def _runs(pid: str) -> bool:
    """What has ended may still wait for the system to clear it away."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_serve_answers_and_ends_with_all_its_workers(data_dir: Path) -> None:
    port = _free_port()
    # As a shell's `&` starts it: with Ctrl-C ignored.
    process = subprocess.Popen(
        ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *_command("serve", "--data-dir", data_dir, "--port", port)],
        stderr=subprocess.PIPE,
    )
    try:
        # A machine that was never served from tests its runtimes first.
        deadline = time.monotonic() + 240
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        workers = _children(process.pid)
        assert workers
        taken = _juanzong("serve", "--data-dir", data_dir, "--port", port, JUANZONG_LANG="en")
        assert taken.returncode == 2
        assert f"Port {port} is taken" in taken.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        deadline = time.monotonic() + 20
        while any(_runs(pid) for pid in workers):
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert process.stderr is not None
        process.stderr.close()
