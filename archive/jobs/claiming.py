"""Which job is next: found by two small indexes, at the same cost whatever waits, is paused or was done before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import Session

from archive.tables import Batch, JobRow
from archive.tables.base import UtcTime
from base.clock import now

# Written out, not bound: only so does a database know that an index of these rows alone will do.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_RUNNING: ColumnElement[str] = literal_column("'running'")


def shared_time(session: Session) -> datetime:
    """The clock that leases are counted by: the database server's, which all machines share; without one, this machine's."""
    if session.get_bind().dialect.name != "postgresql":
        return now()
    return session.scalars(select(func.clock_timestamp(type_=UtcTime))).one()


def something_to_do(session: Session, kinds: Sequence[str] | None) -> bool:
    """Whether `most_urgent` would find a job, without taking any lock."""
    return any(
        session.scalar(each) is not None for each in (_waiting(JobRow.id, kinds), _expired(session, JobRow.id, kinds))
    )


def most_urgent(session: Session, kinds: Sequence[str] | None) -> JobRow | None:
    """The job that waits, or whose lease ran out, with the smallest priority and then the smallest id."""
    statements = (_waiting(JobRow, kinds), _expired(session, JobRow, kinds))
    rows = [session.scalar(each.with_for_update(skip_locked=True)) for each in statements]
    return min((row for row in rows if row is not None), key=lambda row: (row.priority, row.id), default=None)


def is_paused(session: Session, row: JobRow) -> bool:
    """Work that began before its batch was paused may have enqueued more: it is told when it would be handed out."""
    if row.batch_id is None:
        return False
    return session.scalar(select(Batch.paused_at).where(Batch.id == row.batch_id)) is not None


def count_runnable(session: Session, most: int) -> int:
    """How many jobs could be handed out now, counted up to `most`."""
    waiting = _waiting(JobRow.id, None).limit(most).subquery()
    expired = _expired(session, JobRow.id, None).limit(most).subquery()
    return sum(session.scalar(select(func.count()).select_from(each)) or 0 for each in (waiting, expired))


def _waiting(what: Any, kinds: Sequence[str] | None) -> Select[Any]:
    return _of(select(what).where(JobRow.state == _WAITING, JobRow.waiting_for.is_(None)), kinds)


def _expired(session: Session, what: Any, kinds: Sequence[str] | None) -> Select[Any]:
    return _of(select(what).where(JobRow.state == _RUNNING, JobRow.lease_until < shared_time(session)), kinds)


def _of(statement: Select[Any], kinds: Sequence[str] | None) -> Select[Any]:
    if kinds is not None:
        statement = statement.where(JobRow.kind.in_(kinds))
    return statement.order_by(JobRow.priority, JobRow.id).limit(1)
