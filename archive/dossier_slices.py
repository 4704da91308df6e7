"""One slice of the list of dossiers, as fast among a million as among a hundred.

The list goes by 档号 and id, through the index of that order. What meets only few rows is found by its own index first; what
meets many is looked at row by row on the way, since the next fifty are near. Which of the two it is, is asked beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.orm import Session, aliased, joinedload

from archive.access import Viewer, scoped
from archive.prefixes import begins
from archive.tables import Dossier, Page, PageVersion, Person

# So many rows are sorted in a few thousandths of a second; of a million dossiers, it is one in two hundred.
FEW = 5000


@dataclass(frozen=True, slots=True)
class DossierFilter:
    """`text` is a name's beginning, a 档号's beginning or a whole ID number; `need` is `proposals`."""

    text: str = ""
    batch_id: int | None = None
    state: str = ""
    need: str = ""


def dossier_slice(
    session: Session, viewer: Viewer, wanted: DossierFilter, after: int | None, limit: int
) -> Sequence[Dossier]:
    """The next dossiers that the viewer sees, with their people and units."""
    by_unit = viewer.organisations is not None and _few(session, scoped(select(Dossier.id), viewer, Dossier))
    base = _narrowed(session, wanted)
    if after is not None:
        base = base.where(_later(after))
    base = scoped(base, viewer, Dossier, by_index=by_unit)
    ways = [base.where(each) for each in _ways(session, wanted.text)] if wanted.text else [base]
    slices = [way.order_by(Dossier.archive_no, Dossier.id).limit(limit).subquery() for way in ways]
    # What is chosen is read apart: within one statement SQLite would rather go through all dossiers in their order.
    chosen = session.scalars(union(*(select(each.c.id) for each in slices))).all()
    statement = select(Dossier).options(joinedload(Dossier.person), joinedload(Dossier.organization))
    statement = statement.where(Dossier.id.in_(chosen)).order_by(Dossier.archive_no, Dossier.id)
    return session.scalars(statement.limit(limit)).all()


def _later(after: int) -> ColumnElement[bool]:
    last = aliased(Dossier)
    number = select(last.archive_no).where(last.id == after).scalar_subquery()
    return (Dossier.archive_no >= number) & ((Dossier.archive_no > number) | (Dossier.id > after))


def _narrowed(session: Session, wanted: DossierFilter) -> Select[Any]:
    statement = select(Dossier.id)
    if wanted.batch_id is not None:
        statement = statement.where(Dossier.batch_id == wanted.batch_id)
    if wanted.state:
        statement = statement.where(Dossier.state == wanted.state)
    if wanted.need == "proposals":
        statement = statement.where(_with_proposals(session))
    return statement


def _with_proposals(session: Session) -> ColumnElement[bool]:
    proposed = (
        select(Page.dossier_id)
        .where(Page.id.in_(select(PageVersion.page_id).where(PageVersion.state == "proposed")))
        .where(Page.state == "active")
    )
    few = session.scalars(proposed.distinct().limit(FEW + 1)).all()
    # Named one by one they are found by their ids; by a subquery SQLite goes through all dossiers in their order.
    return Dossier.id.in_(few if len(few) <= FEW else proposed)


def _ways(session: Session, text: str) -> list[ColumnElement[bool]]:
    """The ways to find a dossier by what was typed, each of which one index answers."""
    named = begins(Person.name, text)
    of_name: ColumnElement[bool]
    if _few(session, select(Person.id).where(named)):
        of_name = Dossier.person_id.in_(select(Person.id).where(named))
    else:
        of_name = select(Person.id).where(Person.id == Dossier.person_id, named).exists()
    numbered = select(Person.id).where(Person.id_number == text.upper())
    spellings = dict.fromkeys((text, text.upper()))
    return [of_name, Dossier.person_id.in_(numbered), *(begins(Dossier.archive_no, each) for each in spellings)]


def _few(session: Session, statement: Select[Any]) -> bool:
    found = session.scalar(select(func.count()).select_from(statement.limit(FEW + 1).subquery()))
    return (found or 0) <= FEW
