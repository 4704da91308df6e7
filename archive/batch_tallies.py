"""What is counted in a batch, and the tallies that are kept of large ones: counting their pages takes longer than a list may.

A small batch is counted whenever it is shown. A large one is shown as it was counted last, with the time; whoever keeps the
office running counts anew what has waited longest (`refresh`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from archive import outbox
from archive.catalogue import Catalogue
from archive.open_findings import counts_now, held_twice
from archive.tables import (
    Batch,
    BatchTally,
    Dossier,
    FindingRow,
    JobRow,
    OutboxRow,
    Page,
    PageVersion,
    Person,
    Reading,
    ReceivedFile,
)  # fmt: skip
from base.clock import now

# So many pages of all batches of a list together are counted at once: a few hundredths of a second.
LIVE_PAGES = 2000
# How old a tally may be: of a batch at work, of one that waits for people, of one that is done with.
_DUE = (
    (("receiving", "working"), timedelta(seconds=20)),
    (("ready",), timedelta(minutes=5)),
    (("accepted", "returned"), timedelta(days=1)),
)


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
class Tally:
    """All counts of one batch. `needs` are by kind, `verdicts` by verdict without `pass`; `counted_at` is None for now."""

    dossiers: int
    accepted: int
    progress: Progress
    needs: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, int] = field(default_factory=dict)
    counted_at: datetime | None = None


def tallies(session: Session, ids: Sequence[int]) -> dict[int, Tally]:
    """The tallies of batches: counted now, but for those of many pages that have been counted before."""
    kept = {row.batch_id: row for row in session.scalars(select(BatchTally).where(BatchTally.batch_id.in_(ids)))}
    left, live = LIVE_PAGES, []
    for each in ids:
        pages = kept[each].pages if each in kept else 0
        if pages <= left:
            left -= pages
            live.append(each)
    shown = {each: _kept(kept[each]) for each in ids if each in kept and each not in live}
    return shown | count(session, live)


def refresh(catalogue: Catalogue, most: int = 5) -> int:
    """Counts anew the batches whose tallies are due, the oldest of those at work first; how many it counted, `most` at most."""
    at = now()
    due = or_(
        BatchTally.batch_id.is_(None),
        *(Batch.state.in_(states) & (BatchTally.counted_at < at - age) for states, age in _DUE),
    )
    with catalogue.read() as session:
        waiting = select(Batch.id).outerjoin(BatchTally, BatchTally.batch_id == Batch.id).where(due)
        resting = Batch.state.not_in(_DUE[0][0])
        # What was never counted comes first on both: PostgreSQL would put it last.
        oldest = BatchTally.counted_at.nulls_first()
        ids = session.scalars(waiting.order_by(resting, oldest, Batch.id).limit(most)).all()
        counted = {each: count(session, [each])[each] for each in ids}
    if counted:
        with catalogue.write() as session:
            for batch_id, tally in counted.items():
                session.merge(_row(batch_id, tally, at))
    return len(counted)


def _row(batch_id: int, tally: Tally, at: datetime) -> BatchTally:
    counts = {name: value for name, value in asdict(tally).items() if name != "counted_at"}
    pages, asks = tally.progress.received, bool(sum(tally.needs.values()))
    return BatchTally(batch_id=batch_id, pages=pages, asks=asks, counts=counts, counted_at=at)


def _kept(row: BatchTally) -> Tally:
    return Tally(**{**row.counts, "progress": Progress(**row.counts["progress"])}, counted_at=row.counted_at)


def count(session: Session, ids: Sequence[int]) -> dict[int, Tally]:
    """Counts these batches, with as many statements however many they are."""
    progress, needs, verdicts = _progress(session, ids), _needs(session, ids), _verdicts(session, ids)
    dossiers = select(Dossier.batch_id, func.count()).where(Dossier.batch_id.in_(ids))
    held, accepted = _counts(session, dossiers), _counts(session, dossiers.where(Dossier.state == "accepted"))
    return {
        each: Tally(
            dossiers=held.get(each, 0),
            accepted=accepted.get(each, 0),
            progress=progress[each],
            needs={kind: counted[each] for kind, counted in needs.items() if counted.get(each)},
            verdicts=verdicts.get(each, {}),
        )
        for each in ids
    }


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
