"""A file that came again at another place: a person accepts the move, and its pages go where the new name puts them.

The bytes are known and stay; what changes is the page's place (dossier, material, number) and the name it goes by. It is an
act on pages like the others: kept with what was before, and undone by it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.act_log import Change
from archive.batches import find_batch
from archive.dossiers import find_dossier, must_be_open
from archive.page_acts import active_pages, end_of, position_beside
from archive.tables import Dossier, Material, Page, PageVersion, ReceivedFile
from base.errors import AccessError, InputError


def accept_move(session: Session, viewer: Viewer, file_id: int) -> int:
    """The pages of a moved file go to their new place; returns the act.

    InputError `moved.done` where it is not waiting any more, `moved.no-place` where the new name names no known place,
    `moved.no-page` where no page stands for the file now, `dossier.accepted` for either dossier.
    """
    viewer.must_work_at("clerk")
    row = session.get(ReceivedFile, file_id)
    if row is None:
        raise AccessError("not-found")
    find_batch(session, viewer, row.batch_id)
    if row.state != "moved":
        raise InputError("moved.done")
    target = _target(session, viewer, row)
    versions = _versions(session, row.reason_params.get("from_id"))
    if not versions:
        raise InputError("moved.no-page")
    first = versions[0].page
    must_be_open(find_dossier(session, viewer, first.dossier_id))
    change = Change(session, viewer, "relocate", first.dossier_id, first.id if len(versions) == 1 else None, "")
    materials = _materials(session, target)
    places = {int(page): (material, number) for page, material, number in row.reason_params["pages"]}
    for version in versions:
        change.touch(version)
        version.file_id = row.id
        if version.state == "current":
            material, number = places.get(version.file_page, (None, None))
            _place(session, change, version.page, target, materials.get(material or ""), number)
    _rename(session, change, row)
    return change.commit()


def accept_moves(session: Session, viewer: Viewer, batch_id: int) -> tuple[int, int]:
    """Accepts all moved files of a batch whose place is known and open: how many it did, and how many it left waiting."""
    batch = find_batch(session, viewer, batch_id)
    statement = select(ReceivedFile.id).where(ReceivedFile.batch_id == batch.id, ReceivedFile.state == "moved")
    done = left = 0
    for file_id in session.scalars(statement.order_by(ReceivedFile.path, ReceivedFile.id)).all():
        try:
            accept_move(session, viewer, file_id)
            done += 1
        except InputError:
            left += 1
    return done, left


def _target(session: Session, viewer: Viewer, row: ReceivedFile) -> Dossier:
    key = row.reason_params.get("dossier")
    statement = select(Dossier.id).where(Dossier.batch_id == row.batch_id, Dossier.key == key)
    dossier_id = session.scalar(statement) if key is not None and row.reason_params.get("pages") else None
    if dossier_id is None:
        raise InputError("moved.no-place")
    dossier = find_dossier(session, viewer, dossier_id)
    must_be_open(dossier)
    return dossier


def _versions(session: Session, from_id: int | None) -> Sequence[PageVersion]:
    """The images that the file stood for at its old place, those of active pages."""
    statement = (
        select(PageVersion)
        .join(Page, Page.id == PageVersion.page_id)
        .where(PageVersion.file_id == from_id, PageVersion.state.in_(["current", "linked"]), Page.state == "active")
    )
    return session.scalars(statement.order_by(PageVersion.file_page, PageVersion.id)).all()


def _materials(session: Session, dossier: Dossier) -> dict[str, int]:
    statement = select(Material.key, Material.id).where(Material.dossier_id == dossier.id)
    return dict(session.execute(statement).tuples().all())


def _place(
    session: Session, change: Change, page: Page, target: Dossier, material_id: int | None, number: int | None
) -> None:
    """Behind the page of its material with the next smaller number; first in it where there is none."""
    others = [each for each in active_pages(session, target.id) if each.id != page.id]
    same = [each for each in others if each.material_id == material_id]
    before = [each for each in same if number is not None and each.number is not None and each.number < number]
    if before:
        position = position_beside(session, before[-1], change, before=False)
    elif same:
        position = position_beside(session, same[0], change, before=True)
    else:
        position = end_of(session, target.id)
    change.touch(page)
    page.dossier_id, page.material_id, page.number, page.position = target.id, material_id, number, position


def _rename(session: Session, change: Change, row: ReceivedFile) -> None:
    """The new name is received, the old one gone."""
    old = session.get(ReceivedFile, row.reason_params.get("from_id"))
    for file, state in ((row, "received"), (old, "gone")):
        if file is not None:
            change.touch(file)
            file.state = state
