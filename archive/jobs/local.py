"""The queue in the catalogue itself: leases on rows, on SQLite or PostgreSQL, nothing else to install."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from archive.catalogue import Catalogue
from archive.jobs.claiming import is_paused, most_urgent, shared_time, something_to_do
from archive.jobs.contract import BATCH_PAUSED, Job
from archive.tables import Batch, JobRow
from base.clock import now
from base.errors import JuanzongError

# A worker that dies with its machine is missed by nobody: its work begins again elsewhere within half a minute.
LEASE = timedelta(seconds=20)
BEAT = timedelta(seconds=5)
MAX_ATTEMPTS = 3
# What ends two workers under their parent's eyes is at fault, not the workers.
MAX_DEATHS = 2
# An excused attempt doubles the lease: four times is more than any worker is let work at one unit.
_LONGEST_DOUBLINGS, _MOST_EXCUSED = 4, 8
# Before all that waits: a person looks at the page.
AT_ONCE = 0


# SQLite takes some thousand values in one question.
_KEYS_AT_ONCE = 500


def enqueue(
    session: Session,
    kind: str,
    subject_id: int,
    *,
    batch_id: int | None,
    revision: object = 0,
    priority: int = 100,
    argument: str = "",
) -> None:
    """Adds a unit of work in the transaction of its cause; the same kind, subject and revision is added only once."""
    key = f"{kind}:{subject_id}:{revision}"
    if session.scalar(select(JobRow.id).where(JobRow.unique_key == key)) is not None:
        return
    session.add(
        JobRow(
            kind=kind, subject_id=subject_id, argument=argument, unique_key=key, batch_id=batch_id, priority=priority,
            created_at=now(),
        )
    )  # fmt: skip
    _work_again(session, batch_id)
    session.flush()


def enqueue_many(
    session: Session, kind: str, subject_ids: Sequence[int], *, batch_id: int | None, priority: int = 100
) -> None:
    """As `enqueue` for many subjects of one kind, revision 0, in few questions."""
    keys = {f"{kind}:{subject_id}:0": subject_id for subject_id in subject_ids}
    names = list(keys)
    for start in range(0, len(names), _KEYS_AT_ONCE):
        some = JobRow.unique_key.in_(names[start : start + _KEYS_AT_ONCE])
        for known in session.scalars(select(JobRow.unique_key).where(some)):
            del keys[known]
    if not keys:
        return
    at = now()
    rows = [
        {
            "kind": kind, "subject_id": subject_id, "argument": "", "unique_key": key, "batch_id": batch_id,
            "priority": priority, "created_at": at,
        }
        for key, subject_id in keys.items()
    ]  # fmt: skip
    session.execute(insert(JobRow), rows)
    _work_again(session, batch_id)


class LocalQueue:
    """See `archive.jobs.contract.JobQueue`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def claim(self, owner: str, kinds: Sequence[str] | None = None) -> Job | None:
        # Look before taking the write lock: idle workers must not hold up those who write.
        with self._catalogue.read() as session:
            if not something_to_do(session, kinds):
                return None
        with self._catalogue.write() as session:
            while (row := most_urgent(session, kinds)) is not None:
                if is_paused(session, row):
                    row.state, row.waiting_for, row.lease_until = "waiting", BATCH_PAUSED, None
                elif _blame(row) >= MAX_ATTEMPTS:
                    _poison(session, row, JuanzongError("job.worker-died", attempt=row.attempt))
                else:
                    return self._lease(session, row, owner)
                session.flush()
        return None

    def _lease(self, session: Session, row: JobRow, owner: str) -> Job:
        row.state = "running"
        row.attempt += 1
        row.lease_owner = owner
        row.started_at = now()
        row.lease_until = shared_time(session) + _lease(row.excused)
        return Job(
            row.id, row.kind, row.subject_id, row.batch_id, row.attempt, owner, row.argument, row.priority, row.excused
        )  # fmt: skip

    def heartbeat(self, job: Job) -> bool:
        with self._catalogue.write() as session:
            return _update(session, job, lease_until=shared_time(session) + _lease(job.excused))

    def excuse(self, job: Job) -> None:
        with self._catalogue.write() as session:
            row = session.get(JobRow, job.id)
            if row is None or row.state in ("done", "failed", "cancelled"):
                return
            if job.attempt <= row.attempt and row.excused < min(row.attempt, _MOST_EXCUSED):
                row.excused += 1
            if row.state == "poisoned" and _blame(row) < MAX_DEATHS:
                # Several were slow at a time, and it was set aside before the first of them could say so.
                row.state, row.finished_at, row.error_code, row.error_params = "waiting", None, None, {}
                _work_again(session, row.batch_id)

    def shorten_leases(self) -> int:
        """After a clock was set back, no lease reaches further than from now on; how many did. Call it now and then.

        Otherwise what a dead worker held would wait as long as the clock was set back.
        """
        with self._catalogue.read() as session:
            if session.scalar(_too_long(session).limit(1)) is None:
                return 0
        with self._catalogue.write() as session:
            rows = session.scalars(select(JobRow).where(JobRow.id.in_(_too_long(session)))).all()
            time = shared_time(session)
            wrong = [row for row in rows if row.lease_until and row.lease_until > time + 2 * _lease(row.excused)]
            for row in wrong:
                row.lease_until = time + _lease(row.excused)
        return len(wrong)

    def finish(self, job: Job) -> bool:
        with self._catalogue.write() as session:
            return finish_in(session, job)

    def fail(self, job: Job, error: JuanzongError) -> bool:
        return self._set(
            job,
            state="failed",
            error_code=error.code,
            error_params=_plain(error),
            finished_at=now(),
            lease_until=None,
        )

    def postpone(self, job: Job, error: JuanzongError) -> bool:
        return self._set(
            job,
            state="waiting",
            attempt=JobRow.attempt - 1,
            error_code=error.code,
            error_params=_plain(error),
            lease_until=None,
        )

    def release(self, owner: str, error: JuanzongError) -> None:
        with self._catalogue.write() as session:
            held = select(JobRow).where(JobRow.state == "running", JobRow.lease_owner == owner)
            for row in session.scalars(held):
                row.lease_until = None
                row.error_code, row.error_params = error.code, _plain(error)
                if _blame(row) >= MAX_DEATHS:
                    _poison(session, row, error)
                else:
                    row.state = "waiting"

    def give_back(self, owner: str) -> None:
        with self._catalogue.write() as session:
            session.execute(
                update(JobRow)
                .where(JobRow.state == "running", JobRow.lease_owner == owner)
                .values(state="waiting", lease_until=None, attempt=JobRow.attempt - 1)
            )

    def retry(self, batch_id: int) -> int:
        with self._catalogue.write() as session:
            failed = select(JobRow).where(JobRow.batch_id == batch_id, JobRow.state == "failed")
            rows = session.scalars(failed).all()
            start_anew(session, rows)
        return len(rows)

    def again(self, subject_ids: Sequence[int], kinds: Sequence[str]) -> int:
        with self._catalogue.write() as session:
            return again_in(session, subject_ids, kinds)

    def _set(self, job: Job, **values: object) -> bool:
        with self._catalogue.write() as session:
            return _update(session, job, **values)


