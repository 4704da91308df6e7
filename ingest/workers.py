"""Worker processes: one engine each, pinned to a core, watched, replaced when they die or have worked long enough.

A unit of work that hangs, takes too much memory or ends its process is tried once more in another one and then set aside.

Slots are leased per machine by lock files in the data folder, so that `serve`, `worker` and `ingest` together never run
more processes than the machine has cores for.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized

from sqlalchemy.exc import SQLAlchemyError

from archive.jobs import LocalQueue
from archive.jobs.contract import Job
from archive.office import Office, open_office
from base import logs
from base.errors import JuanzongError, StorageError
from base.machine import (
    GROWN_BYTES,
    Families,
    end_with_parent,
    give_back_free_memory,
    go_first,
    has_grown,
    reader_limit,
    readers,
)
from base.settings import Settings
from ingest.steps import STEPS
from ingest.worker_slots import pin, slot_of
from ingest.workshop import FindEngine, LeaseLostError, Workshop
from ocr.engines import engine_factory

_IDLE_SECONDS = 0.1
_HEARTBEAT_SECONDS = 30.0
# The catalogue is away or its disk is full: asked again with growing pauses, and nothing of it counts against a page.
_AWAY = (StorageError, SQLAlchemyError)
_LONGEST_PAUSE_S = 30.0
_PAUSES_S = (0.0, 1.0, 5.0, 15.0)
# Errors that are not this page's: the next would meet them too, so it is not tried at once.
_OF_ALL_PAGES = frozenset(
    {"disk.full", "store.read-only", "store.unreachable", "store.denied", "store.no-bucket", "store.marker-missing",
     "store.marker-other", "catalogue.busy"}
)  # fmt: skip
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Limits:
    """When a worker is ended, in the middle of a unit (a page or a material), or recycled after one.

    Ended after `job_seconds` or at `job_bytes` of resident memory (0: its share of the machine); recycled after `jobs` or
    where it holds more than `worker_bytes`. What its engine started counts with it.
    """

    job_seconds: float = 300.0
    job_bytes: int = 0
    jobs: int = 1500
    worker_bytes: int = GROWN_BYTES


class Workers:
    """Keeps `count` processes at work until it is stopped. `find_engine` must be picklable."""

    def __init__(
        self,
        settings: Settings,
        office: Office,
        count: int | None = None,
        *,
        limits: Limits | None = None,
        find_engine: FindEngine = engine_factory,
    ) -> None:
        self._settings = settings
        self._queue = LocalQueue(office.catalogue)
        self._limits = limits or Limits()
        count = count or worker_count(settings)
        self._most_bytes = self._limits.job_bytes or reader_limit(count)
        self._families = Families()
        self._workers = [_Worker(settings, self._limits, find_engine) for _ in range(count)]
        self._unreleased: list[tuple[str, JuanzongError]] = []

    def __enter__(self) -> Workers:
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            # What a stopped worker held waits again at once instead of when its lease runs out; it did not fail.
            with suppress(*_AWAY):
                self._queue.give_back(worker.owner)

    def watch(self) -> None:
        """Replaces processes that ended, and those that take too long or too much for one page. Call it twice a second."""
        for worker in self._workers:
            if worker.has_ended():
                if worker.died():
                    self._release(worker.owner, JuanzongError("job.worker-died", attempt=1))
                worker.start()
            elif (error := self._excess(worker)) is not None:
                worker.stop()
                self._release(worker.owner, error)
                worker.start()
        for owner, error in self._unreleased[:]:
            with suppress(*_AWAY):
                self._queue.release(owner, error)
                self._unreleased.remove((owner, error))

    def _release(self, owner: str, error: JuanzongError) -> None:
        """At this turn or, where the catalogue is away, at the first one that finds it."""
        logs.event("worker.ended", "warning", code=error.code)
        self._unreleased.append((owner, error))

    @property
    def memory(self) -> dict[int, int]:
        """Resident bytes of each worker now, by process, with what its engine started."""
        return {worker.pid: self._families.bytes_of(worker.pid) for worker in self._workers}

    def _excess(self, worker: _Worker) -> JuanzongError | None:
        seconds = self._limits.job_seconds
        if worker.seconds_at_work() > seconds:
            return JuanzongError("job.timeout", seconds=round(seconds))
        if worker.seconds_at_work() and self._families.bytes_of(worker.pid) > self._most_bytes:
            return JuanzongError("job.memory", megabytes=self._most_bytes >> 20)
        return None


def worker_count(settings: Settings) -> int:
    """Processes that read pages here: as the office wishes, or one for each core as far as memory goes."""
    return readers(settings.workers)


class _Worker:
    """One process and when its present job began (0.0: idle)."""

    def __init__(self, settings: Settings, limits: Limits, find_engine: FindEngine) -> None:
        self._arguments = (settings, limits, find_engine)
        self._process: BaseProcess | None = None
        self._began: Synchronized[float] = _SPAWN.Value("d", 0.0)
        self.owner = ""

    def start(self) -> None:
        self.owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._began.value = 0.0
        arguments = (*self._arguments, self.owner, self._began, os.getpid())
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

    @property
    def pid(self) -> int:
        return (self._process.pid if self._process else None) or 0

    def seconds_at_work(self) -> float:
        """Since its present unit began; 0.0 while it is idle."""
        began = self._began.value
        return time.monotonic() - began if began > 0 else 0.0

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


def _work(
    settings: Settings, limits: Limits, find_engine: FindEngine, owner: str, began: Synchronized[float], parent: int
) -> None:
    """The life of one worker process."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent()
    if os.getppid() != parent:
        return
    go_first()
    logs.start(settings.log_format, settings.log_level)
    office = open_office(settings)
    count = worker_count(settings)
    with slot_of(office.locks_path, count) as slot:
        pin(slot, count)
        _loop(Workshop(office, find_engine), LocalQueue(office.catalogue), limits, owner, began)


