"""Reading as the office does it against a bare loop over the engine.

The bare loop decodes and reads in one process a core, each taking the next page when it is done; beside it the office's
own `read` step (object out of the store, decode, read, object into the store, rows). The two take turns over the same pages, block
by block, so that what else the machine does falls on both.
"""

from __future__ import annotations

import multiprocessing
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from sqlalchemy import func, select, update

from archive.access import machine_viewer
from archive.jobs import LocalQueue, enqueue
from archive.office import Office, make_office
from archive.tables import JobRow, PageVersion
from base.images import read_file, read_pixels
from base.machine import cores_of, stay_on, usable_cores
from base.progress import Silent
from base.settings import load_settings
from bench.ocr.pages import generated
from bench.ocr.setup import Setup
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.workers import Limits, Workers, run_job
from ingest.workshop import Workshop
from ocr.engines import engine_factory

# A block long enough that an idle worker's look for new work (0.3 s) and the last page of each core weigh little.
_PAGES, _BLOCK = 500, 25
# Different pages, read again and again.
DISTINCT = 40
_SPAWN = multiprocessing.get_context("spawn")
_NEVER = 1_000_000


def tables(setup: Setup) -> list[str]:
    files = [scan.file for scan in generated(setup.work, min(DISTINCT, setup.count(_PAGES)))]
    return [_throughput(setup, files)]


def _throughput(setup: Setup, files: Sequence[Path]) -> str:
    blocks = max(3, round(setup.count(_PAGES) / _BLOCK))
    order = cycle(files)
    seconds: dict[str, list[float]] = {"bare loop": [], "office": []}
    with _BareLoop() as bare, _Office(setup.work, files) as office:
        arms: dict[str, Callable[[Sequence[Path]], None]] = {
            "bare loop": bare.read,
            "office": office.read,
        }
        names = list(arms)
        for number in range(-1, blocks):
            block = list(islice(order, _BLOCK))
            # Each arm goes first as often as any other.
            for name in names[number % 2 :] + names[: number % 2]:
                begun = time.perf_counter()
                arms[name](block)
                if number >= 0:
                    seconds[name].append(time.perf_counter() - begun)
                office.rest()
            print(f"  block {max(number + 1, 0)} of {blocks}", file=sys.stderr, flush=True)
        replaced, again = office.replaced, office.read_again
    table = _throughput_table(seconds, blocks * _BLOCK)
    return (
        f"{table}\n\nWorkers of the office recycled or replaced: {replaced}; pages that needed a second try: {again}."
    )


def _throughput_table(seconds: dict[str, list[float]], pages: int) -> str:
    lines = [
        f"{pages} generated pages of 300 dpi by each, in blocks of {_BLOCK} by turns; ratio: pages an hour against the bare loop, "
        "of all blocks together and the median of the blocks.",
        "",
        "| | pages an hour | ratio | median of blocks | lowest – highest block |",
        "|---|---:|---:|---:|---|",
    ]
    bare = seconds["bare loop"]
    for name, each in seconds.items():
        ratios = [one / other for one, other in zip(bare, each, strict=True)]
        lines.append(
            f"| {name} | {3600 * pages / sum(each):.0f} | {sum(bare) / sum(each):.3f} | {statistics.median(ratios):.3f} "
            f"| {min(ratios):.2f} – {max(ratios):.2f} |"
        )
    return "\n".join(lines)


class _BareLoop:
    """One process a core with an engine and nothing else; each takes the next page when it is done."""

    def __init__(self) -> None:
        self._next: Synchronized[int] = _SPAWN.Value("i", 0)
        self._members: list[tuple[Connection, Connection]] = []

    def __enter__(self) -> _BareLoop:
        for slot in range(usable_cores()):
            their_orders, orders = _SPAWN.Pipe(duplex=False)
            answers, their_answers = _SPAWN.Pipe(duplex=False)
            arguments = (their_orders, their_answers, self._next, slot, usable_cores())
            _SPAWN.Process(target=_bare, args=arguments, daemon=True).start()
            self._members.append((orders, answers))
        return self

    def __exit__(self, *_: object) -> None:
        for orders, _answers in self._members:
            orders.close()

    def read(self, files: Sequence[Path]) -> None:
        self._next.value = 0
        for orders, _ in self._members:
            orders.send(files)
        for _, answers in self._members:
            answers.recv()


