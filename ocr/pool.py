"""Reading many pages at once: spawned processes, one engine each, pinned to their cores.

A page never stops its neighbours: a worker that dies is replaced and its page tried once more, one that hangs or takes too
much memory is ended, one that grew is recycled. Nothing is kept in a worker, so it may be killed at any time.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Self

from base.errors import JuanzongError
from base.machine import GROWN_BYTES, Families, cores_of, has_grown, reader_limit, readers
from ocr import worker
from ocr.engines import EngineFactory
from ocr.errors import OcrError
from ocr.lines import PageReading
from ocr.worker import Answer, PageImage

_SPAWN = multiprocessing.get_context("spawn")
# The page that kills two workers is at fault, not the worker.
_ATTEMPTS = 2
# How often a worker's memory is looked at while it reads: it can take about a gigabyte a second.
_LOOK_SECONDS = 0.4
# Loading takes about a second; a cold disk or a busy machine may need much more.
_OPEN_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Times in seconds, memory in bytes of resident size, with the processes that an engine starts for itself.

    `workers` 0: one for each core this process may use, as far as there is memory for them. `page_bytes`: what a worker may
    take before it is ended in the middle of its page (0: its share of the machine); `worker_bytes`: what it may hold after a
    page before it is recycled, as it is after `pages_per_worker`.
    """

    workers: int = 0
    page_seconds: float = 180.0
    page_bytes: int = 0
    pages_per_worker: int = 1000
    worker_bytes: int = GROWN_BYTES


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the page submitted under `key`: exactly one of `reading` and `error` is given."""

    key: Hashable
    reading: PageReading | None
    error: JuanzongError | None
    attempts: int


@dataclass(frozen=True, slots=True)
class _Task:
    key: Hashable
    page: PageImage
    attempts: int = 0


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    answers: Connection
    pages_in: Connection
    slot: int
    deadline: float
    task: _Task | None = None
    opened: bool = False
    pages: int = 0


class ReadingPool:
    """Use as a context manager; leaving it ends all workers at once. Not thread-safe."""

    def __init__(self, factory: EngineFactory, settings: PoolSettings | None = None) -> None:
        self._factory = factory
        self._settings = settings or PoolSettings()
        self._size = readers(self._settings.workers)
        self._most_bytes = self._settings.page_bytes or reader_limit(self._size)
        self._families = Families()
        self._queue: deque[_Task] = deque()
        self._workers: dict[int, _Worker] = {}
        self._failed_openings = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def free(self) -> int:
        """How many more pages would be read at once."""
        return max(0, self._size - self.unfinished)

    @property
    def unfinished(self) -> int:
        """Pages submitted and not yet answered."""
        return len(self._queue) + sum(w.task is not None for w in self._workers.values())

    @property
    def memory(self) -> dict[int, int]:
        """Resident bytes of each worker now, by process, with what its engine started."""
        return {one.process.pid or 0: self._bytes_of(one) for one in self._workers.values()}

    def submit(self, key: Hashable, page: PageImage, *, first: bool = False) -> None:
        """Queues a page; `first`: before all others, for a person who waits for it."""
        task = _Task(key, page)
        self._queue.appendleft(task) if first else self._queue.append(task)
        self._hand_out()

    def outcomes(self, timeout: float | None = None) -> list[Outcome]:
        """Waits for at least one page to be finished, at most `timeout` seconds; empty when nothing is.

        OcrError `ocr.engine-missing` and its like where the engine cannot be opened at all.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while self.unfinished:
            self._hand_out()
            done = [outcome for w in self._ready(until) for outcome in self._hear(w)]
            done += [outcome for w in list(self._workers.values()) for outcome in self._check(w)]
            if done or (until is not None and time.monotonic() >= until):
                self._hand_out()
                return done
        return []

    def read_all(self, pages: Iterable[tuple[Hashable, PageImage]]) -> Iterator[Outcome]:
        """Outcomes as they come; pages are taken from the iterable only as workers can take them."""
        rest = iter(pages)
        exhausted = False
        while True:
            # One waiting page for each worker, so that none stands idle between two.
            while not exhausted and self.unfinished < 2 * self._size:
                following = next(rest, None)
                if following is None:
                    exhausted = True
                else:
                    self.submit(*following)
            if exhausted and not self.unfinished:
                return
            yield from self.outcomes()

    def close(self) -> None:
        """Ends all workers at once; what they were reading is dropped."""
        for one in list(self._workers.values()):
            self._end(one)
        self._queue.clear()

    def _hand_out(self) -> None:
        idle = [w for w in self._workers.values() if w.opened and w.task is None]
        for one in idle:
            if self._queue:
                self._give(one, self._queue.popleft())
        opening = sum(not w.opened for w in self._workers.values())
        for slot in range(self._size):
            if len(self._queue) > opening and slot not in self._workers:
                self._workers[slot] = self._start(slot)
                opening += 1

    def _give(self, one: _Worker, task: _Task) -> None:
        one.task = _Task(task.key, task.page, task.attempts + 1)
        one.deadline = time.monotonic() + self._settings.page_seconds
        try:
            one.pages_in.send(task.page)
        except OSError:
            # It died while it was idle: no fault of this page.
            one.task = None
            self._end(one)
            self._queue.appendleft(task)

    def _start(self, slot: int) -> _Worker:
        # One way each: a pipe for both ways would be a socket, and reading works where every socket is refused.
        their_pages, our_pages = _SPAWN.Pipe(duplex=False)
        our_answers, their_answers = _SPAWN.Pipe(duplex=False)
        arguments = (their_pages, their_answers, self._factory, cores_of(slot, self._size))
        process = _SPAWN.Process(target=worker.main, args=arguments, name=f"reader-{slot}", daemon=True)
        process.start()
        their_pages.close()
        their_answers.close()
        return _Worker(process, our_answers, our_pages, slot, time.monotonic() + _OPEN_SECONDS)

    def _ready(self, until: float | None) -> list[_Worker]:
        by_pipe: dict[object, _Worker] = {w.answers: w for w in self._workers.values() if w.task or not w.opened}
        times = [w.deadline for w in by_pipe.values()] + ([until] if until is not None else [])
        patience = min(_LOOK_SECONDS, max(0.0, min(times) - time.monotonic())) if times else 0.0
        return [by_pipe[pipe] for pipe in wait(list(by_pipe), patience)]  # type: ignore[arg-type]

    def _hear(self, one: _Worker) -> list[Outcome]:
        """A pipe that ends tells that the worker died."""
        try:
            answer: Answer = one.answers.recv()
        except (EOFError, OSError):
            return self._died(one)
        if not one.opened:
            return self._opened(one, answer)
        return [self._finished(one, answer)]

    def _opened(self, one: _Worker, answer: Answer) -> list[Outcome]:
        if answer.error is not None:
            self._end(one)
            raise worker.to_error(answer.error)
        one.opened = True
        self._failed_openings = 0
        return []

    def _finished(self, one: _Worker, answer: Answer) -> Outcome:
        task, one.task = one.task, None
        assert task is not None  # noqa: S101 - only a worker with a page answers
        one.pages += 1
        grown = has_grown(self._bytes_of(one), self._settings.worker_bytes, one.pages)
        if one.pages >= self._settings.pages_per_worker or grown:
            self._end(one)
        error = None if answer.error is None else worker.to_error(answer.error)
        return Outcome(task.key, answer.reading, error, task.attempts)

    def _died(self, one: _Worker) -> list[Outcome]:
        task = one.task
        self._end(one)
        if task is None:
            self._failed_openings += 1
            if self._failed_openings >= _ATTEMPTS * self._size:
                raise OcrError("ocr.engine-dead")
            return []
        return self._tried_again(task, OcrError("ocr.worker-died", path=task.page.name))

    def _check(self, one: _Worker) -> list[Outcome]:
        """Ends a worker that takes too long or too much for its page, or too long to open."""
        task = one.task
        if task is None:
            late = not one.opened and time.monotonic() >= one.deadline
            return self._died(one) if late else []
        if time.monotonic() >= one.deadline:
            self._end(one)
            error = OcrError("ocr.page-timeout", path=task.page.name, seconds=round(self._settings.page_seconds))
            return [Outcome(task.key, None, error, task.attempts)]
        if self._bytes_of(one) > self._most_bytes:
            self._end(one)
            # It may have been what earlier pages left behind: once more, alone in a fresh process.
            megabytes = self._most_bytes >> 20
            return self._tried_again(task, OcrError("ocr.page-memory", path=task.page.name, megabytes=megabytes))
        return []

    def _tried_again(self, task: _Task, error: OcrError) -> list[Outcome]:
        """The page goes first in line; `error` is its answer where it ended two workers."""
        if task.attempts < _ATTEMPTS:
            self._queue.appendleft(task)
            return []
        return [Outcome(task.key, None, error, task.attempts)]

    def _bytes_of(self, one: _Worker) -> int:
        return self._families.bytes_of(one.process.pid or 0)

    def _end(self, one: _Worker) -> None:
        self._workers.pop(one.slot, None)
        one.process.kill()
        one.process.join()
        one.process.close()
        one.answers.close()
        one.pages_in.close()
