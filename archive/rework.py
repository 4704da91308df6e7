"""返工: what a returned lot is sent back with, and how what comes back is matched to it.

A place on the list comes back by the acts that there are for pages: a new image proposed or taken, a page inserted, moved,
taken out, a correction of the 卷内目录. Nobody types that it came; it shows on the page itself. A place that cannot be reworked
(the original is like that) is closed by a person with a reason. When all have come, the next round looks at each again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.inspection import account_of, current_results, dossiers_of, find_lot, open_round
from archive.inspection_units import open_findings
from archive.tables import (
    Correction,
    Dossier,
    FindingRow,
    InspectionDefect,
    InspectionLot,
    InspectionRound,
    InspectionUnit,
    Material,
    Page,
    PageAct,
    PageVersion,
    ReworkItem,
)  # fmt: skip
from base.clock import now
from base.errors import AccessError, InputError
from standards.acceptance import Rework

# Acts that mend a page or dossier without a new image; a new image is seen on the page itself.
_STRUCTURE = ("insert", "split", "move", "transfer", "remove")


@dataclass(frozen=True, slots=True)
class Came:
    """What came back for an item: when, and the new image where there is one."""

    at: datetime
    version_id: int | None = None


def list_rework(session: Session, lot: InspectionLot, row: InspectionRound) -> int:
    """Writes the list of a returned round: its defects, and each failure of the machine's check. Answers how many."""
    items = [*_from_defects(session, row), *_from_findings(session, lot)]
    for item in items:
        item.lot_id, item.round_id = lot.id, row.id
    session.add_all(items)
    session.flush()
    return len(items)


def _from_defects(session: Session, row: InspectionRound) -> Iterable[ReworkItem]:
    statement = (
        select(InspectionDefect, InspectionUnit)
        .join(InspectionUnit, InspectionUnit.id == InspectionDefect.unit_id)
        .where(InspectionUnit.round_id == row.id, InspectionDefect.removed_at.is_(None))
        .order_by(InspectionUnit.position, InspectionDefect.id)
    )
    for defect, unit in session.execute(statement).all():
        page_id = defect.page_id or unit.page_id
        yield ReworkItem(
            dossier_id=unit.dossier_id, page_id=page_id, version_id=_image_now(session, page_id), origin="inspection",
            code=defect.code, severity=defect.severity, note=defect.note, state="open",
        )  # fmt: skip


def _from_findings(session: Session, lot: InspectionLot) -> Iterable[ReworkItem]:
    """One for each page and rule, one for each failure about a dossier; one about the whole batch stands for no place."""
    statement = open_findings(lot.batch_id, dossiers_of(session, lot.id), "fail").with_only_columns(
        FindingRow.dossier_id, FindingRow.page_id, FindingRow.rule, func.max(FindingRow.severity)
    )
    places = (FindingRow.dossier_id, FindingRow.page_id, FindingRow.rule)
    for dossier_id, page_id, rule, severity in session.execute(statement.group_by(*places).order_by(*places)).all():
        if dossier_id is not None:
            yield ReworkItem(
                dossier_id=dossier_id, page_id=page_id, version_id=_image_now(session, page_id), origin="machine",
                code=rule, severity=severity, note="", state="open",
            )  # fmt: skip


def _image_now(session: Session, page_id: int | None) -> int | None:
    if page_id is None:
        return None
    statement = select(PageVersion.id).where(PageVersion.page_id == page_id, PageVersion.state == "current")
    return session.scalar(statement.order_by(PageVersion.id.desc()).limit(1))


def items_of(session: Session, lot_id: int, *, round_id: int | None = None) -> list[ReworkItem]:
    """The items of a lot, or of the list of one round, by dossier and page."""
    statement = (
        select(ReworkItem)
        .outerjoin(Page, Page.id == ReworkItem.page_id)
        .where(ReworkItem.lot_id == lot_id, ReworkItem.state != "void")
    )
    if round_id is not None:
        statement = statement.where(ReworkItem.round_id == round_id)
    return list(session.scalars(statement.order_by(ReworkItem.dossier_id, Page.position, ReworkItem.id)))


def came_back(session: Session, items: Sequence[ReworkItem]) -> dict[int, Came]:
    """What has come back so far, by item: a new image, an act on the page or dossier, a correction, since it went out."""
    found: dict[int, Came] = {}
    since = _sent(session, {item.round_id for item in items})
    pages = {item.page_id for item in items if item.page_id is not None}
    images = _newest(session, select(PageVersion.page_id, PageVersion.id, PageVersion.created_at).where(PageVersion.page_id.in_(pages), PageVersion.state.in_(["current", "proposed"])))  # fmt: skip
    acts = select(PageAct.page_id, PageAct.id, PageAct.made_at).where(PageAct.undone_at.is_(None))
    acts = acts.where(PageAct.kind.in_(_STRUCTURE))
    on_pages = _newest(session, acts.where(PageAct.page_id.in_(pages)))
    dossiers = {item.dossier_id for item in items if item.page_id is None}
    in_dossiers = _newest(session, acts.with_only_columns(PageAct.dossier_id, PageAct.id, PageAct.made_at).where(PageAct.dossier_id.in_(dossiers)))  # fmt: skip
    corrected = _newest(
        session,
        select(Material.dossier_id, Correction.id, Correction.made_at)
        .join(Material, Material.id == Correction.material_id)
        .where(Correction.undone_at.is_(None), Material.dossier_id.in_({item.dossier_id for item in items})),
    )
    for item in items:
        image = images.get(item.page_id or 0)
        if image is not None and image[0] != item.version_id and image[1] > since[item.round_id]:
            found[item.id] = Came(image[1], image[0])
            continue
        # A wrong line of the catalogue is mended by a correction, wherever the inspector noted it.
        mended = [corrected.get(item.dossier_id)] if item.page_id is None or item.code.startswith("link.") else []
        others = [on_pages.get(item.page_id or 0), in_dossiers.get(item.dossier_id) if item.page_id is None else None]
        times = [each[1] for each in (*others, *mended) if each is not None and each[1] > since[item.round_id]]
        if times:
            found[item.id] = Came(max(times))
    return found


