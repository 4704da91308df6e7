"""What a person does with pages: 补扫, 替换, 插入, 调序, 移入他卷, 移出, 分件. Each act is kept with what was before, and undone by it.

An act notes for each row it changed how it was and how it became. It can be undone while all of them are still as it left
them: what was done later on the same pages is undone first. Nothing is ever deleted: a page that is taken out, an image
that is replaced stay, outside search and copies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Viewer, scoped
from archive.act_log import Change, restore
from archive.added_materials import drop_unused
from archive.dossiers import find_dossier, must_be_open
from archive.lone_people import drop_lone_people
from archive.tables import Dossier, Material, Page, PageAct, PageVersion, ReceivedFile
from base.clock import now
from base.errors import AccessError, InputError

_STEP = 1000  # between the positions of two neighbours, so that a page fits between them


@dataclass(frozen=True, slots=True)
class NewImage:
    """An uploaded image whose bytes are already safe in the store under `object_key`."""

    sha256: str
    size: int
    object_key: str


def find_page(session: Session, viewer: Viewer, page_id: int) -> Page:
    """AccessError `not-found` where the viewer does not see it."""
    statement = select(Page).join(Dossier, Dossier.id == Page.dossier_id).where(Page.id == page_id)
    page: Page | None = session.scalar(scoped(statement, viewer, Page))
    if page is None:
        raise AccessError("not-found")
    return page


def propose(session: Session, viewer: Viewer, page_id: int, image: NewImage, reason: str) -> int:
    """补扫 / 替换: a new image for a page, waiting for a decision. InputError `page-act.same-image` for known bytes."""
    page = _open_page(session, viewer, page_id)
    if any(version.sha256 == image.sha256 and version.state != "old" for version in page.versions):
        raise InputError("page-act.same-image")
    version = _new_version(session, page, image, "proposed")
    change = Change(session, viewer, "propose", page.dossier_id, page.id, reason)
    change.made(version, state="old")
    return change.commit()


def decide(session: Session, viewer: Viewer, version_id: int, *, accept: bool, reason: str = "") -> int:
    """Takes a proposed image as the page's current one, or lays it aside."""
    row = session.get(PageVersion, version_id)
    if row is None:
        raise AccessError("not-found")
    page = _open_page(session, viewer, row.page_id)
    if row.state != "proposed":
        raise InputError("page-act.decided")
    change = Change(session, viewer, "accept" if accept else "reject", page.dossier_id, page.id, reason)
    for version in page.versions:
        change.touch(version)
        # What was made of the replaced image goes with it.
        if accept and (version.state == "current" or (version.state == "linked" and version.origin == "ours")):
            version.state = "old"
    row.state = "current" if accept else "old"
    return change.commit()


def insert(session: Session, viewer: Viewer, page_id: int, image: NewImage, *, before: bool, reason: str) -> int:
    """插入: a new page beside `page_id`, in the same material. Returns the id of the new page."""
    neighbour = _open_page(session, viewer, page_id)
    change = Change(session, viewer, "insert", neighbour.dossier_id, None, reason)
    position = position_beside(session, neighbour, change, before=before)
    page = Page(
        dossier_id=neighbour.dossier_id, material_id=neighbour.material_id, position=position, state="active",
        created_at=now(),
    )  # fmt: skip
    session.add(page)
    session.flush()
    version = _new_version(session, page, image, "current")
    change.page_id = page.id
    change.made(page, state="removed")
    change.made(version, state="current")
    change.commit()
    return page.id


def move(session: Session, viewer: Viewer, page_id: int, *, later: bool, reason: str = "") -> int:
    """调序: one place earlier or later. At the edge of its material the page goes over into the neighbouring one."""
    page = _open_page(session, viewer, page_id)
    pages = active_pages(session, page.dossier_id)
    index = pages.index(page) + (1 if later else -1)
    if not 0 <= index < len(pages):
        raise InputError("page-act.at-end")
    other = pages[index]
    change = Change(session, viewer, "move", page.dossier_id, page.id, reason)
    change.touch(page)
    if other.material_id != page.material_id:
        page.material_id = other.material_id
    else:
        change.touch(other)
        page.position, other.position = other.position, page.position
    return change.commit()


def transfer(session: Session, viewer: Viewer, page_id: int, dossier_id: int, reason: str) -> int:
    """移入他卷: the page goes to the end of another dossier, into no material until a person assigns it."""
    page = _open_page(session, viewer, page_id)
    target = find_dossier(session, viewer, dossier_id)
    must_be_open(target)
    if target.id == page.dossier_id:
        raise InputError("page-act.same-dossier")
    change = Change(session, viewer, "transfer", page.dossier_id, page.id, reason)
    change.touch(page)
    page.dossier_id, page.material_id, page.position = target.id, None, end_of(session, target.id)
    return change.commit()


def remove(session: Session, viewer: Viewer, page_id: int, reason: str) -> int:
    """移出: takes a page out of the dossier's order (a double, a blank back). It is kept and can come back."""
    page = _open_page(session, viewer, page_id)
    change = Change(session, viewer, "remove", page.dossier_id, page.id, reason)
    change.touch(page)
    page.state = "removed"
    return change.commit()


