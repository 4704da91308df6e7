"""检验批: a lot is made of dossiers of one batch, drawn from, and looked at unit by unit.

The terms are copied from the profile of the batch and the seed is recorded, so that both sides can draw the sample again. A
dossier is in one lot at a time. Every act is in the trail; an accepted lot takes none.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.batches import find_batch
from archive.inspection_units import (
    UnitOf,
    denominators,
    dossier_choices,
    images_of_units,
    pages_of_unit,
    units_of,
)
from archive.serials import next_serial
from archive.tables import (
    Dossier,
    InspectionDefect,
    InspectionDossier,
    InspectionLot,
    InspectionRound,
    InspectionUnit,
)
from base.clock import now
from base.errors import AccessError, InputError
from standards.acceptance import SEVERITIES
from standards.defects import defect_kinds
from standards.profiles import load_profile
from standards.sampling import Plan, Stratum, draw, plan_sample
from standards.terms import Terms, terms_from_json

MAX_NOTE = 300


@dataclass(frozen=True, slots=True)
class Preview:
    """What a lot of these dossiers would be, before it is drawn."""

    profile: str
    terms: Terms
    plan: Plan
    denominators: dict[str, int]


def preview_lot(session: Session, viewer: Viewer, batch_id: int, dossier_ids: Sequence[int]) -> Preview:
    """Unit, denominators and size of the sample; InputError as `make_lot`."""
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    chosen = _chosen(session, viewer, batch.id, dossier_ids)
    terms = load_profile(batch.profile).acceptance
    units = units_of(session, chosen, terms)
    return Preview(batch.profile, terms, plan_sample(_candidates(units), terms), denominators(session, chosen))


def make_lot(session: Session, viewer: Viewer, batch_id: int, dossier_ids: Sequence[int], *, seed: str = "") -> int:
    """Makes a lot and draws its first sample; answers its id. The seed is drawn by chance unless it is given.

    InputError `inspection.empty`, `inspection.not-ready` where a dossier cannot be inspected or is in another lot.
    """
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    chosen = _chosen(session, viewer, batch.id, dossier_ids)
    profile = load_profile(batch.profile)
    lot = InspectionLot(
        serial=next_serial(session, f"YS-{now().year}"), batch_id=batch.id, organization_id=batch.organization_id,
        profile=profile.id, terms=profile.acceptance.as_json(), seed=seed or secrets.token_hex(8),
        account_id=account_of(viewer), created_at=now(),
    )  # fmt: skip
    session.add(lot)
    session.flush()
    session.add_all([InspectionDossier(lot_id=lot.id, dossier_id=each) for each in chosen])
    audit.record(session, viewer, "inspection.make", f"lot:{lot.id}", dossiers=len(chosen), seed=lot.seed)
    open_round(session, viewer, lot)
    return lot.id


def _chosen(session: Session, viewer: Viewer, batch_id: int, dossier_ids: Sequence[int]) -> list[int]:
    """The dossiers asked for, in the order of the batch."""
    if not dossier_ids:
        raise InputError("inspection.empty")
    wanted = set(dossier_ids)
    known = [each for each in dossier_choices(session, viewer, batch_id) if each.id in wanted]
    if len(known) != len(wanted):
        raise AccessError("not-found")
    if blocked := [each for each in known if each.why_not]:
        raise InputError("inspection.not-ready", count=len(blocked), name=blocked[0].name)
    return [each.id for each in known]


def _candidates(units: Sequence[UnitOf]) -> list[Any]:
    return [unit.candidate for unit in units]


def open_round(session: Session, viewer: Viewer, lot: InspectionLot) -> InspectionRound:
    """Draws the next sample of a lot: the same seed with the number of the round gives another draw."""
    terms, dossiers = terms_of(lot), dossiers_of(session, lot.id)
    units = units_of(session, dossiers, terms)
    plan = plan_sample(_candidates(units), terms)
    number = 1 + (session.scalar(select(func.max(InspectionRound.number)).where(InspectionRound.lot_id == lot.id)) or 0)
    row = InspectionRound(
        lot_id=lot.id, number=number, plan={**plan.as_json(), "denominators": denominators(session, dossiers)},
        opened_by=account_of(viewer), opened_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    drawn = set(draw(_candidates(units), plan, lot=f"{lot.serial}/{number}", seed=lot.seed))
    chosen = [unit for unit in units if unit.candidate.key in drawn]
    for position, unit in enumerate(chosen, start=1):
        session.add(
            InspectionUnit(
                round_id=row.id, position=position, stratum=list(unit.candidate.stratum), dossier_id=unit.dossier_id,
                material_id=unit.material_id, page_id=unit.page_id,
            )
        )  # fmt: skip
    session.flush()
    audit.record(session, viewer, "inspection.draw", f"lot:{lot.id}", round=number, drawn=len(chosen))
    return row


def cancel_lot(session: Session, viewer: Viewer, lot_id: int) -> None:
    """撤销检验批: a lot made by mistake gives its dossiers free and stays on record; again is harmless.

    InputError `inspection.signed` once a side has signed its last round.
    """
    viewer.must_work_at("clerk")
    lot = find_lot(session, viewer, lot_id)
    account_of(viewer)
    if lot.state == "cancelled":
        return
    last = lot.rounds[-1]
    if lot.state == "accepted" or last.signatures:
        raise InputError("inspection.signed")
    lot.state, lot.closed_at = "cancelled", now()
    last.state = "cancelled" if last.state == "inspecting" else last.state
    for dossier in session.scalars(select(Dossier).where(Dossier.id.in_(dossiers_of(session, lot.id)))):
        dossier.state = "checked" if dossier.state == "returned" else dossier.state
    audit.record(session, viewer, "inspection.cancel", f"lot:{lot.id}")


def find_lot(session: Session, viewer: Viewer, lot_id: int) -> InspectionLot:
    """AccessError `not-found` where the viewer does not see it."""
    statement = scoped(select(InspectionLot).where(InspectionLot.id == lot_id), viewer, InspectionLot)
    lot: InspectionLot | None = session.scalar(statement)
    if lot is None:
        raise AccessError("not-found")
    return lot


def find_unit(session: Session, viewer: Viewer, unit_id: int) -> InspectionUnit:
    """AccessError `not-found` where the viewer does not see its lot."""
    unit = session.get(InspectionUnit, unit_id)
    if unit is None:
        raise AccessError("not-found")
    find_lot(session, viewer, unit.round.lot_id)
    return unit


def dossiers_of(session: Session, lot_id: int) -> list[int]:
    """The ids of a lot's dossiers."""
    statement = select(InspectionDossier.dossier_id).where(InspectionDossier.lot_id == lot_id)
    return list(session.scalars(statement.order_by(InspectionDossier.dossier_id)))


