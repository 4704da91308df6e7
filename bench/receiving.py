"""Receiving and ingest without reading, each beside the same work done plainly; and the memory that receiving takes.

`python -m bench.receiving` measures rates; `--memory 100,1000,10000,100000` the peak of memory for so many pages each.

- receiving: digest, write, fsync, read back, rows and jobs; the peer hashes, writes, fsyncs and reads back the same files
  one after another.
- ingest without reading: receiving, then each page's job of measuring and each dossier's of judging through the queue; the
  peer is receiving and the measuring called directly, with the same two reduced images kept.

Rounds alternate between work and peer, each in a fresh folder, so that a slow minute falls on both.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from PIL import Image

from archive.access import machine_viewer
from archive.jobs import LocalQueue
from archive.office import Office, make_office, open_office
from base.images import read_header
from base.progress import Silent
from base.settings import load_settings
from base.views import THUMBNAIL_SIDE, VIEW_SIDE, reduced_jpeg
from bench.table import Row, as_markdown, keep
from ingest.delivery.read import read_delivery
from ingest.measure import measure_view
from ingest.measure.view import PageView
from ingest.receive import receive
from ingest.samples import make
from ingest.steps import STEPS
from ingest.workshop import Workshop

_VIEWER = machine_viewer("bench")
_LEAST = 0.70
_JOBS = ("measure", "judge")
_PAGES_A_DOSSIER = 50
_TIMES = 10


def main(arguments: Sequence[str] | None = None) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench.receiving", description=__doc__)
    asked.add_argument("--dossiers", type=int, default=4, help="sample dossiers to receive")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--folder", type=Path, help="where to work: the disk that is measured")
    asked.add_argument("--memory", default="", help="numbers of pages, with commas: memory instead of rates")
    asked.add_argument("--receive", type=Path, nargs=2, metavar=("DELIVERY", "DATA"), help=argparse.SUPPRESS)
    asked.add_argument("--no-keep", action="store_true", help="print only")
    chosen = asked.parse_args(arguments)
    if chosen.receive:
        print(_peak_of(*chosen.receive))
        return
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        if chosen.memory:
            section, text = "receiving-memory", _memory(Path(name), [int(each) for each in chosen.memory.split(",")])
        else:
            section, text = "receiving", _rates(Path(name), chosen.dossiers, chosen.rounds)
    print(text)
    if not chosen.no_keep:
        keep(section, "python -m bench.receiving" + (f" --memory {chosen.memory}" if chosen.memory else ""), text)


def _rates(folder: Path, dossiers: int, rounds: int) -> str:
    few = make(folder / "samples", seed=1, dossiers=dossiers).batches[0]
    many = _over_and_over(few, folder / "many")
    pairs = [
        (many, "receiving", "plain hash, write, fsync, read back", _receive_all, _plain),
        (few, "ingest without reading", "receiving and measuring called directly", _ingest, _directly),
    ]
    rows: list[Row] = []
    sizes = []
    for delivery, name, peer, work, plainly in pairs:
        files = [each.source for each in read_delivery(delivery).files if each.kind == "page"]
        sizes.append(f"{len(files)} files of {sum(each.stat().st_size for each in files) / 1e6:.0f} MB ({name})")
        mine, theirs = _alternating(folder, delivery, (work, plainly), rounds)
        ratio = statistics.median(other / own for own, other in zip(mine, theirs, strict=True))
        rows += [_row(peer, theirs, len(files), None), _row(name, mine, len(files), ratio)]
    said = f"{', '.join(sizes)}; ratio: median of the rounds, at least {_LEAST:.2f} is asked."
    return f"{as_markdown(rows)}\n\n{said}"


def _over_and_over(delivery: Path, root: Path) -> Path:
    """The dossiers ten times, every file with bytes of its own: a delivery is hundreds of files, and what is done once for each
    (its lists, an office's first statements) says nothing of a file."""
    for nth in range(_TIMES):
        for file in delivery.rglob("*.jpg"):
            dossier, *rest = file.relative_to(delivery).parts
            target = root / f"{dossier}-{nth}" / Path(*rest)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes() + str(nth).encode())
    return root


def _row(name: str, seconds: Sequence[float], count: int, ratio: float | None) -> Row:
    rates = [count / each for each in seconds]
    return Row(name, statistics.median(rates), min(rates), max(rates), "files/s", ratio)


