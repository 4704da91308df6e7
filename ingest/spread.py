"""Pages measured in several processes: in order, with little in the queue; a page that kills its process is named, its neighbours go on."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import wait as wait_for
from threading import Thread
from typing import Protocol

import cv2

from base.errors import InputError
from base.images import read_header
from base.machine import worker_count
from base.progress import Progress
from ingest.delivery.model import DeliveredPage
from ingest.delivery.pages import page_bytes
from ingest.measure import measure_view, missing_measures
from ingest.measure.duplicates import Fingerprint, fingerprint
from ingest.measure.orientation import Reader
from ingest.measure.page import damaged_measures
from ingest.measure.view import PageView
from ocr.errors import OcrError
from ocr.heads import open_head_reader
from standards.values import Measures

_LOG = logging.getLogger(__name__)
# Fewer pages than this are measured sooner than processes start.
_ALONE = 4
_BLANK = 0.5
# Codes of errors that say why a page cannot be had at all.
_REASONS = {
    "image.too-large": "reason.too-large", "delivery.file-too-large": "reason.too-large", "pdf.locked": "reason.locked",
    "path.unreadable": "reason.unreadable", "path.missing": "reason.unreadable", "pdf.page-too-large": "reason.too-large",
    "pdf.no-poppler": "reason.no-poppler", "zip.locked": "reason.locked", "zip.bomb": "reason.too-large",
    "file.too-large": "reason.too-large", "zip.too-many": "reason.too-large", "packed.unknown": "reason.packed",
    "zip.method": "reason.packed", "zip.nested": "reason.packed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """One page's measures, and its fingerprint where enough is on it to compare."""

    measures: Measures
    fingerprint: Fingerprint | None = None


def measure_delivered(page: DeliveredPage) -> Measured:
    """One page's measures; never an error for what its file holds.

    What none of us foresaw is said of the page as of a damaged one, so that somebody looks at it, and its neighbours go on.
    """
    try:
        return _measured(page)
    except Exception as error:  # noqa: BLE001 - a page's job ends here; the text may hold personal data, the type does not
        _LOG.warning("a page could not be measured: %s", type(error).__name__)
        return Measured(missing_measures("reason.damaged"))


def _measured(page: DeliveredPage) -> Measured:
    try:
        data, frame = page_bytes(page)
    except InputError as error:
        return Measured(missing_measures(reason_of(error)))
    if not data:
        return Measured(missing_measures("reason.empty"))
    try:
        view = PageView.decoded(data, page.file.path, read_header(data, page.file.path), frame)
    except InputError as error:
        return Measured(damaged_measures(data, reason_of(error)))
    measures = measure_view(view, _head_reader())
    blank, skew = measures["blank"].value, measures["skew_deg"].value
    if not isinstance(blank, int | float) or blank >= _BLANK:
        return Measured(measures)
    return Measured(measures, fingerprint(view.coarse_darkness, skew if isinstance(skew, int | float) else None))


@cache
def _head_reader() -> Reader | None:
    """Loaded once a process, with the first page that is measured; None where the engine cannot run: then a page on its
    head is not told from one on its feet, and the measure's confidence says so."""
    try:
        return open_head_reader()
    except OcrError:
        return None


def reason_of(error: InputError) -> str:
    return _REASONS.get(error.code, "reason.damaged")


class Kept(Protocol):
    """What an earlier run measured, and where this one keeps what it measures."""

    def known(self, page: DeliveredPage) -> Measured | None: ...
    def add(self, page: DeliveredPage, measured: Measured) -> None: ...


class _Results(dict[int, Measured]):
    """Results by place; each new one is kept as it comes."""

    def __init__(self, pages: list[DeliveredPage], kept: Kept | None) -> None:
        known = ((place, kept.known(page)) for place, page in enumerate(pages)) if kept is not None else ()
        super().__init__({place: measured for place, measured in known if measured is not None})
        self._pages, self._kept = pages, kept

    def __setitem__(self, place: int, measured: Measured) -> None:
        super().__setitem__(place, measured)
        if self._kept is not None:
            self._kept.add(self._pages[place], measured)


def measure_all(pages: list[DeliveredPage], told: Progress, workers: int, kept: Kept | None = None) -> list[Measured]:
    """All pages in order; progress after each. What `kept` knows is not measured again."""
    count = worker_count(workers)
    results = _Results(pages, kept)
    waiting = [index for index in range(len(pages)) if index not in results]
    told.step("progress.measuring", len(results), len(pages))
    if len(waiting) < _ALONE or count == 1:
        for index in waiting:
            results[index] = measure_delivered(pages[index])
            told.step("progress.measuring", len(results), len(pages))
        return [results[index] for index in range(len(pages))]
    while waiting:
        broken = _one_round(pages, waiting, results, told, count)
        waiting = [index for index in waiting if index not in results]
        if broken and waiting:
            # Something killed a process: the pages that were under way are tried again, each in a process of its own.
            waiting = _singly(pages, waiting[: 2 * count], results, waiting)
    return [results[index] for index in range(len(pages))]


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker)


def _start_worker() -> None:
    """One thread a process; Ctrl-C is the parent's to answer, and a parent that was killed takes its helpers with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _one_round(
    pages: list[DeliveredPage], waiting: list[int], results: dict[int, Measured], told: Progress, count: int
) -> bool:
    """Measures until all is done or a process dies (True). Never more than a few pages lie in the queue."""
    queue = iter(waiting)
    under_way: dict[Future[Measured], int] = {}
    pool = _pool(count)
    try:
        _refill(pool, pages, queue, under_way, 4 * count)
        while under_way:
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                results[under_way.pop(future)] = future.result()
            told.step("progress.measuring", len(results), len(pages))
            _refill(pool, pages, queue, under_way, 4 * count)
    except BrokenProcessPool:
        return True
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return False


def _refill(
    pool: ProcessPoolExecutor,
    pages: list[DeliveredPage],
    queue: Iterator[int],
    under_way: dict[Future[Measured], int],
    most: int,
) -> None:
    while len(under_way) < most:
        index = next(queue, None)
        if index is None:
            return
        under_way[pool.submit(measure_delivered, pages[index])] = index


def _singly(
    pages: list[DeliveredPage], suspects: list[int], results: dict[int, Measured], waiting: list[int]
) -> list[int]:
    for index in suspects:
        with _pool(1) as pool:
            try:
                results[index] = pool.submit(measure_delivered, pages[index]).result()
            except BrokenProcessPool:
                results[index] = Measured(missing_measures("reason.damaged"))
    return [index for index in waiting if index not in results]
