"""What the screens and sheets show of lots: the list, and one lot with its rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from archive.access import Viewer, scoped
from archive.batches import find_batch
from archive.dossiers import find_dossier
from archive.inspection import current_results, find_lot, terms_of
from archive.lot_verdict import verdict_of
from archive.tables import (
    Account,
    Dossier,
    InspectionDefect,
    InspectionDossier,
    InspectionLot,
    InspectionRound,
    InspectionUnit,
    Organization,
)
from base.errors import AccessError
from standards.acceptance import LotVerdict
from standards.terms import Terms


@dataclass(frozen=True, slots=True)
class LotLine:
    """One lot of the list. `done` of `units` are looked at in the last round."""

    id: int
    serial: str
    kind: str
    state: str
    batch: str
    dossiers: int
    round: int
    round_state: str
    units: int
    done: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """Who signed for which side, and on whose account."""

    side: str
    name: str
    account: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class DefectCount:
    """How often one kind of defect was found in a round."""

    code: str
    severity: str
    count: int


@dataclass(frozen=True, slots=True)
class RoundSeen:
    """One inspection of a lot with its figures as closed, or as they stand."""

    id: int
    number: int
    state: str
    plan: dict[str, Any]
    verdict: LotVerdict
    review: int
    conceded: int
    defects: tuple[DefectCount, ...]
    signatures: tuple[SignatureLine, ...]
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    units: int
    done: int
    findings: dict[str, int]


@dataclass(frozen=True, slots=True)
class LotSeen:
    """One lot; the last of `rounds` is the one at work."""

    id: int
    serial: str
    kind: str
    state: str
    batch_id: int
    batch: str
    enterprises: tuple[str, ...]
    profile: str
    terms: Terms
    seed: str
    made_by: str
    created_at: datetime
    closed_at: datetime | None
    rounds: tuple[RoundSeen, ...]

    @property
    def now(self) -> RoundSeen:
        return self.rounds[-1]


def list_lots(
    session: Session, viewer: Viewer, batch_id: int | None = None, *, after: int | None = None, limit: int = 50
) -> tuple[list[LotLine], int | None]:
    """Lots of several that the viewer sees, and the id to go on after (None at the end): those at work first, then the newest.

    Dossiers accepted alone are not listed.
    """
    closed = InspectionLot.state == "accepted"
    statement = scoped(select(InspectionLot).where(InspectionLot.kind == "sample"), viewer, InspectionLot)
    if batch_id is not None:
        statement = statement.where(InspectionLot.batch_id == find_batch(session, viewer, batch_id).id)
    if after is not None:
        was_closed = session.scalar(select(closed).where(InspectionLot.id == after))
        older = closed & (InspectionLot.id < after)
        statement = statement.where(older if was_closed else closed | (InspectionLot.id < after))
    statement = statement.options(joinedload(InspectionLot.batch), selectinload(InspectionLot.rounds))
    found = session.scalars(statement.order_by(closed, InspectionLot.id.desc()).limit(limit + 1)).all()
    lots = found[:limit]
    dossiers = _numbers(session, _counted_by(InspectionDossier.lot_id, [lot.id for lot in lots]))
    units = _counted_by(InspectionUnit.round_id, [lot.rounds[-1].id for lot in lots])
    drawn, done = _numbers(session, units), _numbers(session, units.where(InspectionUnit.result.is_not(None)))
    rows = [_line(lot, dossiers, drawn, done) for lot in lots]
    return rows, found[limit - 1].id if len(found) > limit else None


def _counted_by(column: InstrumentedAttribute[int], ids: Sequence[int]) -> Select[Any]:
    return select(column, func.count()).where(column.in_(ids)).group_by(column)


def _numbers(session: Session, statement: Select[Any]) -> dict[int, int]:
    return {int(key): int(count) for key, count in session.execute(statement)}


def _line(lot: InspectionLot, dossiers: dict[int, int], drawn: dict[int, int], done: dict[int, int]) -> LotLine:
    last = lot.rounds[-1]
    return LotLine(
        lot.id, lot.serial, lot.kind, lot.state, lot.batch.name, dossiers.get(lot.id, 0), last.number, last.state,
        drawn.get(last.id, 0), done.get(last.id, 0), lot.created_at,
    )  # fmt: skip


def lot_of_dossier(session: Session, viewer: Viewer, dossier_id: int) -> tuple[int, int]:
    """The lot that accepted a dossier last, and its last round; AccessError `not-found` where none has."""
    dossier = find_dossier(session, viewer, dossier_id)
    statement = (
        select(InspectionLot)
        .join(InspectionDossier, InspectionDossier.lot_id == InspectionLot.id)
        .where(InspectionDossier.dossier_id == dossier.id, InspectionLot.state == "accepted")
        .order_by(InspectionLot.id.desc())
    )
    lot = session.scalar(scoped(statement, viewer, InspectionLot).limit(1))
    if lot is None:
        raise AccessError("not-found")
    return lot.id, lot.rounds[-1].number


def see_lot(session: Session, viewer: Viewer, lot_id: int) -> LotSeen:
    lot = find_lot(session, viewer, lot_id)
    names: dict[int, str] = dict(session.execute(select(Account.id, Account.name)).tuples().all())
    return LotSeen(
        id=lot.id, serial=lot.serial, kind=lot.kind, state=lot.state, batch_id=lot.batch_id, batch=lot.batch.name,
        enterprises=_enterprises(session, lot.id), profile=lot.profile, terms=terms_of(lot), seed=lot.seed,
        made_by=names[lot.account_id], created_at=lot.created_at, closed_at=lot.closed_at,
        rounds=tuple(_round(session, row, names) for row in lot.rounds),
    )  # fmt: skip


def _enterprises(session: Session, lot_id: int) -> tuple[str, ...]:
    """The units whose dossiers a lot has."""
    statement = (
        select(Organization.name)
        .join(Dossier, Dossier.organization_id == Organization.id)
        .join(InspectionDossier, InspectionDossier.dossier_id == Dossier.id)
        .where(InspectionDossier.lot_id == lot_id)
    )
    return tuple(session.scalars(statement.distinct().order_by(Organization.name)))


def _round(session: Session, row: InspectionRound, names: dict[int, str]) -> RoundSeen:
    closed = row.state != "inspecting"
    results = {unit.id: unit.result for unit in row.units} if closed else current_results(session, row.units)
    done = sum(result is not None for result in results.values())
    return RoundSeen(
        id=row.id, number=row.number, state=row.state, plan=row.plan, verdict=verdict_of(session, row),
        review=row.figures.get("review", 0), conceded=row.figures.get("conceded", 0), defects=_counted(session, row.id),
        signatures=tuple(
            SignatureLine(each.side, each.name, each.account.name, each.signed_at) for each in row.signatures
        ),
        opened_at=row.opened_at, closed_at=row.closed_at, closed_by=names.get(row.closed_by or 0, ""),
        units=len(row.units), done=done, findings=row.figures.get("findings", {}),
    )  # fmt: skip


def _counted(session: Session, round_id: int) -> tuple[DefectCount, ...]:
    statement = (
        select(InspectionDefect.code, InspectionDefect.severity, func.count())
        .join(InspectionUnit, InspectionUnit.id == InspectionDefect.unit_id)
        .where(InspectionUnit.round_id == round_id, InspectionDefect.removed_at.is_(None))
        .group_by(InspectionDefect.code, InspectionDefect.severity)
    )
    order = {"critical": 0, "major": 1, "minor": 2}
    rows = [DefectCount(*row) for row in session.execute(statement)]
    return tuple(sorted(rows, key=lambda row: (order[row.severity], -row.count, row.code)))
