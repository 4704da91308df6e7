"""What the catalogue knows of the search index: its rebuilds, what keeps it from being written, which machine writes to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from archive.tables import IndexHealth, IndexRebuild, OutboxRow
from base.clock import SLACK, now
from base.errors import JuanzongError

# A rebuild says that it lives much more often, and so does a machine that writes.
DEAD_AFTER = timedelta(seconds=60)
# Machines need not agree on the time to the second; a row too many is written twice, to the same end.
_CLOCKS_APART = timedelta(seconds=60)
_AT_WORK = ("running", "swapping")


def begin_rebuild(session: Session, owner: str, total: int) -> int:
    """The row of a new rebuild; those that were killed are closed. What was announced by now is part of it."""
    at = now()
    session.execute(
        update(IndexRebuild).where(IndexRebuild.state.in_(_AT_WORK)).values(state="stopped", finished_at=at)
    )
    row = IndexRebuild(owner=owner, total=total, started_at=at, beat_at=at, state="running")
    session.add(row)
    session.flush()
    recent = or_(OutboxRow.indexed_at.is_(None), OutboxRow.indexed_at >= at - 2 * _CLOCKS_APART)
    session.execute(update(OutboxRow).where(recent).values(rebuild_id=row.id))
    return row.id


def beat(session: Session, rebuild_id: int, done: int, *, swapping: bool = False) -> None:
    row = session.get_one(IndexRebuild, rebuild_id)
    row.done, row.beat_at = done, now()
    row.total = max(row.total, done)
    row.state = "swapping" if swapping else "running"


def changed_since(session: Session, rebuild_id: int, limit: int) -> list[OutboxRow]:
    """Rows of documents that changed since the rebuild began and that it has not written yet, whether or not the index in
    force has them.

    By what was marked and not by number: where several commit at once a smaller number may appear later.
    """
    began = session.get_one(IndexRebuild, rebuild_id).started_at - _CLOCKS_APART
    statement = select(OutboxRow).where(
        or_(OutboxRow.indexed_at.is_(None), OutboxRow.indexed_at >= began),
        or_(OutboxRow.rebuild_id.is_(None), OutboxRow.rebuild_id != rebuild_id),
    )
    return list(session.scalars(statement.order_by(OutboxRow.id).limit(limit)))


def mark_rebuilt(session: Session, rebuild_id: int, rows: list[int]) -> None:
    session.execute(update(OutboxRow).where(OutboxRow.id.in_(rows)).values(rebuild_id=rebuild_id))


def put_in_force(session: Session, rebuild_id: int, done: int, rejected: dict[str, str]) -> None:
    """After the swap: the new index has `done` documents and what was marked, and the documents of `rejected` (id: why) wait
    for a change."""
    at = now()
    row = session.get_one(IndexRebuild, rebuild_id)
    row.done, row.total = done, done + len(rejected)
    mine = (OutboxRow.rebuild_id == rebuild_id, OutboxRow.indexed_at.is_(None))
    session.execute(update(OutboxRow).where(*mine).values(indexed_at=at))
    session.add_all(
        OutboxRow(document_id=each, created_at=at, attempts=1, rejected_at=at, reason=why, rebuild_id=rebuild_id)
        for each, why in rejected.items()
    )
    end_rebuild(session, rebuild_id, "done")


def end_rebuild(session: Session, rebuild_id: int, state: str, error: JuanzongError | None = None) -> None:
    row = session.get_one(IndexRebuild, rebuild_id)
    row.state, row.finished_at = state, now()
    if error is not None:
        row.error_code, row.error_params = error.code, _plain(error)


def newest_rebuild(session: Session) -> IndexRebuild | None:
    return session.scalar(select(IndexRebuild).order_by(IndexRebuild.id.desc()).limit(1))


def running_rebuild(session: Session) -> IndexRebuild | None:
    """The rebuild that is at work; None where there is none, or where it was killed a minute ago or more."""
    row = newest_rebuild(session)
    return row if row is not None and row.state in _AT_WORK and abs(now() - row.beat_at) < DEAD_AFTER else None


def note_health(session: Session, error: JuanzongError | None) -> bool:
    """Keeps what hinders the index, with since when; whether that is another thing than before."""
    row = _health(session)
    code = error.code if error is not None else ""
    if row.code == code:
        return False
    row.code, row.params = code, _plain(error) if error is not None else {}
    row.since = now() if code else None
    return True


def health(session: Session) -> IndexHealth | None:
    """What hinders the index; None where nothing does."""
    row = session.get(IndexHealth, 1)
    return row if row is not None and row.code else None


def take_writer(session: Session, machine: str) -> bool:
    """Whether this machine may write for the next minute: where several share an index, one at a time does.

    Each write would be taken; but a document that two build at once could end as the older of the two had it.
    """
    at = now()
    _health(session)
    # Farther ahead than it can have been set: a clock was put back since.
    over = or_(IndexHealth.writer_until < at, IndexHealth.writer_until > at + DEAD_AFTER + SLACK)
    free = or_(IndexHealth.writer.in_(("", machine)), over)
    taken = session.execute(
        update(IndexHealth).where(IndexHealth.id == 1, free).values(writer=machine, writer_until=at + DEAD_AFTER)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # of the cursor's result


def leave_writer(session: Session, machine: str) -> None:
    session.execute(update(IndexHealth).where(IndexHealth.writer == machine).values(writer=""))


def _health(session: Session) -> IndexHealth:
    row = session.get(IndexHealth, 1)
    if row is None:
        row = IndexHealth(id=1)
        session.add(row)
        session.flush()
    return row


def _plain(error: JuanzongError) -> dict[str, str]:
    return {name: str(value)[:300] for name, value in error.params.items()}


def age_s(at: datetime | None) -> float:
    """Seconds since then; 0 for never."""
    return max(0.0, (now() - at).total_seconds()) if at is not None else 0.0
