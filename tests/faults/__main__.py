"""`python -m tests.faults --runs N`: N runs, each with its fault, written down one by one so that it can be gone on with."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.faults.disk import may_mount
from tests.faults.ground import Ground
from tests.faults.journal import Journal
from tests.faults.run import Run
from tests.faults.scenario import scenario
from tests.faults.servers import started


def main() -> int:
    asked = _asked()
    # A harness that is ended from outside leaves no office and no small disk behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as running:
        made = tempfile.TemporaryDirectory(prefix="juanzong-faults-", dir=asked.scratch)
        scratch = Path(running.enter_context(made))
        if not may_mount(scratch):
            sys.stderr.write("This user may not mount a small disk: the runs with a full disk would prove nothing.\n")
            return 2
        servers = running.enter_context(started()) if asked.servers else None
        ground = Ground(scratch, servers)
        points = ground.undisturbed.points
        journal = Journal(asked.journal, {"arm": "servers" if servers else "folder", "seed": asked.seed})
        sys.stderr.write(f"{len(points)} points; {len(journal.done)} of {asked.runs} runs stand\n")
        for number in range(asked.first, asked.first + asked.runs):
            if number in journal.done:
                continue
            chosen = scenario(number, points, asked.seed, net=servers is not None)
            outcome = Run(ground, chosen, (asked.keep or scratch) / f"run-{number}").go()
            journal.add(outcome.as_json())
            if outcome.violations:
                sys.stderr.write(json.dumps(outcome.as_json(), ensure_ascii=False) + "\n")
    return _tell(journal, asked.runs)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--servers", action="store_true", help="on PostgreSQL and S3 instead of SQLite and a folder")
    parser.add_argument("--first", type=int, default=0, help="number of the first run")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--journal", type=Path, help="JSON Lines; runs that it holds are not done again")
    parser.add_argument("--scratch", type=Path, help="folder for the offices; memory is quickest")
    parser.add_argument("--keep", type=Path, help="folder that keeps the offices of runs that went wrong")
    return parser.parse_args()


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
