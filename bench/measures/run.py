"""Measures the pages of all groups in processes of one thread each, and keeps what was true beside what was measured."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2

from bench.measures.groups import GROUPS, Page
from bench.measures.scans import real_pages
from ingest.measure import measure_page
from ingest.measure.orientation import Reader
from ocr.heads import open_head_reader
from standards.profiles import load_profile
from standards.rules.page import judge_page
from standards.values import PageFacts

# What `juanzong check` judges by where nothing else is asked for.
PROFILE = "da-t-31"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One page: `values` (and `sure`, their confidence) of what was measured, `reasons` of what was not, `rules` that spoke."""

    group: str
    number: int
    variant: int
    how: str
    truth: dict[str, Any]
    values: dict[str, Any]
    sure: dict[str, float]
    reasons: dict[str, str]
    rules: tuple[str, ...]
    tags: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Task:
    """All pages of one number of a group; `file`: of a real scan instead. `cache` keeps the pages for the next run."""

    group: str
    number: int
    file: Path | None = None
    cache: Path | None = None


def pages_of(task: Task) -> Iterator[Page]:
    return GROUPS[task.group](task.number) if task.file is None else real_pages(task.file, task.number)


def kept(task: Task) -> Sequence[Page]:
    """The pages from the cache, made and put there where it has none: making them takes longer than measuring them."""
    if task.cache is None:
        return list(pages_of(task))
    file = task.cache / f"{task.group}-{task.number:04d}.pickle"
    if not file.exists():
        pages = list(pages_of(task))
        unfinished = file.with_suffix(".new")
        unfinished.write_bytes(pickle.dumps(pages))
        unfinished.rename(file)
    kept: Sequence[Page] = pickle.loads(file.read_bytes())
    return kept


def measured(task: Task) -> list[Outcome]:
    return [_outcome(task, variant, page) for variant, page in enumerate(kept(task))]


def _outcome(task: Task, variant: int, page: Page) -> Outcome:
    measures = measure_page(page.data, page.name, reader=_reader() if page.read else None)
    found = judge_page(PageFacts(page.name, 1, measures), load_profile(PROFILE))
    values = {name: each.value for name, each in measures.items() if each.reason is None and name != "sha256"}
    return Outcome(
        task.group,
        task.number,
        variant,
        page.how,
        page.truth,
        values,
        {name: measures[name].confidence for name in values},
        {name: str(each.reason) for name, each in measures.items() if each.reason is not None},
        tuple(sorted({finding.rule for finding in found})),
        page.tags,
    )


@cache
def _reader() -> Reader:
    return open_head_reader()


def _alone() -> None:
    cv2.setNumThreads(1)


def run(tasks: Iterable[Task], workers: int = 0) -> Iterator[Outcome]:
    """The outcomes of all tasks as they come; the order of a task's own pages is kept by `variant`."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count() or 1, mp_context=context, initializer=_alone) as pool:
        for future in as_completed([pool.submit(measured, task) for task in tasks]):
            yield from future.result()
