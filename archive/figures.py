"""What a monitor asks of the catalogue: counts and ages, no name and no text. A handful of statements, whatever was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from archive.tables import CrewRow, JobRow, PageVersion, Reading, ReceivedFile
from archive.tables.custody import CustodyRun, StoredObject
from base.clock import now


@dataclass(frozen=True, slots=True)
class OpenJobs:
    """Jobs of one kind in one state that is not done; `oldest_s`: seconds since the first of them was asked for."""

    kind: str
    state: str
    count: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class Custody:
    """The objects on record by what the last look at them found, and how long the longest unseen one was not read.

    `last_walk_s`: seconds since the last whole walk (fsck, fixity …) of each kind ended.
    """

    objects: dict[str, int]
    oldest_check_s: float
    last_walk_s: dict[str, float]


def open_jobs(session: Session) -> list[OpenJobs]:
    """What waits, runs, failed or was set aside; read off the index of what is not done."""
    at = now()
    counted = (
        select(JobRow.kind, JobRow.state, func.count(), func.min(JobRow.created_at))
        .where(JobRow.state != literal_column("'done'"))
        .group_by(JobRow.kind, JobRow.state)
        .order_by(JobRow.kind, JobRow.state)
    )
    return [OpenJobs(kind, state, count, _since(at, oldest)) for kind, state, count, oldest in session.execute(counted)]


def pages_by_step(session: Session) -> dict[str, int]:
    """How many images came to each step: received, measured, read (those whose text counts), set aside."""
    received, measured = session.execute(select(func.count(PageVersion.id), func.count(PageVersion.measured_at))).one()
    read = session.scalar(select(func.count()).select_from(Reading).where(Reading.current))
    aside = session.scalar(select(func.count()).select_from(ReceivedFile).where(ReceivedFile.state == "quarantined"))
    return {"received": received, "measured": measured, "read": read or 0, "set_aside": aside or 0}


def custody(session: Session) -> Custody:
    """What is known of the objects without reading any."""
    at = now()
    states = session.execute(select(StoredObject.state, func.count()).group_by(StoredObject.state)).tuples().all()
    walks = select(CustodyRun.kind, func.max(CustodyRun.finished_at)).where(CustodyRun.state == "done")
    ended = session.execute(walks.group_by(CustodyRun.kind)).tuples().all()
    oldest = session.scalar(select(func.min(StoredObject.checked_at)))
    return Custody(dict(states), _since(at, oldest), {kind: _since(at, when) for kind, when in ended})


def workers_at_work(session: Session, silent_s: float = 90.0) -> int:
    """Worker processes whose parents have spoken within so many seconds, on all machines."""
    at = now()
    crews = session.execute(select(CrewRow.workers, CrewRow.beat_at)).all()
    return sum(count for count, beat in crews if _since(at, beat) < silent_s)


def _since(at: datetime, then: datetime | None) -> float:
    """Never below 0, whatever the clock did."""
    return max(0.0, (at - then).total_seconds()) if then is not None else 0.0
