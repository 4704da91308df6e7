"""Completeness of a dossier: its key papers by the 卷内目录 as corrected, and the 缺失材料说明 that close what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.dossiers import find_dossier, must_be_open
from archive.tables import Account, Dossier, Material, MissingStatement, Page, Person
from base.clock import now
from base.errors import AccessError, InputError
from base.text import dates
from standards.key_papers import PaperResult, PersonTimes, TitledMaterial, assess, times_of
from standards.schemes import DEFAULT_SCHEME

_LONGEST = 200
_EARLIEST_YEAR = 1990  # hand-overs of retirees' dossiers began after that


@dataclass(frozen=True, slots=True)
class Statement:
    """A 缺失材料说明 as the clerk entered it, and where its scan is; `page_number` counts from 1 within the dossier."""

    id: int
    paper: str
    reason: str
    author: str
    written_on: date
    document_no: str
    page_id: int | None
    by: str
    made_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One key paper on the screen: what was found, the materials that satisfy it, the statement that closes it."""

    result: PaperResult
    materials: tuple[MaterialLink, ...]
    similar: MaterialLink | None
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class MaterialLink:
    """A material with its first page, None where it has no page."""

    key: str
    title: str
    year: int | None
    page_id: int | None


@dataclass(frozen=True, slots=True)
class DossierPapers:
    """The key papers of one dossier. `score` is None where no 卷内目录 is there or nothing can be decided."""

    lines: tuple[PaperLine, ...]
    score: int | None
    history: tuple[Statement, ...]

    def count(self, state: str) -> int:
        return sum(line.result.state == state for line in self.lines)


def papers_of(session: Session, viewer: Viewer, dossier_id: int, *, scheme: str = DEFAULT_SCHEME) -> DossierPapers:
    """The key papers of a dossier as its catalogue stands now; AccessError `not-found` out of the viewer's sight.

    `scheme` is the classification scheme of its class codes, as the office's profile names it.
    """
    dossier = find_dossier(session, viewer, dossier_id)
    materials = _materials(session, dossier.id)
    history = _statements(session, dossier.id)
    held = {each.paper: each for each in history if each.withdrawn_at is None}
    if not materials:
        return DossierPapers((), None, tuple(history))
    times = _times(dossier.person, dossier.list_row)
    found = assess(times, [_titled(each) for each in materials], closed=set(held), scheme=scheme)
    links = _links(session, dossier.id, materials)
    return DossierPapers(
        lines=tuple(
            PaperLine(
                each,
                tuple(links[key] for key in each.materials),
                links[each.similar] if each.similar else None,
                held.get(each.paper.id),
            )
            for each in found.results
        ),
        score=found.score,
        history=tuple(history),
    )


def paper_facts(session: Session, dossier: Dossier) -> tuple[PersonTimes, list[TitledMaterial]]:
    """What the rules of completeness need of a dossier: the person's times and its 卷内目录 as corrected."""
    materials = _materials(session, dossier.id)
    return _times(dossier.person, dossier.list_row), [_titled(each) for each in materials]


def _times(person: Person | None, row: Mapping[str, Any]) -> PersonTimes:
    said = [str((person and getattr(person, name)) or row.get(name) or "") for name in ("sex", "birth", "retired")]
    return times_of(said[0], said[1], said[2], person.id_number if person else None)


def _titled(material: Material) -> TitledMaterial:
    return TitledMaterial(material.key, material.class_code, material.title, material.year)


def _materials(session: Session, dossier_id: int) -> Sequence[Material]:
    """The lines of the 卷内目录 in order."""
    statement = select(Material).where(Material.dossier_id == dossier_id)
    return session.scalars(statement.order_by(Material.position, Material.id)).all()


def _links(session: Session, dossier_id: int, materials: Sequence[Material]) -> dict[str, MaterialLink]:
    first: dict[int | None, int] = {}
    ordered = select(Page.material_id, Page.id).where(Page.dossier_id == dossier_id, Page.state == "active")
    for material_id, page_id in session.execute(ordered.order_by(Page.position, Page.id)):
        first.setdefault(material_id, page_id)
    return {each.key: MaterialLink(each.key, each.title, each.year, first.get(each.id)) for each in materials}


def _statements(session: Session, dossier_id: int) -> list[Statement]:
    rows = session.execute(
        select(MissingStatement, Account.name)
        .join(Account, Account.id == MissingStatement.account_id)
        .where(MissingStatement.dossier_id == dossier_id)
        .order_by(MissingStatement.id.desc())
    )
    return [
        Statement(
            row.id, row.paper, row.reason, row.author, row.written_on, row.document_no, row.page_id, name, row.made_at,
            row.withdrawn_at,
        )
        for row, name in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatementForm:
    """A 缺失材料说明 as typed. `written_on` is a whole date in any usual form, `page_id` the page that shows its scan."""

    paper: str
    reason: str
    author: str
    written_on: str
    document_no: str = ""
    page_id: int | None = None


def state_missing(
    session: Session, viewer: Viewer, dossier_id: int, form: StatementForm, *, scheme: str = DEFAULT_SCHEME
) -> int:
    """Enters a statement and returns its id; from now on the paper's finding is closed.

    InputError `statement.paper` (not missing in this dossier), `statement.closed` (one holds already), `statement.reason`,
    `statement.author`, `statement.date`, `statement.page`, `dossier.accepted`.
    """
    dossier = _open_dossier(session, viewer, dossier_id)
    lines = {
        line.result.paper.id: line.result.state for line in papers_of(session, viewer, dossier_id, scheme=scheme).lines
    }
    if lines.get(form.paper) == "closed":
        raise InputError("statement.closed")
    if lines.get(form.paper) != "missing":
        raise InputError("statement.paper")
    for name in ("reason", "author"):
        if not getattr(form, name).strip():
            raise InputError(f"statement.{name}")
    row = MissingStatement(
        dossier_id=dossier.id, paper=form.paper, reason=form.reason.strip()[:_LONGEST],
        author=form.author.strip()[:_LONGEST], written_on=_written_on(form.written_on),
        document_no=form.document_no.strip()[:_LONGEST], page_id=_evidence(session, dossier, form.page_id),
        account_id=viewer.must_have_account(), made_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, viewer, "statement.enter", f"statement:{row.id}", dossier_id=dossier.id, paper=form.paper)
    return row.id


def withdraw_statement(session: Session, viewer: Viewer, statement_id: int) -> int:
    """Takes a statement back, the paper is missing again; returns the dossier. A second time is harmless."""
    row = session.get(MissingStatement, statement_id)
    if row is None:
        raise AccessError("not-found")
    _open_dossier(session, viewer, row.dossier_id)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = now(), viewer.must_have_account()
        audit.record(
            session, viewer, "statement.withdraw", f"statement:{row.id}", dossier_id=row.dossier_id, paper=row.paper
        )
    return row.dossier_id


def _open_dossier(session: Session, viewer: Viewer, dossier_id: int) -> Dossier:
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    must_be_open(dossier)
    return dossier


def _written_on(text: str) -> date:
    found = dates.parse(text)
    if found is None or found.month is None or found.day is None:
        raise InputError("statement.date")
    written = date(found.year, found.month, found.day)
    # The office's day may be ahead of the one that times are kept in.
    if not date(_EARLIEST_YEAR, 1, 1) <= written <= now().date() + timedelta(days=1):
        raise InputError("statement.date")
    return written


def _evidence(session: Session, dossier: Dossier, page_id: int | None) -> int | None:
    if page_id is None:
        return None
    page = session.get(Page, page_id)
    if page is None or page.dossier_id != dossier.id:
        raise InputError("statement.page")
    return page.id
