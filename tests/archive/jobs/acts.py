"""What persons do about jobs, the same on every database. A test module inherits `ActsContract` beside `QueueContract`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, func, select

from archive.access import Viewer, machine_viewer
from archive.catalogue import Catalogue
from archive.jobs import Job, LocalQueue, acts
from archive.jobs.board import Board, read_board
from archive.jobs.crews import CrewLog
from archive.tables import AuditEntry, Batch, JobRow
from base.errors import AccessError, InputError, JuanzongError
from tests.archive.jobs.contract import Add

ME = machine_viewer("tester")


def do(catalogue: Catalogue, act: Callable[..., Any], which: int, viewer: Viewer = ME) -> Any:
    with catalogue.write() as session:
        return act(session, viewer, which)


def claimed(queue: LocalQueue, owner: str = "a") -> Job:
    job = queue.claim(owner)
    assert job is not None
    return job


def states(catalogue: Catalogue) -> list[str]:
    with catalogue.read() as session:
        return list(session.scalars(select(JobRow.state).order_by(JobRow.id)))


def batch_state(catalogue: Catalogue, batch_id: int = 1) -> str:
    with catalogue.read() as session:
        return session.get_one(Batch, batch_id).state


def board(catalogue: Catalogue) -> Board:
    with catalogue.read() as session:
        return read_board(session)


def trail(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    with catalogue.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    return [(row.actor, row.action, row.subject) for row in rows]


class ActsContract:
    def test_a_paused_batch_begins_nothing_and_goes_on_where_it_was(
        self, catalogue: Catalogue, queue: LocalQueue, add: Add
    ) -> None:
        for subject in (1, 2, 3):
            add("read", subject, batch=1)
        add("read", 4, batch=2)
        running = claimed(queue)
        assert do(catalogue, acts.pause_batch, 1) == 2
        assert do(catalogue, acts.pause_batch, 1) == 0
        # What runs is finished, and what it causes waits too.
        add("bind", 1, batch=1, priority=1)
        assert queue.finish(running)
        assert claimed(queue, "b").subject_id == 4
        assert queue.claim("c") is None
        reasons = {(each.kind, each.reason) for each in board(catalogue).batches[1].groups if each.state == "waiting"}
        assert reasons == {("read", "batch-paused"), ("bind", "batch-paused")}
        assert do(catalogue, acts.resume_batch, 1) == 3
        assert [claimed(queue).kind for _ in range(3)] == ["bind", "read", "read"]
        assert trail(catalogue) == [
            ("system:tester", "batch.pause", "batch:1"), ("system:tester", "batch.resume", "batch:1"),
        ]  # fmt: skip

    def test_what_a_dead_worker_held_of_a_paused_batch_waits_too(
        self, catalogue: Catalogue, queue: LocalQueue, add: Add, expire: Callable[[], None]
    ) -> None:
        add("read", 1, batch=1)
        late = claimed(queue)
        do(catalogue, acts.pause_batch, 1)
        expire()
        assert queue.claim("b") is None
        assert not queue.finish(late)
        assert states(catalogue) == ["waiting"]

    def test_a_cancelled_batch_throws_away_what_runs_and_can_be_taken_back(
        self, catalogue: Catalogue, queue: LocalQueue, add: Add
    ) -> None:
        add("read", 1, batch=1)
        add("read", 2, batch=1)
        add("read", 3, batch=2)
        with catalogue.write() as session:
            session.get_one(Batch, 1).state = "working"
        running = claimed(queue)
        assert do(catalogue, acts.cancel_batch, 1) == 2
        assert not queue.heartbeat(running)
        assert not queue.finish(running)
        assert batch_state(catalogue) == "ready"
        assert claimed(queue).subject_id == 3
        assert queue.claim("b") is None
        assert do(catalogue, acts.retry_batch, 1) == 2
        assert batch_state(catalogue) == "working"
        again = claimed(queue, "b")
        assert (again.subject_id, again.attempt) == (1, 1)
        assert not queue.finish(running)
        assert queue.finish(again)
        assert [action for _, action, _ in trail(catalogue)] == ["batch.cancel", "batch.retry"]

    def test_single_jobs_are_paused_cancelled_and_tried_again(
        self, catalogue: Catalogue, queue: LocalQueue, add: Add
    ) -> None:
        add("read", 1, batch=1)
        add("read", 2, batch=1)
        with catalogue.read() as session:
            first, second = session.scalars(select(JobRow.id).order_by(JobRow.id))
        do(catalogue, acts.pause_job, first)
        do(catalogue, acts.cancel_job, second)
        assert queue.claim("a") is None
        for act, job, code in (
            (acts.cancel_job, second, "jobs.ended"), (acts.pause_job, second, "jobs.not-waiting"),
            (acts.resume_job, second, "jobs.not-paused"), (acts.retry_job, first, "jobs.not-ended"),
        ):  # fmt: skip
            with pytest.raises(InputError) as caught:
                do(catalogue, act, job)
            assert caught.value.code == code
        do(catalogue, acts.retry_job, second)
        do(catalogue, acts.resume_job, first)
        assert [claimed(queue).subject_id for _ in range(2)] == [1, 2]
        assert [action for _, action, _ in trail(catalogue)] == ["job.pause", "job.cancel", "job.retry", "job.resume"]

    def test_who_does_not_see_a_batch_does_nothing_about_it(
        self, catalogue: Catalogue, queue: LocalQueue, add: Add
    ) -> None:
        add("read", 1, batch=1)
        add("read", 2)
        with catalogue.read() as session:
            ids = session.scalars(select(JobRow.id)).all()
        stranger = Viewer("account:x", 1, "x", frozenset(["clerk"]), frozenset([99]))
        planner = Viewer("account:y", 2, "y", frozenset(["planner"]), None)
        for viewer in (stranger, planner):
            for act in acts.BATCH_ACTS.values():
                with pytest.raises(AccessError):
                    do(catalogue, act, 1, viewer)
            for job_id in ids:
                with pytest.raises(AccessError):
                    do(catalogue, acts.cancel_job, job_id, viewer)
        assert board(catalogue).seen_by(stranger).batches == ()
        assert states(catalogue) == ["waiting", "waiting"]
        assert trail(catalogue) == []

    def test_the_last_job_that_is_set_aside_makes_its_batch_ready(
        self, catalogue: Catalogue, queue: LocalQueue, add: Add, expire: Callable[[], None]
    ) -> None:
        add("read", 1, batch=1)
        with catalogue.write() as session:
            session.get_one(Batch, 1).state = "working"
        for _ in range(2):
            claimed(queue)
            queue.release("a", JuanzongError("job.worker-died", attempt=1))
        assert (states(catalogue), batch_state(catalogue)) == (["poisoned"], "ready")
        assert do(catalogue, acts.retry_batch, 1) == 1
        for _ in range(3):
            claimed(queue)
            expire()
        assert queue.claim("a") is None
        assert (states(catalogue), batch_state(catalogue)) == (["poisoned"], "ready")

    def test_a_clock_that_was_set_back_holds_up_no_job(
        self, catalogue: Catalogue, queue: LocalQueue, add: Add, expire: Callable[[], None]
    ) -> None:
        add("read", 1)
        job = claimed(queue)
        assert queue.shorten_leases() == 0
        with catalogue.write() as session:
            row = session.get_one(JobRow, job.id)
            assert row.lease_until is not None
            row.lease_until = row.lease_until.replace(year=row.lease_until.year + 1)
        assert queue.shorten_leases() == 1
        assert queue.shorten_leases() == 0
        assert queue.finish(job)

    def test_the_board_says_what_waits_and_why_with_the_same_statements_however_much_there_is(
        self, catalogue: Catalogue, queue: LocalQueue, add: Add
    ) -> None:
        add("read", 1, batch=1)
        few = _statements(catalogue)
        assert board(catalogue).batches[0].groups[0].reason == "no-workers"
        for subject in range(2, 12):
            add("read", subject, batch=1 + subject % 2)
            add("measure", subject, batch=1)
        queue.fail(claimed(queue), JuanzongError("interrupted"))
        queue.finish(claimed(queue))
        crew = CrewLog(catalogue, "local", 2)
        crew.beat()
        said = board(catalogue)
        assert (said.count("waiting"), said.count("failed"), said.count("done"), len(said.batches)) == (19, 1, 0, 2)
        assert {each.reason for batch in said.batches for each in batch.groups} == {"turn", ""}
        crew.beat(JuanzongError("interrupted"))
        said = board(catalogue)
        assert said.hindrance is not None
        assert said.hindrance[0] == "interrupted"
        assert {each.reason for batch in said.batches for each in batch.groups} == {"hindered", ""}
        assert _statements(catalogue) == few
        crew.end()
        assert board(catalogue).crews == ()

    def test_a_priority_is_kept_through_a_pause(self, catalogue: Catalogue, queue: LocalQueue, add: Add) -> None:
        add("read", 1, batch=1)
        add("read", 2, batch=1, priority=5)
        do(catalogue, acts.pause_batch, 1)
        do(catalogue, acts.resume_batch, 1)
        assert claimed(queue).subject_id == 2


def _statements(catalogue: Catalogue) -> int:
    """How many statements the board takes."""
    with catalogue.read() as session:
        session.scalar(select(func.count()).select_from(JobRow))
        seen: list[str] = []

        def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if "FROM" in statement:
                seen.append(statement)

        event.listen(catalogue.engine, "before_cursor_execute", count)
        try:
            read_board(session)
        finally:
            event.remove(catalogue.engine, "before_cursor_execute", count)
    return len(seen)
