"""The verdict on a lot: counted as it stands, closed with its figures, signed by both sides; then its dossiers are accepted.

A closed round can be opened again until somebody has signed. The second signature under an accepted round accepts the lot, and
from then on none of its rows changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.acceptance import accept_dossiers
from archive.access import Viewer
from archive.inspection import account_of, current_results, defects_of, dossiers_of, find_lot, plan_of, terms_of
from archive.inspection_units import machine_figures
from archive.rework import close_rework, items_of, list_rework, rework_figures
from archive.tables import (
    Dossier,
    InspectionDefect,
    InspectionLot,
    InspectionRound,
    InspectionSignature,
    ReworkItem,
)  # fmt: skip
from base.clock import now
from base.errors import AccessError, InputError
from standards.acceptance import Inspected, LotVerdict, Machine, Reason, indicator_from_json, judge_lot

SIDES = ("processor", "district")


def verdict_of(session: Session, row: InspectionRound) -> LotVerdict:
    """The figures of a round: as they were closed, or as they stand now."""
    if row.figures:
        return _kept(row.figures)
    return _live(session, row)


def _live(session: Session, row: InspectionRound) -> LotVerdict:
    lot = row.lot
    terms = terms_of(lot)
    machine = machine_figures(session, lot, dossiers_of(session, lot.id), terms)
    return judge_lot(terms, plan_of(row), _inspected(session, row), machine, rework_figures(session, row))


def _inspected(session: Session, row: InspectionRound) -> list[Inspected]:
    """The drawn units that are finished, as the arithmetic takes them; one whose images changed since is not."""
    drawn = [unit for unit in row.units if unit.source == "drawn"]
    results, defects = current_results(session, drawn), defects_of(session, drawn)
    return [_unit(defects[unit.id]) for unit in drawn if results[unit.id] is not None]


def _unit(defects: Sequence[InspectionDefect]) -> Inspected:
    counts = dict.fromkeys(("critical", "major", "minor", "link"), 0)
    for defect in defects:
        counts["link" if defect.link else defect.severity] += 1
    return Inspected(**counts)


def figures_json(verdict: LotVerdict, machine: Machine) -> dict[str, Any]:
    """A verdict as a round keeps it, with the findings for a person that were open, and what was left as it is."""
    return {
        "decision": verdict.decision,
        "indicators": [each.as_json() for each in verdict.indicators],
        "reasons": [{"code": each.code, "params": each.params} for each in verdict.reasons],
        "review": machine.review,
        "conceded": machine.conceded,
    }


def _kept(figures: dict[str, Any]) -> LotVerdict:
    return LotVerdict(
        figures["decision"],
        tuple(indicator_from_json(each) for each in figures["indicators"]),
        tuple(Reason(each["code"], each["params"]) for each in figures["reasons"]),
    )


def conclude(session: Session, viewer: Viewer, round_id: int) -> str:
    """出结论: the figures are closed. A returned lot gets its list, and its dossiers say so. Answers the decision.

    InputError `inspection.undecided` while units or pages are not looked at; again is harmless.
    """
    row = _round(session, viewer, round_id)
    if row.state != "inspecting":
        return row.state
    verdict = _live(session, row)
    if verdict.decision == "undecided":
        raise InputError("inspection.undecided")
    lot = row.lot
    machine = machine_figures(session, lot, dossiers_of(session, lot.id), terms_of(lot))
    row.figures, row.state = figures_json(verdict, machine), verdict.decision
    row.closed_by, row.closed_at = account_of(viewer), now()
    close_rework(session, viewer, row)
    listed = 0
    if verdict.decision == "returned":
        listed = list_rework(session, lot, row)
        lot.state = "returned"
        _set_dossiers(session, lot, "checked", "returned")
    audit.record(
        session, viewer, "inspection.conclude", f"lot:{lot.id}", round=row.number, decision=row.state, rework=listed
    )
    return row.state


def reopen(session: Session, viewer: Viewer, round_id: int) -> None:
    """Takes a conclusion back, to go on inspecting; InputError `inspection.signed` once a side has signed.

    `inspection.answered` where something of its list was closed by a person, or the next round has begun.
    """
    row = _round(session, viewer, round_id)
    lot = row.lot
    if row.state == "inspecting":
        return
    if row.signatures or lot.state == "accepted":
        raise InputError("inspection.signed")
    listed = items_of(session, lot.id, round_id=row.id)
    if any(item.state != "open" for item in listed) or row is not lot.rounds[-1]:
        raise InputError("inspection.answered")
    for item in listed:
        item.state = "void"
    for item in _settled_by(session, row):
        item.state, item.closed_by, item.closed_at = "came_back", None, None
    lot.state, row.state, row.figures = "open", "inspecting", {}
    row.closed_by, row.closed_at = None, None
    _set_dossiers(session, lot, "returned", "checked")
    audit.record(session, viewer, "inspection.reopen", f"lot:{lot.id}", round=row.number)


def _settled_by(session: Session, row: InspectionRound) -> Sequence[ReworkItem]:
    """The items of earlier lists that this round has settled or sent back again."""
    return [
        item
        for item in items_of(session, row.lot_id)
        if item.came_at is not None and item.state in ("closed", "again") and item.closed_at == row.closed_at
    ]


def _set_dossiers(session: Session, lot: InspectionLot, before: str, after: str) -> None:
    dossiers = session.scalars(select(Dossier).where(Dossier.id.in_(dossiers_of(session, lot.id))))
    for dossier in dossiers:
        dossier.state = after if dossier.state == before else dossier.state


def sign(session: Session, viewer: Viewer, round_id: int, side: str, name: str) -> bool:
    """One side signs a closed round under its typed name; answers whether the lot is accepted by it.

    InputError `inspection.undecided` before the round is closed, `inspection.signed-already` where the side has signed under
    another name, `inspection.same-name` where both sides would be one person, `inspection.changed` where an accepted round
    would no longer be accepted as things stand.
    """
    row = _round(session, viewer, round_id)
    name = " ".join(name.split())
    if side not in SIDES or not name:
        raise InputError("inspection.name")
    if row.state == "inspecting":
        raise InputError("inspection.undecided")
    known = {each.side: each for each in row.signatures}
    if side in known:
        if known[side].name != name:
            raise InputError("inspection.signed-already", name=known[side].name)
        return row.lot.state == "accepted"
    if any(each.name == name for each in known.values()):
        raise InputError("inspection.same-name")
    session.add(
        InspectionSignature(
            round_id=row.id, side=side, name=name, account_id=account_of(viewer), signed_at=now()
        )
    )  # fmt: skip
    session.flush()
    session.refresh(row, ["signatures"])
    audit.record(session, viewer, "inspection.sign", f"lot:{row.lot_id}", round=row.number, side=side)
    if row.state == "accepted" and len(row.signatures) == len(SIDES):
        _accept(session, viewer, row)
        return True
    return False


def unsign(session: Session, viewer: Viewer, round_id: int, side: str) -> None:
    """Takes a signature back while the lot is not accepted by both; again is harmless."""
    row = _round(session, viewer, round_id)
    if row.lot.state == "accepted":
        raise InputError("inspection.signed")
    for signature in row.signatures:
        if signature.side == side:
            session.delete(signature)
            audit.record(session, viewer, "inspection.unsign", f"lot:{row.lot_id}", round=row.number, side=side)


def _accept(session: Session, viewer: Viewer, row: InspectionRound) -> None:
    lot = row.lot
    if _live(session, row).decision != "accepted":
        raise InputError("inspection.changed")
    accept_dossiers(session, viewer, dossiers_of(session, lot.id), lot.id)
    lot.state, lot.closed_at = "accepted", now()
    audit.record(session, viewer, "inspection.accept", f"lot:{lot.id}", round=row.number)


def _round(session: Session, viewer: Viewer, round_id: int) -> InspectionRound:
    viewer.must_work_at("clerk")
    row = session.get(InspectionRound, round_id)
    if row is None:
        raise AccessError("not-found")
    if find_lot(session, viewer, row.lot_id).state == "cancelled":
        raise InputError("inspection.cancelled")
    account_of(viewer)
    return row
