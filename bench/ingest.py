"""Pages per second through each step of ingest, beside a plain decode and a plain copy with SHA-256 of the same files.

Each step runs in one process on one core, so that steps compare; the whole batch runs with all workers.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from archive.access import machine_viewer
from archive.jobs import LocalQueue
from archive.office import Office, make_office
from base.progress import Silent
from base.settings import load_settings
from bench.table import Row, as_markdown, keep, rate_row, timed
from ingest.batch import ingest
from ingest.delivery.read import read_delivery
from ingest.indexer import drain, open_index
from ingest.receive import receive
from ingest.samples import make
from ingest.steps import STEPS
from ingest.workshop import Workshop

SEED = 1  # odd: what tuning never saw
DOSSIERS = 1
ROUNDS = 3
_VIEWER = machine_viewer("bench")


def main(write: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        delivery = make(folder / "samples", seed=SEED, dossiers=DOSSIERS).batches[0]
        files = [each.source for each in read_delivery(delivery).files if each.kind == "page"]
        rows = [*_peers(folder, files), *_steps(folder, delivery)]
        decode, copy = rows[0].median, rows[1].median
        rows = [rows[0], rows[1], *(_with_ratio(row, copy if row.name == "receive" else decode) for row in rows[2:])]
        text = as_markdown(rows)
    print(text)
    print("ratio: receive to copy + SHA-256, every other step to a plain decode (pages a second, higher is faster)")
    if write:
        keep("ingest", "make bench", text + "\n\nRatio: receive to copy + SHA-256, the other steps to a plain decode.")


def _with_ratio(row: Row, peer: float) -> Row:
    return Row(row.name, row.median, row.low, row.high, row.unit, row.median / peer, row.note)


def _peers(folder: Path, files: Sequence[Path]) -> list[Row]:
    def decode() -> None:
        for file in files:
            cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR)

    def copy_and_hash() -> None:
        target = folder / "copy"
        target.mkdir(exist_ok=True)
        for number, file in enumerate(files):
            data = file.read_bytes()
            hashlib.sha256(data).hexdigest()
            with io.BytesIO(data) as source, (target / str(number)).open("wb") as out:
                shutil.copyfileobj(source, out)

    count = len(files)
    return [
        rate_row("plain decode", timed(decode, ROUNDS), count, peer=None, note="OpenCV, files; one core"),
        rate_row("plain copy + SHA-256", timed(copy_and_hash, ROUNDS), count, peer=None, note="files, no fsync"),
    ]


def _steps(folder: Path, delivery: Path) -> list[Row]:
    """Receives into a fresh office, then runs all jobs kind by kind in this process."""
    office = _office(folder / "steps")
    pages = []

    def take_in() -> None:
        receipt = receive(office, read_delivery(delivery), "bench", _VIEWER, Silent(), "da-t-31")
        pages.append(receipt.received)

    rows = [rate_row("receive", [_once(take_in)], pages[0], peer=1.0, note="stored, synced, read back, rows")]
    queue, workshop = LocalQueue(office.catalogue), Workshop(office)
    notes = {
        "measure": "all measures, two reduced images",
        "judge": "per dossier",
        "read": "OCR, model already loaded",
        "fields": "fields of the form, card for 分件, rows of a catalogue sheet",
        "bind": "searchable PDF, per material",
    }
    workshop.engine_named()
    for kind, note in notes.items():
        done = 0

        def run_all(kind: str = kind) -> None:
            nonlocal done
            while (job := queue.claim("bench", kinds=[kind])) is not None:
                STEPS[kind](workshop, job)
                done += 1

        seconds = _once(run_all)
        rows.append(rate_row(kind, [seconds], done, peer=1.0, note=note))
    index = open_index(office)
    documents = []
    seconds = _once(lambda: documents.append(drain(office, index)))
    rows.append(rate_row("index", [seconds], documents[0], peer=1.0, note="documents built and written"))
    index.close()
    office.close()
    rows.append(_whole(folder, delivery))
    return rows


def _whole(folder: Path, delivery: Path) -> Row:
    office = _office(folder / "whole")
    pages = []

    def all_of_it() -> None:
        pages.append(ingest(office, delivery, "bench", _VIEWER, Silent(), wait=True).pages)

    seconds = _once(all_of_it)
    office.close()
    return rate_row(
        "juanzong ingest, whole", [seconds], pages[0], peer=1.0, note="all workers, from files to searchable"
    )


def _once(work: Callable[[], object]) -> float:
    """Seconds of one run: a step cannot run twice on the same pages."""
    start = perf_counter()
    work()
    return perf_counter() - start


def _office(folder: Path) -> Office:
    return make_office(load_settings(folder, {}), "bench", "admin", "bench-password")
