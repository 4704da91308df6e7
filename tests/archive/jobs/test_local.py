"""The queue in the catalogue: the contract, and what only it can show: rows, many processes, kill -9."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.catalogue import Catalogue, open_catalogue
from archive.jobs import LocalQueue, enqueue
from archive.jobs.local import AT_ONCE, again_in, hurry
from archive.tables import Batch, JobRow
from base.errors import JuanzongError
from base.settings import load_settings
from tests.archive.jobs.acts import ActsContract
from tests.archive.jobs.contract import Add, QueueContract


class TestLocalQueue(QueueContract, ActsContract):
    pass


def test_the_error_stays_on_the_row(catalogue: Catalogue, queue: LocalQueue, add: Add) -> None:
    add("read", 1)
    job = queue.claim("a")
    assert job is not None
    queue.fail(job, JuanzongError("image.truncated", path="001.jpg", detail="ends early"))
    with catalogue.read() as session:
        row = session.scalars(select(JobRow)).one()
    assert (row.state, row.error_code) == ("failed", "image.truncated")
    assert row.error_params["detail"] == "ends early"


def test_the_last_unit_of_work_makes_its_batch_ready_and_new_work_opens_it_again(
    catalogue: Catalogue, queue: LocalQueue, add: Add
) -> None:
    def state() -> str:
        with catalogue.read() as session:
            return session.get_one(Batch, 1).state

    add("read", 1, batch=1)
    add("read", 2, batch=1)
    with catalogue.write() as session:
        session.get_one(Batch, 1).state = "working"
    jobs = [queue.claim("a"), queue.claim("a")]
    assert jobs[0] is not None
    assert jobs[1] is not None
    queue.finish(jobs[0])
    assert state() == "working"
    queue.fail(jobs[1], JuanzongError("interrupted"))
    assert state() == "ready"
    add("measure", 3, batch=1)
    assert state() == "working"


def test_work_enqueued_in_a_transaction_that_fails_is_not_there(catalogue: Catalogue, queue: LocalQueue) -> None:
    with pytest.raises(RuntimeError), catalogue.write() as session:
        enqueue(session, "read", 1, batch_id=None)
        raise RuntimeError("the cause was not committed")
    assert queue.claim("a") is None


def _work(data_dir: Path, url: str, number: int, slow: bool) -> None:
    catalogue = open_catalogue(load_settings(data_dir, {"JUANZONG_DATABASE_URL": url}))
    queue = LocalQueue(catalogue)
    while (job := queue.claim(f"worker-{number}")) is not None:
        if slow:
            time.sleep(60)
        with (data_dir / "done.txt").open("a") as file:
            file.write(f"{job.subject_id}\n")
        queue.finish(job)


def test_many_processes_do_each_job_once_and_a_killed_one_loses_nothing(
    tmp_path: Path, catalogue: Catalogue, queue: LocalQueue
) -> None:
    with catalogue.write() as session:
        for subject in range(60):
            enqueue(session, "read", subject, batch_id=None)
    spawn = multiprocessing.get_context("spawn")
    url = catalogue.engine.url.render_as_string(hide_password=False)
    victim = spawn.Process(target=_work, args=(tmp_path, url, 9, True))
    victim.start()
    _wait_until_running(catalogue)
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    queue.release("worker-9", JuanzongError("job.worker-died", attempt=1))
    workers = [spawn.Process(target=_work, args=(tmp_path, url, number, False)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    done = [int(line) for line in (tmp_path / "done.txt").read_text().split()]
    assert sorted(done) == list(range(60))


def _wait_until_running(catalogue: Catalogue) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with catalogue.read() as session:
            if session.scalar(select(JobRow.id).where(JobRow.state == "running")) is not None:
                return
        time.sleep(0.05)
    raise AssertionError("no job was claimed in a minute")


def test_what_a_person_waits_for_goes_first_and_carries_it_on(
    catalogue: Catalogue, queue: LocalQueue, add: Add
) -> None:
    for subject in (1, 2, 3):
        add("measure", subject)
    add("read", 3)
    with catalogue.write() as session:
        assert hurry(session, 3, ["measure", "read"]) == 2
        assert hurry(session, 3, ["measure", "read"]) == 0
    claimed = [queue.claim("a") for _ in range(4)]
    assert [(job.kind, job.subject_id, job.priority) for job in claimed if job] == [
        ("measure", 3, AT_ONCE), ("read", 3, AT_ONCE), ("measure", 1, 100), ("measure", 2, 100),
    ]  # fmt: skip


def test_asking_again_opens_the_batch(catalogue: Catalogue, queue: LocalQueue, add: Add) -> None:
    add("read", 1, batch=1)
    job = queue.claim("a")
    assert job is not None
    queue.fail(job, JuanzongError("interrupted"))
    with catalogue.write() as session:
        session.get_one(Batch, 1).state = "ready"
        assert again_in(session, [1], ["read"]) == 1
    with catalogue.read() as session:
        assert session.get_one(Batch, 1).state == "working"
        assert session.scalars(select(JobRow)).one().error_code is None
