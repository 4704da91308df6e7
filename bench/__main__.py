"""`make bench`: every table, printed and kept in docs/benchmarks.md. `python -m bench ingest` runs one.

Reading has a bench of its own: `make bench-ocr`.
"""

from __future__ import annotations

import importlib
import sys

TABLES = ("ingest", "search", "measure")


def main(wished: list[str]) -> None:
    for name in wished or TABLES:
        print(f"## {name}")
        importlib.import_module(f"bench.{name}").main(write=True)


if __name__ == "__main__":
    main(sys.argv[1:])
