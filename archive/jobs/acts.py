"""What a person does about work in the background: pause it, let it go on, cancel it, ask for it again.

Each act is in the audit trail in the same transaction: who, when, which, how many. What runs when a batch is paused is
finished, and nothing more of it is begun; what runs when it is cancelled is thrown away when it comes to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.batches import find_batch
from archive.jobs.contract import BATCH_PAUSED, PAUSED
from archive.jobs.local import close_batch, start_anew
from archive.tables import Batch, JobRow
from base.clock import now
from base.errors import AccessError, InputError

# What ended without a result, and may be asked for again.
ENDED = ("failed", "poisoned", "cancelled")
_OPEN = ("waiting", "running")


def pause_batch(session: Session, viewer: Viewer, batch_id: int) -> int:
    """No unit of the batch's work is begun until `resume_batch`; how many wait for that. Harmless where it is paused."""
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    if batch.paused_at is not None:
        return 0
    batch.paused_at, batch.paused_by = now(), viewer.actor
    waiting = update(JobRow).where(JobRow.batch_id == batch.id, JobRow.state == "waiting", JobRow.waiting_for.is_(None))
    count = int(session.connection().execute(waiting.values(waiting_for=BATCH_PAUSED)).rowcount)
    audit.record(session, viewer, "batch.pause", f"batch:{batch.id}", jobs=count)
    return count


def resume_batch(session: Session, viewer: Viewer, batch_id: int) -> int:
    """The batch's work goes on; how many units that waited for it. Jobs that were paused one by one stay so."""
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    if batch.paused_at is None:
        return 0
    batch.paused_at, batch.paused_by = None, ""
    paused = update(JobRow).where(JobRow.batch_id == batch.id, JobRow.waiting_for == BATCH_PAUSED)
    count = int(session.connection().execute(paused.values(waiting_for=None)).rowcount)
    audit.record(session, viewer, "batch.resume", f"batch:{batch.id}", jobs=count)
    return count


def cancel_batch(session: Session, viewer: Viewer, batch_id: int) -> int:
    """All that waits or runs of the batch is cancelled, and a pause is over; how many. `retry_batch` takes it back.

    What was received, measured and read stays as it is.
    """
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    count = _cancel(session, viewer, JobRow.batch_id == batch.id)
    if count or batch.paused_at is not None:
        batch.paused_at, batch.paused_by = None, ""
        audit.record(session, viewer, "batch.cancel", f"batch:{batch.id}", jobs=count)
    close_batch(session, batch.id)
    return count


def retry_batch(session: Session, viewer: Viewer, batch_id: int) -> int:
    """All that failed, was set aside or cancelled in the batch starts anew; how many."""
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    rows = session.scalars(select(JobRow).where(JobRow.batch_id == batch.id, JobRow.state.in_(ENDED))).all()
    if rows:
        start_anew(session, rows)
        audit.record(session, viewer, "batch.retry", f"batch:{batch.id}", jobs=len(rows))
    return len(rows)


def pause_job(session: Session, viewer: Viewer, job_id: int) -> None:
    """InputError `jobs.not-waiting` where it does not wait."""
    row = _must_be(session, viewer, job_id, ("waiting",), "jobs.not-waiting")
    _record(session, viewer, "job.pause", row)
    row.waiting_for = PAUSED


def resume_job(session: Session, viewer: Viewer, job_id: int) -> None:
    """InputError `jobs.not-paused` where it is not paused by itself: the pause of a batch ends for all of it."""
    row = find_job(session, viewer, job_id)
    if row.state != "waiting" or row.waiting_for != PAUSED:
        raise InputError("jobs.not-paused", job=job_id)
    _record(session, viewer, "job.resume", row)
    row.waiting_for = None


def cancel_job(session: Session, viewer: Viewer, job_id: int) -> None:
    """InputError `jobs.ended` where it has ended already."""
    row = _must_be(session, viewer, job_id, _OPEN, "jobs.ended")
    _cancel(session, viewer, JobRow.id == row.id)
    _record(session, viewer, "job.cancel", row)
    close_batch(session, row.batch_id)


def retry_job(session: Session, viewer: Viewer, job_id: int) -> None:
    """InputError `jobs.not-ended` where it did not fail and was neither set aside nor cancelled."""
    row = _must_be(session, viewer, job_id, ENDED, "jobs.not-ended")
    _record(session, viewer, "job.retry", row)
    start_anew(session, [row])


BATCH_ACTS: dict[str, Callable[[Session, Viewer, int], int]] = {
    "pause": pause_batch, "resume": resume_batch, "cancel": cancel_batch, "retry": retry_batch,
}  # fmt: skip
JOB_ACTS: dict[str, Callable[[Session, Viewer, int], None]] = {
    "pause": pause_job, "resume": resume_job, "cancel": cancel_job, "retry": retry_job,
}  # fmt: skip


def batch_named(session: Session, viewer: Viewer, name: str) -> int:
    """The id of a batch by its name, or by the id itself; InputError `jobs.no-batch` where the viewer sees none."""
    named = scoped(select(Batch.id).where(Batch.name == name), viewer, Batch)
    found: int | None = session.scalar(named)
    if found is None and name.isascii() and name.isdigit():
        found = session.scalar(scoped(select(Batch.id).where(Batch.id == int(name)), viewer, Batch))
    if found is None:
        raise InputError("jobs.no-batch", name=name)
    return found


def find_job(session: Session, viewer: Viewer, job_id: int) -> JobRow:
    """AccessError `not-found` out of the viewer's sight; work of no batch is the office's own, for who sees all of it."""
    viewer.must_work_at("clerk")
    row = session.get(JobRow, job_id)
    if row is None or (row.batch_id is None and viewer.organisations is not None):
        raise AccessError("not-found")
    if row.batch_id is not None:
        find_batch(session, viewer, row.batch_id)
    return row


def _must_be(session: Session, viewer: Viewer, job_id: int, states: Sequence[str], code: str) -> JobRow:
    row = find_job(session, viewer, job_id)
    if row.state not in states:
        raise InputError(code, job=job_id)
    return row


def _cancel(session: Session, viewer: Viewer, which: ColumnElement[bool]) -> int:
    """Whoever works at one of these finds at the end that it is no longer his, and throws his result away."""
    cancelled = {
        "state": "cancelled", "waiting_for": None, "lease_until": None, "finished_at": now(),
        "error_code": "job.cancelled", "error_params": {"by": viewer.actor},
    }  # fmt: skip
    open_ones = update(JobRow).where(which, JobRow.state.in_(_OPEN))
    return int(session.connection().execute(open_ones.values(cancelled)).rowcount)


def _record(session: Session, viewer: Viewer, action: str, row: JobRow) -> None:
    audit.record(session, viewer, action, f"job:{row.id}", kind=row.kind, batch=row.batch_id, was=row.state)
