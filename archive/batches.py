"""What the clerk sees of batches: how far each is, and what in it waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive import outbox
from archive.access import Viewer, scoped
from archive.tables import (
    Batch,
    BlankAnswer,
    BlankCheck,
    Dossier,
    FindingRow,
    JobRow,
    MissingStatement,
    OutboxRow,
    Page,
    PageVersion,
    Person,
    Reading,
    ReceivedFile,
)  # fmt: skip
from base.errors import AccessError


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the pages of a batch are received, measured, read and searchable.

    A page that cannot be opened is done when it is measured: it counts as read and indexed. `failed` are jobs that gave up.
    """

    received: int = 0
    measured: int = 0
    read: int = 0
    indexed: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def finished(self) -> bool:
        return self.waiting == 0 and self.indexed >= self.received

    def as_json(self) -> dict[str, Any]:
        return {
            "received": self.received, "measured": self.measured, "read": self.read, "indexed": self.indexed,
            "waiting": self.waiting, "failed": self.failed, "finished": self.finished,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch in the list. `needs` are what a person must decide, by kind: splitting, proposals, quarantined, people, failed.

    `verdicts` count findings by verdict, without `pass`.
    """

    id: int
    name: str
    organization: str
    state: str
    created_at: datetime
    received_at: datetime | None
    dossiers: int
    accepted: int
    promised: dict[str, Any]
    progress: Progress
    needs: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, int] = field(default_factory=dict)

    @property
    def needs_person(self) -> int:
        return sum(self.needs.values())


def list_batches(session: Session, viewer: Viewer) -> list[BatchRow]:
    """All batches the viewer sees: first what needs a person, then the newest."""
    batches = session.scalars(scoped(select(Batch), viewer, Batch)).all()
    rows = _rows(session, batches)
    return sorted(rows, key=lambda row: (row.needs_person == 0, -row.id))


def batch_row(session: Session, viewer: Viewer, batch_id: int) -> BatchRow:
    """AccessError `not-found` where the viewer does not see it."""
    return _rows(session, [find_batch(session, viewer, batch_id)])[0]


def batch_notes(session: Session, viewer: Viewer, batch_id: int) -> list[tuple[str, dict[str, Any]]]:
    """What the lists say that does not fit: codes with their params."""
    return [(note["code"], note.get("params", {})) for note in find_batch(session, viewer, batch_id).notes]


def progress_of(session: Session, viewer: Viewer, batch_id: int) -> Progress:
    batch = find_batch(session, viewer, batch_id)
    return _progress(session, [batch.id])[batch.id]


def find_batch(session: Session, viewer: Viewer, batch_id: int) -> Batch:
    batch: Batch | None = session.scalar(scoped(select(Batch).where(Batch.id == batch_id), viewer, Batch))
    if batch is None:
        raise AccessError("not-found")
    return batch


def _rows(session: Session, batches: Sequence[Batch]) -> list[BatchRow]:
    ids = [batch.id for batch in batches]
    progress = _progress(session, ids)
    dossiers = _counts(session, select(Dossier.batch_id, func.count()).where(Dossier.batch_id.in_(ids)))
    accepted = _counts(
        session, select(Dossier.batch_id, func.count()).where(Dossier.batch_id.in_(ids), Dossier.state == "accepted")
    )
    needs = _needs(session, ids)
    verdicts = _verdicts(session, ids)
    return [
        BatchRow(
            id=batch.id, name=batch.name, organization=batch.organization.name, state=batch.state,
            created_at=batch.created_at, received_at=batch.received_at, dossiers=dossiers.get(batch.id, 0),
            accepted=accepted.get(batch.id, 0), promised=batch.promised, progress=progress[batch.id],
            needs={kind: count[batch.id] for kind, count in needs.items() if count.get(batch.id)},
            verdicts=verdicts.get(batch.id, {}),
        )
        for batch in batches
    ]  # fmt: skip


def _counts(session: Session, statement: Select[Any]) -> dict[int, int]:
    """Counts by the statement's first column."""
    column = statement.selected_columns[0]
    return {int(key): int(count) for key, count in session.execute(statement.group_by(column))}


def _progress(session: Session, ids: Sequence[int]) -> dict[int, Progress]:
    pages = (
        select(Dossier.batch_id, func.count(Page.id.distinct()))
        .join(Page, Page.dossier_id == Dossier.id)
        .join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current"))
        .where(Dossier.batch_id.in_(ids), Page.state == "active")
    )
    unreadable = PageVersion.width.is_(None) & PageVersion.measured_at.is_not(None)
    read_rows = select(Reading.id).where(Reading.version_id == PageVersion.id, Reading.current).exists()
    unindexed = (
        select(OutboxRow.batch_id, func.count(OutboxRow.document_id.distinct()))
        .where(OutboxRow.batch_id.in_(ids), *outbox.WAITS, OutboxRow.document_id.startswith("page:"))
    )  # fmt: skip
    received = _counts(session, pages)
    measured = _counts(session, pages.where(PageVersion.measured_at.is_not(None)))
    read = _counts(session, pages.where(read_rows | unreadable))
    late = _counts(session, unindexed)
    jobs = select(JobRow.batch_id, func.count()).where(JobRow.batch_id.in_(ids))
    waiting = _counts(session, jobs.where(JobRow.state.in_(["waiting", "running"])))
    failed = _counts(session, jobs.where(JobRow.state.in_(["failed", "poisoned"])))
    return {
        each: Progress(
            received=received.get(each, 0),
            measured=measured.get(each, 0),
            read=read.get(each, 0),
            indexed=max(0, read.get(each, 0) - late.get(each, 0)),
            waiting=waiting.get(each, 0),
            failed=failed.get(each, 0),
        )
        for each in ids
    }


def _needs(session: Session, ids: Sequence[int]) -> dict[str, dict[int, int]]:
    splitting = select(Dossier.batch_id, func.count()).where(Dossier.batch_id.in_(ids), Dossier.state == "splitting")
    proposals = (
        select(Dossier.batch_id, func.count(PageVersion.id))
        .join(Page, Page.dossier_id == Dossier.id)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .where(Dossier.batch_id.in_(ids), PageVersion.state == "proposed", Page.state == "active")
    )
    aside = select(ReceivedFile.batch_id, func.count()).where(
        ReceivedFile.batch_id.in_(ids), ReceivedFile.state == "quarantined"
    )
    people = (
        select(Dossier.batch_id, func.count(Person.id.distinct()))
        .join(Person, Person.id == Dossier.person_id)
        .where(Dossier.batch_id.in_(ids), Person.id_state.not_in(["ok", "old"]) | held_twice())
    )
    failed = select(JobRow.batch_id, func.count()).where(
        JobRow.batch_id.in_(ids), JobRow.state.in_(["failed", "poisoned"])
    )
    statements: dict[str, Select[Any]] = {
        "splitting": splitting, "proposals": proposals, "quarantined": aside, "people": people, "failed": failed,
    }  # fmt: skip
    return {kind: _counts(session, statement) for kind, statement in statements.items()}


def _verdicts(session: Session, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    statement = (
        select(FindingRow.batch_id, FindingRow.verdict, func.count())
        .where(FindingRow.batch_id.in_(ids), FindingRow.verdict != "pass", counts_now())
        .group_by(FindingRow.batch_id, FindingRow.verdict)
    )
    answer: dict[int, dict[str, int]] = {}
    for batch_id, verdict, count in session.execute(statement):
        answer.setdefault(batch_id, {})[verdict] = count
    return answer


def held_twice() -> Any:
    """The person shares the ID number with another one."""
    other = Person.__table__.alias("other_person")
    return (
        select(other.c.id)
        .where(other.c.id_number == Person.id_number, other.c.id != Person.id, Person.id_number.is_not(None))
        .exists()
    )


# How a page lies and is cut (DA/T 31-2017 10.2, 10.3): judged on its optimised image, where there is one.
CUT_RULES = ("page.skew", "page.orientation", "page.border", "page.crop")


def counts_now() -> Any:
    """A finding counts while nobody has closed it; one on an image, while that image is the page's current one.

    How the page lies and is cut is judged on the image that was repaired by us, where one stands beside the current one.
    Whatever else the query around it reads, only the finding comes from there.
    """
    current = select(PageVersion.id).where(PageVersion.id == FindingRow.version_id, PageVersion.state == "current")
    cut = FindingRow.rule.in_(CUT_RULES)
    on_current = current.correlate(FindingRow).exists() & ~(cut & _repaired(PageVersion.page_id == FindingRow.page_id))
    on_repaired = cut & _repaired(PageVersion.id == FindingRow.version_id)
    on_image = on_current | on_repaired
    return (FindingRow.version_id.is_(None) | on_image) & ~_stated() & ~_looked_at()


def _repaired(which: Any) -> Any:
    """There is an image of ours, linked beside the current one."""
    ours = select(PageVersion.id).where(which, PageVersion.origin == "ours", PageVersion.state == "linked")
    return ours.correlate(FindingRow).exists()


def _stated() -> Any:
    """A missing key paper with a written statement that holds."""
    statement = select(MissingStatement.id).where(
        MissingStatement.dossier_id == FindingRow.dossier_id, MissingStatement.paper == FindingRow.measured,
        MissingStatement.withdrawn_at.is_(None),
    )  # fmt: skip
    return (FindingRow.rule == "dossier.key-paper") & statement.correlate(FindingRow).exists()


def _looked_at() -> Any:
    """A blank side that a person looked at: confirmed, or found not to be blank."""
    answer = (
        select(BlankAnswer.id)
        .join(BlankCheck, BlankCheck.id == BlankAnswer.check_id)
        .where(BlankAnswer.version_id == FindingRow.version_id, BlankCheck.undone_at.is_(None))
    )
    return (FindingRow.rule == "page.blank") & answer.correlate(FindingRow).exists()
