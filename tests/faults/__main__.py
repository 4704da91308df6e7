"""`python -m tests.faults --runs N`: N runs, each with its fault, written down one by one so that it can be gone on with."""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.faults.disk import may_mount
from tests.faults.ground import Ground
from tests.faults.journal import Journal
from tests.faults.scenario import failing_calls, scenario
from tests.faults.servers import started
from tests.faults.side_by_side import run_all
from tests.faults.table import table_of

_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30


def main() -> int:
    asked = _asked()
    if asked.table:
        sys.stdout.write(table_of(asked.table))
        return 0
    # A harness that is ended from outside leaves no office and no small disk behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as running:
        made = tempfile.TemporaryDirectory(prefix="juanzong-faults-", dir=asked.scratch)
        scratch = Path(running.enter_context(made))
        if not may_mount(scratch):
            sys.stderr.write("This user may not mount a small disk: the runs with a full disk would prove nothing.\n")
            return 2
        servers = running.enter_context(started(asked.jobs)) if asked.servers else None
        ground = Ground(scratch, servers, asked.jobs)
        points = ground.undisturbed.points
        arm = ("servers" if servers else "folder") + (", failing calls" if asked.calls else "")
        journal = Journal(asked.journal, {"arm": arm, "seed": asked.seed}, asked.version or _version())
        wanted = range(asked.first, asked.first + asked.runs)
        runs = (
            failing_calls(points)
            if asked.calls
            else [scenario(number, points, asked.seed, net=servers is not None) for number in wanted]
        )
        left = [each for each in runs if not journal.stands(each.number)]
        sys.stderr.write(f"{len(points)} points; {len(runs) - len(left)} of {len(runs)} runs stand\n")

        def tell(row: dict[str, Any]) -> None:
            journal.add(row)
            if row["violations"]:
                sys.stderr.write(json.dumps(row, ensure_ascii=False) + "\n")

        run_all(ground, left, asked.keep or scratch, asked.jobs, tell)
        gc.unfreeze()
    return _tell(journal, len(runs))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=4, help="runs that go on at a time")
    parser.add_argument(
        "--servers", action="store_true", help="on PostgreSQL, RabbitMQ and S3 instead of SQLite and a folder"
    )
    parser.add_argument(
        "--calls", action="store_true", help="each call that a disk may refuse, once full and once broken; no RUNS"
    )
    parser.add_argument("--first", type=int, default=0, help="number of the first run")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--journal", type=Path, help="JSON Lines; runs that it holds are not done again")
    parser.add_argument("--scratch", type=Path, default=_in_memory(), help="folder for the offices")
    parser.add_argument("--keep", type=Path, help="folder that keeps the offices of runs that went wrong")
    parser.add_argument("--version", help="what the journal calls this version; git's own name for it")
    parser.add_argument("--table", type=Path, nargs="+", help="tell of these journals, and run nothing")
    return parser.parse_args()


def _in_memory() -> Path | None:
    """Memory is quickest, and what a killed process wrote is there as on a disk; None where there is too little of it."""
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM else None


def _version() -> str:
    """Git's name for what is run here; empty where there is no git."""
    asked = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _tell(journal: Journal, runs: int) -> int:
    rows = list(journal.done.values())
    wrong = [row for row in rows if row["violations"]]
    met = sum(row["fired"] for row in rows)
    sys.stdout.write(f"{len(rows)} runs, {met} met their fault, {len(wrong)} went wrong\n")
    for row in wrong:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 1 if wrong or len(rows) < runs else 0


if __name__ == "__main__":
    sys.exit(main())