def _sent(session: Session, rounds: set[int]) -> dict[int, datetime]:
    """When each list went out."""
    rows = session.scalars(select(InspectionRound).where(InspectionRound.id.in_(rounds)))
    return {row.id: row.closed_at for row in rows if row.closed_at is not None}


def _newest(session: Session, statement: Select[Any]) -> dict[int, tuple[int, datetime]]:
    """The last row (its id and time) by the first column."""
    return {key: (row_id, at) for key, row_id, at in session.execute(statement.order_by(statement.selected_columns[1]))}


def answer_item(session: Session, viewer: Viewer, item_id: int, answer: str) -> int:
    """Closes an item that is not reworked, with the reason; an empty one opens it again. Answers the id of its lot."""
    viewer.must_work_at("clerk")
    item = session.get(ReworkItem, item_id)
    if item is None:
        raise AccessError("not-found")
    lot = find_lot(session, viewer, item.lot_id)
    if lot.state != "returned" or item.state not in ("open", "closed"):
        raise InputError("inspection.closed")
    item.answer, item.state = answer, "closed" if answer else "open"
    item.closed_by, item.closed_at = (account_of(viewer), now()) if answer else (None, None)
    audit.record(
        session, viewer, "inspection.answer", f"rework:{item.id}", dossier_id=item.dossier_id, state=item.state
    )
    return lot.id


def next_round(session: Session, viewer: Viewer, lot_id: int) -> int:
    """复检: all of the list is back or answered; a new sample is drawn, and every place that came back is looked at again.

    InputError `inspection.not-returned`, `inspection.rework-open` while something is out, `inspection.waiting` while a new
    image waits for a decision or the machine. Answers the id of the round.
    """
    viewer.must_work_at("clerk")
    lot = find_lot(session, viewer, lot_id)
    if lot.state != "returned":
        raise InputError("inspection.not-returned")
    items = [item for item in items_of(session, lot.id) if item.state == "open"]
    came = came_back(session, items)
    if out := [item for item in items if item.id not in came]:
        raise InputError("inspection.rework-open", count=len(out))
    if waiting := _waiting(session, lot.id):
        raise InputError("inspection.waiting", pages=waiting)
    lot.state = "open"
    for dossier_id in dossiers_of(session, lot.id):
        dossier = session.get_one(Dossier, dossier_id)
        dossier.state = "checked" if dossier.state == "returned" else dossier.state
    row = open_round(session, viewer, lot)
    position = 1 + max((unit.position for unit in row.units), default=0)
    places: dict[tuple[int, int | None], None] = {}
    for item in items:
        item.state, item.came_at, item.new_version_id = "came_back", came[item.id].at, came[item.id].version_id
        places.setdefault((item.dossier_id, _place(session, item)), None)
    for number, (dossier_id, page_id) in enumerate(places):
        session.add(
            InspectionUnit(
                round_id=row.id, position=position + number, source="rework", dossier_id=dossier_id, page_id=page_id
            )
        )
    session.flush()
    audit.record(session, viewer, "inspection.again", f"lot:{lot.id}", round=row.number, came_back=len(items))
    return row.id


def _place(session: Session, item: ReworkItem) -> int | None:
    """The page to look at again; a page that was taken out or went to another dossier leaves the dossier to look at."""
    page = session.get(Page, item.page_id) if item.page_id is not None else None
    return page.id if page and page.state == "active" and page.dossier_id == item.dossier_id else None


def _waiting(session: Session, lot_id: int) -> int:
    undecided = (PageVersion.state == "proposed") | (
        (PageVersion.state == "current") & PageVersion.measured_at.is_(None)
    )
    statement = (
        select(func.count(Page.id.distinct()))
        .join(PageVersion, PageVersion.page_id == Page.id)
        .where(Page.dossier_id.in_(dossiers_of(session, lot_id)), Page.state == "active", undecided)
    )
    return session.scalar(statement) or 0


def rework_figures(session: Session, row: InspectionRound) -> Rework:
    """How the places that came back for this round look now."""
    states = list(settled(session, row).values())
    return Rework(len(states), sum(each is not None for each in states), sum(each is False for each in states))


def settled(session: Session, row: InspectionRound) -> dict[int, bool | None]:
    """Whether each place that came back is right now, by item; None before it was looked at again."""
    units = [unit for unit in row.units if unit.source == "rework"]
    results = current_results(session, units)
    by_place = {(unit.dossier_id, unit.page_id): results[unit.id] for unit in units}
    answer = {}
    for item in items_of(session, row.lot_id):
        if item.state == "came_back":
            result = by_place.get((item.dossier_id, _place(session, item)))
            answer[item.id] = None if result is None else result == "ok"
    return answer


def close_rework(session: Session, viewer: Viewer, row: InspectionRound) -> None:
    """The round is closed: what came back is settled, or stands in the new list again."""
    right = settled(session, row)
    for item in items_of(session, row.lot_id):
        if item.state != "came_back":
            continue
        item.state = "closed" if right[item.id] else "again"
        item.closed_by, item.closed_at = account_of(viewer), row.closed_at
