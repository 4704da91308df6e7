"""Search beside its peers, at every size.

    python -m bench.search [--parts exactness,…] [--pages 10000,100000,1000000] [--elastic [ADDRESS]] [--only-elastic] [--work FOLDER] [--no-keep]

The index of every size stays in the work folder: a run that was cut off goes on with the next one. `--elastic` starts a real
node, or asks the one whose address is given.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.search.setup import Part, Setup, say
from bench.table import keep

# In the order of docs/benchmarks.md; each is a module of this package with `tables`.
PARTS = ("exactness", "quality", "office", "build", "latency")
_SERVICES = Path(__file__).resolve().parents[2] / "deploy" / "services"
_START = "start"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--pages", default="10000,100000", help="sizes of build and latency")
    parser.add_argument("--elastic", nargs="?", const=_START, help="start a node, or the address of one that runs")
    parser.add_argument("--only-elastic", action="store_true", help="leave out the embedded engine (needs --elastic)")
    parser.add_argument("--scale", type=float, default=1.0, help="how many queries, and documents of the other parts")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "juanzong-bench-search")
    parser.add_argument("--no-keep", action="store_true", help="print only")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    sizes = tuple(sorted(int(each) for each in arguments.pages.split(",")))
    with _node(arguments.elastic, arguments.work) as address:
        setup = Setup(arguments.work, sizes, address, arguments.scale, arguments.only_elastic)
        for name in arguments.parts.split(","):
            part: Part = importlib.import_module(f"bench.search.{name}").tables
            text = "\n\n".join(part(setup))
            print(f"## {name}\n\n{text}\n", flush=True)
            if not arguments.no_keep:
                keep(f"search-{name}", _command(name, arguments), text)
    return 0


@contextlib.contextmanager
def _node(wished: str | None, work: Path) -> Iterator[str | None]:
    """The address of a node; one that is started here ends with the run, and leaves its indexes in the work folder."""
    if wished != _START:
        yield wished
        return
    sys.path.insert(0, str(_SERVICES))
    say("starting Elasticsearch")
    with importlib.import_module("elastic_server").started(work.resolve() / "elastic") as environment:
        yield environment["TEST_ELASTIC_URL"]


def _command(name: str, arguments: argparse.Namespace) -> str:
    """As it was given, without the folders and addresses of this machine."""
    sizes = ["--pages", arguments.pages] if name in ("build", "latency") else []
    elastic = ["--elastic"] if arguments.elastic else []
    elastic += ["--only-elastic"] if arguments.only_elastic else []
    scale = ["--scale", f"{arguments.scale:g}"] if arguments.scale != 1.0 else []
    return shlex.join(["python", "-m", "bench.search", "--parts", name, *sizes, *elastic, *scale])


if __name__ == "__main__":
    sys.exit(main())