def split(session: Session, viewer: Viewer, dossier_id: int, starts: Sequence[tuple[int, int]]) -> int:
    """分件: each pair says at which page which material begins; pages before the first begin belong to none.

    InputError `split.order` where a page or material is not of this dossier or named twice. Work goes on with the counts.
    """
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    must_be_open(dossier)
    pages = active_pages(session, dossier.id)
    known = set(session.scalars(select(Material.id).where(Material.dossier_id == dossier.id)))
    begins = dict(starts)
    materials = [material_id for _, material_id in starts]
    if (
        not starts
        or not set(begins) <= {page.id for page in pages}
        or not set(materials) <= known
        or len(begins) != len(starts)
        or len(set(materials)) != len(materials)
    ):
        raise InputError("split.order")
    change = Change(session, viewer, "split", dossier.id, None, "")
    change.touch(dossier)
    material_id: int | None = None
    for page in pages:
        material_id = begins.get(page.id, material_id)
        change.touch(page)
        page.material_id = material_id
    # It is checked once its counts are judged.
    dossier.state = "received" if dossier.state == "splitting" else dossier.state
    return change.commit()


def proposed_starts(pages: Sequence[int], materials: Sequence[tuple[int, int | None]]) -> list[tuple[int, int]]:
    """Where materials begin by the 页数 of the 卷内目录: `materials` are (id, declared pages) in order, `pages` ids in order.

    A material without 页数 is taken as one page; materials for which no page is left are not proposed.
    """
    starts, at = [], 0
    for material_id, declared in materials:
        if at >= len(pages):
            break
        starts.append((pages[at], material_id))
        at += max(1, declared or 1)
    return starts


def undo(session: Session, viewer: Viewer, act_id: int) -> None:
    """Puts back what was before an act; InputError `page-act.later-first` where later acts stand on it."""
    viewer.must_work_at("clerk")
    act = session.get(PageAct, act_id)
    if act is None:
        raise AccessError("not-found")
    must_be_open(find_dossier(session, viewer, act.dossier_id))
    for target in _dossiers_after(act.after):
        must_be_open(find_dossier(session, viewer, target))
    if act.undone_at is None:
        restore(session, viewer, act)
        if act.kind in ("split", "split-off"):
            drop_unused(session, viewer, find_dossier(session, viewer, act.dossier_id))
        drop_lone_people(session, act)


def _dossiers_after(after: Mapping[str, Any]) -> set[int]:
    return {values["dossier_id"] for values in after.get("pages", {}).values() if "dossier_id" in values}


def active_pages(session: Session, dossier_id: int) -> Sequence[Page]:
    """The pages of a dossier in their order."""
    return session.scalars(
        select(Page).where(Page.dossier_id == dossier_id, Page.state == "active").order_by(Page.position, Page.id)
    ).all()


def _open_page(session: Session, viewer: Viewer, page_id: int) -> Page:
    viewer.must_work_at("clerk")
    page = find_page(session, viewer, page_id)
    must_be_open(page.dossier)
    if page.state != "active":
        raise InputError("page-act.decided")
    return page


def _new_version(session: Session, page: Page, image: NewImage, state: str) -> PageVersion:
    batch_id = page.dossier.batch_id
    count = session.scalar(select(func.count(PageVersion.id)).where(PageVersion.page_id == page.id)) or 0
    file = ReceivedFile(
        batch_id=batch_id, path=f"补扫/{page.id}-{count + 1}", sha256=image.sha256, size=image.size,
        object_key=image.object_key, received_at=now(),
    )  # fmt: skip
    session.add(file)
    session.flush()
    version = PageVersion(
        page_id=page.id, file_id=file.id, file_page=1, state=state, object_key=image.object_key, sha256=image.sha256,
        created_at=now(),
    )  # fmt: skip
    session.add(version)
    session.flush()
    session.refresh(page, ["versions"])
    return version


def position_beside(session: Session, neighbour: Page, change: Change, *, before: bool) -> int:
    """A free position beside a page; where there is none left, the dossier's pages are numbered anew."""
    pages = list(active_pages(session, neighbour.dossier_id))
    index = pages.index(neighbour)
    low, high = _gap(pages, index, before=before)
    if high - low < 2:
        for number, page in enumerate(pages, start=1):
            change.touch(page)
            page.position = number * _STEP
        low, high = _gap(pages, index, before=before)
    return (low + high) // 2


def _gap(pages: Sequence[Page], index: int, *, before: bool) -> tuple[int, int]:
    left, right = (index - 1, index) if before else (index, index + 1)
    low = pages[left].position if left >= 0 else min(0, pages[right].position - _STEP)
    high = pages[right].position if right < len(pages) else low + 2 * _STEP
    return low, high


def end_of(session: Session, dossier_id: int) -> int:
    """A position behind all pages of a dossier."""
    return (session.scalar(select(func.max(Page.position)).where(Page.dossier_id == dossier_id)) or 0) + _STEP
