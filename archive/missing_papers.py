"""What is missing for whom: the open findings of key papers of a batch, for the list that the sender gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.batches import find_batch
from archive.dossiers import find_dossier, shown_name
from archive.open_findings import counts_now
from archive.tables import Dossier, FindingRow, Person
from base.text.identity import mask

_RULE = "dossier.key-paper"
# So many dossiers are printed at a time: about thirty sheets.
PART = 500


@dataclass(frozen=True, slots=True)
class Lacking:
    """A key paper of which `have` are there and `needed` are asked for."""

    paper: str
    needed: int
    have: int


@dataclass(frozen=True, slots=True)
class PersonLacking:
    """One dossier with what it lacks and no statement closes; the ID number is masked."""

    dossier_id: int
    archive_no: str
    person: str
    id_masked: str
    papers: tuple[Lacking, ...]


def missing_of_batch(session: Session, viewer: Viewer, batch_id: int, part: int = 1) -> list[PersonLacking]:
    """The dossiers of a batch that lack a key paper, by 档号: the part of that number (from 1), of PART dossiers each."""
    batch = find_batch(session, viewer, batch_id)
    mine = (FindingRow.batch_id == batch.id) & (FindingRow.rule == _RULE) & counts_now()
    some = (
        select(Dossier.id)
        .where(Dossier.id.in_(select(FindingRow.dossier_id).where(mine)))
        .order_by(Dossier.archive_no, Dossier.id)
        .offset((max(1, part) - 1) * PART)
        .limit(PART)
    )
    statement = (
        select(FindingRow.measured, FindingRow.params, Dossier, Person)
        .join(Dossier, Dossier.id == FindingRow.dossier_id)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .where(mine, Dossier.id.in_(session.scalars(some).all()))
        .order_by(Dossier.archive_no, Dossier.id, FindingRow.id)
    )
    people: dict[int, tuple[Dossier, Person | None]] = {}
    papers: dict[int, list[Lacking]] = {}
    for paper, params, dossier, person in session.execute(statement):
        people[dossier.id] = (dossier, person)
        papers.setdefault(dossier.id, []).append(_lacking(paper or "", params))
    return [
        PersonLacking(
            dossier_id=dossier.id, archive_no=shown_name(dossier), person=person.name if person else "",
            id_masked=mask(person.id_number or person.id_raw) if person else "", papers=tuple(papers[dossier.id]),
        )
        for dossier, person in people.values()
    ]  # fmt: skip


def _lacking(paper: str, params: Mapping[str, Any]) -> Lacking:
    return Lacking(paper, int(params.get("needed", 1)), int(params.get("have", 0)))


def open_papers(session: Session, viewer: Viewer, dossier_id: int) -> int:
    """How many key papers of a dossier are missing and not stated."""
    dossier = find_dossier(session, viewer, dossier_id)
    statement = select(func.count(FindingRow.id)).where(FindingRow.dossier_id == dossier.id, FindingRow.rule == _RULE)
    return session.scalar(statement.where(counts_now())) or 0


def lacking_dossiers(session: Session, viewer: Viewer, batch_id: int) -> int:
    """How many dossiers of a batch lack a key paper that no statement closes."""
    batch = find_batch(session, viewer, batch_id)
    statement = select(func.count(FindingRow.dossier_id.distinct())).where(FindingRow.batch_id == batch.id)
    return session.scalar(statement.where(FindingRow.rule == _RULE, counts_now())) or 0
