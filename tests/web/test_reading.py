"""识别 at the clerk's desk: who looks at a page waits least; what was set aside says why and is tried again; readings chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from archive.jobs import LocalQueue, enqueue
from archive.jobs.local import AT_ONCE
from archive.tables import AuditEntry, JobRow, OutboxRow, PageVersion, Reading
from base.clock import now
from base.errors import JuanzongError
from ingest.readings import keep_reading, store_reading
from ocr.lines import Line, PageReading
from tests.archive.factory import Made
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


@pytest.fixture
def unread(made: Made) -> Made:
    """The pages of dossier 1 wait to be read."""
    with made.office.catalogue.write() as session:
        session.execute(delete(Reading).where(Reading.version_id.in_([1, 2, 3, 4])))
        for version in (1, 2, 3, 4):
            enqueue(session, "read", version, batch_id=1)
    return made


def _break(made: Made, *versions: int) -> None:
    """What the first so many readings come to: each ends two workers."""
    queue = LocalQueue(made.office.catalogue)
    for version in versions:
        for _ in range(2):
            job = queue.claim("worker", ["read"])
            assert job is not None
            assert job.subject_id == version
            queue.release("worker", JuanzongError("job.memory", megabytes=2048))


def _trail(made: Made) -> list[str]:
    with made.office.catalogue.read() as session:
        return [action for action in session.scalars(select(AuditEntry.action)) if "read" in action]


def test_the_page_that_a_person_opens_is_read_next(unread: Made, sign_in: SignIn) -> None:
    browser = sign_in("east")
    page = browser.get("/clerk/pages/3").text
    assert "正在读取" in page
    assert 'data-poll="/clerk/pages/3/reading"' in page
    assert browser.get("/clerk/pages/3/reading").json == {"state": "waiting", "finished": False}
    queue = LocalQueue(unread.office.catalogue)
    job = queue.claim("worker")
    assert job is not None
    assert (job.subject_id, job.priority) == (3, AT_ONCE)
    assert browser.get("/clerk/pages/3/reading").json == {"state": "working", "finished": False}
    queue.finish(job)
    assert browser.get("/clerk/pages/3/reading").json == {"state": "done", "finished": True}


def test_nobody_hurries_or_sees_another_units_page(unread: Made, sign_in: SignIn) -> None:
    west = sign_in("west")
    assert west.get("/clerk/pages/3").status_code == 404
    assert west.get("/clerk/pages/3/reading").status_code == 404
    west.post("/clerk/pages/3/read-again")
    with unread.office.catalogue.read() as session:
        assert set(session.scalars(select(JobRow.priority))) == {100}
        reading = session.scalars(select(Reading.id).where(Reading.version_id == 5)).one()
    assert sign_in("east").post(f"/clerk/readings/{reading}/choose").status_code == 404
    assert sign_in("east").post("/clerk/readings/9999/choose").status_code == 404


def test_a_page_set_aside_says_why_and_is_tried_again_at_once(unread: Made, sign_in: SignIn) -> None:
    _break(unread, 1)
    browser = sign_in("east")
    page = browser.get("/clerk/pages/1").text
    assert "内存超过 2048 MB" in page
    assert "重新识别这一页" in page
    assert browser.post("/clerk/pages/1/read-again", on="/clerk/pages/1").status_code == 303
    job = LocalQueue(unread.office.catalogue).claim("worker")
    assert job is not None
    assert (job.subject_id, job.attempt) == (1, 1)
    assert _trail(unread) == ["page.read-again"]


def test_a_batch_names_its_pages_that_were_set_aside(unread: Made, sign_in: SignIn) -> None:
    _break(unread, 1, 2)
    browser = sign_in("east")
    page = browser.get("/clerk/batches/1").text
    assert "未能识别的页" in page
    assert 'href="/clerk/pages/2"' in page
    browser.post("/clerk/batches/1/read-again", on="/clerk/batches/1")
    assert "未能识别的页" not in browser.get("/clerk/batches/1").text
    with unread.office.catalogue.read() as session:
        assert {row.state for row in session.scalars(select(JobRow))} == {"waiting"}
    assert _trail(unread) == ["batch.read-again"]


def test_another_reading_is_chosen_and_counts(made: Made, sign_in: SignIn) -> None:
    box = ((60.0, 44.0), (200.0, 44.0), (200.0, 64.0), (60.0, 64.0))
    reading = PageReading("paddleocr", "3", 420, 594, 0, 0.1, (Line("职工登记袁", box, 0.9),), {})
    with made.office.catalogue.write() as session:
        version = session.get_one(PageVersion, 1)
        key = store_reading(made.office.store, version.sha256, 0, reading, now())
        other = keep_reading(session, 1, reading, key, now()).id
        session.execute(delete(OutboxRow))
    browser = sign_in("east")
    page = browser.get("/clerk/pages/1").text
    assert "paddleocr" in page
    assert "职工登记袁" not in page
    browser.post(f"/clerk/readings/{other}/choose", on="/clerk/pages/1")
    assert "职工登记袁" in browser.get("/clerk/pages/1").text
    with made.office.catalogue.read() as session:
        rows = session.scalars(select(Reading).where(Reading.version_id == 1).order_by(Reading.id)).all()
        assert [(row.current, row.chosen_at is not None) for row in rows] == [(False, False), (True, True)]
        assert "page:1" in session.scalars(select(OutboxRow.document_id)).all()
    assert _trail(made) == ["reading.choose"]
