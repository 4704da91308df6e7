"""`repair`: the optimised set of a folder, written beside it, with no database and no server; it goes on where it stopped."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from base.digests import sha256_of_file
from base.errors import InputError, StorageError
from base.progress import Progress, Silent
from ingest.delivery.model import DeliveredFile, DeliveredPage
from ingest.delivery.read import read_delivery
from ingest.repair.mend import VERSION
from ingest.repair.one_file import PageDone, repair_file, source_digest
from ingest.repair.telling import from_json
from standards.profiles import DEFAULT_PROFILE, Profile, load_profile

JOURNAL = ".juanzong-repair.jsonl"
# Fewer files than this are repaired sooner than processes start.
_ALONE = 6
_Unit = tuple[DeliveredFile, tuple[DeliveredPage, ...]]


@dataclass(frozen=True, slots=True)
class FolderRepaired:
    """What a run did; `known` of the pages were done by an earlier run. `as_json` is the contract of the command line."""

    out: Path
    pages: tuple[PageDone, ...]
    known: int
    ignored: tuple[str, ...]

    def count(self, state: str) -> int:
        return sum(page.state == state for page in self.pages)

    def summary(self) -> dict[str, int]:
        counts = {state: self.count(state) for state in ("repaired", "unchanged", "failed")}
        return {"pages": len(self.pages), **counts, "known": self.known}

    def as_json(self) -> dict[str, Any]:
        return {
            "summary": self.summary(),
            "out": str(self.out),
            "pages": [page.as_json() for page in self.pages],
            "ignored": list(self.ignored),
        }


def repair_folder(
    path: Path, out: Path, profile: str = DEFAULT_PROFILE, progress: Progress | None = None, workers: int = 0
) -> FolderRepaired:
    """Writes the optimised set of all pages at `path` below `out`, under the same relative paths.

    Nothing is ever written at `path`. InputError `path.missing`, `path.empty`, `repair.out-inside`, `repair.not-ours`,
    `profile.…`; StorageError `repair.out-unwritable`.
    """
    chosen = load_profile(profile)
    _must_be_apart(path, out)
    delivery = read_delivery(path)
    units = _units(list(delivery.pages()))
    told = progress or Silent()
    try:
        journal = _Journal(out, chosen.id)
        found = {unit[0].path: known for unit in units if (known := journal.known(unit)) is not None}
        before = sum(map(len, found.values()))
        for unit, pages in _repaired([unit for unit in units if unit[0].path not in found], out, chosen, workers):
            found[unit[0].path] = pages
            journal.add(pages)
            told.step("progress.repairing", len(found), len(units))
    except OSError as error:
        raise StorageError("repair.out-unwritable", path=out, detail=error.strerror or str(error)) from error
    damaged = [
        PageDone(file.path, 1, "failed", error=(error.text("zh_CN"), error.text("en")))
        for file, error in delivery.problems
        if file.kind == "page"
    ]
    pages = [page for unit in units for page in found[unit[0].path]]
    ignored = tuple(file.path for file in delivery.files if file.kind != "page")
    return FolderRepaired(out, (*pages, *damaged), before, ignored)


def _must_be_apart(path: Path, out: Path) -> None:
    """Neither lies in the other: then no name can make a result land on an original."""
    here, there = path.resolve(), out.resolve()
    folder = here.parent if here.is_file() else here
    if there == folder or folder in there.parents or (here.is_dir() and there in here.parents):
        raise InputError("repair.out-inside", path=out)


def _units(pages: Sequence[DeliveredPage]) -> list[_Unit]:
    by_file: dict[str, list[DeliveredPage]] = {}
    for page in pages:
        by_file.setdefault(page.file.path, []).append(page)
    return [(group[0].file, tuple(group)) for group in by_file.values()]


class _Journal:
    """One line a page that is written and read back, beside the results. Another version or profile begins anew."""

    def __init__(self, out: Path, profile: str) -> None:
        self._out = out
        self._file = out / JOURNAL
        self._head = {"juanzong": "repair", "version": VERSION, "profile": profile}
        self._pages: dict[tuple[str, int], dict[str, Any]] = {}
        if self._file.is_file():
            self._read()
        elif out.is_dir() and any(out.iterdir()):
            raise InputError("repair.not-ours", path=out)
        out.mkdir(parents=True, exist_ok=True)
        if not self._pages:
            self._file.write_text(json.dumps(self._head) + "\n", "utf-8")

    def _read(self) -> None:
        lines = list(_objects(self._file.read_text("utf-8")))
        if lines and lines[0] == self._head:
            self._pages = {(line["file"], line["page"]): line for line in lines[1:]}

    def known(self, unit: _Unit) -> list[PageDone] | None:
        """The results of a file that is as it was, where they are still there; None where there is work."""
        file, pages = unit
        lines = [self._pages.get((file.path, page.page)) for page in pages]
        if not all(lines):
            return None
        kept = [line for line in lines if line is not None]
        if kept[0]["sha256"] != source_digest(file):
            return None
        if any(not _is_there(self._out / line["out"], line["out_sha256"]) for line in kept):
            return None
        return [
            PageDone(
                line["file"], line["page"], line["state"], line["out"], line["sha256"], line["out_sha256"],
                from_json(line["done"]), from_json(line["left"]),
            )
            for line in kept
        ]  # fmt: skip

    def add(self, pages: Sequence[PageDone]) -> None:
        """What failed is tried again by the next run."""
        with self._file.open("a", encoding="utf-8") as stream:
            for page in pages:
                if page.state != "failed":
                    stream.write(json.dumps(page.as_json(), ensure_ascii=False) + "\n")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The lines of a journal; a last one that was cut off by a crash is left out."""
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            return