_Work = Callable[[Path, Path], None]


def _alternating(
    folder: Path, delivery: Path, works: tuple[_Work, _Work], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of each; a round before the first is not counted, and every other round begins with the peer."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for which in (0, 1) if number % 2 else (1, 0):
            place = folder / f"{number}-{which}"
            spent = _timed(works[which], delivery, place)
            if number:
                seconds[which].append(spent)
            shutil.rmtree(place)
    return seconds


def _timed(work: _Work, delivery: Path, place: Path) -> float:
    """The office is made before the clock starts: an empty one is no part of receiving."""
    place.mkdir()
    if work is not _plain:
        _office(place).close()
    os.sync()
    start = perf_counter()
    work(delivery, place)
    return perf_counter() - start


def _plain(delivery: Path, place: Path) -> None:
    for number, file in enumerate(sorted(path for path in delivery.rglob("*") if path.is_file())):
        data = file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        target = place / str(number)
        with target.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
            os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if hashlib.sha256(target.read_bytes()).hexdigest() != digest:
            raise SystemExit("a file did not read back")


def _receive_all(delivery: Path, place: Path) -> None:
    office = _office(place)
    receive(office, read_delivery(delivery), "bench", _VIEWER, Silent(), "da-t-31")
    office.close()


def _ingest(delivery: Path, place: Path) -> None:
    _receive_all(delivery, place)
    office = _office(place)
    queue, workshop = LocalQueue(office.catalogue), Workshop(office)
    while (job := queue.claim("bench", kinds=list(_JOBS))) is not None:
        STEPS[job.kind](workshop, job)
    office.close()


def _directly(delivery: Path, place: Path) -> None:
    _receive_all(delivery, place)
    out = place / "views"
    out.mkdir()
    for number, page in enumerate(read_delivery(delivery).pages()):
        data = page.file.source.read_bytes()
        view = PageView.decoded(data, page.file.path, read_header(data, page.file.path), 0)
        measure_view(view)
        for side in (VIEW_SIDE, THUMBNAIL_SIDE):
            (out / f"{number}-{side}.jpg").write_bytes(reduced_jpeg(view.pixels, side))


def _office(place: Path) -> Office:
    """Made by the first call, opened by the next."""
    settings = load_settings(place / "office", {})
    if (place / "office").exists():
        return open_office(settings)
    return make_office(settings, "bench", "admin", "bench-password")


def _memory(folder: Path, counts: Sequence[int]) -> str:
    """Each number of pages in a process of its own, because a process never gives its peak back."""
    lines = ["| pages | peak MB | MB above the smallest | KB a page |", "|---:|---:|---:|---:|"]
    smallest: tuple[int, float] | None = None
    for count in counts:
        delivery = _tiny_delivery(folder / f"delivery-{count}", count)
        command = [sys.executable, "-m", "bench.receiving", "--receive", str(delivery), str(folder / f"data-{count}")]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        peak = int(told.split()[-1]) / 1024
        smallest = smallest or (count, peak)
        more = peak - smallest[1]
        each = 1024 * more / (count - smallest[0]) if count > smallest[0] else 0.0
        lines.append(f"| {count} | {peak:.0f} | {more:.0f} | {each:.2f} |")
        shutil.rmtree(delivery)
        shutil.rmtree(folder / f"data-{count}", ignore_errors=True)
    return "\n".join(lines)


def _tiny_delivery(root: Path, pages: int) -> Path:
    """Dossiers of small pages, every file with bytes of its own."""
    buffer = io.BytesIO()
    Image.new("L", (64, 64), 230).save(buffer, "JPEG")
    for number in range(pages):
        dossier, page = divmod(number, _PAGES_A_DOSSIER)
        folder = root / f"P{dossier:05}" / "1" / "1"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{page + 1:03}.jpg").write_bytes(buffer.getvalue() + str(number).encode())
    return root


def _peak_of(delivery: Path, data: Path) -> int:
    """KB that the process held at most, receiving a delivery: the 64 MB of hashing a password, before it, are not counted."""
    office = make_office(load_settings(data, {}), "bench", "admin", "bench-password")
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew: proc(5)
    receive(office, read_delivery(delivery), "bench", _VIEWER, Silent(), "da-t-31")
    office.close()
    status = Path("/proc/self/status").read_text().split("\n")
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main()
