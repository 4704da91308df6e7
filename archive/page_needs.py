"""The queue of the correction desk: pages by how much their text needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from archive.access import Viewer, scoped
from archive.batch_details import page_number
from archive.dossiers import shown_name
from archive.tables import Dossier, Material, Page, PageNeed, PageVersion
from base.clock import now


@dataclass(frozen=True, slots=True)
class Need:
    """Of one image: weighted characters expected to be wrong, lines that a person should look at, lines settled."""

    need: float
    doubtful: int
    looked: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A page that waits. `number` counts from 1 within the dossier; `material` is what its paper is called."""

    page_id: int
    version_id: int
    dossier_id: int
    dossier: str
    person: str
    material: str
    number: int
    need: float
    doubtful: int
    looked: int


def keep_need(session: Session, version_id: int, page_id: int, need: Need) -> None:
    """Says anew how much an image needs a person."""
    row = session.get(PageNeed, version_id)
    if row is None:
        row = PageNeed(version_id=version_id, page_id=page_id)
        session.add(row)
    row.need, row.doubtful, row.looked, row.made_at = round(need.need, 3), need.doubtful, need.looked, now()


def queue(
    session: Session, viewer: Viewer, *, batch_id: int | None = None, after: int | None = None, limit: int = 50
) -> tuple[list[QueueRow], int | None]:
    """Pages with doubtful lines, the neediest first, and the version to go on after (None at the end)."""
    viewer.must_work_at("clerk")
    known = (joinedload(Page.dossier).joinedload(Dossier.person), joinedload(Page.material))
    statement = _waiting(select(PageNeed, Page, page_number()).options(*known), viewer, batch_id)
    last = session.get(PageNeed, after) if after is not None else None
    if last is not None:
        later = (PageNeed.need < last.need) | ((PageNeed.need == last.need) & (PageNeed.version_id > last.version_id))
        statement = statement.where(later)
    statement = statement.order_by(PageNeed.need.desc(), PageNeed.version_id).limit(limit + 1)
    found = session.execute(statement).tuples().all()
    rows = [_row(*each) for each in found[:limit]]
    return rows, rows[-1].version_id if len(found) > limit else None


def count_waiting(session: Session, viewer: Viewer, batch_id: int | None = None) -> tuple[int, int]:
    """Pages and lines that wait for a person."""
    viewer.must_work_at("clerk")
    counts = select(func.count(PageNeed.version_id), func.coalesce(func.sum(PageNeed.doubtful), 0))
    pages, lines = session.execute(_waiting(counts.select_from(PageNeed), viewer, batch_id)).tuples().one()
    return pages, lines


def next_page(session: Session, viewer: Viewer, page_id: int) -> int | None:
    """The neediest page other than this one; pages of the same dossier first, while the clerk has it before them."""
    viewer.must_work_at("clerk")
    here = session.get(Page, page_id)
    statement = _waiting(select(Page.id).select_from(PageNeed), viewer, None).where(Page.id != page_id)
    of_here = (Page.dossier_id != (here.dossier_id if here else 0)).asc()
    found: int | None = session.scalar(statement.order_by(of_here, PageNeed.need.desc(), PageNeed.version_id).limit(1))
    return found


def _waiting(statement: Select[Any], viewer: Viewer, batch_id: int | None) -> Select[Any]:
    statement = (
        statement.join(PageVersion, PageVersion.id == PageNeed.version_id)
        .join(Page, Page.id == PageVersion.page_id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .where(PageNeed.doubtful > 0, PageVersion.state == "current", Page.state == "active")
    )
    if batch_id is not None:
        statement = statement.where(Dossier.batch_id == batch_id)
    return scoped(statement, viewer, Page)


def _row(need: PageNeed, page: Page, number: int) -> QueueRow:
    person = page.dossier.person
    return QueueRow(
        page.id, need.version_id, page.dossier_id, shown_name(page.dossier), person.name if person else "",
        _title(page.material), number, need.need, need.doubtful, need.looked,
    )  # fmt: skip


def _title(material: Material | None) -> str:
    return material.title or material.key if material else ""
