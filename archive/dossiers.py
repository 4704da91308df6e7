"""Dossiers as the clerk sees them: the list with its filters, one dossier with its 卷内目录."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer, scoped
from archive.dossier_slices import DossierFilter, dossier_slice
from archive.open_findings import counts_now
from archive.tables import Account, Correction, Dossier, FindingRow, Material, Page, Person
from base.errors import AccessError, InputError
from base.text.identity import hide_numbers, mask


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One line of the list. `verdicts` count its findings by verdict."""

    id: int
    name: str
    person: str
    id_masked: str
    organization: str
    state: str
    created_at: datetime
    pages: int
    verdicts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One line of the 卷内目录: what we hold, how many pages are there, what the sender wrote, our corrections by field."""

    id: int
    key: str
    values: Mapping[str, Any]
    actual_pages: int
    first_page_id: int | None
    list_row: Mapping[str, Any]
    corrections: Mapping[str, CorrectionLine]


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction that holds, and the name of who made it."""

    id: int
    field: str
    old: str
    new: str
    reason: str
    by: str
    made_at: datetime
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DossierHead:
    """What stands above every screen of one dossier."""

    id: int
    name: str
    person: str
    id_masked: str
    organization: str
    state: str
    layout: str
    batch_id: int
    batch: str
    accepted_at: datetime | None
    list_row: Mapping[str, Any] = field(default_factory=dict)
    person_id: int | None = None


FIELDS = ("class_code", "number", "title", "year", "month", "day", "copies", "declared_pages", "remark")


def shown_name(dossier: Dossier) -> str:
    """The 档号, or what the delivery calls the dossier with any ID number in it masked."""
    return hide_numbers(dossier.archive_no or dossier.key)


def find_dossier(session: Session, viewer: Viewer, dossier_id: int) -> Dossier:
    """AccessError `not-found` where the viewer does not see it."""
    statement = scoped(select(Dossier).where(Dossier.id == dossier_id), viewer, Dossier)
    dossier: Dossier | None = session.scalar(statement)
    if dossier is None:
        raise AccessError("not-found")
    return dossier


def dossier_head(session: Session, viewer: Viewer, dossier_id: int) -> DossierHead:
    return head_of(find_dossier(session, viewer, dossier_id))


def head_of(dossier: Dossier) -> DossierHead:
    person = dossier.person
    return DossierHead(
        id=dossier.id,
        name=shown_name(dossier),
        person=person.name if person else "",
        id_masked=_masked(person),
        organization=dossier.organization.name,
        state=dossier.state,
        layout=dossier.layout,
        batch_id=dossier.batch_id,
        batch=dossier.batch.name,
        accepted_at=dossier.accepted_at,
        list_row=dossier.list_row,
        person_id=dossier.person_id,
    )


def _masked(person: Person | None) -> str:
    return mask(person.id_number or person.id_raw) if person else ""


def list_dossiers(
    session: Session, viewer: Viewer, wanted: DossierFilter, *, after: int | None = None, limit: int = 50
) -> tuple[list[DossierRow], int | None]:
    """Dossiers by 档号 and id, and the id to go on after (None at the end): a 档号 may hold an ID number, an id none."""
    found = dossier_slice(session, viewer, wanted, after, limit + 1)
    rows = _rows(session, found[:limit])
    return rows, found[limit - 1].id if len(found) > limit else None


def _rows(session: Session, dossiers: Sequence[Dossier]) -> list[DossierRow]:
    ids = [each.id for each in dossiers]
    pages = dict(
        session.execute(
            select(Page.dossier_id, func.count())
            .where(Page.dossier_id.in_(ids), Page.state == "active")
            .group_by(Page.dossier_id)
        )
        .tuples()
        .all()
    )
    verdicts = open_verdicts(session, ids)
    return [
        DossierRow(
            id=each.id, name=shown_name(each), person=each.person.name if each.person else "",
            id_masked=_masked(each.person), organization=each.organization.name, state=each.state,
            created_at=each.created_at, pages=pages.get(each.id, 0), verdicts=verdicts.get(each.id, {}),
        )
        for each in dossiers
    ]  # fmt: skip


def open_verdicts(session: Session, dossier_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many findings each dossier has now, by verdict, without `pass`."""
    statement = (
        select(FindingRow.dossier_id, FindingRow.verdict, func.count())
        .where(FindingRow.dossier_id.in_(dossier_ids), FindingRow.verdict != "pass", counts_now())
        .group_by(FindingRow.dossier_id, FindingRow.verdict)
    )
    answer: dict[int, dict[str, int]] = {}
    for dossier_id, verdict, count in session.execute(statement):
        answer.setdefault(dossier_id, {})[verdict] = count
    return answer


def materials_of(session: Session, viewer: Viewer, dossier_id: int) -> list[MaterialLine]:
    """The 卷内目录 in its order."""
    dossier = find_dossier(session, viewer, dossier_id)
    materials = session.scalars(
        select(Material).where(Material.dossier_id == dossier.id).order_by(Material.position, Material.id)
    ).all()
    pages: dict[int, list[int]] = {}
    ordered = select(Page.material_id, Page.id).where(Page.dossier_id == dossier.id, Page.state == "active")
    for material_id, page_id in session.execute(ordered.order_by(Page.position, Page.id)):
        pages.setdefault(material_id, []).append(page_id)
    corrections = _corrections(session, [each.id for each in materials])
    return [
        MaterialLine(
            id=each.id, key=each.key, values={name: getattr(each, name) for name in FIELDS},
            actual_pages=len(pages.get(each.id, [])), first_page_id=next(iter(pages.get(each.id, [])), None),
            list_row=each.list_row, corrections=corrections.get(each.id, {}),
        )
        for each in materials
    ]  # fmt: skip


def _corrections(session: Session, material_ids: Sequence[int]) -> dict[int, dict[str, CorrectionLine]]:
    statement = (
        select(Correction, Account.name)
        .join(Account, Account.id == Correction.account_id)
        .where(Correction.material_id.in_(material_ids), Correction.undone_at.is_(None))
        .order_by(Correction.id)
    )
    answer: dict[int, dict[str, CorrectionLine]] = {}
    for row, name in session.execute(statement):
        line = CorrectionLine(row.id, row.field, row.old, row.new, row.reason, name, row.made_at)
        answer.setdefault(row.material_id, {})[row.field] = line
    return answer


def dossier_named(session: Session, viewer: Viewer, text: str) -> int:
    """The one dossier of this 档号, or of the person with this ID number. InputError `dossier.none`, `dossier.several`."""
    statement = (
        select(Dossier.id)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .where(or_(Dossier.archive_no == text, Dossier.key == text, Person.id_number == text.upper()))
    )
    found = session.scalars(scoped(statement, viewer, Dossier).limit(20)).all()
    if not found:
        raise InputError("dossier.none", text=text)
    if len(found) > 1:
        raise InputError("dossier.several", text=text, count=len(found))
    return int(found[0])


def must_be_open(dossier: Dossier) -> None:
    """InputError `dossier.accepted`: what was accepted is not changed behind the desk's back."""
    if dossier.state == "accepted":
        raise InputError("dossier.accepted")
