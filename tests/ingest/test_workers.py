"""The office's worker processes and pages that break them: each is set aside with its reason, and the rest goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import machine_viewer
from archive.office import Office
from archive.tables import JobRow, Reading
from base.progress import Silent
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.workers import Limits, Workers
from tests.ingest import engines
from tests.ingest.test_readings import write_page

_TIGHT = Limits(job_seconds=8.0, job_bytes=700 << 20)


def _receive(office: Office, folder: Path, tones: list[int]) -> None:
    for number, tone in enumerate(tones, start=1):
        write_page(folder / "A001" / "1" / "1" / f"{number:03}.jpg", tone)
    receive(office, read_delivery(folder), "一批", machine_viewer("tester"), Silent(), "da-t-31")


def _until_done(office: Office, workers: Workers) -> None:
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        with office.catalogue.read() as session:
            left = select(JobRow.id).where(
                JobRow.kind.in_(["measure", "read"]), JobRow.state.in_(["waiting", "running"])
            )
            if session.scalar(left.limit(1)) is None:
                return
        workers.watch()
        time.sleep(0.2)
    pytest.fail("work was left after all that time")


def test_pages_that_end_their_workers_are_set_aside_and_the_rest_goes_on(office: Office, tmp_path: Path) -> None:
    tones = [engines.WELL, engines.DIES, engines.EATS, engines.WELL, engines.HANGS, engines.WELL]
    _receive(office, tmp_path / "delivery", tones)
    with Workers(office.settings, office, 2, limits=_TIGHT, find_engine=engines.find_told) as workers:
        _until_done(office, workers)
        assert all(0 < held < _TIGHT.job_bytes for held in workers.memory.values())
    with office.catalogue.read() as session:
        jobs = session.scalars(select(JobRow).where(JobRow.kind == "read").order_by(JobRow.subject_id)).all()
        assert [(job.state, job.error_code, job.attempt) for job in jobs] == [
            ("done", None, 1),
            ("poisoned", "job.worker-died", 2),
            ("poisoned", "job.memory", 2),
            ("done", None, 1),
            ("poisoned", "job.timeout", 2),
            ("done", None, 1),
        ]
        assert len(session.scalars(select(Reading)).all()) == 3


def test_a_worker_is_recycled_by_what_it_holds_and_loses_nothing(office: Office, tmp_path: Path) -> None:
    _receive(office, tmp_path / "delivery", [engines.WELL])
    limits = Limits(worker_bytes=1)
    with Workers(office.settings, office, 1, limits=limits, find_engine=engines.find_told) as workers:
        _until_done(office, workers)
    with office.catalogue.read() as session:
        jobs = session.scalars(select(JobRow).where(JobRow.kind.in_(["measure", "read"]))).all()
        owners = [job.lease_owner for job in jobs]
        assert {(job.state, job.attempt) for job in jobs} == {("done", 1)}
        assert len(set(owners)) == 2
