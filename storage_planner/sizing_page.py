"""Writes docs/sizing.md from the figures in docs/benchmarks.md: `python -m storage_planner.sizing_page`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from storage_planner.sizing import LOAD, Figures, Machines, Wish, machines_for

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "sizing.md"
# Pages a day, hours, pages kept, MB a page as delivered.
_WISHES = (
    Wish(2_000, 8, 1_000_000, 0.6),
    Wish(5_000, 8, 5_000_000, 0.6),
    Wish(10_000, 20, 10_000_000, 0.6),
    Wish(30_000, 20, 30_000_000, 0.6),
    Wish(30_000, 20, 30_000_000, 1.5),
    Wish(100_000, 20, 100_000_000, 0.6),
)
_HEAD = """# Sizing

From pages a day to workers, TB and GB of index. Written by `make docs` from the figures of [benchmarks.md](benchmarks.md), which were measured on noisy cores without
bf16 or a GPU: measure on the office's own machine (`make bench`) before buying many. Nothing here was measured on more than one machine.

"""


def figures_of(text: str) -> Figures:
    """The figures that sizing rests on, out of the page of benchmarks; ValueError where a table lacks its row."""
    ingest = _section(text, "ingest")
    cores = int(_found(r"Machine: (\d+) cores", ingest)[0])
    whole = float(_row(ingest, "juanzong ingest, whole")[1])
    worker_mb = max(
        int(cell) for line in _rows(_section(text, "ocr-memory")) if line[0].isdigit() for cell in line[1:-1]
    )
    build = [line for line in _rows(_section(text, "search-build")) if len(line) > 4]
    bytes_per_page = {line[0]: float(line[4]) * 1e6 / _number(line[1]) for line in build if line[1][0].isdigit()}
    stored = float(_row(_section(text, "stored-bytes"), "all")[2])
    return Figures(whole / cores, worker_mb * 1e6, bytes_per_page["embedded"], bytes_per_page["Elasticsearch"], stored)


def page(text: str) -> str:
    """The whole page as Markdown."""
    figures = figures_of(text)
    return _HEAD + _basis(figures) + _table(figures) + _NOTES


def _basis(figures: Figures) -> str:
    return (
        "| measured | figure |\n|---|---:|\n"
        f"| one core, from file to searchable | {figures.pages_per_core_s * 3600:,.0f} pages/h, of which {LOAD:.0%} are counted on |\n"
        f"| a worker, at most | {figures.worker_bytes / 1e9:.1f} GB |\n"
        f"| a page in the embedded index, in Elasticsearch | {figures.index_bytes / 1000:.1f} KB, {figures.elastic_bytes / 1000:.1f} KB |\n"
        f"| a page in the store | {figures.stored_ratio:.2f} × as delivered (reduced images, reading, searchable PDF) |\n\n"
    )


def _table(figures: Figures) -> str:
    head = (
        "| pages a day | hours | pages kept | MB a page | workers = cores | memory GB | store TB, 3 copies | index GB | Elasticsearch GB |\n"
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    )
    return head + "".join(_line(wish, machines_for(wish, figures)) for wish in _WISHES) + "\n"


def _line(wish: Wish, found: Machines) -> str:
    cells = (
        f"{wish.pages_per_day:,}", f"{wish.hours:g}", f"{wish.kept:,}", f"{wish.mb_per_page:g}", str(found.workers),
        f"{found.memory_gb:.0f}", f"{found.store_tb:.1f}", f"{found.index_gb:.1f}", f"{found.elastic_gb:.1f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


_NOTES = """Workers are one core each, and web and indexer want one more. MB a page is as delivered: 0.6 for colour at 300 dpi, 1.5 for old yellowed paper.
Three copies are on line, near line and off line. Elasticsearch wants the figure once more for each replica, and twice while it is
made anew; so does the embedded index. The database is not in the table: its size was not measured.
"""


def _section(text: str, name: str) -> str:
    return text.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0]


def _rows(section: str) -> Iterator[list[str]]:
    for line in section.splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row(section: str, name: str) -> list[str]:
    found = next((row for row in _rows(section) if row[0] == name), None)
    if found is None:
        raise ValueError(f"the benchmarks have no row {name!r}")
    return found


def _found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"the benchmarks do not say {pattern!r}")
    return match.groups()


def _number(cell: str) -> int:
    return int(cell.replace(",", ""))


if __name__ == "__main__":
    PAGE.write_text(page((DOCS / "benchmarks.md").read_text("utf-8")), "utf-8")
