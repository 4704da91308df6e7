"""What a process of the office does in a run: the code of `juanzong ingest` and `worker`, with the engine of the harness.

Each function is the whole life of one process and returns its exit status as the command would.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from archive import outbox
from archive.access import machine_viewer
from archive.office import Office, ensure_office, open_office
from archive.tables import JobRow
from base.errors import JuanzongError
from base.processes import Ending
from base.progress import Silent
from base.settings import Settings, load_settings
from ingest import attendant, batch, workers
from tests.faults import points
from tests.faults.engine import NAME, find_engine
from tests.faults.nursery import Nursery

BATCH = "一批"
_WHO = machine_viewer("faults")


def settings_of(data_dir: Path) -> Settings:
    """The office's settings; the engine is the harness's, which no settings file can name."""
    return load_settings(data_dir, {}).model_copy(update={"ocr_engine": NAME})


def make(data_dir: Path) -> int:
    """An empty office."""
    ensure_office(settings_of(data_dir)).close()
    return 0


def ingest(data_dir: Path, delivery: Path, wait: bool = True) -> int:
    """`juanzong ingest`."""
    _prepare()
    try:
        office = ensure_office(settings_of(data_dir))
        result = batch.ingest(office, delivery, BATCH, _WHO, Silent(), wait=wait)
        office.close()
    except JuanzongError as error:
        sys.stderr.write(f"{error.code} {error.params}\n")
        return 2
    if result.index_error is not None:
        sys.stderr.write(f"index: {result.index_error.code} {result.index_error.params}\n")
        return 3
    return 1 if result.failed_jobs else 0


def work(data_dir: Path) -> int:
    """`juanzong worker`: until SIGTERM."""
    _prepare()
    ending = Ending()
    points.mark("up")
    try:
        settings = settings_of(data_dir)
        office = ensure_office(settings)
        try:
            with attendant.Attendant(settings, office) as behind:
                behind.wait(ending)
        finally:
            office.close()
    except KeyboardInterrupt:
        return 0
    except JuanzongError as error:
        sys.stderr.write(f"{error.code} {error.params}\n")
        return 2
    return 0


def watch(data_dir: Path, seconds: float) -> int:
    """Looks on until nothing of the office waits any more; 1 where it still does after so many seconds."""
    office: Office | None = None
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        # Where the network is what breaks, who looks on waits until it is whole again.
        with suppress(JuanzongError):
            office = office or open_office(settings_of(data_dir))
            if _is_done(office):
                return 0
        time.sleep(0.2)
    return 1


def _is_done(office: Office) -> bool:
    with office.catalogue.read() as session:
        left = select(func.count()).select_from(JobRow).where(JobRow.state.in_(["waiting", "running"]))
        return not session.scalar(left) and not outbox.count_waiting(session)


def _prepare() -> None:
    if not points.spawned():
        workers._SPAWN = Nursery(partial(points.arm, "worker"))
    points.arm("house")
    of_harness = partial(workers.Workers, find_engine=find_engine)
    batch.Workers = attendant.Workers = of_harness