def _loop(workshop: Workshop, queue: LocalQueue, limits: Limits, owner: str, began: Synchronized[float]) -> None:
    families = Families()
    pause = 0.0
    for done in range(1, limits.jobs + 1):
        time.sleep(pause)
        job = _next_job(queue, owner)
        began.value = time.monotonic()
        with _beating(queue, job):
            code = run_job(workshop, queue, job)
        began.value = 0.0
        pause = min(_LONGEST_PAUSE_S, 2 * pause + 1.0) if code in _OF_ALL_PAGES else 0.0
        # What is held now, not the most that ever was: one large page must not end a worker after each page from then on.
        held = families.bytes_of(os.getpid())
        if held > limits.worker_bytes:
            give_back_free_memory()
            held = families.bytes_of(os.getpid())
        if has_grown(held, limits.worker_bytes, done):
            return


def _next_job(queue: LocalQueue, owner: str) -> Job:
    """Waits until there is one; a catalogue that is away is waited for too."""
    pause = _IDLE_SECONDS
    while True:
        try:
            job = queue.claim(owner)
            pause = _IDLE_SECONDS
        except _AWAY:
            job, pause = None, min(_LONGEST_PAUSE_S, 2 * pause)
        if job is not None:
            return job
        time.sleep(pause)


def run_job(workshop: Workshop, queue: LocalQueue, job: Job) -> str:
    """Runs one unit; whatever goes wrong is kept on its row, and its neighbours go on. The error's code, "" for none."""
    try:
        STEPS[job.kind](workshop, job)
    except LeaseLostError:
        return ""
    except JuanzongError as error:
        return _failed(queue, job, error, error)
    except Exception as error:  # noqa: BLE001 — a job ends here; the text may hold personal data, the type does not
        return _failed(queue, job, JuanzongError("job.failed", detail=type(error).__name__), error)
    return ""


def _failed(queue: LocalQueue, job: Job, told: JuanzongError, error: Exception) -> str:
    """Kept on the row as soon as it can be; where it cannot be, the lease runs out and the job comes again."""
    logs.event(
        "job.failed", "error", error=error, code=told.code, job=job.id, kind=job.kind, batch=job.batch_id,
        attempt=job.attempt,
    )  # fmt: skip
    for pause in _PAUSES_S:
        time.sleep(pause)
        with suppress(*_AWAY):
            queue.fail(job, told)
            break
    return told.code


@contextmanager
def _beating(queue: LocalQueue, job: Job) -> Iterator[None]:
    """Renews the lease while a long unit runs."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(_HEARTBEAT_SECONDS):
            with suppress(*_AWAY):
                queue.heartbeat(job)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
