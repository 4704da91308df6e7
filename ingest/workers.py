"""Worker processes: one engine each, pinned to a core, watched, replaced when they die or have worked long enough.

A unit of work that hangs, takes too much memory or ends its process is tried once more in another one and then set aside.

Slots are leased per machine by lock files in the data folder, so that `serve`, `worker` and `ingest` together never run
more processes than the machine has cores for.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized

from archive.jobs import LocalQueue
from archive.office import Office
from base import logs
from base.errors import JuanzongError, StorageError
from base.machine import Families, reader_limit
from base.settings import Settings
from ingest.carriers import AWAY, must_be_usable
from ingest.crew_keeper import CrewKeeper
from ingest.worker_process import Limits, live, run_job, worker_count
from ingest.workshop import FindEngine
from ocr.engines import engine_factory

__all__ = ["Limits", "Workers", "run_job", "worker_count"]

# One that ended so soon after its start is not started again at once: what ended it may well be there still.
_SOON_S, _HOLD_S = 5.0, 2.0
_SPAWN = multiprocessing.get_context("spawn")


class Workers:
    """Keeps `count` processes at work until it is stopped. `find_engine` must be picklable.

    SettingsError `carrier.…` where they could never be woken.
    """

    def __init__(
        self,
        settings: Settings,
        office: Office,
        count: int | None = None,
        *,
        limits: Limits | None = None,
        find_engine: FindEngine = engine_factory,
    ) -> None:
        must_be_usable(settings)
        self._queue = LocalQueue(office.catalogue)
        self._limits = limits or Limits()
        count = count or worker_count(settings)
        self._most_bytes = self._limits.job_bytes or reader_limit(count)
        self._families = Families()
        self._workers = [_Worker(settings, self._limits, find_engine) for _ in range(count)]
        self._keeper = CrewKeeper(office, count)
        self._owed: list[tuple[str, JuanzongError]] = []

    def __enter__(self) -> Workers:
        self._keeper.start()
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._settle()
        for worker in self._workers:
            # What a stopped worker held waits again at once instead of when its lease runs out; it did not fail.
            with suppress(*AWAY):
                self._queue.give_back(worker.owner)
        self._keeper.stop()

    def watch(self) -> None:
        """Replaces processes that ended, and those that take too long or too much for one page. Call it twice a second."""
        for worker in self._workers:
            if worker.has_ended():
                if worker.died() and not worker.missed:
                    worker.missed = True
                    self._release(worker.owner, JuanzongError("job.worker-died", attempt=1))
                worker.start_again()
            elif (error := self._excess(worker)) is not None:
                worker.stop()
                self._release(worker.owner, error)
                worker.start()
        self._settle()

    @property
    def memory(self) -> dict[int, int]:
        """Resident bytes of each worker now, by process, with what its engine started."""
        return {worker.pid: self._families.bytes_of(worker.pid) for worker in self._workers}

    @property
    def away(self) -> StorageError | None:
        """What has kept every worker from beginning anything for a minute: a full disk, a catalogue that is away."""
        return self._keeper.away

    @property
    def at_work(self) -> dict[int, float]:
        """Seconds since each worker began its present unit, by process; those that are idle are left out."""
        return {worker.pid: seconds for worker in self._workers if (seconds := worker.seconds_at_work())}

    def _release(self, owner: str, error: JuanzongError) -> None:
        logs.event("worker.ended", "warning", code=error.code)
        self._owed.append((owner, error))

    def _settle(self) -> None:
        """What dead workers held waits again, at this turn or, where the catalogue is away, at the first one that finds it."""
        for owner, error in self._owed[:]:
            with suppress(*AWAY):
                self._queue.release(owner, error)
                self._owed.remove((owner, error))

    def _excess(self, worker: _Worker) -> JuanzongError | None:
        seconds = self._limits.job_seconds
        if worker.seconds_at_work() > seconds:
            return JuanzongError("job.timeout", seconds=round(seconds))
        if worker.seconds_at_work() and self._families.bytes_of(worker.pid) > self._most_bytes:
            return JuanzongError("job.memory", megabytes=self._most_bytes >> 20)
        return None


class _Worker:
    """One process and when its present job began (0.0: idle)."""

    def __init__(self, settings: Settings, limits: Limits, find_engine: FindEngine) -> None:
        self._arguments = (settings, limits, find_engine)
        self._process: BaseProcess | None = None
        self._began: Synchronized[float] = _SPAWN.Value("d", 0.0)
        self._started = 0.0
        self._ended: float | None = None
        self.owner = ""
        self.missed = False  # its death was noticed

    def start(self) -> None:
        self.owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._began.value = 0.0
        self.missed = False
        self._started, self._ended = time.monotonic(), None
        arguments = (*self._arguments, self.owner, self._began, os.getpid())
        self._process = _SPAWN.Process(target=live, args=arguments, daemon=True)
        with _without_interrupts():
            self._process.start()

    def start_again(self) -> None:
        """After it ended; after a moment only where it had hardly begun."""
        time_now = time.monotonic()
        self._ended = self._ended or time_now
        if not self.died() or self._ended - self._started > _SOON_S or time_now - self._ended > _HOLD_S:
            self.start()

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
