"""`python -m tests.faults --runs N`: N runs, each with its fault, written down one by one so that it can be gone on with."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import astuple
from pathlib import Path

from tests.faults import office
from tests.faults.delivery import make_delivery
from tests.faults.disk import may_mount
from tests.faults.journal import Journal
from tests.faults.points import Plan, Point
from tests.faults.processes import Process
from tests.faults.run import Ground, Run
from tests.faults.scenario import scenario

_FIRST_S = 600.0


def main() -> int:
    asked = _asked()
    # A harness that is ended from outside leaves no office and no small disk behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="juanzong-faults-", dir=asked.scratch) as name:
        scratch = Path(name)
        if not may_mount(scratch):
            sys.stderr.write("This user may not mount a small disk: the runs with a full disk would prove nothing.\n")
            return 2
        ground, points = _prepare(scratch)
        journal = Journal(asked.journal, {"arm": "folder", "seed": asked.seed})
        sys.stderr.write(f"{len(points)} points; {len(journal.done)} of {asked.runs} runs stand\n")
        for number in range(asked.first, asked.first + asked.runs):
            if number in journal.done:
                continue
            chosen = scenario(number, points, asked.seed, net=False)
            outcome = Run(ground, chosen, (asked.keep or scratch) / f"run-{number}").go()
            journal.add(outcome.as_json())
            if outcome.violations:
                sys.stderr.write(json.dumps(outcome.as_json(), ensure_ascii=False) + "\n")
    return _tell(journal, asked.runs)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--first", type=int, default=0, help="number of the first run")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--journal", type=Path, help="JSON Lines; runs that it holds are not done again")
    parser.add_argument("--scratch", type=Path, help="folder for the offices; memory is quickest")
    parser.add_argument("--keep", type=Path, help="folder that keeps the offices of runs that went wrong")
    return parser.parse_args()


def _prepare(scratch: Path) -> tuple[Ground, list[Point]]:
    """An empty office, the delivery, and the points of an undisturbed run."""
    delivery, template, first = scratch / "delivery", scratch / "template", scratch / "first"
    make_delivery(delivery)
    template.mkdir()
    (template / "juanzong.toml").write_text('workers = 2\noffice_name = "故障试验"\n', "utf-8")
    plan = Plan(str(scratch), record=True)
    _must_end(Process(office.make, template, plan=Plan(str(scratch)), log=scratch / "log"), scratch / "log")
    shutil.copytree(template, first)
    began = time.monotonic()
    _must_end(Process(office.ingest, first, delivery, plan=plan, log=scratch / "log"), scratch / "log")
    seconds = time.monotonic() - began
    lines = (scratch / "points.jsonl").read_text().splitlines()
    points = sorted({Point(**json.loads(line)) for line in lines}, key=astuple)
    grown = _size(first) - _size(template)
    return Ground(template, delivery, seconds, grown), points


def _must_end(process: Process, log: Path) -> None:
    if process.wait(_FIRST_S) != 0:
        process.kill_group()
        sys.exit(f"The office does not run even undisturbed: exit {process.status}\n{log.read_text()}")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _tell(journal: Journal, runs: int) -> int:
    rows = list(journal.done.values())
    wrong = [row for row in rows if row["violations"]]
    kinds = Counter(row["kind"] for row in rows)
    met = Counter(row["kind"] for row in rows if row["fired"])
    told = ", ".join(f"{kind} {met[kind]}/{kinds[kind]}" for kind in sorted(kinds))
    sys.stdout.write(f"{len(rows)} runs ({told} met their fault), {len(wrong)} went wrong\n")
    for row in wrong:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 1 if wrong or len(rows) < runs else 0


if __name__ == "__main__":
    sys.exit(main())
