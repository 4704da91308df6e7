"""Index work, committed with its cause: what must be written to the index again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, literal, select, update
from sqlalchemy.orm import Session

from archive.tables import OutboxRow
from archive.tables.base import UtcTime
from base.clock import now

WAITS = (OutboxRow.indexed_at.is_(None), OutboxRow.rejected_at.is_(None))


def announce(session: Session, document_ids: Iterable[str], batch_id: int | None = None) -> None:
    """Says in the caller's transaction that these documents are to be written again.

    Who changes a row need not say so: `archive.announcing` does. This is for documents that differ without a change.
    """
    at = now()
    session.add_all(OutboxRow(document_id=each, batch_id=batch_id, created_at=at) for each in document_ids)


def announce_selected(session: Session, statement: Select[Any]) -> None:
    """The same for the rows (document id, batch id) of a statement, however many they are."""
    chosen = statement.add_columns(literal(now(), UtcTime()))
    session.execute(insert(OutboxRow).from_select(["document_id", "batch_id", "created_at"], chosen))


def waiting(session: Session, limit: int) -> Sequence[OutboxRow]:
    """The oldest rows that are not yet in the index."""
    return session.scalars(select(OutboxRow).where(*WAITS).order_by(OutboxRow.id).limit(limit)).all()


def settle(session: Session, rows: Sequence[OutboxRow], rejected: Mapping[str, str]) -> None:
    """After the index was written: the rows are done, those of `rejected` documents (id: why) stay and say why.

    A document that was rejected before and is taken now is rejected no more.
    """
    at = now()
    done = [row.id for row in rows if row.document_id not in rejected]
    session.execute(
        update(OutboxRow).where(OutboxRow.id.in_(done)).values(indexed_at=at, attempts=OutboxRow.attempts + 1)
    )
    for document_id, reason in rejected.items():
        mine = [row.id for row in rows if row.document_id == document_id]
        refused = {"rejected_at": at, "reason": reason, "attempts": OutboxRow.attempts + 1}
        session.execute(update(OutboxRow).where(OutboxRow.id.in_(mine)).values(refused))
    older = (
        OutboxRow.document_id.in_({row.document_id for row in rows}),
        OutboxRow.id.not_in([row.id for row in rows]),
    )
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.rejected_at.is_not(None), OutboxRow.indexed_at.is_(None), *older)
        .values(indexed_at=at)
    )


def count_waiting(session: Session, batch_id: int | None = None) -> int:
    statement = select(func.count()).select_from(OutboxRow).where(*WAITS)
    if batch_id is not None:
        statement = statement.where(OutboxRow.batch_id == batch_id)
    return session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class RejectedDocument:
    """A document that the index did not take; `reason` is a message code with its values, as JSON."""

    id: str
    reason: str
    attempts: int
    rejected_at: datetime


def rejected(session: Session, limit: int = 100) -> list[RejectedDocument]:
    """What the index refused and is not found by searching, oldest first."""
    statement = _refused(select(OutboxRow)).order_by(OutboxRow.id).limit(limit)
    return [
        RejectedDocument(row.document_id, row.reason, row.attempts, row.rejected_at)
        for row in session.scalars(statement)
        if row.rejected_at is not None
    ]


def count_rejected(session: Session, batch_id: int | None = None) -> int:
    statement = _refused(select(func.count(OutboxRow.document_id.distinct())))
    if batch_id is not None:
        statement = statement.where(OutboxRow.batch_id == batch_id)
    return session.scalar(statement) or 0


def oldest_waiting(session: Session) -> datetime | None:
    return session.scalar(select(OutboxRow.created_at).where(*WAITS).order_by(OutboxRow.id).limit(1))


def _refused(statement: Select[Any]) -> Select[Any]:
    return statement.where(OutboxRow.rejected_at.is_not(None), OutboxRow.indexed_at.is_(None))
