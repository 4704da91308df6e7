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
from archive.jobs.local import finish_in
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


def _does(workshop: Workshop, job: Job) -> None:
    with workshop.office.catalogue.write() as session:
        assert finish_in(session, job)


def _bench(office: Office, jobs: int) -> OwnBench:
    began = multiprocessing.get_context("spawn").Value("d", 0.0)
    return OwnBench(Workshop(office), LocalQueue(office.catalogue), Limits(jobs=jobs), "tester", began)


def _enqueue(office: Office, count: int) -> None:
    with office.catalogue.write() as session:
        for number in range(count):
            enqueue(session, "measure", number, batch_id=None)


def _states(office: Office) -> list[tuple[str, str | None]]:
    with office.catalogue.read() as session:
        return [(row.state, row.error_code) for row in session.scalars(select(JobRow).order_by(JobRow.id))]


def _fails(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def step(_workshop: Workshop, _job: Job) -> None:
        raise StorageError(code, path="x", key="k", detail="d")

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
    _enqueue(office, 8)
    Looking(office.catalogue).follow(_bench(office, 8))
    pauses = [each for each in slept if each]
    assert pauses == [1.0, 3.0, 7.0, 15.0, 30.0, 30.0, 30.0]
    assert _states(office) == [("failed", "disk.full")] * 8


_PASSING = ["store.unreachable", "catalogue.away", "catalogue.busy", "catalogue.collided", "catalogue.connections"]


@pytest.mark.parametrize("code", _PASSING)
def test_a_server_that_is_away_for_seconds_fails_no_page(
    office: Office, monkeypatch: pytest.MonkeyPatch, slept: list[float], code: str
) -> None:
    _enqueue(office, 3)
    _fails(monkeypatch, code)
    bench = _bench(office, 9)
    for _ in range(5):
        assert bench.work_once()
    assert _states(office) == [("waiting", code), ("waiting", None), ("waiting", None)]
    with office.catalogue.read() as session:
        assert session.scalars(select(JobRow.attempt)).all() == [0, 0, 0]
    monkeypatch.setitem(STEPS, "measure", _does)
    while bench.work_once():
        pass
    assert _states(office) == [("done", None)] * 3
    assert sum(slept) == 1.0 + 3.0 + 7.0 + 15.0 + 30.0


def test_a_server_that_stays_away_is_told_to_a_person(
    office: Office, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    """After half a minute each page says so, at the pace of a disk that is full; none is tried for ever."""
    _enqueue(office, 3)
    _fails(monkeypatch, "store.unreachable")
    Looking(office.catalogue).follow(_bench(office, 8))
    assert _states(office) == [("failed", "store.unreachable")] * 3
    assert [each for each in slept if each] == [1.0, 3.0, 7.0, 15.0, 30.0, 30.0, 30.0]


def test_a_page_that_alone_meets_it_again_and_again_fails_though_others_go_on(
    office: Office, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    _enqueue(office, 20)

    def step(workshop: Workshop, job: Job) -> None:
        if job.subject_id == 0:
            raise StorageError("store.unreachable", path="x", detail="d")
        _does(workshop, job)

    monkeypatch.setitem(STEPS, "measure", step)
    bench = _bench(office, 99)
    while bench.work_once():
        bench._pause = 0.0  # as where it did another page between, which a second worker left to it
    assert _states(office) == [("failed", "store.unreachable")] + [("done", None)] * 19


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
