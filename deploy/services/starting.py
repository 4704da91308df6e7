"""What the servers of the tests have in common: packages, free ports, the account that root lends them to, the wait until they answer."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

_PAUSE_S = 0.1


def install(name: str, *packages: str) -> bool:
    """Debian's packages, once, where this runs as root; whether apt did its part."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    sys.stderr.write(f"installing {name} once\n")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    lock = ["-o", "DPkg::Lock::Timeout=600"]
    steps = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages])
    return all(
        subprocess.run(["apt-get", *lock, *step], env=quiet, stdout=subprocess.DEVNULL, check=False).returncode == 0
        for step in steps
    )


def free_ports(count: int) -> list[int]:
    """Different ones: all are held until the last is found."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(answers: Callable[[], bool], server: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether it answered in time; False at once where the server ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        if answers():
            return True
        time.sleep(_PAUSE_S)
    return False


def not_started(name: str, log: Path) -> str:
    """The last words of a server, for whoever is to put it right."""
    said = log.read_text("utf-8", "replace")[-4000:] if log.exists() else ""
    return f"{name} did not start:\n{said}\nThe service tests did not run."


def account(name: str) -> dict[str, Any]:
    """Arguments of Popen: root steps down to this account, anyone else runs it as himself."""
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam(name)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def give_away(path: Path, name: str) -> None:
    if os.geteuid() == 0:
        found = pwd.getpwnam(name)
        os.chown(path, found.pw_uid, found.pw_gid, follow_symlinks=False)
