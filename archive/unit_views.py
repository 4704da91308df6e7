"""What the screens show of drawn units: the list of a round, one unit at work, and which comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.dossiers import shown_name
from archive.inspection import current_results, defects_of, find_lot, find_unit
from archive.inspection_units import pages_of_unit
from archive.tables import Dossier, InspectionRound, InspectionUnit, Material, Page, Person


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
