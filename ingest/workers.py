"""Worker processes: one engine each, pinned to a core, watched, replaced when they die or have worked long enough.

Slots are leased per machine by lock files in the data folder, so that `serve`, `worker` and `ingest` together never run
more processes than the machine has cores for.
"""

from __future__ import annotations

import ctypes
import fcntl
import multiprocessing
import os
import resource
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import IO

from archive.jobs import LocalQueue
from archive.jobs.contract import Job
from archive.office import Office, open_office
from base.errors import JuanzongError
from base.settings import Settings
from ingest.steps import STEPS
from ingest.workshop import LeaseLostError, Workshop

JOB_SECONDS = 300.0  # one unit is a page or a material; what takes longer hangs
JOBS_BEFORE_RECYCLING = 500
MEMORY_BEFORE_RECYCLING = 4 << 30  # bytes of resident memory
_IDLE_SECONDS = 0.3
_HEARTBEAT_SECONDS = 30.0
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_SPAWN = multiprocessing.get_context("spawn")


class Workers:
    """Keeps `count` processes at work until it is stopped."""

    def __init__(self, settings: Settings, office: Office, count: int | None = None) -> None:
        self._settings = settings
        self._queue = LocalQueue(office.catalogue)
        self._workers = [_Worker(settings) for _ in range(count or worker_count(settings))]

    def __enter__(self) -> Workers:
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            # What a stopped worker held waits again at once instead of when its lease runs out; it did not fail.
            self._queue.give_back(worker.owner)

    def watch(self) -> None:
        """Replaces processes that ended, and those that hang in one page. Call it about once a second."""
        for worker in self._workers:
            if worker.is_hanging():
                worker.stop()
                self._queue.release(worker.owner, JuanzongError("job.timeout", seconds=int(JOB_SECONDS)))
                worker.start()
            elif worker.has_ended():
                if worker.died():
                    self._queue.release(worker.owner, JuanzongError("job.worker-died", attempt=1))
                worker.start()


def worker_count(settings: Settings) -> int:
    return settings.workers or len(os.sched_getaffinity(0))


class _Worker:
    """One process and when its present job began (0.0: idle)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: BaseProcess | None = None
        self._began: Synchronized[float] = _SPAWN.Value("d", 0.0)
        self.owner = ""

    def start(self) -> None:
        self.owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._began.value = 0.0
        arguments = (self._settings, self.owner, self._began, os.getpid())
        self._process = _SPAWN.Process(target=_work, args=arguments, daemon=True)
        with _without_interrupts():
            self._process.start()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        self._process.join(2)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def is_hanging(self) -> bool:
        began = self._began.value
        return began > 0 and time.monotonic() - began > JOB_SECONDS

    def has_ended(self) -> bool:
        return self._process is not None and not self._process.is_alive()

    def died(self) -> bool:
        return self._process is not None and self._process.exitcode != 0


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """A process started in here never sees Ctrl-C, not even while it still imports: that is its parent's to answer."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(settings: Settings, owner: str, began: Synchronized[float], parent: int) -> None:
    """The life of one worker process."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        return
    office = open_office(settings)
    with _slot(office.locks_path, worker_count(settings)) as slot:
        _pin(slot)
        _loop(Workshop(office), LocalQueue(office.catalogue), owner, began)


def _loop(workshop: Workshop, queue: LocalQueue, owner: str, began: Synchronized[float]) -> None:
    for _ in range(JOBS_BEFORE_RECYCLING):
        while (job := queue.claim(owner)) is None:
            time.sleep(_IDLE_SECONDS)
        began.value = time.monotonic()
        with _beating(queue, job):
            run_job(workshop, queue, job)
        began.value = 0.0
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > MEMORY_BEFORE_RECYCLING:
            return


def run_job(workshop: Workshop, queue: LocalQueue, job: Job) -> None:
    """Runs one unit; whatever goes wrong is kept on its row, and its neighbours go on."""
    try:
        STEPS[job.kind](workshop, job)
    except LeaseLostError:
        return
    except JuanzongError as error:
        queue.fail(job, error)
    except Exception as error:  # noqa: BLE001 — a job ends here; the text may hold personal data, the type does not
        queue.fail(job, JuanzongError("job.failed", detail=type(error).__name__))


@contextmanager
def _beating(queue: LocalQueue, job: Job) -> Iterator[None]:
    """Renews the lease while a long unit runs."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(_HEARTBEAT_SECONDS):
            queue.heartbeat(job)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def _slot(folder: Path, count: int) -> Iterator[int]:
    """Waits for one of the machine's slots and holds it; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        for number in range(count):
            with (folder / f"slot-{number}.lock").open("w") as file:
                if _locked(file):
                    yield number
                    return
        time.sleep(1.0)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pin(slot: int) -> None:
    """One core for each worker: unpinned, the runtimes' threads fight over the cores (twice the time a page)."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[slot % len(cores)]})
