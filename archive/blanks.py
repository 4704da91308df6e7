"""Blank backs, looked at together: one contact sheet for a dossier, one act that answers for all of its sides.

A confirmed side is blank as the machine said; the others are overruled. Both close the finding, with who said so and when,
and both can be undone. The page itself stays: nothing is dropped for being blank.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.dossiers import find_dossier, must_be_open
from archive.jobs import enqueue
from archive.open_findings import counts_now
from archive.page_acts import active_pages
from archive.tables import Account, BlankAnswer, BlankCheck, FindingRow, Page, PageVersion
from base.clock import now
from base.errors import AccessError, InputError


@dataclass(frozen=True, slots=True)
class BlankSide:
    """A side that the machine takes for blank. `neighbour_id` is the page before it (its front, for a back), with its image.

    `measured` is how blank it is, 0–1, as it was found.
    """

    page_id: int
    version_id: int
    number: int
    measured: str | None
    neighbour_id: int | None
    neighbour_version: int | None


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One act on the contact sheet: how many sides were confirmed, how many were not blank, by whom."""

    id: int
    confirmed: int
    overruled: tuple[int, ...]
    by: str
    made_at: datetime
    undone_at: datetime | None


def blank_sides(session: Session, viewer: Viewer, dossier_id: int) -> list[BlankSide]:
    """The sides of a dossier that nobody has looked at yet, in page order."""
    dossier = find_dossier(session, viewer, dossier_id)
    found = select(FindingRow.version_id, FindingRow.measured).where(
        FindingRow.dossier_id == dossier.id, FindingRow.rule == "page.blank", FindingRow.verdict != "pass",
        FindingRow.version_id.is_not(None), counts_now(),
    )  # fmt: skip
    blank = dict(session.execute(found).tuples().all())
    pages = active_pages(session, dossier.id)
    current = _current(session, dossier.id)
    sides = []
    for index, page in enumerate(pages):
        version_id = current.get(page.id)
        if version_id is None or version_id not in blank:
            continue
        before = pages[index - 1] if index else None
        sides.append(
            BlankSide(
                page.id, version_id, index + 1, blank[version_id], before.id if before else None,
                current.get(before.id) if before else None,
            )
        )  # fmt: skip
    return sides


def _current(session: Session, dossier_id: int) -> dict[int, int]:
    statement = (
        select(PageVersion.page_id, PageVersion.id)
        .join(Page, Page.id == PageVersion.page_id)
        .where(Page.dossier_id == dossier_id, PageVersion.state == "current")
    )
    return dict(session.execute(statement).tuples().all())


def answer(session: Session, viewer: Viewer, dossier_id: int, *, seen: Sequence[int], written: Collection[int]) -> int:
    """Answers for the whole sheet: of the images `seen`, those `written` are not blank, the rest are. Returns the check's id.

    InputError `blank.changed` where the sheet is no longer the one that was looked at, `blank.nothing` for an empty one,
    `dossier.accepted`.
    """
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    must_be_open(dossier)
    sides = {side.version_id: side.page_id for side in blank_sides(session, viewer, dossier_id)}
    if not seen:
        raise InputError("blank.nothing")
    if set(seen) != set(sides) or not set(written) <= set(seen):
        raise InputError("blank.changed")
    check = BlankCheck(dossier_id=dossier.id, account_id=viewer.must_have_account(), made_at=now())
    check.answers = [
        BlankAnswer(page_id=page_id, version_id=version_id, blank=version_id not in written)
        for version_id, page_id in sides.items()
    ]
    session.add(check)
    session.flush()
    audit.record(
        session, viewer, "blank.answer", f"dossier:{dossier.id}", dossier_id=dossier.id, check=check.id,
        confirmed=[each.page_id for each in check.answers if each.blank],
        overruled=[each.page_id for each in check.answers if not each.blank],
    )  # fmt: skip
    _judge_again(session, dossier.id, dossier.batch_id, f"blank{check.id}")
    return check.id


def undo(session: Session, viewer: Viewer, check_id: int) -> int:
    """Opens the findings of a sheet again; returns the dossier. A second time is harmless."""
    viewer.must_work_at("clerk")
    check = session.get(BlankCheck, check_id)
    if check is None:
        raise AccessError("not-found")
    dossier = find_dossier(session, viewer, check.dossier_id)
    must_be_open(dossier)
    if check.undone_at is None:
        check.undone_at, check.undone_by = now(), viewer.must_have_account()
        audit.record(session, viewer, "blank.undo", f"dossier:{dossier.id}", dossier_id=dossier.id, check=check.id)
        _judge_again(session, dossier.id, dossier.batch_id, f"blank{check.id}-undone")
    return dossier.id


def checks_of(session: Session, viewer: Viewer, dossier_id: int) -> list[CheckLine]:
    """The sheets answered so far, the newest first; those undone too."""
    dossier = find_dossier(session, viewer, dossier_id)
    rows = session.execute(
        select(BlankCheck, Account.name)
        .join(Account, Account.id == BlankCheck.account_id)
        .where(BlankCheck.dossier_id == dossier.id)
        .order_by(BlankCheck.id.desc())
    )
    return [
        CheckLine(
            check.id, sum(each.blank for each in check.answers),
            tuple(each.page_id for each in check.answers if not each.blank), name, check.made_at, check.undone_at,
        )
        for check, name in rows
    ]  # fmt: skip


def written_versions(session: Session, dossier_id: int) -> frozenset[int]:
    """The images that a person found not to be blank, whatever was measured: they count as pages."""
    statement = (
        select(BlankAnswer.version_id)
        .join(BlankCheck, BlankCheck.id == BlankAnswer.check_id)
        .where(BlankCheck.dossier_id == dossier_id, BlankCheck.undone_at.is_(None), BlankAnswer.blank.is_(False))
    )
    return frozenset(session.scalars(statement))


def _judge_again(session: Session, dossier_id: int, batch_id: int, cause: str) -> None:
    """The pages of the dossier are counted anew: a blank side counts otherwise than a written one."""
    enqueue(session, "judge", dossier_id, batch_id=batch_id, revision=cause, priority=150)
