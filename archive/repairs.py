"""修图: asked for by a clerk, done behind, kept beside the untouched original as its optimised image, undone by a click.

Only images that were delivered as they were scanned are repaired; where the sender delivered an optimised image of a page,
ours never takes its place. An accepted dossier is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, viewer_of
from archive.act_log import Change
from archive.dossiers import find_dossier, must_be_open
from archive.jobs import enqueue
from archive.page_acts import find_page
from archive.repairs_seen import OURS, Proof, gave_up, repairable
from archive.tables import Account, Page, PageRepair, PageVersion, ReceivedFile
from base.clock import now
from base.errors import AccessError, InputError

# A person waits for it, but reading what came in is never held up for long: a repair takes two seconds.
_PRIORITY = 55


@dataclass(frozen=True, slots=True)
class MadeImage:
    """A repaired image whose bytes are safe in the store, with its reduced copies and measures."""

    object_key: str
    sha256: str
    size: int
    width: int
    height: int
    view_key: str
    thumbnail_key: str
    measures: Mapping[str, Any]


def source_of(page: Page) -> PageVersion:
    """The image that a repair starts from; InputError `repair.has-optimised`, `repair.moved-on` (nothing is there)."""
    if any(each.image_set == "optimised" and each.origin != OURS and each.state != "old" for each in page.versions):
        raise InputError("repair.has-optimised")
    current = next((each for each in page.versions if each.state == "current"), None)
    if current is None or current.width is None:
        raise InputError("repair.moved-on")
    return current


@dataclass(frozen=True, slots=True)
class Source:
    """The image that a repair would start from."""

    version_id: int
    object_key: str
    sha256: str
    frame: int
    measures: Mapping[str, Any]


def look(session: Session, viewer: Viewer, page_id: int) -> Source:
    """For a preview; InputError `repair.…` where the page may not be repaired."""
    viewer.must_work_at("clerk")
    page = find_page(session, viewer, page_id)
    _must_be_repairable(page)
    version = source_of(page)
    return Source(version.id, version.object_key, version.sha256, version.frame, version.measures)


def ask(session: Session, viewer: Viewer, page_id: int) -> int:
    """A clerk asks for one page; returns the request's id. A second click finds the one that waits."""
    viewer.must_work_at("clerk")
    page = find_page(session, viewer, page_id)
    _must_be_repairable(page)
    return _ask(session, viewer, page)


def ask_all(session: Session, viewer: Viewer, dossier_id: int) -> int:
    """能修的都修: all pages of the dossier whose findings a repair can mend; how many. InputError `repair.none-to-do`."""
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    must_be_open(dossier)
    pages = [session.get_one(Page, page_id) for page_id in repairable(session, dossier.id)]
    if not pages:
        raise InputError("repair.none-to-do")
    for page in pages:
        _ask(session, viewer, page)
    return len(pages)


def _must_be_repairable(page: Page) -> None:
    must_be_open(page.dossier)
    if page.state != "active":
        raise InputError("repair.moved-on")
    source_of(page)