def terms_of(lot: InspectionLot) -> Terms:
    return terms_from_json(lot.terms)


def plan_of(row: InspectionRound) -> Plan:
    """The plan as the round keeps it."""
    strata = (Stratum(tuple(each["name"]), each["population"], each["size"]) for each in row.plan["strata"])
    return Plan(row.plan["population"], row.plan["least"], tuple(strata))


def account_of(viewer: Viewer) -> int:
    """The account that acts: nobody inspects or signs nameless. AccessError `access.denied` for the command line."""
    if viewer.account_id is None:
        raise AccessError("access.denied")
    return viewer.account_id


def mark(
    session: Session,
    viewer: Viewer,
    unit_id: int,
    code: str,
    page_id: int | None,
    *,
    severity: str = "",
    note: str = "",
) -> int:
    """Notes a defect on a drawn unit; answers its id. The same defect on the same page again changes its note and severity.

    InputError `inspection.closed` after the round, `inspection.code` for a kind or severity that is none, `inspection.page`
    for a page that is not of this unit.
    """
    unit = _open_unit(session, viewer, unit_id)
    kind = defect_kinds().get(code)
    if kind is None or (severity and severity not in SEVERITIES):
        raise InputError("inspection.code")
    if page_id is not None and page_id not in {page.id for page in pages_of_unit(session, unit)}:
        raise InputError("inspection.page")
    same = select(InspectionDefect).where(
        InspectionDefect.unit_id == unit.id, InspectionDefect.page_id == page_id, InspectionDefect.code == code,
        InspectionDefect.removed_at.is_(None),
    )  # fmt: skip
    row = session.scalar(same)
    if row is None:
        row = InspectionDefect(
            unit_id=unit.id, page_id=page_id, code=code, severity=kind.severity, link=kind.link,
            account_id=account_of(viewer), made_at=now(),
        )  # fmt: skip
        session.add(row)
    row.severity, row.note = severity or row.severity, note[:MAX_NOTE] or row.note
    session.flush()
    audit.record(
        session, viewer, "inspection.mark", f"unit:{unit.id}", dossier_id=unit.dossier_id, defect=row.id, code=code
    )
    _result(session, unit)
    return row.id


