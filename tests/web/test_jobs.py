"""The page of the work in the background: what it says, what its acts do, and what it costs when many watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from archive.catalogue import Catalogue
from archive.jobs import LocalQueue, enqueue
from archive.tables import AuditEntry, JobRow, PageVersion
from base.errors import JuanzongError, StorageError
from tests.archive.factory import Made
from tests.web.conftest import Browser

_WATCHERS = 50


@pytest.fixture
def queued(made: Made) -> LocalQueue:
    """Batch 1 (unit east): four pages to read, the first failed. Batch 2 (unit west): two pages."""
    with made.office.catalogue.write() as session:
        for version in session.scalars(select(PageVersion).order_by(PageVersion.id)).all():
            enqueue(session, "read", version.id, batch_id=version.page.dossier.batch_id)
    queue = LocalQueue(made.office.catalogue)
    job = queue.claim("a")
    assert job is not None
    queue.fail(job, JuanzongError("job.timeout", seconds=300))
    return queue


@contextmanager
def counted(catalogue: Catalogue) -> Iterator[list[str]]:
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM" in statement:
            seen.append(statement)

    event.listen(catalogue.engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(catalogue.engine, "before_cursor_execute", count)


def test_the_page_says_what_waits_why_and_which_page_failed(
    queued: LocalQueue, sign_in: Callable[[str], Browser]
) -> None:
    page = sign_in("east").get("/jobs/").text
    for text in ("b-east", "没有处理程序在运行", "识别文字", "E-1", "超过 300 秒", "重新处理"):
        assert text in page
    assert "b-west" not in page
    assert "b-west" in sign_in("admin").get("/jobs/").text
    assert "E-1" in sign_in("east").get("/jobs/?batch=1&state=waiting").text


def test_what_was_put_off_waits_and_says_what_was_away(queued: LocalQueue, sign_in: Callable[[str], Browser]) -> None:
    job = queued.claim("a")
    assert job is not None
    queued.postpone(job, StorageError("store.unreachable", path="s3.example", detail="refused"))
    page = sign_in("east").get("/jobs/?batch=1&state=waiting").text
    assert "上次：" in page
    assert "连接不上对象库 s3.example：refused" in page
    assert page.count("refused") == 1
    assert "上次：" not in sign_in("east").get("/jobs/?batch=1&state=failed").text


def test_a_batch_is_paused_cancelled_and_let_go_on_by_who_may(
    queued: LocalQueue, made: Made, sign_in: Callable[[str], Browser]
) -> None:
    east = sign_in("east")
    for verb in ("pause", "resume", "cancel", "retry"):
        answer = east.post(f"/jobs/batches/1/{verb}", on="/jobs/")
        assert (answer.status_code, answer.location) == (303, "/jobs/")
    assert "已暂停" not in east.get("/jobs/").text
    assert east.post("/jobs/batches/2/cancel", on="/jobs/").status_code == 404
    assert sign_in("planner").get("/jobs/").status_code == 403
    with made.office.catalogue.read() as session:
        acts = session.execute(
            select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.subject == "batch:1").order_by(AuditEntry.id)
        ).all()
    assert [tuple(act) for act in acts[-4:]] == [
        ("account:east", f"batch.{verb}") for verb in ("pause", "resume", "cancel", "retry")
    ]


def test_one_page_is_tried_again_and_what_cannot_be_done_is_said(
    queued: LocalQueue, made: Made, sign_in: Callable[[str], Browser]
) -> None:
    east = sign_in("east")
    with made.office.catalogue.read() as session:
        failed = session.scalars(select(JobRow.id).where(JobRow.state == "failed")).one()
    assert east.post(f"/jobs/{failed}/retry", on="/jobs/").status_code == 303
    assert "1 项重新排队" in east.get("/jobs/").text
    east.post(f"/jobs/{failed}/retry", on="/jobs/")
    assert "没有失败" in east.get("/jobs/").text


def test_fifty_watchers_ask_the_catalogue_once_between_them(
    queued: LocalQueue, made: Made, app: Flask, sign_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["juanzong"].watched, "_seconds", 3600)
    watchers = [sign_in("east"), sign_in("admin"), sign_in("west")]
    with counted(made.office.catalogue) as before:
        watchers[0].get("/account/")
    marks = []
    with counted(made.office.catalogue) as seen:
        for number in range(_WATCHERS):
            answer = watchers[number % 3].get("/jobs/board")
            assert answer.status_code == 200
            marks.append(answer.headers["ETag"])
    # Beside who is asking, which every request asks for, the board was read once.
    assert len(seen) == _WATCHERS * len(before) + 2
    assert len(set(marks)) == 3
    with counted(made.office.catalogue) as seen:
        again = watchers[0].get("/jobs/board", headers={"If-None-Match": marks[0]})
    assert (again.status_code, again.data, len(seen)) == (304, b"", len(before))
    queued.claim("b")
    app.extensions["juanzong"].watched.forget("jobs")
    assert watchers[0].get("/jobs/board", headers={"If-None-Match": marks[0]}).status_code == 200


def test_fifty_who_watch_a_batch_count_its_pages_once(
    made: Made, app: Flask, sign_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["juanzong"].watched, "_seconds", 3600)
    browser = sign_in("east")
    with counted(made.office.catalogue) as first:
        assert browser.get("/clerk/batches/1/progress").json["received"] == 4
    with counted(made.office.catalogue) as second:
        assert browser.get("/clerk/batches/1/progress").json["received"] == 4
    assert len(second) < len(first) / 2
    assert browser.get("/clerk/batches/2/progress").status_code == 404
