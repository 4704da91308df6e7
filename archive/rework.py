"""返工: what a returned lot is sent back with, and how what comes back is matched to it.

A place on the list comes back by the acts that there are for pages: a new image proposed or taken, a page inserted, moved,
taken out, a correction of the 卷内目录. Nobody types that it came; it shows on the page itself. A place that cannot be reworked
(the original is like that) is closed by a person with a reason. When all have come, the next round looks at each again.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.inspection import account_of, current_results, dossiers_of, find_lot, open_round
from archive.inspection_units import conceded_places, open_findings
from archive.rework_matching import about_many, came_back
from archive.tables import (
    Dossier,
    FindingRow,
    InspectionDefect,
    InspectionLot,
    InspectionRound,
    InspectionUnit,
    Page,
    PageVersion,
    ReworkItem,
)  # fmt: skip
from base.clock import now
from base.errors import AccessError, InputError
from standards.acceptance import Rework

Place = tuple[int, int | None, int | None]  # dossier, material, page: the narrowest that is given


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
    left = conceded_places(session, lot.id)
    # What is about a dossier as a whole stands before its pages, on both databases.
    order = (FindingRow.dossier_id, FindingRow.page_id.nulls_first(), FindingRow.rule)
    for dossier_id, page_id, rule, severity in session.execute(statement.group_by(*places).order_by(*order)).all():
        version_id = _image_now(session, page_id)
        if dossier_id is not None and (dossier_id, page_id, rule, version_id) not in left:
            yield ReworkItem(
                dossier_id=dossier_id, page_id=page_id, version_id=version_id, origin="machine", code=rule,
                severity=severity, note="", state="open",
            )  # fmt: skip


def _image_now(session: Session, page_id: int | None) -> int | None:
    if page_id is None:
        return None
    statement = select(PageVersion.id).where(PageVersion.page_id == page_id, PageVersion.state == "current")
    return session.scalar(statement.order_by(PageVersion.id.desc()).limit(1))


def items_of(session: Session, lot_id: int, *, round_id: int | None = None) -> list[ReworkItem]:
    """The items of a lot, or of the list of one round, by dossier and page; those about a dossier before its pages."""
    statement = (
        select(ReworkItem)
        .outerjoin(Page, Page.id == ReworkItem.page_id)
        .where(ReworkItem.lot_id == lot_id, ReworkItem.state != "void")
    )
    if round_id is not None:
        statement = statement.where(ReworkItem.round_id == round_id)
    return list(session.scalars(statement.order_by(ReworkItem.dossier_id, Page.position.nulls_first(), ReworkItem.id)))


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
    places: dict[Place, None] = {}
    for item in items:
        item.state, item.came_at, item.new_version_id = "came_back", came[item.id].at, came[item.id].version_id
        places.setdefault(_place(session, item), None)
    for number, (dossier_id, material_id, page_id) in enumerate(places):
        session.add(
            InspectionUnit(
                round_id=row.id, position=position + number, source="rework", dossier_id=dossier_id,
                material_id=material_id, page_id=page_id,
            )
        )  # fmt: skip
    session.flush()
    audit.record(session, viewer, "inspection.again", f"lot:{lot.id}", round=row.number, came_back=len(items))
    return row.id


def _place(session: Session, item: ReworkItem) -> Place:
    """What to look at again: the page, its paper where it is about more than the page, otherwise the dossier.

    A page that was taken out or went to another dossier leaves the dossier to look at.
    """
    page = session.get(Page, item.page_id) if item.page_id is not None else None
    if page is None or page.state != "active" or page.dossier_id != item.dossier_id:
        return (item.dossier_id, None, None)
    return (item.dossier_id, page.material_id, None) if about_many(item) else (item.dossier_id, None, page.id)


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
    by_place = {(unit.dossier_id, unit.material_id, unit.page_id): results[unit.id] for unit in units}
    answer = {}
    for item in items_of(session, row.lot_id):
        if item.state == "came_back":
            result = by_place.get(_place(session, item))
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
