"""What the clerk opens from a batch: findings by cause, files set aside, people whose ID number is odd."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.batches import find_batch
from archive.dossiers import shown_name
from archive.open_findings import counts_now, held_twice
from archive.tables import Dossier, FindingRow, Page, PageVersion, Person, ReceivedFile
from base.text.identity import hide_numbers, mask


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one rule and verdict. `pages` is how many pages they are on (0 where they are about no page).

    `critical`: at least one of them weighs most (another person's paper, a damaged page).
    """

    rule: str
    verdict: str
    clause: str
    certainty: str
    findings: int
    pages: int
    critical: bool = False


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file set aside (待处理), with the code of its reason."""

    path: str
    size: int
    reason: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProposedPage:
    """A page with a new image that nobody has decided on. `page_number` counts from 1 within the dossier."""

    page_id: int
    archive_no: str
    person: str
    page_number: int
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class MovedFile:
    """A file that came again at another place; `page_id` is the page it stands for, None where it stands for none now."""

    old: str
    new: str
    page_id: int | None
    file_id: int = 0
    placeable: bool = False  # the new place is known: a person may accept it in one act


@dataclass(frozen=True, slots=True)
class OddPerson:
    """A person whose ID number is missing, wrong or held by another person too (`double`)."""

    person_id: int
    dossier_id: int
    name: str
    id_masked: str
    problem: str


def causes(session: Session, viewer: Viewer, batch_id: int) -> list[Cause]:
    """The findings of a batch by rule and verdict: what is critical first, the worst verdict, then the most frequent."""
    batch = find_batch(session, viewer, batch_id)
    statement = (
        select(
            FindingRow.rule, FindingRow.verdict, func.max(FindingRow.clause), func.max(FindingRow.certainty),
            func.count(), func.count(FindingRow.page_id.distinct()),
            func.max(case((FindingRow.severity == "critical", 1), else_=0)),
        )
        .where(FindingRow.batch_id == batch.id, FindingRow.verdict != "pass", counts_now())
        .group_by(FindingRow.rule, FindingRow.verdict)
    )  # fmt: skip
    order = {"fail": 0, "review": 1, "not_measurable": 2}
    rows = [
        Cause(rule, verdict, clause, certainty, findings, pages, bool(critical))
        for rule, verdict, clause, certainty, findings, pages, critical in session.execute(statement)
    ]
    return sorted(
        rows, key=lambda cause: (not cause.critical, order.get(cause.verdict, 3), -cause.findings, cause.rule)
    )


@dataclass(frozen=True, slots=True)
class FoundOn:
    """One finding of a batch with where it is."""

    finding_id: int
    rule: str
    verdict: str
    params: dict[str, Any]
    measured: str | None
    limit: str | None
    unit: str
    clause: str
    certainty: str
    dossier_id: int | None
    archive_no: str
    person: str
    page_id: int | None
    page_number: int | None  # counts from 1 within the dossier


def page_number() -> Any:
    """Which page of its dossier it is, as a person counts."""
    before = aliased(Page)
    return (
        select(func.count(before.id))
        .where(before.dossier_id == Page.dossier_id, before.state == "active", before.position <= Page.position)
        .correlate(Page)
        .scalar_subquery()
    )


def findings_of(
    session: Session, viewer: Viewer, batch_id: int, rule: str, verdict: str, *, after: int = 0, limit: int = 60
) -> tuple[list[FoundOn], int | None]:
    """The findings of one cause in the order of their ids, and the id to go on after (None at the end)."""
    batch = find_batch(session, viewer, batch_id)
    statement = (
        select(FindingRow, Dossier, Person.name, page_number())
        .outerjoin(Dossier, Dossier.id == FindingRow.dossier_id)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .outerjoin(Page, Page.id == FindingRow.page_id)
        .where(FindingRow.batch_id == batch.id, FindingRow.rule == rule, FindingRow.verdict == verdict, counts_now())
        .where(FindingRow.id > after)
        .order_by(FindingRow.id)
        .limit(limit + 1)
    )
    rows = session.execute(statement).all()
    found = [
        FoundOn(
            finding_id=row.id, rule=row.rule, verdict=row.verdict, params=row.params, measured=row.measured,
            limit=row.limit, unit=row.unit, clause=row.clause, certainty=row.certainty, dossier_id=row.dossier_id,
            archive_no=shown_name(dossier) if dossier else "", person=name or "", page_id=row.page_id,
            page_number=number,
        )
        for row, dossier, name, number in rows[:limit]
    ]  # fmt: skip
    return found, (found[-1].finding_id if len(rows) > limit else None)


def set_aside(
    session: Session, viewer: Viewer, batch_id: int, *, after: int | None = None, limit: int = 100
) -> tuple[list[SetAside], int | None]:
    """The files of a batch that were set aside, by path, and the id to go on after (None at the end)."""
    batch = find_batch(session, viewer, batch_id)
    statement = select(ReceivedFile).where(ReceivedFile.batch_id == batch.id, ReceivedFile.state == "quarantined")
    rows, following = _files_by_path(session, statement, after, limit)
    return [SetAside(hide_numbers(row.path), row.size, row.reason or "", row.reason_params) for row in rows], following


def proposed_pages(
    session: Session, viewer: Viewer, batch_id: int, *, after: int | None = None, limit: int = 100
) -> tuple[list[ProposedPage], int | None]:
    """The pages of a batch with a new image that waits for a person, in the order of their dossiers, and the page to go on
    after (None at the end)."""
    batch = find_batch(session, viewer, batch_id)
    order = (Dossier.archive_no, Dossier.id, Page.position, Page.id)
    statement = (
        select(Page.id, Dossier, Person.name, page_number(), func.max(PageVersion.created_at))
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .where(Dossier.batch_id == batch.id, Page.state == "active", PageVersion.state == "proposed")
        .group_by(Page.id, Dossier.id, Person.name)
    )
    last = session.get(Page, after) if after is not None else None
    if last is not None:
        statement = statement.where(tuple_(*order) > (last.dossier.archive_no, last.dossier_id, last.position, last.id))
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).tuples().all()
    found = [
        ProposedPage(page_id, shown_name(dossier), name or "", number, proposed_at)
        for page_id, dossier, name, number, proposed_at in rows[:limit]
    ]
    return found, rows[limit - 1][0] if len(rows) > limit else None


def moved_files(
    session: Session, viewer: Viewer, batch_id: int, *, after: int | None = None, limit: int = 100
) -> tuple[list[MovedFile], int | None]:
    """Files that a later delivery of the batch brought at another place, by path, and the id to go on after (None at the end):
    their pages stay until a person moves them."""
    batch = find_batch(session, viewer, batch_id)
    statement = select(ReceivedFile).where(ReceivedFile.batch_id == batch.id, ReceivedFile.state == "moved")
    found, following = _files_by_path(session, statement, after, limit)
    pages = _pages_of_files(session, [row.reason_params.get("from_id") for row in found])
    lines = [
        MovedFile(
            hide_numbers(str(row.reason_params["from"])), hide_numbers(row.path),
            pages.get(row.reason_params.get("from_id")), row.id,
            bool(row.reason_params.get("pages")) and row.reason_params.get("from_id") in pages,
        )
        for row in found
    ]  # fmt: skip
    return lines, following


def _files_by_path(
    session: Session, statement: Select[tuple[ReceivedFile]], after: int | None, limit: int
) -> tuple[Sequence[ReceivedFile], int | None]:
    last = session.get(ReceivedFile, after) if after is not None else None
    if last is not None:
        statement = statement.where(tuple_(ReceivedFile.path, ReceivedFile.id) > (last.path, last.id))
    rows = session.scalars(statement.order_by(ReceivedFile.path, ReceivedFile.id).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _pages_of_files(session: Session, file_ids: Sequence[int | None]) -> dict[int | None, int]:
    """The first page that each file stands for now."""
    statement = (
        select(PageVersion.file_id, func.min(PageVersion.page_id))
        .where(PageVersion.file_id.in_(file_ids), PageVersion.state == "current")
        .group_by(PageVersion.file_id)
    )
    return dict(session.execute(statement).tuples().all())


def odd_people(
    session: Session, viewer: Viewer, batch_id: int, *, after: int | None = None, limit: int = 100
) -> tuple[list[OddPerson], int | None]:
    """People of a batch whose ID number a person should look at, by name, and the dossier to go on after (None at the end).

    Nobody is refused for it, and no two are joined.
    """
    batch = find_batch(session, viewer, batch_id)
    statement = (
        select(Person, Dossier.id)
        .join(Dossier, Dossier.person_id == Person.id)
        .where(Dossier.batch_id == batch.id, Person.id_state.not_in(["ok", "old"]) | held_twice())
    )
    last = session.get(Dossier, after) if after is not None else None
    if last is not None and last.person is not None:
        statement = statement.where(tuple_(Person.name, Dossier.id) > (last.person.name, last.id))
    rows = session.execute(statement.order_by(Person.name, Dossier.id).limit(limit + 1)).tuples().all()
    found = [
        OddPerson(
            person.id, dossier_id, person.name, mask(person.id_number or person.id_raw),
            person.id_state if person.id_state not in ("ok", "old") else "double",
        )
        for person, dossier_id in rows[:limit]
    ]  # fmt: skip
    return found, rows[limit - 1][1] if len(rows) > limit else None
