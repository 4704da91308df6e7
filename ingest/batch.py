"""A batch from the folder to the last searchable page: receive, work, index; and what the batch looks like meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from archive import outbox
from archive.access import Viewer
from archive.jobs import LocalQueue
from archive.office import Office
from archive.tables import Batch, Dossier, FindingRow, JobRow, Page, PageVersion, Person, ReceivedFile
from base.errors import JuanzongError
from base.progress import Progress
from ingest.index_upkeep import catch_up
from ingest.receipt import Receipt, texts_of
from ingest.taking import take_in
from ingest.workers import Workers

_POLL_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The answer of `juanzong ingest`."""

    receipt: Receipt
    pages: int
    dossiers: int
    findings: dict[str, int]
    failed_jobs: int
    paused_jobs: int
    splitting: int
    people: dict[str, int]
    critical: int = 0
    unindexed: int = 0
    refused: int = 0
    index_error: JuanzongError | None = None

    @property
    def has_failures(self) -> bool:
        """A page failed its check, could not be read, was set aside, is not to be found by searching, or did not come as the
        manifest promises."""
        failed = self.findings["fail"] or self.failed_jobs or self.paused_jobs or self.receipt.quarantined
        lacking = self.receipt.settled is not None and not self.receipt.settled.is_whole
        return bool(failed or lacking or self.refused or self.index_error)

    def as_json(self) -> dict[str, Any]:
        return {
            **self.receipt.as_json(),
            "pages": self.pages,
            "dossiers": self.dossiers,
            "findings": self.findings,
            "critical": self.critical,
            "people": self.people,
            "splitting": self.splitting,
            "failed_jobs": self.failed_jobs,
            "paused_jobs": self.paused_jobs,
            "index": {"waiting": self.unindexed, "refused": self.refused, **self._why()},
        }

    def _why(self) -> dict[str, str]:
        return {"reason": self.index_error.code, **texts_of(self.index_error)} if self.index_error else {}


def ingest(
    office: Office, root: Path, batch_name: str | None, viewer: Viewer, progress: Progress, *, wait: bool
) -> BatchResult:
    """Receives a delivery and, where `wait`, returns when its pages are measured, read and searchable."""
    receipt = take_in(office, root, batch_name, viewer, progress)
    error = work_until_done(office, receipt.batch_id, progress) if wait else None
    with office.catalogue.read() as session:
        _count_set_aside(session, receipt)
        return _result(session, receipt, error)


def _count_set_aside(session: Session, receipt: Receipt) -> None:
    """Measuring may have found that a received file cannot be opened after all."""
    aside = select(ReceivedFile).where(ReceivedFile.batch_id == receipt.batch_id, ReceivedFile.state == "quarantined")
    aside = aside.where(ReceivedFile.home.in_(["", receipt.name]))
    errors: dict[str, JuanzongError] = {}
    for file in session.scalars(aside.order_by(ReceivedFile.id)):
        errors.setdefault(file.delivered_path, JuanzongError(file.reason or "image.unreadable", **file.reason_params))
    receipt.set_aside(errors)


def work_until_done(office: Office, batch_id: int, progress: Progress) -> JuanzongError | None:
    """Runs workers until nothing of the batch waits, then sees to it that all of it is in the index; what hinders that.

    What a person paused is not waited for. StorageError where nothing could be written for a minute.
    Workers that `serve` runs meanwhile take their share; the slots of the machine keep all of them together within it.
    """
    # What failed for want of disk or of a server gets its second chance when somebody runs the batch again.
    LocalQueue(office.catalogue).retry(batch_id)
    with office.catalogue.read() as session:
        waiting = count_left(session, batch_id)
    if waiting:
        with Workers(office.settings, office) as workers:
            while True:
                with office.catalogue.read() as session:
                    left = count_left(session, batch_id)
                    total = count_jobs(session, batch_id)
                progress.step("progress.working", total - left, total)
                if not left:
                    break
                workers.watch()
                if (away := workers.away) is not None:
                    # All that is done is kept: whoever asked hears what to mend, and runs it again.
                    raise away
                time.sleep(_POLL_SECONDS)
    return catch_up(office, batch_id, progress)


def count_left(session: Session, batch_id: int) -> int:
    """Jobs that are done without a person: all that waits or runs but for what is paused."""
    return count_jobs(session, batch_id, "waiting", "running") - count_paused(session, batch_id)


def count_paused(session: Session, batch_id: int) -> int:
    """Jobs that wait until a person lets them go on."""
    paused = select(func.count()).select_from(JobRow).join(Batch, Batch.id == JobRow.batch_id)
    paused = paused.where(JobRow.batch_id == batch_id, JobRow.state == "waiting")
    return session.scalar(paused.where(JobRow.waiting_for.is_not(None) | Batch.paused_at.is_not(None))) or 0


