"""What the clerk sees of batches: how far each is, and what in it waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, joinedload

from archive.access import Viewer, scoped
from archive.batch_tallies import Progress, Tally, tallies
from archive.tables import Batch, BatchTally, Dossier
from base.errors import AccessError


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch in the list. `needs` are what a person must decide, by kind: splitting, proposals, quarantined, people, failed.

    `verdicts` count findings by verdict, without `pass`. `counted_at` is None where all of it was counted just now.
    """

    id: int
    name: str
    organization: str
    state: str
    created_at: datetime
    received_at: datetime | None
    dossiers: int
    accepted: int
    promised: dict[str, Any]
    progress: Progress
    needs: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, int] = field(default_factory=dict)
    counted_at: datetime | None = None

    @property
    def needs_person(self) -> int:
        return sum(self.needs.values())


def list_batches(
    session: Session, viewer: Viewer, *, after: int | None = None, limit: int = 50
) -> tuple[list[BatchRow], int | None]:
    """Batches the viewer sees, and the id to go on after (None at the end): first what needs a person, then the newest.

    Which need a person is told by their tallies; a batch that was never counted comes with them.
    """
    asks = func.coalesce(BatchTally.asks, true())
    statement = select(Batch).options(joinedload(Batch.organization))
    statement = statement.outerjoin(BatchTally, BatchTally.batch_id == Batch.id)
    if after is not None:
        asked = session.scalar(select(BatchTally.asks).where(BatchTally.batch_id == after)) is not False
        later = asks.is_(asked) & (Batch.id < after)
        statement = statement.where(later | asks.is_(False) if asked else later)
    statement = scoped(statement, viewer, Batch).order_by(asks.desc(), Batch.id.desc()).limit(limit + 1)
    found = session.scalars(statement).all()
    rows = sorted(_rows(session, found[:limit]), key=lambda row: (row.needs_person == 0, -row.id))
    return rows, found[limit - 1].id if len(found) > limit else None


def batch_choices(session: Session, viewer: Viewer, *, limit: int = 500) -> list[tuple[int, str]]:
    """Id and name of the newest batches, to choose one of."""
    statement = select(Batch.id, Batch.name).order_by(Batch.id.desc()).limit(limit)
    return list(session.execute(scoped(statement, viewer, Batch)).tuples())


def batches_to_inspect(
    session: Session, viewer: Viewer, *, after: int | None = None, limit: int = 50
) -> tuple[list[BatchRow], int | None]:
    """The newest batches that have a dossier which nobody has accepted, and the id to go on after (None at the end)."""
    left = select(Dossier.id).where(Dossier.batch_id == Batch.id, Dossier.state != "accepted").exists()
    statement = select(Batch).options(joinedload(Batch.organization)).where(left)
    if after is not None:
        statement = statement.where(Batch.id < after)
    found = session.scalars(scoped(statement.order_by(Batch.id.desc()).limit(limit + 1), viewer, Batch)).all()
    return _rows(session, found[:limit]), found[limit - 1].id if len(found) > limit else None


def batch_row(session: Session, viewer: Viewer, batch_id: int) -> BatchRow:
    """AccessError `not-found` where the viewer does not see it."""
    return _rows(session, [find_batch(session, viewer, batch_id)])[0]


def batch_notes(session: Session, viewer: Viewer, batch_id: int) -> list[tuple[str, dict[str, Any]]]:
    """What the lists say that does not fit: codes with their params."""
    return [(note["code"], note.get("params", {})) for note in find_batch(session, viewer, batch_id).notes]


def progress_of(session: Session, viewer: Viewer, batch_id: int) -> Progress:
    batch = find_batch(session, viewer, batch_id)
    return tallies(session, [batch.id])[batch.id].progress


def find_batch(session: Session, viewer: Viewer, batch_id: int) -> Batch:
    batch: Batch | None = session.scalar(scoped(select(Batch).where(Batch.id == batch_id), viewer, Batch))
    if batch is None:
        raise AccessError("not-found")
    return batch


def _rows(session: Session, batches: Sequence[Batch]) -> list[BatchRow]:
    counted = tallies(session, [batch.id for batch in batches])
    return [_row(batch, counted[batch.id]) for batch in batches]


def _row(batch: Batch, tally: Tally) -> BatchRow:
    return BatchRow(
        id=batch.id, name=batch.name, organization=batch.organization.name, state=batch.state,
        created_at=batch.created_at, received_at=batch.received_at, dossiers=tally.dossiers, accepted=tally.accepted,
        promised=batch.promised, progress=tally.progress, needs=tally.needs, verdicts=tally.verdicts,
        counted_at=tally.counted_at,
    )  # fmt: skip
