"""What is being done with a page: waiting, at work, or set aside because it broke its workers; and what a person does about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.batches import find_batch
from archive.dossiers import shown_name
from archive.jobs.local import again_in, hurry
from archive.page_acts import find_page
from archive.tables import Dossier, JobRow, Page, PageVersion, Reading
from base.text.identity import hide_numbers

# What stands between a page's image and its text.
KINDS = ("measure", "read")
_ASIDE = ("failed", "poisoned")


@dataclass(frozen=True, slots=True)
class PageWork:
    """`state` of the page's current image: done, waiting, working (now), aside; `code` and `params` say why it is aside."""

    state: Literal["done", "waiting", "working", "aside"]
    code: str = ""
    params: dict[str, Any] | None = None

    @property
    def finished(self) -> bool:
        return self.state in ("done", "aside")


@dataclass(frozen=True, slots=True)
class PageAside:
    """A page of a batch that was set aside; `file` as delivered, ID numbers hidden."""

    page_id: int
    dossier: str
    file: str
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One reading of a page's current image. `counts`: it is the one that is searched, shown and printed."""

    reading_id: int
    engine: str
    engine_version: str
    parameters: str
    characters: int
    confidence: float
    read_at: datetime
    counts: bool
    chosen: bool


def work_of_page(session: Session, viewer: Viewer, page_id: int) -> PageWork:
    """How far the page's text is; AccessError `not-found` out of the viewer's sight."""
    version = _current(session, find_page(session, viewer, page_id))
    if version is None:
        return PageWork("done")
    rows = session.scalars(_jobs().where(JobRow.subject_id == version.id).order_by(JobRow.id.desc())).all()
    for state, told in (("running", "working"), ("waiting", "waiting")):
        if any(row.state == state for row in rows):
            return PageWork("working" if told == "working" else "waiting")
    aside = next((row for row in rows if row.state in _ASIDE), None)
    if aside is None or _is_read(session, version.id):
        return PageWork("done")
    return PageWork("aside", aside.error_code or "", _params(aside, version))


def hurry_page(session: Session, viewer: Viewer, page_id: int) -> int:
    """A person looks at the page: what it waits for goes before all else. How many units of work moved."""
    version = _current(session, find_page(session, viewer, page_id))
    return 0 if version is None else hurry(session, version.id, KINDS)


def read_again(session: Session, viewer: Viewer, page_id: int) -> int:
    """A page that was set aside is tried once more, at once; in the audit trail. How many units of work wait again."""
    viewer.must_work_at("clerk")
    page = find_page(session, viewer, page_id)
    version = _current(session, page)
    count = 0 if version is None else again_in(session, [version.id], KINDS)
    if version is not None and count:
        hurry(session, version.id, KINDS)
        audit.record(session, viewer, "page.read-again", f"page:{page.id}", dossier_id=page.dossier_id)
    return count


def pages_aside(session: Session, viewer: Viewer, batch_id: int) -> list[PageAside]:
    """The pages of a batch whose work failed or broke its workers and that have no text, in the order of their dossiers."""
    rows = [(row, version, dossier) for row, version, dossier in _aside(session, viewer, batch_id)]
    return [
        PageAside(
            version.page_id, shown_name(dossier), hide_numbers(version.file.path), row.error_code or "", _params(row, version)
        )
        for row, version, dossier in rows
    ]  # fmt: skip


def read_batch_again(session: Session, viewer: Viewer, batch_id: int) -> int:
    """All pages of a batch that were set aside are tried once more; how many."""
    viewer.must_work_at("clerk")
    versions = sorted({version.id for _, version, _ in _aside(session, viewer, batch_id)})
    again_in(session, versions, KINDS)
    if versions:
        audit.record(session, viewer, "batch.read-again", f"batch:{batch_id}", pages=len(versions))
    return len(versions)


def readings_of_page(session: Session, viewer: Viewer, page_id: int) -> list[ReadingLine]:
    """The readings of a page's current image, the newest first."""
    version = _current(session, find_page(session, viewer, page_id))
    rows: Sequence[Reading] = version.readings if version else ()
    return [
        ReadingLine(
            row.id, row.engine, row.engine_version, row.parameters, row.characters, row.confidence, row.read_at,
            row.current, row.chosen_at is not None,
        )
        for row in sorted(rows, key=lambda row: row.read_at, reverse=True)
    ]  # fmt: skip


def _aside(session: Session, viewer: Viewer, batch_id: int) -> list[tuple[JobRow, PageVersion, Dossier]]:
    batch = find_batch(session, viewer, batch_id)
    read = select(Reading.id).where(Reading.version_id == PageVersion.id, Reading.current).exists()
    statement = (
        select(JobRow, PageVersion, Dossier)
        .join(PageVersion, PageVersion.id == JobRow.subject_id)
        .join(Page, Page.id == PageVersion.page_id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .where(JobRow.batch_id == batch.id, JobRow.kind.in_(KINDS), JobRow.state.in_(_ASIDE), ~read)
        .order_by(Dossier.id, Page.position, JobRow.id)
    )
    return [(row, version, dossier) for row, version, dossier in session.execute(statement)]


def _jobs() -> Any:
    return select(JobRow).where(JobRow.kind.in_(KINDS))


def _current(session: Session, page: Page) -> PageVersion | None:
    statement = select(PageVersion).where(PageVersion.page_id == page.id, PageVersion.state == "current")
    version: PageVersion | None = session.scalar(statement.order_by(PageVersion.id.desc()).limit(1))
    return version


def _is_read(session: Session, version_id: int) -> bool:
    return session.scalar(select(Reading.id).where(Reading.version_id == version_id, Reading.current)) is not None


def _params(row: JobRow, version: PageVersion) -> dict[str, Any]:
    """What the worker named by number is named as delivered."""
    return {**row.error_params, "path": hide_numbers(version.file.path)}
