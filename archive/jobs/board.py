"""What runs, waits and failed, and why: counted for the whole office by two statements, whatever was done before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.jobs.contract import BATCH_PAUSED, PAUSED
from archive.jobs.crews import Crew, crews_at_work
from archive.tables import Batch, JobRow
from base.clock import now

STATES = ("running", "waiting", "failed", "poisoned", "cancelled")
# Why a job waits, the first that holds; `jobs.waits-…` of the messages says each.
_NO_WORKERS = "no-workers"
_HINDERED = "hindered"
_TURN = "turn"


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs of one batch, kind and state. `reason` says why they wait; `oldest` is when the first of them was asked for."""

    batch_id: int | None
    kind: str
    state: str
    reason: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class BatchWork:
    """What is left of one batch's work (None: of the office itself). `paused_by` is the actor of the audit trail."""

    batch_id: int | None
    name: str
    organization_id: int | None
    paused_at: datetime | None
    paused_by: str
    groups: tuple[Group, ...]

    def count(self, *states: str) -> int:
        return sum(group.count for group in self.groups if group.state in states)


@dataclass(frozen=True, slots=True)
class Board:
    """All that is not done. `hindrance` is the first crew's that has one."""

    at: datetime
    batches: tuple[BatchWork, ...]
    crews: tuple[Crew, ...]

    def seen_by(self, viewer: Viewer) -> Board:
        """What the viewer may see of it; work of no batch is shown to who sees all units."""
        units = viewer.organisations
        if units is None:
            return self
        mine = tuple(each for each in self.batches if each.organization_id in units)
        return Board(self.at, mine, self.crews)

    def count(self, *states: str) -> int:
        return sum(batch.count(*states) for batch in self.batches)

    @property
    def hindrance(self) -> tuple[str, dict[str, Any]] | None:
        """Code and params of what keeps all crews from work; None where one works or nobody is there."""
        if not self.crews or not all(crew.code for crew in self.crews):
            return None
        return self.crews[0].code, self.crews[0].params

    def as_json(self) -> dict[str, Any]:
        hindrance = self.hindrance
        return {
            **{state: self.count(state) for state in STATES},
            "hindrance": hindrance[0] if hindrance else None,
            "workers": sum(crew.workers for crew in self.crews),
            "crews": [crew.as_json() for crew in self.crews],
            "batches": [_batch_json(batch) for batch in self.batches],
        }


def _batch_json(batch: BatchWork) -> dict[str, Any]:
    return {
        "batch_id": batch.batch_id,
        "batch": batch.name,
        "paused_at": batch.paused_at.isoformat() if batch.paused_at else None,
        "paused_by": batch.paused_by or None,
        "groups": [
            {
                "kind": each.kind, "state": each.state, "reason": each.reason or None, "count": each.count,
                "oldest": each.oldest.isoformat(),
            }
            for each in batch.groups
        ],
    }  # fmt: skip


def read_board(session: Session) -> Board:
    """Read off one index of what is not done, and the crews."""
    crews = tuple(crews_at_work(session))
    counted = (
        select(
            JobRow.state, JobRow.batch_id, JobRow.kind, JobRow.waiting_for,
            func.count().label("count"), func.min(JobRow.created_at).label("oldest"),
        )
        .where(JobRow.state != literal_column("'done'"))
        .group_by(JobRow.state, JobRow.batch_id, JobRow.kind, JobRow.waiting_for)
        .subquery()
    )  # fmt: skip
    batch = (Batch.name, Batch.organization_id, Batch.paused_at, Batch.paused_by)
    rows = session.execute(select(counted, *batch).outerjoin(Batch, Batch.id == counted.c.batch_id)).all()
    found: dict[int | None, list[Any]] = {}
    for row in rows:
        found.setdefault(row.batch_id, []).append(row)
    batches = [_batch(batch_id, of_batch, crews) for batch_id, of_batch in found.items()]
    return Board(now(), tuple(sorted(batches, key=lambda each: -(each.batch_id or 0))), crews)


def _batch(batch_id: int | None, rows: Sequence[Any], crews: Sequence[Crew]) -> BatchWork:
    first = rows[0]
    paused = first.paused_at is not None
    groups = [
        Group(batch_id, row.kind, row.state, _reason(row.state, row.waiting_for, paused, crews), row.count, row.oldest)
        for row in rows
    ]
    groups.sort(key=lambda each: (STATES.index(each.state), each.kind, each.reason, each.oldest))
    return BatchWork(
        batch_id, first.name or "", first.organization_id, first.paused_at, first.paused_by or "", tuple(groups)
    )


def _reason(state: str, waiting_for: str | None, paused: bool, crews: Sequence[Crew]) -> str:
    return waiting_reason(waiting_for, paused, crews) if state == "waiting" else ""


def waiting_reason(waiting_for: str | None, batch_is_paused: bool, crews: Sequence[Crew]) -> str:
    """Why a job waits: paused, batch-paused, no-workers, hindered (see the crews), turn (others come first)."""
    if waiting_for == PAUSED:
        return PAUSED
    if batch_is_paused or waiting_for == BATCH_PAUSED:
        return BATCH_PAUSED
    if not crews:
        return _NO_WORKERS
    return _HINDERED if all(crew.code for crew in crews) else _TURN