def unmark(session: Session, viewer: Viewer, defect_id: int) -> int:
    """Takes a defect back; its row stays. Answers the id of its unit; again is harmless."""
    row = session.get(InspectionDefect, defect_id)
    if row is None:
        raise AccessError("not-found")
    unit = _open_unit(session, viewer, row.unit_id)
    if row.removed_at is None:
        row.removed_at = now()
        audit.record(session, viewer, "inspection.unmark", f"unit:{unit.id}", dossier_id=unit.dossier_id, defect=row.id)
        _result(session, unit)
    return unit.id


def finish_unit(session: Session, viewer: Viewer, unit_id: int) -> str:
    """The unit was looked at: ok, or defects where some are noted. Answers which. Again after its images changed, anew."""
    unit = _open_unit(session, viewer, unit_id)
    seen = images_of_units(session, [unit])[unit.id]
    if unit.inspected_at is None or unit.seen != seen:
        unit.account_id, unit.inspected_at, unit.seen = account_of(viewer), now(), seen
        _result(session, unit)
        audit.record(
            session, viewer, "inspection.result", f"unit:{unit.id}", dossier_id=unit.dossier_id, result=unit.result
        )
    return unit.result or "ok"


def defects_of(session: Session, units: Sequence[InspectionUnit]) -> dict[int, list[InspectionDefect]]:
    """The defects that hold, by unit."""
    statement = select(InspectionDefect).where(
        InspectionDefect.unit_id.in_([unit.id for unit in units]), InspectionDefect.removed_at.is_(None)
    )
    found: dict[int, list[InspectionDefect]] = {unit.id: [] for unit in units}
    for row in session.scalars(statement.order_by(InspectionDefect.id)):
        found[row.unit_id].append(row)
    return found


def current_results(session: Session, units: Sequence[InspectionUnit]) -> dict[int, str | None]:
    """The result of each unit while it is about the images that are there now; None before, and after they changed."""
    images = images_of_units(session, [unit for unit in units if unit.result is not None])
    return {unit.id: unit.result if images.get(unit.id) == unit.seen else None for unit in units}


def _result(session: Session, unit: InspectionUnit) -> None:
    session.flush()
    if unit.inspected_at is not None:
        unit.result = "defects" if defects_of(session, [unit])[unit.id] else "ok"


def _open_unit(session: Session, viewer: Viewer, unit_id: int) -> InspectionUnit:
    viewer.must_work_at("clerk")
    unit = find_unit(session, viewer, unit_id)
    account_of(viewer)
    if unit.round.state != "inspecting":
        raise InputError("inspection.closed")
    return unit
