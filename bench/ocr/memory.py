"""Memory of the reading workers over a long run."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from base.machine import usable_cores
from bench.ocr.pages import generated
from bench.ocr.setup import Setup
from bench.ocr.throughput import DISTINCT
from ocr.engines import engine_factory
from ocr.pool import PoolSettings, ReadingPool
from ocr.worker import PageImage

_LONG, _LOOK_EVERY, _WARM = 1000, 25, 100
_NEVER = 1_000_000


def tables(setup: Setup) -> list[str]:
    return [_memory(setup, [scan.file for scan in generated(setup.work, min(DISTINCT, setup.count(_LONG)))])]


def _memory(setup: Setup, files: Sequence[Path]) -> str:
    """One long run through the pool, no worker recycled."""
    count = setup.count(_LONG)
    settings = PoolSettings(pages_per_worker=_NEVER, worker_bytes=1 << 40)
    seen: dict[int, list[tuple[int, int]]] = {}
    with ReadingPool(engine_factory("rapidocr"), settings) as pool:
        pages = ((number, PageImage(file, file.name)) for number, file in enumerate(islice(cycle(files), count)))
        for done, outcome in enumerate(pool.read_all(pages), start=1):
            if outcome.error is not None:
                raise outcome.error
            if not done % _LOOK_EVERY:
                for process, held in pool.memory.items():
                    seen.setdefault(process, []).append((done, held))
                print(f"  {done} of {count} pages", file=sys.stderr, flush=True)
    return _memory_table(seen, count)


def _memory_table(seen: dict[int, list[tuple[int, int]]], count: int) -> str:
    marks = [done for done in range(_LOOK_EVERY, count + 1, _LOOK_EVERY) if done <= _WARM or not done % 100]
    lines = [
        f"{count} pages through the pool, {len(seen)} workers started on {usable_cores()} cores "
        f"(lost: {len(seen) - usable_cores()}); resident MB of each worker after so many pages, none recycled.",
        "",
        "| worker | " + " | ".join(str(mark) for mark in marks) + f" | slope after page {_WARM}, MB per 100 pages |",
        "|---|" + "---:|" * (len(marks) + 1),
    ]
    for number, (_, held) in enumerate(sorted(seen.items()), start=1):
        at = dict(held)
        values = [f"{at[mark] / 1e6:.0f}" if mark in at else "" for mark in marks]
        lines.append(f"| {number} | {' | '.join(values)} | {_slope(held):+.1f} |")
    return "\n".join(lines)


def _slope(held: Sequence[tuple[int, int]]) -> float:
    """Least squares over what was held after the first pages, in MB per 100 pages."""
    late = [(done, held) for done, held in held if done >= _WARM]
    if len(late) < 2:
        return 0.0
    slope, _ = statistics.linear_regression([done for done, _ in late], [held for _, held in late])
    return slope * 100 / 1e6
