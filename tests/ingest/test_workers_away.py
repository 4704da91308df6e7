"""A catalogue that is away and a disk that is full: workers wait for them, lose nothing and set no page aside for it."""

from __future__ import annotations

import multiprocessing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import machine_viewer
from archive.jobs import LocalQueue, enqueue
from archive.jobs.contract import Job
from archive.jobs.crews import CrewLog
from archive.office import Office
from archive.tables import JobRow
from base.errors import JuanzongError, StorageError
from base.progress import Silent
from ingest import batch, crew_keeper
from ingest.carriers import Looking
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.steps import STEPS
from ingest.worker_process import OwnBench
from ingest.workers import Limits, Workers, run_job
from ingest.workshop import Workshop
from tests.ingest import engines
from tests.ingest.test_readings import write_page


class AwayQueue(LocalQueue):
    """Breaks the first `times` times that it is asked for anything."""

    def __init__(self, office: Office, times: int) -> None:
        super().__init__(office.catalogue)
        self._times = times

    def _break(self) -> None:
        self._times -= 1
        if self._times >= 0:
            raise StorageError("disk.full", path="catalogue.sqlite")

    def claim(self, *given: Any, **named: Any) -> Job | None:
        self._break()
        return super().claim(*given, **named)

    def fail(self, *given: Any) -> bool:
        self._break()
        return super().fail(*given)

    def release(self, *given: Any) -> None:
        self._break()
        super().release(*given)


@pytest.fixture
def job(office: Office) -> Job:
    with office.catalogue.write() as session:
        enqueue(session, "measure", 1, batch_id=None)
    claimed = LocalQueue(office.catalogue).claim("tester")
    assert claimed is not None
    return claimed


def _state(office: Office) -> tuple[str, str | None, int]:
    with office.catalogue.read() as session:
        row = session.scalars(select(JobRow)).one()
        return row.state, row.error_code, row.attempt


def _fails(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def step(_workshop: Workshop, _job: Job) -> None:
        raise StorageError(code, path="x", key="k")

    monkeypatch.setitem(STEPS, "measure", step)


def test_an_error_is_kept_once_the_catalogue_takes_it(
    office: Office, job: Job, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    _fails(monkeypatch, "store.damaged")
    assert run_job(Workshop(office), AwayQueue(office, 2), job) == "store.damaged"
    assert _state(office) == ("failed", "store.damaged", 1)
    assert slept == [0.0, 1.0, 5.0]


def test_an_error_that_can_never_be_kept_ends_no_worker(
    office: Office, job: Job, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    _fails(monkeypatch, "disk.full")
    assert run_job(Workshop(office), AwayQueue(office, 99), job) == "disk.full"
    assert _state(office) == ("running", None, 1)  # its lease runs out, and it comes again
    assert len(slept) == 4


def test_a_full_disk_does_not_fail_all_that_waits_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    """Each page that meets it fails and can be tried again; the worker slows down meanwhile."""
    _fails(monkeypatch, "disk.full")
    with office.catalogue.write() as session:
        for number in range(8):
            enqueue(session, "measure", number, batch_id=None)
    began = multiprocessing.get_context("spawn").Value("d", 0.0)
    bench = OwnBench(Workshop(office), LocalQueue(office.catalogue), Limits(jobs=8), "tester", began)
    Looking(office.catalogue).follow(bench)
    pauses = [each for each in slept if each]
    assert pauses == [1.0, 3.0, 7.0, 15.0, 30.0, 30.0, 30.0]


def test_what_a_dead_worker_held_is_released_when_the_catalogue_is_back(office: Office, job: Job) -> None:
    watched = Workers(office.settings, office, 1)
    watched._workers = []
    watched._queue = AwayQueue(office, 2)
    watched._release("tester", JuanzongError("job.worker-died", attempt=1))
    for _ in range(2):
        watched.watch()
        assert _state(office)[0] == "running"
    watched.watch()
    assert _state(office) == ("waiting", "job.worker-died", 1)
    watched.watch()
    assert job.attempt == 1


def _idle(*_: object) -> None:
    """A worker that cannot write down that it begins anything."""


def test_who_asked_for_a_batch_hears_that_nothing_can_be_written(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ingest` once waited for ever, without a word, where a full disk took no row any more."""

    def full(*_: object) -> None:
        raise StorageError("disk.full", path="catalogue.sqlite")

    monkeypatch.setattr(crew_keeper, "_AWAY_S", 0.0)
    monkeypatch.setattr(CrewLog, "beat", full)
    monkeypatch.setattr(batch, "Workers", partial(Workers, count=1, find_engine=engines.find_told))
    monkeypatch.setattr("ingest.workers.live", _idle)
    write_page(tmp_path / "delivery" / "A001" / "1" / "1" / "001.jpg", engines.WELL)
    delivery = read_delivery(tmp_path / "delivery")
    batch_id = receive(office, delivery, "一批", machine_viewer("tester"), Silent(), "da-t-31").batch_id
    with pytest.raises(StorageError) as told:
        batch.work_until_done(office, batch_id, Silent())
    assert told.value.code == "disk.full"
    assert _state(office)[0] == "waiting"
