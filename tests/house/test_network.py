"""Tests are refused sockets, and nothing of ours speaks to the network by merely being loaded."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

from tests.house.source import ROOT, modules

# OpenVINO brings a telemetry package; an audit hook sees every way to a socket, whatever library takes it.
LOADER = """
import importlib, sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        sys.stderr.write(f"{event} {arguments!r}\\n")
        sys.stderr.flush()
        import os
        os._exit(9)
sys.addaudithook(hook)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_a_test_may_not_open_a_socket() -> None:
    with pytest.warns(UserWarning, match="socket"), pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET)


@pytest.mark.service
def test_a_service_test_may_not_leave_this_machine() -> None:
    with (
        socket.socket(socket.AF_INET) as outside,
        pytest.warns(UserWarning, match="socket"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 9))


def test_loading_all_of_it_calls_nobody() -> None:
    names = [
        path.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        for path, _ in modules()
        if "/migrations/" not in path and not path.endswith("__main__.py")
    ]
    assert len(names) > 50
    done = subprocess.run([sys.executable, "-c", LOADER, *names], cwd=ROOT, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