def count_jobs(session: Session, batch_id: int, *states: str) -> int:
    statement = select(func.count()).select_from(JobRow).where(JobRow.batch_id == batch_id)
    if states:
        statement = statement.where(JobRow.state.in_(states))
    return session.scalar(statement) or 0


def _result(session: Session, receipt: Receipt, index_error: JuanzongError | None) -> BatchResult:
    batch_id = receipt.batch_id
    dossiers = select(func.count()).select_from(Dossier).where(Dossier.batch_id == batch_id)
    return BatchResult(
        receipt=receipt,
        pages=_count_pages(session, batch_id),
        dossiers=session.scalar(dossiers.where(Dossier.key != "")) or 0,
        findings=page_verdicts(session, batch_id),
        failed_jobs=count_jobs(session, batch_id, "failed", "poisoned"),
        paused_jobs=count_paused(session, batch_id),
        splitting=session.scalar(dossiers.where(Dossier.state == "splitting")) or 0,
        people=people_to_look_at(session, batch_id),
        critical=_count_critical(session, batch_id),
        unindexed=outbox.count_waiting(session, batch_id),
        refused=outbox.count_rejected(session, batch_id),
        index_error=index_error,
    )


def _count_critical(session: Session, batch_id: int) -> int:
    """Findings that weigh most, whatever their verdict: another person's paper, a damaged page."""
    statement = select(func.count()).select_from(FindingRow)
    return session.scalar(statement.where(FindingRow.batch_id == batch_id, FindingRow.severity == "critical")) or 0


def _count_pages(session: Session, batch_id: int) -> int:
    """Pages that are received and can be opened, as far as it is known."""
    statement = (
        select(func.count(Page.id.distinct()))
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .where(ReceivedFile.batch_id == batch_id, ReceivedFile.state != "quarantined", PageVersion.state == "current")
    )
    return session.scalar(statement) or 0


def _without_page(session: Session, batch_id: int) -> int:
    """Files set aside before they could become pages: they fail as pages do."""
    statement = (
        select(func.count())
        .select_from(ReceivedFile)
        .outerjoin(PageVersion, PageVersion.file_id == ReceivedFile.id)
        .where(ReceivedFile.batch_id == batch_id, ReceivedFile.state == "quarantined", PageVersion.id.is_(None))
    )
    return session.scalar(statement) or 0


def page_verdicts(session: Session, batch_id: int) -> dict[str, int]:
    """How many pages have each verdict, every page counted once by its worst."""
    rank = case((FindingRow.verdict == "fail", 3), (FindingRow.verdict == "review", 2), else_=1)
    worst = (
        select(FindingRow.page_id, func.max(rank).label("rank"))
        .where(FindingRow.batch_id == batch_id, FindingRow.page_id.is_not(None))
        .group_by(FindingRow.page_id)
        .subquery()
    )
    counts = dict(session.execute(select(worst.c.rank, func.count()).group_by(worst.c.rank)).tuples().all())
    measured = session.scalar(
        select(func.count(Page.id.distinct()))
        .join(Dossier, Dossier.id == Page.dossier_id)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .where(Dossier.batch_id == batch_id, PageVersion.state == "current", PageVersion.measured_at.is_not(None))
    )
    fail = counts.get(3, 0) + _without_page(session, batch_id)
    passed = (measured or 0) - sum(counts.values())
    return {
        "fail": fail,
        "review": counts.get(2, 0),
        "not_measurable": counts.get(1, 0),
        "pass": max(0, passed),
    }


def people_to_look_at(session: Session, batch_id: int) -> dict[str, int]:
    """People whose ID number is missing, wrong, cut by a spreadsheet, or shared with somebody else."""
    here = select(Dossier.person_id).where(Dossier.batch_id == batch_id)
    states = dict(
        session.execute(
            select(Person.id_state, func.count()).where(Person.id.in_(here)).group_by(Person.id_state)
        ).tuples().all()
    )  # fmt: skip
    shared = select(Person.id_number).where(Person.id_number.is_not(None)).group_by(Person.id_number)
    shared = shared.having(func.count() > 1)
    return {
        "missing": states.get("missing", 0),
        "wrong": states.get("checksum", 0) + states.get("form", 0),
        "truncated": states.get("truncated", 0),
        "shared": session.scalar(
            select(func.count()).select_from(Person).where(Person.id.in_(here), Person.id_number.in_(shared))
        )
        or 0,
    }
