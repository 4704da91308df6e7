"""Workers of a run start in a moment: forked from a process that has loaded what a worker needs and has opened nothing.

Spawned as in production a worker spends two to three seconds of a core on loading its modules, which would be most of a run. What
stays: it is a process of its own and a child of the process that wanted it, which reaps it and takes it along when it dies, and
all that it is told comes as pickled bytes. What is left out is its time of loading; so every eleventh run spawns.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import pickle
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

_NAME, _DIE_WITH_PARENT, _SUBREAPER = 15, 1, 36  # prctl
_REQUEST = 1 << 20
_VALUES = 512
# How a worker is told from what else an office started, here as the name of its process.
WORKER = b"faults-worker"


class SharedNumber:
    """A number that parent and worker share; it is handed over by its place."""

    memory: mmap.mmap

    def __init__(self, place: int) -> None:
        self._place = place * 8

    @property
    def value(self) -> float:
        return float(struct.unpack_from("d", SharedNumber.memory, self._place)[0])

    @value.setter
    def value(self, number: float) -> None:
        struct.pack_into("d", SharedNumber.memory, self._place, number)


class Nursery:
    """What `ingest.workers` takes of a multiprocessing context. Made in a process with one thread, before it opens anything."""

    def __init__(self, begin: Callable[[], None]) -> None:
        """`begin` is the first thing that each worker does."""
        SharedNumber.memory = mmap.mmap(-1, 8 * _VALUES)
        self._made = 0
        self._lock = threading.Lock()
        _prctl(_SUBREAPER, 1)
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0:
            self._here.close()
            _serve(there, begin)
        there.close()

    def Value(self, _kind: str, number: float) -> SharedNumber:
        value = SharedNumber(self._made)
        value.value = number
        self._made += 1
        return value

    def Process(self, *, target: Callable[..., object], args: tuple[Any, ...], daemon: bool) -> Forked:
        assert daemon, "a worker goes with its parent"
        return Forked(self, pickle.dumps((target, args)))

    def fork(self, request: bytes) -> int:
        """The number of the new process; it is a child of this one by then."""
        with self._lock:
            self._here.send(request)
            return int(self._here.recv(64))


class Forked:
    """What `ingest.workers` asks of `multiprocessing.Process`."""

    def __init__(self, nursery: Nursery, request: bytes) -> None:
        self._nursery, self._request = nursery, request
        self.pid: int | None = None
        self.exitcode: int | None = None

    def start(self) -> None:
        self.pid = self._nursery.fork(self._request)

    def is_alive(self) -> bool:
        if self.exitcode is None and self.pid is not None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.exitcode = os.waitstatus_to_exitcode(status)
        return self.exitcode is None

    def join(self, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while self.is_alive() and time.monotonic() < end:
            time.sleep(0.005)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.is_alive() and self.pid is not None:
            os.kill(self.pid, number)


def _serve(asked: socket.socket, begin: Callable[[], None]) -> None:
    """The life of the nursery: never returns. What it forks is left to its own parent, as orphans are."""
    _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    parent = os.getppid()
    while request := asked.recv(_REQUEST):
        told, tell = os.pipe()
        between = os.fork()
        if between == 0:
            worker = os.fork()
            if worker == 0:
                os.close(told)
                os.close(tell)
                asked.close()
                _live(request, parent, begin)
            os.write(tell, str(worker).encode())
            os._exit(0)
        os.close(tell)
        number = os.read(told, 64)
        os.close(told)
        os.waitpid(between, 0)
        asked.send(number)
    os._exit(0)


def _live(request: bytes, parent: int, begin: Callable[[], None]) -> None:
    """The life of a worker: never returns."""
    status = 1
    try:
        _prctl(_NAME, WORKER)
        while os.getppid() != parent:
            time.sleep(0.001)
        begin()
        target, arguments = pickle.loads(request)
        target(*arguments)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:  # noqa: BLE001 — the process ends here, whatever it was
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _prctl(what: int, value: int | bytes) -> None:
    ctypes.CDLL(None).prctl(what, value)
