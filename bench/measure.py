"""Accuracy and cost of all page measures on pages degraded by a known amount.

    python -m bench.measure [--data FOLDER] [--scale 1.0] [--groups turned,blanks] [--pages 400] [--out FILE] [--no-keep]

FOLDER holds real scans (`p*` printed, `h*` handwritten); without it only generated pages of odd seeds are measured. `--scale`
multiplies how many sheets each group has, `--pages` is for how many pages one worker's memory is watched, `--out` writes every
page's truth and values as JSON Lines, `--cache` keeps the pages made (to be emptied when a group changes). The cost part runs on
one core; its ratios are of processor time in the same run.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter

from bench.measures import cost, covers, doubles, pictures
from bench.measures.groups import SIZES
from bench.measures.run import Outcome, Task, run
from bench.measures.scans import real_files
from bench.measures.tables import all_tables
from bench.table import keep

PARTS = ("pages", "doubles", "covers", "cost", "memory", "pictures")


def main(write: bool, arguments: Sequence[str] = ()) -> None:
    chosen = _chosen(arguments)
    write = write and not chosen.no_keep
    parts = chosen.parts.split(",")
    sections: dict[str, str] = {}
    outcomes: list[Outcome] = []
    if "pages" in parts:
        outcomes = _outcomes(_tasks(chosen), chosen.out, chosen.workers)
        sections |= all_tables(outcomes)
    if "doubles" in parts:
        sections["Doubles within a dossier"] = doubles.table(chosen.scale)
    if "covers" in parts:
        sections["Text covered by a slip or a folded corner"] = covers.table(chosen.scale)
    if "cost" in parts:
        sections["Cost"] = cost.table()
    if "memory" in parts:
        sections["Memory of one worker"] = cost.memory_table(chosen.pages)
    text = "\n\n".join(f"**{title}**\n\n{table}" for title, table in sections.items())
    print(text)
    if "pictures" in parts and outcomes:
        pictures.write(outcomes, chosen.cache)
        text += "\n\n" + pictures.link()
    if write:
        keep("measure", _command(arguments), text)


def _command(arguments: Sequence[str]) -> str:
    """What makes the table again; a folder of scans is everybody's own."""
    if not arguments:
        return "python -m bench measure"
    words = [
        "FOLDER" if before == "--data" else word for before, word in zip(["", *arguments], arguments, strict=False)
    ]
    return " ".join(["python -m bench.measure", *words])


def _chosen(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder of real scans")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--groups", default=",".join(SIZES))
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, help="a folder that keeps the pages made, for the next run")
    parser.add_argument("--no-keep", action="store_true", help="do not touch docs/")
    return parser.parse_args(list(arguments))


def _tasks(chosen: argparse.Namespace) -> list[Task]:
    groups = [name for name in chosen.groups.split(",") if name]
    sizes = {name: max(1, round(SIZES[name] * chosen.scale)) for name in groups}
    # One number of every group after the other: a run that is stopped has some of all.
    tasks = [
        Task(name, number, cache=chosen.cache)
        for number in range(max(sizes.values(), default=0))
        for name in groups
        if number < sizes[name]
    ]
    real = real_files(chosen.data) if chosen.data else []
    return tasks + [Task("real", number, file, chosen.cache) for number, file in enumerate(real)]


def _outcomes(tasks: list[Task], out: Path | None, workers: int = 0) -> list[Outcome]:
    """All outcomes in order; `out` grows as they come, so that a run that is stopped is not lost."""
    begun, outcomes = perf_counter(), []
    with out.open("w", encoding="utf-8") if out else nullcontext(io.StringIO()) as lines:
        for outcome in run(tasks, workers):
            outcomes.append(outcome)
            lines.write(json.dumps(outcome.as_json(), ensure_ascii=False) + "\n")
            if len(outcomes) % 50 == 0:
                lines.flush()
                print(f"  {len(outcomes)} pages, {perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return sorted(outcomes, key=lambda each: (each.group, each.number, each.variant))


if __name__ == "__main__":
    main(write=True, arguments=sys.argv[1:])