def _ask(session: Session, viewer: Viewer, page: Page) -> int:
    if viewer.account_id is None:
        raise AccessError("access.denied")
    waits = select(PageRepair).where(PageRepair.page_id == page.id, PageRepair.state == "waiting", ~gave_up()).limit(1)
    row = session.scalar(waits)
    if row is None:
        source = source_of(page)
        row = PageRepair(
            page_id=page.id, source_id=source.id, account_id=viewer.account_id, original_sha256=source.sha256,
            asked_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit.record(
            session, viewer, "repair.ask", f"page:{page.id}", dossier_id=page.dossier_id, repair=row.id
        )  # fmt: skip
        batch_id = page.dossier.batch_id
        enqueue(session, "repair", row.id, batch_id=batch_id, revision=row.id, priority=_PRIORITY)
    return row.id


def still_wanted(session: Session, row: PageRepair) -> Page:
    """The page of a request whose result may be used now; InputError `repair.moved-on`, `repair.was-accepted`, `repair.has-…`."""
    page = session.get_one(Page, row.page_id)
    if page.dossier.state == "accepted":
        raise InputError("repair.was-accepted")
    if page.state != "active" or source_of(page).id != row.source_id:
        raise InputError("repair.moved-on")
    return page


def settle_nothing(session: Session, row: PageRepair, proof: Proof, left: list[dict[str, Any]], step: str) -> None:
    """There was nothing to do, or nothing could be done, and the notes say why."""
    _close(session, row, "nothing", proof, [], left, step)
    _trace(session, row, "repair.nothing")


def settle_failed(session: Session, row: PageRepair, error_code: str) -> None:
    row.state, row.error_code, row.done_at = "failed", error_code, now()
    _trace(session, row, "repair.failed")


def settle_made(
    session: Session,
    row: PageRepair,
    image: MadeImage,
    proof: Proof,
    *,
    done: list[dict[str, Any]],
    left: list[dict[str, Any]],
    recipe: dict[str, Any],
    step: str,
) -> PageVersion:
    """Links the image beside the original in the name of who asked, as an act that can be undone.

    Done again it lands in the same row: one page has one optimised image of ours for one original.
    """
    page = still_wanted(session, row)
    version = _version(session, page, row.source_id, image)
    stood = version.state == "linked"
    if not stood:
        viewer = viewer_of(session, session.get_one(Account, row.account_id))
        change = Change(session, viewer, "repair", page.dossier_id, page.id, "")
        change.made(version, state="old")
        version.state = "linked"
        _lay_others_aside(session, page, version, change)
        change.commit()
    row.version_id, row.recipe, row.made_sha256 = version.id, recipe, image.sha256
    _close(session, row, "made", proof, done, left, step)
    _trace(session, row, "repair.again" if stood else "repair.made", made=image.sha256)
    return version


def _version(session: Session, page: Page, source_id: int, image: MadeImage) -> PageVersion:
    """The row of our image: the one that is there for this original, otherwise a new one under a name of ours."""
    version = session.scalar(
        select(PageVersion).where(PageVersion.source_id == source_id, PageVersion.origin == OURS).limit(1)
    )
    if version is None:
        file = ReceivedFile(
            batch_id=page.dossier.batch_id, path=f"修图/{page.id}-{source_id}", sha256=image.sha256, size=image.size,
            object_key=image.object_key, state="made", received_at=now(),
        )  # fmt: skip
        session.add(file)
        session.flush()
        version = PageVersion(
            page_id=page.id, file=file, file_page=1, image_set="optimised", state="old", origin=OURS,
            source_id=source_id, object_key=image.object_key, sha256=image.sha256, created_at=now(),
        )  # fmt: skip
        session.add(version)
    version.file.sha256, version.file.size, version.file.object_key = image.sha256, image.size, image.object_key
    version.object_key, version.sha256, version.frame = image.object_key, image.sha256, 0
    version.width, version.height = image.width, image.height
    version.view_key, version.thumbnail_key = image.view_key, image.thumbnail_key
    version.measures, version.measured_at = dict(image.measures), now()
    session.flush()
    return version


def _lay_others_aside(session: Session, page: Page, version: PageVersion, change: Change) -> None:
    """An older image of ours, made of an original that was replaced, no longer stands."""
    session.refresh(page, ["versions"])
    for each in page.versions:
        if each.origin == OURS and each.id != version.id and each.state == "linked":
            change.touch(each)
            each.state = "old"


def _close(
    session: Session, row: PageRepair, state: str, proof: Proof, done: list[Any], left: list[Any], step: str
) -> None:
    row.state, row.done, row.left, row.step, row.done_at = state, done, left, step, now()
    row.original_sha256, row.read_before, row.read_after = proof.recorded, proof.before, proof.after
    session.flush()


def _trace(session: Session, row: PageRepair, action: str, **more: Any) -> None:
    """The audit trail keeps the original's digests of before and after beside what was made of it."""
    page = session.get_one(Page, row.page_id)
    viewer = viewer_of(session, session.get_one(Account, row.account_id))
    audit.record(
        session, viewer, action, f"page:{page.id}", dossier_id=page.dossier_id, repair=row.id, step=row.step,
        original=row.original_sha256, before=row.read_before, after=row.read_after, **more,
    )  # fmt: skip
