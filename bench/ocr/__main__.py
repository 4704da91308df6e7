"""Reading beside its peers, in one run and one set of tables.

    python -m bench.ocr --data FOLDER [--parts accuracy,pdf,…] [--scale 1.0] [--work FOLDER] [--no-keep]

FOLDER holds real scans with their text beside them (`NAME.jpg`, `NAME.txt`), named h… for hand and p… for print. Generated pages are
made in the work folder and kept there for the next run.
"""

from __future__ import annotations

import argparse
import importlib
import shlex
import sys
import tempfile
from pathlib import Path

from bench.ocr.setup import Part, Setup
from bench.table import keep

# In the order of docs/benchmarks.md; each is a module of this package with `tables`.
PARTS = (
    "accuracy",
    "second_look",
    "shapes",
    "orientation",
    "fields",
    "splitting",
    "correction",
    "pdf",
    "throughput",
    "memory",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of real scans")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--scale", type=float, default=1.0, help="how many generated pages, 1.0: as kept")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "juanzong-bench-ocr")
    parser.add_argument("--no-keep", action="store_true", help="print only")
    arguments = parser.parse_args()
    setup = Setup(arguments.data, arguments.work, arguments.scale)
    setup.work.mkdir(parents=True, exist_ok=True)
    for name in arguments.parts.split(","):
        part: Part = importlib.import_module(f"bench.ocr.{name}").tables
        text = "\n\n".join(part(setup))
        print(f"## {name}\n\n{text}\n")
        if not arguments.no_keep:
            keep(f"ocr-{name}", _command(name, arguments), text)
    return 0


def _command(name: str, arguments: argparse.Namespace) -> str:
    """As it was given, without the folders of this machine."""
    data = ["--data", "FOLDER"] if arguments.data else []
    scale = ["--scale", f"{arguments.scale:g}"] if arguments.scale != 1.0 else []
    return shlex.join(["python", "-m", "bench.ocr", *data, "--parts", name, *scale])


if __name__ == "__main__":
    sys.exit(main())
