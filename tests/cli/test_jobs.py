"""`juanzong jobs`: its JSON, its exit status, what a person reads, and that each act stands in the audit trail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.jobs import LocalQueue, enqueue
from archive.tables import AuditEntry, PageVersion
from base.errors import InputError
from cli.main import main
from tests.archive.factory import Made, add_batch, add_dossier, make_desks


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A batch with three pages to read, of which the first failed; its file carries an ID number."""
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "东城一批"), "D-1", "张桂兰", pages=3)
    with made.office.catalogue.write() as session:
        for version in session.scalars(select(PageVersion).order_by(PageVersion.id)):
            enqueue(session, "read", version.id, batch_id=1)
    queue = LocalQueue(made.office.catalogue)
    job = queue.claim("a")
    assert job is not None
    queue.fail(job, InputError("image.truncated", path="001.jpg", detail="x"))
    return made


def _run(made: Made, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = main([*arguments, "--json", "--data-dir", str(made.office.settings.data_dir)])
    return status, json.loads(capsys.readouterr().out)


def test_the_list_says_what_waits_why_and_what_failed(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer = _run(made, capsys, "jobs", "list")
    assert status == 0
    assert (answer["waiting"], answer["failed"], answer["workers"]) == (2, 1, 0)
    assert [(job["state"], job["page"], job["waiting_for"], job["error"]) for job in answer["jobs"]] == [
        ("waiting", 3, "no-workers", None),
        ("waiting", 2, "no-workers", None),
        ("failed", 1, None, "image.truncated"),
    ]
    first = answer["jobs"][0]["id"]
    _, answer = _run(made, capsys, "jobs", "list", "--batch", "东城一批", "--after", str(first), "--limit", "1")
    assert (len(answer["jobs"]), answer["after"]) == (1, first - 1)
    _, answer = _run(made, capsys, "jobs", "list", "--state", "failed")
    assert [job["dossier"] for job in answer["jobs"]] == ["D-1"]


def test_a_batch_is_paused_cancelled_and_tried_again_on_record(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    for verb, count in (("pause", 2), ("resume", 2), ("cancel", 2), ("retry", 3)):
        assert _run(made, capsys, "jobs", verb, "--batch", "东城一批") == (0, {"act": verb, "jobs": count})
    with made.office.catalogue.read() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "batch:1").order_by(AuditEntry.id))
        assert list(acts)[-4:] == ["batch.pause", "batch.resume", "batch.cancel", "batch.retry"]


def test_all_of_the_jobs_named_or_none(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    _, answer = _run(made, capsys, "jobs", "list", "--state", "waiting")
    waiting = [str(job["id"]) for job in answer["jobs"]]
    status, answer = _run(made, capsys, "jobs", "pause", *waiting, "99999")
    assert (status, answer["error"]["code"]) == (2, "not-found")
    assert _run(made, capsys, "jobs", "pause", *waiting)[1]["jobs"] == 2
    _, answer = _run(made, capsys, "jobs", "show", waiting[0])
    assert (answer["waiting_for"], answer["file"] is not None) == ("paused", True)
    for arguments in (["jobs", "pause"], ["jobs", "pause", waiting[0], "--batch", "1"]):
        assert _run(made, capsys, *arguments)[1]["error"]["code"] == "jobs.nothing-named"
    assert _run(made, capsys, "jobs", "cancel", "--batch", "没有")[1]["error"]["code"] == "jobs.no-batch"


def test_a_person_reads_it_in_words(
    made: Made, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUANZONG_LANG", "zh_CN")
    folder = str(made.office.settings.data_dir)
    assert main(["jobs", "pause", "--batch", "1", "--data-dir", folder]) == 0
    assert main(["jobs", "list", "--data-dir", folder]) == 0
    said = capsys.readouterr().out
    for text in ("没有处理程序在运行", "东城一批", "已暂停这一批", "D-1 第 1 页", "失败"):
        assert text in said
    assert "{" not in said