def _is_there(file: Path, sha256: str) -> bool:
    return file.is_file() and sha256_of_file(file) == sha256


def _repaired(units: list[_Unit], out: Path, profile: Profile, workers: int) -> Iterator[tuple[_Unit, list[PageDone]]]:
    """Each file with its results, as they come. A file that kills its process is tried once more alone, then named."""
    few = not workers and len(units) < _ALONE
    count = 1 if few else min(workers or os.cpu_count() or 1, len(units))
    if count <= 1:
        yield from ((unit, repair_file(*unit, out, profile)) for unit in units)
        return
    left = {unit[0].path: unit for unit in units}
    try:
        for unit, pages in _in_pool(units, out, profile, count):
            del left[unit[0].path]
            yield unit, pages
    except BrokenProcessPool:
        for unit in list(left.values()):
            yield unit, _alone(unit, out, profile)


def _alone(unit: _Unit, out: Path, profile: Profile) -> list[PageDone]:
    file, pages = unit
    try:
        return next(_in_pool([unit], out, profile, 1))[1]
    except BrokenProcessPool:
        error = InputError("image.unreadable", path=file.path)
        return [
            PageDone(file.path, each.page, "failed", error=(error.text("zh_CN"), error.text("en"))) for each in pages
        ]


def _in_pool(units: list[_Unit], out: Path, profile: Profile, count: int) -> Iterator[tuple[_Unit, list[PageDone]]]:
    queue = iter(units)
    under_way: dict[Future[list[PageDone]], _Unit] = {}
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker)
    try:
        for unit in queue:
            under_way[pool.submit(repair_file, *unit, out, profile)] = unit
            if len(under_way) >= 2 * count:
                yield from _finished(under_way)
        while under_way:
            yield from _finished(under_way)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _finished(under_way: dict[Future[list[PageDone]], _Unit]) -> Iterator[tuple[_Unit, list[PageDone]]]:
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in done:
        yield under_way.pop(future), future.result()


def _start_worker() -> None:
    """One thread a process; Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
