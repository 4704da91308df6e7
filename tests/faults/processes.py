"""Processes of a run: forked from the harness, which has loaded all modules and opened nothing, in groups of their own."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults import points
from tests.faults.nursery import WORKER

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Process:
    """One process, alone in its session; what it starts belongs to its group."""

    def __init__(self, call: Callable[..., int], *arguments: Any, plan: points.Plan, log: Path) -> None:
        self.status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _live(call, arguments, plan, log)

    def ended(self) -> bool:
        if self.status is None:
            pid, raw = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(raw)
        return self.status is not None

    def wait(self, seconds: float) -> int | None:
        """The exit status (negative: the signal that ended it), or None where it still runs after so long."""
        end = time.monotonic() + seconds
        while not self.ended() and time.monotonic() < end:
            time.sleep(0.01)
        return self.status

    def signal(self, number: int) -> None:
        if not self.ended():
            os.kill(self.pid, number)

    def kill_group(self) -> None:
        """What it started may outlive it by a moment: all of its group goes, and the harness waits until it has gone."""
        for _ in range(500):
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                break
            self.ended()
            time.sleep(0.01)
        self.wait(5)

    def children(self) -> list[int]:
        """The workers that it started itself."""
        found: list[int] = []
        for file in Path(f"/proc/{self.pid}/task").glob("*/children"):
            try:
                found += [int(each) for each in file.read_text().split()]
            except OSError:
                continue
        return [pid for pid in found if _is_worker(pid)]


def _is_worker(pid: int) -> bool:
    """What was started to work; not the tracker that Python keeps beside it, nor the nursery."""
    try:
        spawned = b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        return spawned or Path(f"/proc/{pid}/comm").read_bytes().strip() == WORKER
    except OSError:
        return False


def _live(call: Callable[..., int], arguments: tuple[Any, ...], plan: points.Plan, log: Path) -> None:
    """In the child: never returns."""
    status = 70
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.environ[points.PLAN] = plan.dumped()
        faulthandler.register(signal.SIGUSR1, all_threads=True)
        status = call(*arguments)
    except BaseException:  # noqa: BLE001 — the process ends here, whatever it was
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
