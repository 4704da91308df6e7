"""The life of one worker process: a slot of the machine, cores of its own, one unit after another until it is worn."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized

from archive.jobs import LocalQueue, local
from archive.jobs.contract import Job
from archive.office import open_office
from base import logs
from base.errors import JuanzongError
from base.machine import GROWN_BYTES, Families, go_first, has_grown, readers
from base.processes import end_with_parent, give_back_free_memory
from base.settings import Settings
from ingest.carriers import AWAY, follower
from ingest.steps import STEPS
from ingest.worker_slots import pin, slot_of
from ingest.workshop import FindEngine, LeaseLostError, Workshop

_LONGEST_PAUSE_S = 30.0
_PAUSES_S = (0.0, 1.0, 5.0, 15.0)
# A server that starts anew, a network that breaks: it passes by itself, most often within seconds.
_PASSING = frozenset(
    {"store.unreachable", "catalogue.away", "catalogue.busy", "catalogue.collided", "catalogue.connections"}
)  # fmt: skip
# Errors that are not this page's: the next would meet them too, so it is not tried at once.
_OF_ALL_PAGES = _PASSING | {
    "disk.full", "store.read-only", "store.denied", "store.no-bucket", "store.marker-missing", "store.marker-other",
    "catalogue.read-only",
}  # fmt: skip
# How often one worker puts off the same unit before it leaves it to a person.
_MOST_PUT_OFF = 5


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


def worker_count(settings: Settings) -> int:
    """Processes that read pages here: as the office wishes, or one for each core as far as memory goes."""
    return readers(settings.workers)


def live(
    settings: Settings, limits: Limits, find_engine: FindEngine, owner: str, began: Synchronized[float], parent: int
) -> None:
    """`began` tells the parent when the present unit began (0.0: idle); `parent` is the process to die with."""
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
        bench = OwnBench(Workshop(office, find_engine), LocalQueue(office.catalogue), limits, owner, began)
        follower(office).follow(bench)


class OwnBench:
    """Implements `ingest.carriers.Bench`. `worn` after its share of units, or where it holds too much memory."""

    def __init__(
        self, workshop: Workshop, queue: LocalQueue, limits: Limits, owner: str, began: Synchronized[float]
    ) -> None:
        self.worn = False
        self._workshop, self._queue, self._limits = workshop, queue, limits
        self._owner, self._began = owner, began
        self._families = Families()
        self._done, self._pause = 0, 0.0
        self._put_off: Counter[int] = Counter()

    def work_once(self) -> bool:
        time.sleep(self._pause)
        job = self._queue.claim(self._owner)
        if job is None:
            return False
        self._began.value = time.monotonic()
        try:
            with _beating(self._queue, job):
                code = run_job(self._workshop, self._queue, job, patient=self._is_patient(job))
        finally:
            self._began.value = 0.0
        self._pause = min(_LONGEST_PAUSE_S, 2 * self._pause + 1.0) if code in _OF_ALL_PAGES else 0.0
        if code in _PASSING:
            self._put_off[job.id] += 1
        self._done += 1
        # What is held now, not the most that ever was: one large page must not end a worker after each page from then on.
        held = self._families.bytes_of(os.getpid())
        if held > self._limits.worker_bytes:
            give_back_free_memory()
            held = self._families.bytes_of(os.getpid())
        self.worn = self._done >= self._limits.jobs or has_grown(held, self._limits.worker_bytes, self._done)
        return True

    def _is_patient(self, job: Job) -> bool:
        """Not where what is away has been so for half a minute already: then each unit says so, and a person retries it."""
        return self._pause < _LONGEST_PAUSE_S and self._put_off[job.id] < _MOST_PUT_OFF


def run_job(workshop: Workshop, queue: LocalQueue, job: Job, *, patient: bool = False) -> str:
    """Runs one unit; whatever goes wrong is kept on its row, and its neighbours go on. The error's code, "" for none.

    `patient`: what will pass by itself makes the unit wait again instead of failing it.
    """
    try:
        STEPS[job.kind](workshop, job)
    except LeaseLostError:
        with suppress(*AWAY):
            queue.excuse(job)
        return ""
    except JuanzongError as error:
        keep = queue.postpone if patient and error.code in _PASSING else queue.fail
        return _failed(keep, job, error, error)
    except Exception as error:  # noqa: BLE001 — a job ends here; the text may hold personal data, the type does not
        return _failed(queue.fail, job, JuanzongError("job.failed", detail=type(error).__name__), error)
    return ""


def _failed(keep: Callable[[Job, JuanzongError], bool], job: Job, told: JuanzongError, error: Exception) -> str:
    """Kept on the row as soon as it can be; where it cannot be, the lease runs out and the job comes again."""
    logs.event(
        "job.failed", "error", error=error, code=told.code, job=job.id, kind=job.kind, batch=job.batch_id,
        attempt=job.attempt,
    )  # fmt: skip
    for pause in _PAUSES_S:
        time.sleep(pause)
        with suppress(*AWAY):
            keep(job, told)
            break
    return told.code


@contextmanager
def _beating(queue: LocalQueue, job: Job) -> Iterator[None]:
    """Renews the lease while a long unit runs."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(local.BEAT.total_seconds()):
            # Where the catalogue is away for the moment the next beat may still come in time.
            with suppress(*AWAY):
                if not queue.heartbeat(job):
                    return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
