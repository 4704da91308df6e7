"""What was asked for and done in repairing pages, as the desks see it: one page's requests, a dossier's progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.dossiers import find_dossier
from archive.open_findings import counts_now
from archive.page_acts import find_page
from archive.tables import Account, FindingRow, JobRow, Page, PageRepair, PageVersion

OURS = "ours"  # the origin of an image that a repair made
# What a repair can mend; a margin that was cut away cannot be had without the scanner.
MENDABLE_RULES = ("page.skew", "page.orientation", "page.border")


@dataclass(frozen=True, slots=True)
class Proof:
    """SHA-256 of the original as recorded, and as it was read before and after."""

    recorded: str
    before: str
    after: str

    @property
    def holds(self) -> bool:
        return self.recorded == self.before == self.after


@dataclass(frozen=True, slots=True)
class RepairLine:
    """One request as the screens tell it; `done` and `left` are notes as they are kept."""

    id: int
    state: str
    done: Sequence[Mapping[str, Any]]
    left: Sequence[Mapping[str, Any]]
    step: str
    by: str
    asked_at: datetime
    done_at: datetime | None
    proof: Proof
    made_sha256: str
    error_code: str | None
    stands: bool  # the optimised image is linked beside the original now


@dataclass(frozen=True, slots=True)
class RepairProgress:
    """How far the newest requests of a dossier are."""

    asked: int = 0
    made: int = 0
    nothing: int = 0
    failed: int = 0
    pages: Mapping[int, str] = field(default_factory=dict)

    @property
    def settled(self) -> int:
        return self.made + self.nothing + self.failed

    def as_json(self) -> dict[str, Any]:
        finished = self.settled >= self.asked
        return {"received": self.asked, "repaired": self.settled, "made": self.made, "finished": finished}


def repairable(session: Session, dossier_id: int) -> list[int]:
    """Pages of a dossier with a finding on how they lie or are cut, which no optimised image answers yet."""
    optimised = select(PageVersion.id).where(
        PageVersion.page_id == Page.id,
        PageVersion.image_set == "optimised",
        PageVersion.state.in_(["current", "linked"]),
    )
    waiting = select(PageRepair.id).where(PageRepair.page_id == Page.id, PageRepair.state == "waiting", ~gave_up())
    tried = (
        select(PageRepair.id)
        .join(PageVersion, PageVersion.id == PageRepair.source_id)
        .where(PageRepair.page_id == Page.id, PageRepair.state == "nothing", PageVersion.state == "current")
    )
    judged = aliased(PageVersion)
    statement = (
        select(Page.id)
        .join(FindingRow, FindingRow.page_id == Page.id)
        .join(judged, judged.id == FindingRow.version_id)
        .where(Page.dossier_id == dossier_id, Page.state == "active", judged.width.is_not(None))
        .where(FindingRow.rule.in_(MENDABLE_RULES), FindingRow.verdict.in_(["fail", "review"]), counts_now())
        .where(~optimised.exists(), ~waiting.exists(), ~tried.exists())
        .order_by(Page.position, Page.id)
    )
    # A page may have several findings; PostgreSQL takes no DISTINCT that is ordered by what it does not select.
    return list(dict.fromkeys(session.scalars(statement)))


def repairs_of(session: Session, viewer: Viewer, page_id: int) -> list[RepairLine]:
    """The requests for one page, the newest first."""
    page = find_page(session, viewer, page_id)
    statement = (
        select(PageRepair, Account.name)
        .join(Account, Account.id == PageRepair.account_id)
        .where(PageRepair.page_id == page.id)
        .order_by(PageRepair.id.desc())
    )
    lost = set(session.scalars(select(PageRepair.id).where(PageRepair.page_id == page.id, gave_up())))
    linked = {each.id for each in page.versions if each.state == "linked" and each.origin == OURS}
    newest: set[int] = set()
    lines = []
    for row, name in session.execute(statement):
        stands = row.version_id in linked and row.version_id not in newest
        if row.version_id is not None:
            newest.add(row.version_id)
        proof = Proof(row.original_sha256, row.read_before, row.read_after)
        lines.append(
            RepairLine(
                row.id, "failed" if row.state == "waiting" and row.id in lost else row.state, row.done, row.left, row.step, name, row.asked_at, row.done_at, proof,
                row.made_sha256, row.error_code or ("repair.broke" if row.id in lost else None), stands,
            )
        )  # fmt: skip
    return lines


def progress_of(session: Session, viewer: Viewer, dossier_id: int) -> RepairProgress:
    """The newest round of requests: all that were asked since the oldest one that still waits, or the last one alone."""
    dossier = find_dossier(session, viewer, dossier_id)
    rows = select(PageRepair).join(Page, Page.id == PageRepair.page_id).where(Page.dossier_id == dossier.id)
    first = session.scalar(
        select(func.min(PageRepair.id)).select_from(PageRepair).join(Page, Page.id == PageRepair.page_id)
        .where(Page.dossier_id == dossier.id, PageRepair.state == "waiting", ~gave_up())
    )  # fmt: skip
    if first is None:
        return RepairProgress()
    asked = session.get_one(PageRepair, first).asked_at
    # Where a page was asked for twice, its last request says how it stands.
    of_round = rows.where(PageRepair.asked_at >= asked).order_by(PageRepair.id)
    states = {row.page_id: row.state for row in session.scalars(of_round)}
    counts = {state: sum(each == state for each in states.values()) for state in ("made", "nothing", "failed")}
    return RepairProgress(len(states), pages=states, **counts)


def gave_up() -> Any:
    """Its job ended without an answer: nothing is under way any more."""
    job = select(JobRow.id).where(
        JobRow.kind == "repair",
        JobRow.subject_id == PageRepair.id,
        JobRow.state.in_(["failed", "poisoned", "cancelled"]),
    )
    return job.exists()
