"""A table of figures with medians and ratios, printed and kept in docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

DOC = Path(__file__).parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what, its median, the spread, and its ratio to the peer of the same run (None: it is the peer)."""

    name: str
    median: float
    low: float
    high: float
    unit: str
    ratio: float | None
    note: str = ""


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of each round, after one that is not counted."""
    work()
    seconds = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return seconds


def rate_row(name: str, seconds: Sequence[float], count: int, *, peer: float | None, note: str = "") -> Row:
    """`count` things in each of `seconds` as things per second; `ratio` is how many times the peer's rate it is."""
    rates = [count / each for each in seconds]
    median = statistics.median(rates)
    return Row(name, median, min(rates), max(rates), "/s", None if peer is None else median / peer, note)


def as_markdown(rows: Sequence[Row]) -> str:
    lines = ["| figure | median | min – max | unit | ratio | note |", "|---|---:|---:|---|---:|---|"]
    for row in rows:
        ratio = "peer" if row.ratio is None else f"{row.ratio:.3g}"
        lines.append(
            f"| {row.name} | {row.median:.3g} | {row.low:.3g} – {row.high:.3g} | {row.unit} | {ratio} | {row.note} |"
        )
    return "\n".join(lines)


def machine() -> str:
    """The machine in a line: no host name, since it says nothing to a reader."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(os.sched_getaffinity(0))} cores of {cpu}, {memory:.0f} GiB, Python {platform.python_version()}"


def keep(section: str, command: str, text: str) -> None:
    """Puts `text` into docs/benchmarks.md between the marks of `section`, in place of what stood there."""
    begin, end = f"<!-- {section} -->", f"<!-- /{section} -->"
    block = f"{begin}\nMachine: {machine()}. Command: `{command}`.\n\n{text}\n{end}"
    document = DOC.read_text("utf-8")
    if begin in document:
        head, _, rest = document.partition(begin)
        document = head + block + rest.partition(end)[2]
    else:
        document = f"{document.rstrip()}\n\n## {section}\n\n{block}\n"
    DOC.write_text(document, "utf-8")
