"""Many pages at once: put elsewhere in their dossier, into another material, split off into one of their own, moved to
another dossier, taken out. Each is one act, kept with what was before and undone by it like the acts on one page.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from archive import added_materials
from archive.access import Viewer
from archive.act_log import Change
from archive.dossiers import find_dossier, must_be_open
from archive.page_acts import active_pages, end_of
from archive.tables import Dossier, Material, Page
from base.errors import InputError

_STEP = 1000  # as in `page_acts`: room between two neighbours
_MOST = 1000


def arrange(session: Session, viewer: Viewer, dossier_id: int, page_ids: Sequence[int], before: int | None) -> int:
    """调序: the pages, in the order they stand in, go before the page `before` (None: behind the last) and into its material.

    Returns the act. InputError `page-act.none-marked`, `page-act.decided` (not all of them stand there), `page-act.nothing`.
    """
    dossier, pages = _marked(session, viewer, dossier_id, page_ids)
    others = [each for each in active_pages(session, dossier.id) if each not in pages]
    if before is not None and before not in {each.id for each in others}:
        raise InputError("page-act.decided")
    place = next((at for at, each in enumerate(others) if each.id == before), len(others))
    change = Change(session, viewer, "arrange", dossier.id, None, "")
    neighbour = others[place] if place < len(others) else others[-1] if others else None
    _put(change, others, place, pages)
    for page in pages:
        page.material_id = neighbour.material_id if neighbour else page.material_id
    return change.commit()


def into_material(session: Session, viewer: Viewer, dossier_id: int, page_ids: Sequence[int], material_id: int) -> int:
    """归入材料: the pages go behind the last page of a material of this dossier."""
    dossier, pages = _marked(session, viewer, dossier_id, page_ids)
    material = session.get(Material, material_id)
    if material is None or material.dossier_id != dossier.id:
        raise InputError("page-act.decided")
    change = Change(session, viewer, "arrange", dossier.id, None, "")
    _behind(session, change, dossier, pages, material.id)
    for page in pages:
        page.material_id = material.id
    return change.commit()


def split_off(
    session: Session, viewer: Viewer, dossier_id: int, page_ids: Sequence[int], class_code: str, title: str
) -> int:
    """分出: the pages become a material of their own, behind the one that the first of them was in.

    InputError as `arrange` and `added_materials.add`. Undone, the material goes again unless somebody worked on it.
    """
    dossier, pages = _marked(session, viewer, dossier_id, page_ids)
    old = pages[0].material_id
    made = added_materials.add(session, viewer, dossier.id, class_code, title, old)
    change = Change(session, viewer, "split-off", dossier.id, None, title)
    _behind(session, change, dossier, pages, old)
    for page in pages:
        page.material_id = made
    return change.commit()


def move_off(
    session: Session, viewer: Viewer, dossier_id: int, page_ids: Sequence[int], target_id: int, reason: str
) -> int:
    """移到他卷: the pages go to the end of another dossier, into no material until a person assigns them."""
    dossier, pages = _marked(session, viewer, dossier_id, page_ids)
    target = find_dossier(session, viewer, target_id)
    must_be_open(target)
    if target.id == dossier.id:
        raise InputError("page-act.same-dossier")
    change = Change(session, viewer, "move-off", dossier.id, None, reason)
    position = end_of(session, target.id)
    for page in pages:
        change.touch(page)
        page.dossier_id, page.material_id, page.position = target.id, None, position
        position += _STEP
    return change.commit()


def take_out(session: Session, viewer: Viewer, dossier_id: int, page_ids: Sequence[int], reason: str) -> int:
    """移出: takes pages out of the dossier's order; they are kept and come back by undoing."""
    dossier, pages = _marked(session, viewer, dossier_id, page_ids)
    change = Change(session, viewer, "take-out", dossier.id, None, reason)
    for page in pages:
        change.touch(page)
        page.state = "removed"
    return change.commit()


def _marked(
    session: Session, viewer: Viewer, dossier_id: int, page_ids: Sequence[int]
) -> tuple[Dossier, Sequence[Page]]:
    """The dossier, and the pages in the order they stand in."""
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    must_be_open(dossier)
    wanted = set(page_ids)
    if not wanted or len(wanted) > _MOST:
        raise InputError("page-act.none-marked", limit=_MOST)
    pages = [each for each in active_pages(session, dossier.id) if each.id in wanted]
    if len(pages) != len(wanted):
        raise InputError("page-act.decided")
    return dossier, pages


def _behind(session: Session, change: Change, dossier: Dossier, pages: Sequence[Page], material_id: int | None) -> None:
    """Behind the last page of a material that is not one of them; where it has none, where the first of them stands."""
    active = list(active_pages(session, dossier.id))
    others = [each for each in active if each not in pages]
    last = next((at for at in reversed(range(len(others))) if others[at].material_id == material_id), None)
    place = last + 1 if last is not None else active.index(pages[0])
    _put(change, others, place, pages)


def _put(change: Change, others: Sequence[Page], place: int, pages: Sequence[Page]) -> None:
    """Gives the pages positions before `others[place]`; all are numbered anew where there is no room between two."""
    for page in pages:
        change.touch(page)
    high = others[place].position if place < len(others) else None
    low = others[place - 1].position if place else (0 if high is None else min(0, high - _STEP * (len(pages) + 1)))
    step = _STEP if high is None else (high - low) // (len(pages) + 1)
    if step >= 1:
        for number, page in enumerate(pages, start=1):
            page.position = low + number * step
        return
    for number, page in enumerate([*others[:place], *pages, *others[place:]], start=1):
        change.touch(page)
        page.position = number * _STEP
