"""Walks of custody over all objects: how far one is, and where the next goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.tables import CustodyRun
from base.clock import now


@dataclass(frozen=True, slots=True)
class Run:
    """A walk. `began_at` of one that was gone on with is when it first began: what was read since then counts."""

    id: int
    began_at: datetime
    resumed: bool


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A walk as the screens show it."""

    kind: str
    mode: str
    state: str
    checked: int
    bad: int
    could_not_check: int
    error_code: str
    began_at: datetime
    beat_at: datetime
    finished_at: datetime | None


def begin(session: Session, kind: str, mode: str = "", *, resume: bool = False) -> Run:
    """A new walk, or the last of its kind where it broke off and is to be gone on with."""
    last = session.scalar(
        select(CustodyRun)
        .where(CustodyRun.kind == kind, CustodyRun.mode == mode)
        .order_by(CustodyRun.id.desc())
        .limit(1)
    )
    if resume and last is not None and last.state != "done":
        last.state, last.beat_at, last.error_code, last.finished_at = "running", now(), "", None
        return Run(last.id, last.began_at, resumed=True)
    at = now()
    row = CustodyRun(kind=kind, mode=mode, began_at=at, beat_at=at)
    session.add(row)
    session.flush()
    return Run(row.id, row.began_at, resumed=False)


def beat(session: Session, run: Run, position: str, checked: int) -> None:
    """It is alive, and all up to `position` has been seen."""
    session.execute(
        update(CustodyRun).where(CustodyRun.id == run.id).values(position=position, checked=checked, beat_at=now())
    )


def finish(
    session: Session, run: Run, state: str, *, checked: int = 0, bad: int = 0, could_not_check: int = 0, error: str = ""
) -> None:
    """`state` is done, stopped or failed."""
    row = session.get_one(CustodyRun, run.id)
    row.state, row.error_code, row.finished_at, row.beat_at = state, error, now(), now()
    row.checked, row.bad, row.could_not_check = checked or row.checked, bad, could_not_check


def last(session: Session, kind: str) -> RunSeen | None:
    row = session.scalar(select(CustodyRun).where(CustodyRun.kind == kind).order_by(CustodyRun.id.desc()).limit(1))
    if row is None:
        return None
    return RunSeen(
        row.kind, row.mode, row.state, row.checked, row.bad, row.could_not_check, row.error_code, row.began_at,
        row.beat_at, row.finished_at,
    )  # fmt: skip
