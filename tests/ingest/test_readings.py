"""Reading a page again: beside what is there, never over it; what counts changes only as it should."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from archive.access import machine_viewer
from archive.jobs import LocalQueue, enqueue
from archive.office import Office
from archive.tables import JobRow, OutboxRow, PageVersion, Reading
from base.clock import now
from base.progress import Silent
from ingest.custody.fsck import fsck
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.steps.read import CHOSEN
from ingest.workers import run_job
from ingest.workshop import Workshop
from tests.ingest import engines

Reread = Callable[[str], None]


def write_page(path: Path, tone: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (200, 300), (tone, tone, tone)).save(path, quality=95, dpi=(200, 200))


def work(office: Office) -> None:
    """Runs all that waits, in this process."""
    queue, workshop = LocalQueue(office.catalogue), Workshop(office, engines.find_told)
    while (job := queue.claim("tester")) is not None:
        run_job(workshop, queue, job)


@pytest.fixture
def reread(office: Office, tmp_path: Path) -> Reread:
    """An office with one page that was read; reads it again as it is told."""
    write_page(tmp_path / "delivery" / "A001" / "1" / "1" / "001.jpg", engines.WELL)
    receive(office, read_delivery(tmp_path / "delivery"), "一批", machine_viewer("tester"), Silent(), "da-t-31")
    work(office)

    def again(argument: str) -> None:
        with office.catalogue.write() as session:
            version = session.scalars(select(PageVersion)).one()
            enqueue(session, "read", version.id, batch_id=1, revision=argument, argument=argument)
        work(office)

    return again


def _readings(office: Office) -> list[tuple[str, bool, str]]:
    with office.catalogue.read() as session:
        rows = session.scalars(select(Reading).order_by(Reading.id)).all()
        found = [(row.engine, row.current, row.object_key) for row in rows]
    return [(name, current, json.loads(office.store.read(key))["lines"][0]["text"]) for name, current, key in found]


def test_another_engine_writes_beside_and_changes_nothing_by_itself(office: Office, reread: Reread) -> None:
    reread("other")
    assert _readings(office) == [("rapidocr", True, "rapidocr所读"), ("other", False, "other所读")]
    with office.catalogue.read() as session:
        indexed = session.scalars(select(OutboxRow.document_id).where(OutboxRow.document_id.startswith("page:"))).all()
    # Once when it was received or measured, once when it was read: not again for a reading that does not count.
    reread("third")
    with office.catalogue.read() as session:
        assert indexed == session.scalars(
            select(OutboxRow.document_id).where(OutboxRow.document_id.startswith("page:"))
        ).all()  # fmt: skip


def test_other_parameters_lie_beside_and_the_newest_of_the_own_engine_counts(office: Office, reread: Reread) -> None:
    reread("rapidocr~细")
    reread("rapidocr~细")
    assert _readings(office) == [("rapidocr", False, "rapidocr所读"), ("rapidocr", True, "rapidocr所读细")]


def test_a_worker_that_comes_too_late_writes_over_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page(tmp_path / "delivery" / "A001" / "1" / "1" / "001.jpg", engines.WELL)
    receive(office, read_delivery(tmp_path / "delivery"), "一批", machine_viewer("tester"), Silent(), "da-t-31")
    queue, workshop = LocalQueue(office.catalogue), Workshop(office, engines.find_told)
    measuring = queue.claim("tester", ["measure"])
    assert measuring is not None
    run_job(workshop, queue, measuring)
    late = queue.claim("late", ["read"])
    assert late is not None
    with office.catalogue.write() as session:
        session.get_one(JobRow, late.id).lease_until = now() - timedelta(seconds=1)
    work(office)
    monkeypatch.setattr(sys.modules["ingest.steps.read"], "now", lambda: now() + timedelta(minutes=1))
    run_job(workshop, queue, late)
    report = fsck(office, index=False)
    assert (report.bad, report.superseded) == ([], 1)
    assert _readings(office) == [("rapidocr", True, "rapidocr所读")]


def test_what_a_person_chose_counts_until_the_next_choice(office: Office, reread: Reread) -> None:
    reread("other" + CHOSEN)
    reread("rapidocr~细")
    assert [(name, current) for name, current, _ in _readings(office)] == [
        ("rapidocr", False), ("other", True), ("rapidocr", False),
    ]  # fmt: skip


def test_an_answer_about_another_image_is_refused_and_named(office: Office, tmp_path: Path) -> None:
    write_page(tmp_path / "delivery" / "A001" / "1" / "1" / "001.jpg", engines.GARBAGE)
    receive(office, read_delivery(tmp_path / "delivery"), "一批", machine_viewer("tester"), Silent(), "da-t-31")
    work(office)
    with office.catalogue.read() as session:
        job = session.scalars(select(JobRow).where(JobRow.kind == "read")).one()
        assert (job.state, job.error_code) == ("failed", "ocr.garbage")
    assert _readings(office) == []


def test_what_lies_over_the_text_is_looked_for_once_and_after_reading(office: Office, reread: Reread) -> None:
    reread("other")
    with office.catalogue.read() as session:
        version = session.scalars(select(PageVersion)).one()
        assert {"covered", "cut_off"} <= set(version.measures)
        jobs = session.scalars(select(JobRow).order_by(JobRow.id)).all()
        kinds = [job.kind for job in jobs]
        assert {job.state for job in jobs if job.kind in ("measure", "read", "cover", "judge_text")} == {"done"}
    assert kinds.count("cover") == 1
    assert kinds.index("read") < kinds.index("cover")
    assert kinds.index("cover") < max(place for place, kind in enumerate(kinds) if kind == "judge_text")
