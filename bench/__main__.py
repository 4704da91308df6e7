"""`make bench`: every table, printed and kept in docs/benchmarks.md. `python -m bench ingest` runs one.

Reading and search have benches of their own: `make bench-ocr`, `make bench-search`.
"""

from __future__ import annotations

import importlib
import sys

TABLES = ("ingest", "measure")


def main(wished: list[str]) -> None:
    for name in wished or TABLES:
        print(f"## {name}")
        importlib.import_module(f"bench.{name}").main(write=True)


if __name__ == "__main__":
    main(sys.argv[1:])
