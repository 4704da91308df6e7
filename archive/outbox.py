"""Index work, committed with its cause: what must be written to the index again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.tables import OutboxRow
from base.clock import now


def announce(session: Session, document_ids: Iterable[str], batch_id: int | None = None) -> None:
    """Says in the caller's transaction that these documents changed (or are gone)."""
    at = now()
    session.add_all(OutboxRow(document_id=each, batch_id=batch_id, created_at=at) for each in document_ids)


def waiting(session: Session, limit: int) -> Sequence[OutboxRow]:
    """The oldest rows that are not yet in the index."""
    statement = select(OutboxRow).where(OutboxRow.indexed_at.is_(None)).order_by(OutboxRow.id).limit(limit)
    return session.scalars(statement).all()


def mark_indexed(session: Session, row_ids: Iterable[int]) -> None:
    session.execute(update(OutboxRow).where(OutboxRow.id.in_(list(row_ids))).values(indexed_at=now()))


def count_waiting(session: Session, batch_id: int | None = None) -> int:
    statement = select(func.count()).where(OutboxRow.indexed_at.is_(None))
    if batch_id is not None:
        statement = statement.where(OutboxRow.batch_id == batch_id)
    return session.scalar(statement) or 0
