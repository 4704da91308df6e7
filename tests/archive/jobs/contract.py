"""What every job queue must do, on every database. A test module inherits `QueueContract`."""

from __future__ import annotations

from collections.abc import Callable

from archive.jobs.contract import JobQueue
from base.errors import JuanzongError

Add = Callable[..., None]


class QueueContract:
    """Fixtures `queue`, `add(kind, subject, priority=…)` and `expire()` (lets every lease run out) are in conftest.py."""

    def test_gives_nothing_where_there_is_nothing(self, queue: JobQueue) -> None:
        assert queue.claim("a") is None

    def test_a_job_is_handed_out_once(self, queue: JobQueue, add: Add) -> None:
        add("measure", 1)
        first = queue.claim("a")
        assert first is not None
        assert (first.kind, first.subject_id, first.attempt) == ("measure", 1, 1)
        assert queue.claim("b") is None

    def test_the_same_work_is_enqueued_once(self, queue: JobQueue, add: Add) -> None:
        add("measure", 1)
        add("measure", 1)
        assert queue.claim("a") is not None
        assert queue.claim("a") is None

    def test_the_urgent_comes_first_then_the_older(self, queue: JobQueue, add: Add) -> None:
        add("read", 1)
        add("read", 2)
        add("read", 3, priority=1)
        claimed = [queue.claim("a") for _ in range(3)]
        assert [job.subject_id for job in claimed if job] == [3, 1, 2]

    def test_only_wished_kinds_are_claimed(self, queue: JobQueue, add: Add) -> None:
        add("read", 1)
        assert queue.claim("a", kinds=["measure"]) is None
        assert queue.claim("a", kinds=["measure", "read"]) is not None

    def test_a_finished_job_never_comes_back(self, queue: JobQueue, add: Add, expire: Callable[[], None]) -> None:
        add("read", 1)
        job = queue.claim("a")
        assert job is not None
        assert queue.finish(job)
        expire()
        assert queue.claim("a") is None
        assert not queue.finish(job)

    def test_a_lost_lease_goes_to_the_next_and_the_late_one_is_fenced_off(
        self, queue: JobQueue, add: Add, expire: Callable[[], None]
    ) -> None:
        add("read", 1)
        late = queue.claim("a")
        expire()
        next_one = queue.claim("b")
        assert late is not None
        assert next_one is not None
        assert next_one.attempt == 2
        assert not queue.heartbeat(late)
        assert not queue.finish(late)
        assert not queue.fail(late, JuanzongError("interrupted"))
        assert queue.finish(next_one)

    def test_a_heartbeat_keeps_the_lease(self, queue: JobQueue, add: Add, expire: Callable[[], None]) -> None:
        add("read", 1)
        job = queue.claim("a")
        assert job is not None
        expire()
        assert queue.heartbeat(job)
        assert queue.claim("b") is None

    def test_what_kills_two_workers_is_poisoned(self, queue: JobQueue, add: Add) -> None:
        add("read", 1)
        add("read", 2)
        for _ in range(2):
            job = queue.claim("a")
            assert job is not None
            assert job.subject_id == 1
            queue.release("a", JuanzongError("job.worker-died", attempt=job.attempt))
        neighbour = queue.claim("a")
        assert neighbour is not None
        assert neighbour.subject_id == 2
        assert queue.claim("b") is None

    def test_what_outlives_its_lease_three_times_is_poisoned(
        self, queue: JobQueue, add: Add, expire: Callable[[], None]
    ) -> None:
        add("read", 1)
        for _ in range(3):
            assert queue.claim("a") is not None
            expire()
        assert queue.claim("a") is None

    def test_a_lease_lost_by_a_worker_that_lives_is_not_held_against_the_job(
        self, queue: JobQueue, add: Add, expire: Callable[[], None]
    ) -> None:
        """A machine that has no time for the beat: each attempt ends after its lease did, and says so."""
        add("read", 1)
        for attempt in range(1, 6):
            late = queue.claim("a")
            assert late is not None
            assert (late.attempt, late.excused) == (attempt, attempt - 1)
            expire()
            other = queue.claim("b")
            assert other is not None
            queue.give_back("b")
            queue.excuse(late)
        queue.release("a", JuanzongError("job.worker-died", attempt=1))
        job = queue.claim("a")
        assert job is not None
        assert queue.finish(job)
        queue.excuse(late)
        assert queue.claim("a") is None

    def test_what_was_set_aside_while_its_workers_lived_comes_back(
        self, queue: JobQueue, add: Add, expire: Callable[[], None]
    ) -> None:
        add("read", 1)
        late = []
        for owner in "abc":
            late.append(queue.claim(owner))
            expire()
        assert queue.claim("d") is None
        for job in late:
            assert job is not None
            queue.excuse(job)
        again = queue.claim("d")
        assert again is not None
        assert queue.finish(again)

    def test_excuses_come_to_an_end(self, queue: JobQueue, add: Add, expire: Callable[[], None]) -> None:
        add("read", 1)
        for _ in range(30):
            late = queue.claim("a")
            if late is None:
                break
            expire()
            queue.excuse(late)
        else:
            raise AssertionError("it would be tried for ever")

    def test_a_stopped_worker_gives_back_without_blame(self, queue: JobQueue, add: Add) -> None:
        add("read", 1)
        for _ in range(5):
            stopped = queue.claim("a")
            assert stopped is not None
            queue.give_back("a")
            assert not queue.finish(stopped)
        job = queue.claim("b")
        assert job is not None
        assert job.attempt == 1
        assert not queue.finish(stopped)
        assert queue.finish(job)

    def test_what_is_put_off_waits_again_without_blame_and_says_why(
        self, queue: JobQueue, add: Add, expire: Callable[[], None]
    ) -> None:
        add("read", 1)
        for owner in "abcde":
            job = queue.claim(owner)
            assert job is not None
            assert job.attempt == 1
            assert queue.postpone(job, JuanzongError("interrupted"))
            assert not queue.finish(job)
        late = queue.claim("f")
        expire()
        again = queue.claim("g")
        assert late is not None
        assert again is not None
        assert not queue.postpone(late, JuanzongError("interrupted"))
        assert queue.finish(again)

    def test_a_failed_job_waits_for_a_person(self, queue: JobQueue, add: Add, expire: Callable[[], None]) -> None:
        add("read", 1)
        job = queue.claim("a")
        assert job is not None
        assert queue.fail(job, JuanzongError("interrupted"))
        expire()
        assert queue.claim("a") is None

    def test_a_person_may_ask_for_a_failed_job_again(self, queue: JobQueue, add: Add) -> None:
        add("read", 1, batch=1)
        add("read", 2, batch=2)
        for _ in range(2):
            job = queue.claim("a")
            assert job is not None
            assert queue.fail(job, JuanzongError("interrupted"))
        assert queue.retry(1) == 1
        again = queue.claim("a")
        assert again is not None
        assert again.subject_id == 1
        assert queue.claim("a") is None

    def test_a_person_may_ask_for_what_was_set_aside_again(self, queue: JobQueue, add: Add) -> None:
        add("read", 1)
        add("read", 2)
        add("bind", 1)
        for _ in range(2):
            assert queue.claim("a", kinds=["read"]) is not None
            queue.release("a", JuanzongError("job.worker-died", attempt=1))
        assert queue.again([1], ["measure"]) == 0
        assert queue.again([1], ["measure", "read"]) == 1
        again = queue.claim("b", kinds=["read"])
        assert again is not None
        assert (again.subject_id, again.attempt) == (1, 1)
        assert queue.again([1, 2], ["measure", "read"]) == 0
