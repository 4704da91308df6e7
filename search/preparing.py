"""Documents prepared for the embedded index, many of them: in processes beside this one, where the machine has cores for it.

While an index is built anew this process adds to it and the index's own thread inverts; a page's tokens take longer than
both. A process that dies or cannot be started costs nothing but time: what it had is prepared here.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice

from base.machine import end_with_parent, usable_cores
from search.index import Document, Rejected
from search.prepared import Prepared, prepared

# Starting a process takes as long as preparing so many documents here.
_FIRST_HERE = 2000
_CHUNK, _MOST_PROCESSES = 100, 3
_AHEAD = 3  # chunks handed to each process before the first of them is waited for

_Answers = list[Prepared | Rejected]


class Preparing:
    """Prepares documents in their order; to be closed."""

    def __init__(self, processes: int | None = None, first_here: int = _FIRST_HERE) -> None:
        # This process and the index's thread keep one core busy.
        self._processes = min(_MOST_PROCESSES, usable_cores() - 1) if processes is None else processes
        self._pool: ProcessPoolExecutor | None = None
        self._here = first_here

    def each(self, documents: Iterable[Document]) -> Iterator[Prepared | Rejected]:
        source = iter(documents)
        waiting: deque[tuple[list[Document], Future[_Answers]]] = deque()
        while some := list(islice(source, _CHUNK)):
            if (future := self._handed_out(some)) is None:
                # Those before them first: a later document takes the place of an earlier one with its id.
                yield from _answers(waiting)
                yield from map(prepared, some)
            else:
                waiting.append((some, future))
                yield from _answers(waiting, _AHEAD * self._processes)
        yield from _answers(waiting)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _handed_out(self, some: list[Document]) -> Future[_Answers] | None:
        """None where they are to be prepared here."""
        if self._here > 0 or self._processes < 1:
            self._here -= len(some)
            return None
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, context, _begin)
        try:
            return self._pool.submit(_all, some)
        except (OSError, RuntimeError):
            # No memory for a process, or one of them died: the pool takes no more.
            self._processes = 0
            return None


def _answers(waiting: deque[tuple[list[Document], Future[_Answers]]], left: int = 0) -> Iterator[Prepared | Rejected]:
    """Those of the chunks that were handed out first, until `left` of them wait."""
    while len(waiting) > left:
        some, future = waiting.popleft()
        # What failed there, a process or a value that cannot be handed over, succeeds here or fails in its place.
        yield from map(prepared, some) if future.exception() is not None else future.result()


def _begin() -> None:
    """Ctrl-C is answered by the process that builds; with it this one ends, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


def _all(documents: list[Document]) -> _Answers:
    return list(map(prepared, documents))
