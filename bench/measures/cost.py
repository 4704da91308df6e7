"""What measuring costs on one core beside a plain decode and beside OCR of the same pages, and a worker's memory over many pages.

Times are the processor's, not the clock's: other programs on the machine then cost nothing. Each page is decoded and measured
in turn, so that both meet the same machine.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import cv2
import numpy as np

from base.images import read_header, read_pixels
from bench.measures import papers
from bench.measures.glass import DARK_LID, Glass, encoded, scanned
from bench.measures.groups import captured, stored
from ingest.measure import measure_page, measure_picture, measure_view
from ingest.measure.duplicates import fingerprint
from ingest.measure.view import PageView
from ingest.samples.words import rng_of
from ocr.heads import open_head_reader
from ocr.rapid import RapidOcrEngine

_ROUNDS = 3
_PAGES = 12
_READ = 6
# A worker reads lines of one page in ten while its memory is watched: reading is slow and its buffers are few.
_READ_EVERY = 10
_NAME = "page.jpg"


def table() -> str:
    with _one_core():
        pages = [_page(number) for number in range(_PAGES)]
        rows = [*_measuring(pages), *_reading(pages[:_READ])]
    head = (
        "| on one core | s a page | s a page, least – most round | ratio | limit | note |\n|---|---:|---|---:|---|---|"
    )
    return "\n".join([head, *rows])


@contextmanager
def _one_core() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
        cv2.setNumThreads(-1)


def _page(number: int) -> bytes:
    """As the sample dossiers have them: one page in four at 300 dpi, JPEG 75–92."""
    rng = rng_of(papers.seed_of(number), 4, 4, 4)
    paper = papers.written(number, 300 if number % 4 == 3 else 200)
    glass = Glass(round(float(rng.normal(0, 0.3)), 3), lid=DARK_LID if number % 10 == 9 else 243)
    return encoded(scanned(rng, paper.pixels, paper.dpi, glass).pixels, paper.dpi, quality=int(rng.integers(75, 93)))


def _timed(work: Callable[[Any], object], given: object) -> float:
    """Seconds of the processor, of all threads."""
    begun = process_time()
    work(given)
    return process_time() - begun


def _decode(data: bytes) -> object:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def _measured(data: bytes) -> object:
    return measure_picture(PageView.decoded(data, _NAME, read_header(data, _NAME)))


def _as_check_does(data: bytes) -> object:
    """All measures and the fingerprint for doubles, from one decoding, as `ingest.spread` makes them."""
    view = PageView.decoded(data, _NAME, read_header(data, _NAME))
    skew = measure_view(view)["skew_deg"].value
    return fingerprint(view.coarse_darkness, skew if isinstance(skew, int | float) else None)


_WORKS: dict[str, tuple[Callable[[bytes], object], str, str]] = {
    "plain decode at full size": (_decode, "", "peer: cv2.imdecode (libjpeg-turbo), one page in four at 300 dpi"),
    "all measures of a page": (
        _measured, "≤ 1.5", "from the bytes, its own decoding counted; all but which way up",
    ),
    "all measures and the fingerprint for doubles": (_as_check_does, "", "what `check` does with each page"),
}  # fmt: skip


def _measuring(pages: list[bytes]) -> list[str]:
    seconds: dict[str, list[float]] = {name: [] for name in _WORKS}
    for page in pages[:2]:
        for work, _, _ in _WORKS.values():
            work(page)
    for _ in range(_ROUNDS):
        spent = dict.fromkeys(_WORKS, 0.0)
        for page in pages:
            for name, (work, _, _) in _WORKS.items():
                spent[name] += _timed(work, page)
        for name, value in spent.items():
            seconds[name].append(value / len(pages))
    decode = next(iter(seconds.values()))
    return [_row(name, seconds[name], decode, limit, note) for name, (_, limit, note) in _WORKS.items()]


def _reading(pages: list[bytes]) -> list[str]:
    """Orientation with reading, less the measures without, beside OCR of the same pages."""
    reader, engine = open_head_reader(), RapidOcrEngine()
    ocr, heads = [], []
    # The first page warms the models up.
    for index, page in enumerate([pages[0], *pages]):
        without = _timed(_measured, page)
        both = _timed(lambda data: measure_page(data, _NAME, reader=reader), page)
        read = _timed(engine.read, read_pixels(page, _NAME))
        if index:
            heads.append(max(0.0, both - without))
            ocr.append(read)
    mean = [statistics.mean(ocr)]
    return [
        _row("OCR of a page", mean, mean, "", f"peer: the embedded engine as shipped, {len(pages)} pages"),
        _row("which way up, lines read", [statistics.mean(heads)], mean, "≤ 0.25", "on top of all measures"),
    ]


def _row(name: str, seconds: list[float], peer: list[float], limit: str, note: str) -> str:
    ratios = [own / other for own, other in zip(seconds, peer, strict=True)]
    ratio = "peer" if seconds is peer else f"{statistics.median(ratios):.2f}"
    spread = f"{min(seconds):.4f} – {max(seconds):.4f}"
    return f"| {name} | {statistics.median(seconds):.4f} | {spread} | {ratio} | {limit} | {note} |"


def memory_table(count: int) -> str:
    """Resident memory of one worker at a tenth, half and all of `count` pages of forty kinds, some of them damaged."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, data in enumerate(_kinds()):
            (folder / f"{number:03d}.jpg").write_bytes(data)
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        worker = multiprocessing.get_context("spawn").Process(target=_watched, args=(folder, count, theirs))
        worker.start()
        theirs.close()
        lines = ["| pages measured | resident MiB | peak MiB | seconds |", "|---:|---:|---:|---:|"]
        while True:
            try:
                done, now, peak, seconds = ours.recv()
            except EOFError:
                break
            lines.append(f"| {done} | {now:.0f} | {peak:.0f} | {seconds:.0f} |")
            print(lines[-1], file=sys.stderr, flush=True)
        worker.join()
    return "\n".join([*lines, "", f"One page in {_READ_EVERY} is read for its way up. Limit: flat."])


def _kinds() -> Iterator[bytes]:
    for number in range(12):
        yield _page(number)
    for number in range(2):
        yield from (page.data for page in captured(number))
        yield from (page.data for page in stored(number) if len(page.data) < 4_000_000)


def _watched(folder: Path, count: int, told: Connection) -> None:
    cv2.setNumThreads(1)
    files, reader, begun = sorted(folder.iterdir()), open_head_reader(), perf_counter()
    marks = sorted({max(1, count // 10), max(1, count // 4), max(1, count // 2), max(1, 3 * count // 4), count})
    order = np.random.default_rng(11).permutation(len(files)).tolist()
    for index in range(count):
        data = files[order[index % len(order)]].read_bytes()
        measure_page(data, _NAME, reader=reader if index % _READ_EVERY == 0 else None)
        if index + 1 in marks:
            gc.collect()
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            now = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
            told.send((index + 1, now, peak, perf_counter() - begun))
    told.close()
