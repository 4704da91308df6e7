"""What the screens and sheets show of lots: the list, one lot with its rounds, its units, one unit at work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer, scoped
from archive.batches import find_batch
from archive.dossiers import find_dossier, shown_name
from archive.inspection import current_results, defects_of, find_lot, find_unit, terms_of
from archive.inspection_units import pages_of_unit
from archive.lot_verdict import verdict_of
from archive.tables import (
    Account,
    Dossier,
    InspectionDefect,
    InspectionDossier,
    InspectionLot,
    InspectionRound,
    InspectionUnit,
    Material,
    Page,
    Person,
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
    organization: str
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


@dataclass(frozen=True, slots=True)
class DefectLine:
    """A defect that holds; `page_number` counts within the dossier, None where it is about the unit."""

    id: int
    code: str
    severity: str
    link: bool
    page_id: int | None
    page_number: int | None
    note: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of a round. `result`: None while it is to be looked at; `changed` after it was, and its images are others."""

    id: int
    position: int
    source: str
    stratum: tuple[str, ...]
    dossier_id: int
    dossier: str
    person: str
    material: str
    page_id: int | None
    page_number: int | None
    result: str | None
    changed: bool
    defects: tuple[DefectLine, ...]


def list_lots(session: Session, viewer: Viewer, batch_id: int | None = None) -> list[LotLine]:
    """Lots of several that the viewer sees: those at work first, then the newest. Dossiers accepted alone are not listed."""
    statement = scoped(select(InspectionLot).where(InspectionLot.kind == "sample"), viewer, InspectionLot)
    if batch_id is not None:
        statement = statement.where(InspectionLot.batch_id == find_batch(session, viewer, batch_id).id)
    lots: Sequence[InspectionLot] = session.scalars(statement.order_by(InspectionLot.id.desc()).limit(200)).all()
    return sorted((_line(session, lot) for lot in lots), key=lambda line: line.state == "accepted")


def _line(session: Session, lot: InspectionLot) -> LotLine:
    last = lot.rounds[-1]
    dossiers = select(func.count()).select_from(InspectionDossier).where(InspectionDossier.lot_id == lot.id)
    done = sum(unit.result is not None for unit in last.units)
    return LotLine(
        lot.id, lot.serial, lot.kind, lot.state, lot.batch.name, session.scalar(dossiers) or 0, last.number, last.state,
        len(last.units), done, lot.created_at,
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
        organization=lot.batch.organization.name, profile=lot.profile, terms=terms_of(lot), seed=lot.seed,
        made_by=names[lot.account_id], created_at=lot.created_at, closed_at=lot.closed_at,
        rounds=tuple(_round(session, row, names) for row in lot.rounds),
    )  # fmt: skip


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


def unit_lines(session: Session, viewer: Viewer, round_id: int) -> list[UnitLine]:
    """The units of a round in the order in which they are looked at."""
    row = session.get_one(InspectionRound, round_id)
    find_lot(session, viewer, row.lot_id)
    return _unit_lines(session, row.units, closed=row.state != "inspecting")


def unit_line(session: Session, viewer: Viewer, unit_id: int) -> UnitLine:
    unit = find_unit(session, viewer, unit_id)
    return _unit_lines(session, [unit], closed=unit.round.state != "inspecting")[0]


def _unit_lines(session: Session, units: Sequence[InspectionUnit], *, closed: bool) -> list[UnitLine]:
    defects = defects_of(session, units)
    results = {unit.id: unit.result for unit in units} if closed else current_results(session, units)
    pages = [unit.page_id for unit in units] + [each.page_id for found in defects.values() for each in found]
    numbers = page_numbers(session, pages)
    people = people_of(session, {unit.dossier_id for unit in units})
    materials = _materials(session, {unit.material_id for unit in units if unit.material_id is not None})
    lines = []
    for unit in units:
        result = results[unit.id]
        found = tuple(
            DefectLine(
                each.id, each.code, each.severity, each.link, each.page_id, numbers.get(each.page_id or 0), each.note
            )
            for each in defects[unit.id]
        )  # fmt: skip
        name, person = people[unit.dossier_id]
        lines.append(
            UnitLine(
                unit.id, unit.position, unit.source, tuple(unit.stratum), unit.dossier_id, name, person,
                materials.get(unit.material_id or 0, ""), unit.page_id, numbers.get(unit.page_id or 0), result,
                unit.result is not None and result is None, found,
            )
        )  # fmt: skip
    return lines


def next_unit(session: Session, viewer: Viewer, unit_id: int) -> int | None:
    """The next unit of the round that is to be looked at, from the beginning again after the last; None at the end."""
    unit = find_unit(session, viewer, unit_id)
    others = sorted(unit.round.units, key=lambda each: (each.position <= unit.position, each.position))
    results = current_results(session, others)
    return next((each.id for each in others if each.id != unit.id and results[each.id] is None), None)


def unit_pages(session: Session, viewer: Viewer, unit_id: int) -> list[int]:
    """The ids of the pages of a unit in their order."""
    return [page.id for page in pages_of_unit(session, find_unit(session, viewer, unit_id))]


def page_numbers(session: Session, page_ids: Iterable[int | None]) -> dict[int, int]:
    """Which page of its dossier each is, counted from 1 among those that are active."""
    wanted = {each for each in page_ids if each is not None}
    before = aliased(Page)
    number = (
        select(func.count(before.id))
        .where(before.dossier_id == Page.dossier_id, before.state == "active", before.position <= Page.position)
        .correlate(Page)
        .scalar_subquery()
    )
    return dict(session.execute(select(Page.id, number).where(Page.id.in_(wanted))).tuples().all())


def people_of(session: Session, dossier_ids: set[int]) -> dict[int, tuple[str, str]]:
    """档号 and name by dossier."""
    statement = select(Dossier, Person.name).outerjoin(Person, Person.id == Dossier.person_id)
    rows = session.execute(statement.where(Dossier.id.in_(dossier_ids)))
    return {dossier.id: (shown_name(dossier), name or "") for dossier, name in rows}


def _materials(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.scalars(select(Material).where(Material.id.in_(ids)))
    return {row.id: f"{row.key} {row.title}".strip() for row in rows}