def _bare(orders: Connection, answers: Connection, following: Synchronized[int], slot: int, count: int) -> None:
    cores = cores_of(slot, count)
    stay_on(cores)
    import cv2  # noqa: PLC0415 - after the process is pinned

    cv2.setNumThreads(len(cores))
    engine = engine_factory("rapidocr")()
    while True:
        try:
            files: Sequence[Path] = orders.recv()
        except EOFError:
            return
        while True:
            with following.get_lock():
                number = following.value
                following.value += 1
            if number >= len(files):
                break
            engine.read(read_pixels(read_file(files[number], files[number].name), files[number].name))
        answers.send(None)


@dataclass
class _Office:
    """An office that has received and measured the pages; its workers read them again and again."""

    work: Path
    files: Sequence[Path]
    _versions: dict[str, int] = field(default_factory=dict)
    _round: int = 0
    _processes: set[int] = field(default_factory=set)

    def __enter__(self) -> _Office:
        folder = self.work / "throughput"
        shutil.rmtree(folder, ignore_errors=True)
        names = {file: folder / "delivery" / "A001" / "1" / "1" / f"{n:03}.jpg" for n, file in enumerate(self.files, 1)}
        for file, name in names.items():
            name.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, name)
        settings = load_settings(folder / "office", {})
        self._office: Office = make_office(settings, "甲区", "admin", "sample-password")
        receive(
            self._office, read_delivery(folder / "delivery"), "bench", machine_viewer("bench"), Silent(), "da-t-31"
        )  # fmt: skip
        self._measure()
        with self._office.catalogue.read() as session:
            rows = session.scalars(select(PageVersion)).all()
            delivered = {row.file.path: row.id for row in rows}
        self._versions = {str(file): delivered[f"A001/1/1/{n:03}.jpg"] for n, file in enumerate(self.files, 1)}
        self._workers = Workers(settings, self._office, limits=Limits(jobs=_NEVER)).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.__exit__()
        self._office.close()

    def _measure(self) -> None:
        queue, workshop = LocalQueue(self._office.catalogue), Workshop(self._office)
        while (job := queue.claim("bench", kinds=["measure"])) is not None:
            run_job(workshop, queue, job)
        self._clear()

    def _clear(self) -> None:
        """What reading causes is no part of it: binding and judging are left out."""
        with self._office.catalogue.write() as session:
            session.execute(update(JobRow).where(JobRow.state == "waiting").values(state="cancelled"))

    @property
    def replaced(self) -> int:
        """Processes that came after the first ones: recycled because they had grown, or dead."""
        return len(self._processes) - usable_cores()

    @property
    def read_again(self) -> int:
        """Pages whose worker died or that failed at first."""
        statement = select(func.count()).select_from(JobRow).where(JobRow.kind == "read", JobRow.attempt > 1)
        with self._office.catalogue.read() as session:
            return session.scalar(statement) or 0

    def read(self, files: Sequence[Path]) -> None:
        self._round += 1
        with self._office.catalogue.write() as session:
            for file in files:
                version = self._versions[str(file)]
                enqueue(session, "read", version, batch_id=None, revision=f"bench{self._round}", priority=1)
        while self._left():
            self._workers.watch()
            time.sleep(0.05)
        self._processes |= set(self._workers.memory)

    def rest(self) -> None:
        """Until what reading caused and a worker had begun is over: it is no part of the next turn."""
        running = select(func.count()).select_from(JobRow).where(JobRow.state == "running")
        while True:
            self._clear()
            with self._office.catalogue.read() as session:
                if not session.scalar(running):
                    return
            self._workers.watch()
            time.sleep(0.05)

    def _left(self) -> int:
        reads = select(func.count()).select_from(JobRow).where(JobRow.kind == "read")
        with self._office.catalogue.read() as session:
            if session.scalar(reads.where(JobRow.state.in_(["failed", "poisoned"]))):
                raise RuntimeError("a page of the bench was not read")
            return session.scalar(reads.where(JobRow.state.in_(["waiting", "running"]))) or 0
