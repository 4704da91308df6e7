"""Single jobs as a person reads them: which page of which dossier, since when, why it waits or failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.batch_details import page_number
from archive.dossiers import shown_name
from archive.jobs.acts import find_job
from archive.jobs.board import STATES, waiting_reason
from archive.jobs.crews import crews_at_work
from archive.tables import Batch, Dossier, JobRow, Material, Page, PageRepair, PageVersion, ReceivedFile
from base.text.identity import hide_numbers

# What the number of a job's subject counts, by its kind.
_OF_VERSION = ("measure", "read", "cover", "fields")
_OF_DOSSIER = ("judge", "judge_text")
# Errors of a store, a disk, the catalogue or an index, by the beginnings of their codes: no page is at fault.
_OF_A_PLACE = ("store.", "disk.", "catalogue.", "index.", "search.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a job is about: the 档号 (ID numbers hidden), and where it is one page, the page and its file as delivered."""

    dossier_id: int | None = None
    dossier: str = ""
    page_id: int | None = None
    page: int | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class JobLine:
    """`reason` as in `archive.jobs.board.waiting_reason`; `error_code` with its params where an attempt failed."""

    id: int
    kind: str
    state: str
    batch_id: int | None
    batch: str
    subject: Subject
    reason: str
    priority: int
    attempt: int
    owner: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str
    error_params: dict[str, Any]

    @property
    def told_params(self) -> dict[str, Any]:
        """What fills the text of the error: it names the page's file as it was delivered, or the place that was away."""
        if self.error_code.startswith(_OF_A_PLACE):
            return self.error_params
        return {**self.error_params, "path": self.subject.file}

    def as_json(self) -> dict[str, Any]:
        times = {name: getattr(self, name) for name in ("created_at", "started_at", "finished_at")}
        return {
            "id": self.id, "kind": self.kind, "state": self.state, "batch": self.batch, "batch_id": self.batch_id,
            "dossier": self.subject.dossier or None, "page": self.subject.page, "page_id": self.subject.page_id,
            "file": self.subject.file or None, "waiting_for": self.reason or None, "priority": self.priority,
            "attempt": self.attempt, "error": self.error_code or None,
            **{name: time.isoformat() if time else None for name, time in times.items()},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs: None and the empty text mean all. `after` is the id that the list goes on behind, newest first."""

    batch_id: int | None = None
    state: str = ""
    kind: str = ""
    after: int | None = None
    limit: int = 100


def list_jobs(
    session: Session, viewer: Viewer, wanted: Wanted, otherwise: Sequence[str] = STATES
) -> tuple[list[JobLine], int | None]:
    """Jobs, the newest first, and the id behind which the next slice begins (None: that was all).

    Without a state those of the states `otherwise`, which leave out what is done.
    """
    statement = (
        select(JobRow, Batch)
        .outerjoin(Batch, Batch.id == JobRow.batch_id)
        .where(*_conditions(viewer, wanted, otherwise))
    )
    rows = session.execute(statement.order_by(JobRow.id.desc()).limit(wanted.limit + 1)).tuples().all()
    shown = rows[: wanted.limit]
    return _lines(session, shown), shown[-1][0].id if len(rows) > wanted.limit else None


def one_job(session: Session, viewer: Viewer, job_id: int) -> JobLine:
    """AccessError `not-found` out of the viewer's sight."""
    row = find_job(session, viewer, job_id)
    batch = session.get(Batch, row.batch_id) if row.batch_id is not None else None
    return _lines(session, [(row, batch)])[0]


def _conditions(viewer: Viewer, wanted: Wanted, otherwise: Sequence[str]) -> Iterable[Any]:
    yield JobRow.state.in_([wanted.state] if wanted.state else otherwise)
    if viewer.organisations is not None:
        yield Batch.organization_id.in_(viewer.organisations)
    if wanted.batch_id is not None:
        yield JobRow.batch_id == wanted.batch_id
    if wanted.kind:
        yield JobRow.kind == wanted.kind
    if wanted.after is not None:
        yield JobRow.id < wanted.after


def _lines(session: Session, rows: Sequence[tuple[JobRow, Batch | None]]) -> list[JobLine]:
    subjects = _subjects(session, [row for row, _ in rows])
    crews = crews_at_work(session)
    return [
        JobLine(
            row.id, row.kind, row.state, row.batch_id, batch.name if batch else "", subjects.get(row.id, Subject()),
            waiting_reason(row.waiting_for, bool(batch and batch.paused_at), crews) if row.state == "waiting" else "",
            row.priority, row.attempt, row.lease_owner or "", row.created_at, row.started_at, row.finished_at,
            row.error_code or "", row.error_params,
        )
        for row, batch in rows
    ]  # fmt: skip


def _subjects(session: Session, rows: Sequence[JobRow]) -> dict[int, Subject]:
    """By job, with one statement for each kind of subject."""
    pages = (
        select(PageVersion.id, Page.id, page_number(), Dossier, ReceivedFile.path)
        .join(Page, Page.id == PageVersion.page_id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
    )
    repaired = pages.join(PageRepair, PageRepair.source_id == PageVersion.id).with_only_columns(
        PageRepair.id, Page.id, page_number(), Dossier, ReceivedFile.path
    )
    materials = select(Material.id, Dossier).join(Dossier, Dossier.id == Material.dossier_id)
    found: dict[tuple[str, int], Subject] = {}
    for kinds, statement, column in (
        (_OF_VERSION, pages, PageVersion.id),
        (("repair",), repaired, PageRepair.id),
        (_OF_DOSSIER, select(Dossier.id, Dossier), Dossier.id),
        (("bind",), materials, Material.id),
    ):
        ids = {row.subject_id for row in rows if row.kind in kinds}
        for subject_id, subject in _read(session, statement.where(column.in_(ids))) if ids else ():
            found.update({(kind, subject_id): subject for kind in kinds})
    return {row.id: found[row.kind, row.subject_id] for row in rows if (row.kind, row.subject_id) in found}


def _read(session: Session, statement: Select[Any]) -> Iterable[tuple[int, Subject]]:
    for subject_id, *page, dossier_or_path in session.execute(statement).tuples():
        if not page:
            dossier = dossier_or_path
            yield subject_id, Subject(dossier.id, shown_name(dossier))
        else:
            page_id, position, dossier = page
            yield subject_id, Subject(dossier.id, shown_name(dossier), page_id, position, hide_numbers(dossier_or_path))
