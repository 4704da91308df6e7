"""`juanzong doctor` on an office that runs: work that nobody takes up, jobs set aside, a clock that was set back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from archive import figures
from archive.jobs import LocalQueue, enqueue
from archive.office import Office
from archive.tables import JobRow
from base.clock import now
from base.errors import JuanzongError
from base.settings import Settings
from ingest.doctor import operation
from ingest.doctor.check import Check


def _told(check: Check) -> tuple[str, str]:
    assert check.text("zh_CN")
    assert check.text("en")
    assert check.title("en")
    return check.status, check.code


def test_an_office_at_rest_is_well(office: Office) -> None:
    assert _told(operation.work(office.settings)) == ("ok", "doctor.work.well")
    assert _told(operation.clock(office.settings)) == ("ok", "doctor.clock.well")


@pytest.mark.sqlite
def test_without_an_office_there_is_nothing_to_look_at(settings: Settings) -> None:
    assert _told(operation.work(settings)) == ("warn", "doctor.operation.none")


def test_work_that_nobody_takes_up_and_work_set_aside_is_said(office: Office) -> None:
    with office.catalogue.write() as session:
        enqueue(session, "measure", 1, batch_id=None)
        enqueue(session, "measure", 2, batch_id=None)
    queue = LocalQueue(office.catalogue)
    job = queue.claim("tester")
    assert job is not None
    queue.fail(job, JuanzongError("job.failed", detail="OSError"))
    assert _told(operation.work(office.settings)) == ("warn", "doctor.work.aside")
    with office.catalogue.write() as session:
        session.execute(update(JobRow).values(created_at=now() - timedelta(hours=2)))
    assert _told(operation.work(office.settings)) == ("warn", "doctor.work.nobody")
    with office.catalogue.read() as session:
        ages = {(each.kind, each.state): each.oldest_s for each in figures.open_jobs(session)}
    assert ages == pytest.approx({("measure", "failed"): 7200, ("measure", "waiting"): 7200}, abs=60)


def test_a_clock_behind_the_audit_trail_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation, "now", lambda: now() - timedelta(hours=1))
    assert _told(operation.clock(office.settings)) == ("warn", "doctor.clock.behind")


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("none"))
