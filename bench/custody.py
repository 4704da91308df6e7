"""fsck, backup and restore of an office of many objects, beside a plain loop over the same files: rates and memory.

`python -m bench.custody --objects 100000 [--bytes 20000] [--folder DIR] [--keep]`. Peers read and hash, or read, hash, write, sync and
read back, the same files one after the other. Every object is checked after the restore.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, sleep

from sqlalchemy import insert

from archive.access import machine_viewer
from archive.custody import ledger
from archive.office import Office, make_office, open_office
from archive.store.keys import original_key
from archive.tables import Batch, ReceivedFile
from base.clock import now
from base.settings import Settings, load_settings
from bench.table import Row, as_markdown, keep, rate_row
from ingest.custody.backup import back_up
from ingest.custody.fsck import fsck
from ingest.custody.restore import restore

_VIEWER = machine_viewer("bench")
_PART = 1000


def main(objects: int, size: int, folder: Path, *, write: bool) -> None:
    office = _office(folder / "office", objects, size)
    files = sorted(path for path in (folder / "office" / "objects" / "originals").rglob("*") if path.is_file())
    rows: list[Row] = []

    def measured(name: str, work: Callable[[], object], peer: Row | None, note: str = "") -> Row:
        seconds, grown = _watched(work)
        rows.append(
            rate_row(
                name, [seconds], objects, peer=peer.median if peer else None, note=f"{note}, +{grown} MB".strip(", ")
            )
        )
        return rows[-1]

    reading = measured("peer: read and hash", lambda: [_hash(path) for path in files], None)
    measured("ledger: enter what rows name", lambda: ledger.enrol(office.catalogue), reading)
    measured("fsck, full", lambda: _clean(office, full=True), reading)
    measured("fsck, quick", lambda: _clean(office, full=False), reading)
    copying = measured("peer: read, hash, write, sync, read back", lambda: _copy(files, folder / "plain"), None)
    measured("backup", lambda: back_up(office, folder / "backup", _VIEWER), copying)
    measured("backup again, nothing new", lambda: back_up(office, folder / "backup", _VIEWER), copying)
    office.close()
    settings: Settings = load_settings(folder / "restored", {})
    measured("restore", lambda: restore(settings, folder / "backup", _VIEWER), copying)
    restored = open_office(settings)
    _clean(restored, full=True)
    restored.close()
    text = as_markdown(rows)
    said = f"{objects} objects of {size} bytes; ratio: to the peer above, objects a second; +MB: growth of resident memory."
    print(text)
    print(said)
    if write:
        keep("custody", f"python -m bench.custody --objects {objects} --bytes {size}", f"{text}\n\n{said}")


def _clean(office: Office, *, full: bool) -> None:
    report = fsck(office, full=full, index=False)
    if not report.clean:
        raise SystemExit(f"not clean: {report.bad[:3]}")


def _office(folder: Path, objects: int, size: int) -> Office:
    """Originals of random bytes, with a row each; made once in a folder that is kept."""
    settings = load_settings(folder, {})
    if (folder / "made").exists():
        return open_office(settings)
    office = make_office(settings, "bench", "admin", "bench-password")
    with office.catalogue.write() as session:
        batch = Batch(name="bench", organization_id=1, created_at=now(), received_at=now())
        session.add(batch)
        session.flush()
        batch_id = batch.id

    def put(number: int) -> dict[str, object]:
        data = random.Random(number).randbytes(size)
        digest = hashlib.sha256(data).hexdigest()
        office.store.put(original_key(digest), data, sha256=digest, size=size, media_type="image/jpeg")
        return {
            "batch_id": batch_id, "path": f"{number}.jpg", "sha256": digest, "size": size, "state": "received",
            "object_key": original_key(digest), "reason_params": {}, "received_at": now(),
        }  # fmt: skip

    with ThreadPoolExecutor(8) as pool:
        for start in range(0, objects, _PART):
            rows = list(pool.map(put, range(start, min(start + _PART, objects))))
            with office.catalogue.write() as session:
                session.execute(insert(ReceivedFile), rows)
    (folder / "made").touch()
    return office


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.sha256(stream.read()).hexdigest()


def _copy(files: list[Path], target: Path) -> None:
    target.mkdir()
    for path in files:
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        file = target / path.name
        with file.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        if _hash(file) != digest:
            raise SystemExit(f"{file} did not read back")


def _watched(work: Callable[[], object]) -> tuple[float, int]:
    """Seconds, and by how many megabytes the process grew while it ran."""
    before = most = _resident()
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, _resident())
            sleep(0.05)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    start = perf_counter()
    work()
    seconds = perf_counter() - start
    done.set()
    thread.join()
    return seconds, max(0, most - before) >> 20


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=20_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", action="store_true", help="write the table into docs/benchmarks.md")
    wished = parser.parse_args()
    place = wished.folder or Path(tempfile.mkdtemp(prefix="juanzong-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        main(wished.objects, wished.bytes, place, write=wished.keep)
    finally:
        if wished.folder is None:
            shutil.rmtree(place)