def finish_in(session: Session, job: Job) -> bool:
    """Marks a job done in the transaction of its result; False where the lease was lost (then roll back)."""
    return _update(session, job, state="done", finished_at=now(), lease_until=None, error_code=None)


def again_in(session: Session, subject_ids: Sequence[int], kinds: Sequence[str]) -> int:
    """See `JobQueue.again`, in the transaction of the person's act."""
    aside = select(JobRow).where(
        JobRow.subject_id.in_(subject_ids), JobRow.kind.in_(kinds), JobRow.state.in_(["failed", "poisoned"])
    )
    rows = session.scalars(aside).all()
    start_anew(session, rows)
    return len(rows)


def start_anew(session: Session, rows: Sequence[JobRow]) -> None:
    """Jobs that ended wait again, without blame; their batches are at work again."""
    for row in rows:
        row.state, row.attempt, row.excused, row.waiting_for = "waiting", 0, 0, None
        row.started_at = row.finished_at = row.lease_until = None
        row.error_code, row.error_params = None, {}
    for batch_id in {row.batch_id for row in rows}:
        _work_again(session, batch_id)
    session.flush()


def hurry(session: Session, subject_id: int, kinds: Sequence[str]) -> int:
    """Puts what waits for a subject before all else, because a person waits for it; how many jobs moved."""
    waiting = (
        update(JobRow)
        .where(JobRow.subject_id == subject_id, JobRow.kind.in_(kinds), JobRow.state == "waiting")
        .where(JobRow.priority > AT_ONCE)
    )
    return int(session.connection().execute(waiting.values(priority=AT_ONCE)).rowcount)


def _work_again(session: Session, batch_id: int | None) -> None:
    if batch_id is None:
        return
    session.execute(update(Batch).where(Batch.id == batch_id, Batch.state == "ready").values(state="working"))


def _update(session: Session, job: Job, **values: object) -> bool:
    statement = (
        update(JobRow)
        .where(JobRow.id == job.id, JobRow.state == "running")
        .where(JobRow.attempt == job.attempt, JobRow.lease_owner == job.owner)
        .values(**values)
    )
    held = bool(session.connection().execute(statement).rowcount == 1)
    if held and "finished_at" in values and job.batch_id is not None:
        close_batch(session, job.batch_id)
    return held


def close_batch(session: Session, batch_id: int | None) -> None:
    """The last unit of work of a batch makes it ready for people; what failed is theirs to look at."""
    session.flush()
    left = select(JobRow.id).where(JobRow.batch_id == batch_id, JobRow.state.in_(["waiting", "running"])).limit(1)
    if session.scalar(left) is None:
        session.execute(update(Batch).where(Batch.id == batch_id, Batch.state == "working").values(state="ready"))


def _lease(excused: int) -> timedelta:
    return LEASE * (1 << min(excused, _LONGEST_DOUBLINGS))


def _blame(row: JobRow) -> int:
    """Attempts that nobody saw end well: their workers died, or were never heard of again."""
    return row.attempt - row.excused


def _poison(session: Session, row: JobRow, error: JuanzongError) -> None:
    row.state = "poisoned"
    row.error_code, row.error_params = error.code, {**_plain(error), "attempt": row.attempt}
    row.lease_until = None
    row.finished_at = now()
    close_batch(session, row.batch_id)


def _too_long(session: Session) -> Select[tuple[int]]:
    return select(JobRow.id).where(JobRow.state == "running", JobRow.lease_until > shared_time(session) + 2 * LEASE)


def _plain(error: JuanzongError) -> dict[str, object]:
    return {key: value if isinstance(value, (int, float, str)) else str(value) for key, value in error.params.items()}
