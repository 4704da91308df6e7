"""验收: the district takes dossiers; from then on the desk may copy from them and nothing in them is changed.

Dossiers are accepted by the lot: one that was drawn from and signed by both sides (`archive.lot_verdict`), or a lot of one that
a clerk has looked at entirely and takes as it is, which is what a small office does (docs/decisions/0007).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.dossiers import find_dossier, open_verdicts
from archive.inspection import account_of
from archive.inspection_units import denominators, images_of_units, in_open_lots
from archive.serials import next_serial
from archive.tables import (
    Batch,
    Dossier,
    InspectionDossier,
    InspectionLot,
    InspectionRound,
    InspectionSignature,
    InspectionUnit,
    Page,
    PageVersion,
)
from base.clock import now
from base.errors import InputError
from standards.profiles import load_profile


def accept_dossier(session: Session, viewer: Viewer, dossier_id: int, *, open_findings: int) -> None:
    """验收 of one dossier, as a lot of one: `open_findings` is how many the clerk saw and takes as they are.

    InputError `dossier.not-ready` while pages wait for work or 分件, `dossier.proposals` while a new image waits for a
    decision, `dossier.findings-changed` where their number changed since the clerk looked, `inspection.in-lot` where the
    dossier is in a lot that is not accepted.
    """
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    if dossier.state == "accepted":
        return
    if dossier.id in in_open_lots(session, dossier.batch_id):
        raise InputError("inspection.in-lot")
    _must_be_ready(session, dossier)
    counts = open_verdicts(session, [dossier_id]).get(dossier_id, {})
    if sum(counts.values()) != open_findings:
        raise InputError("dossier.findings-changed", count=sum(counts.values()))
    lot_id = _lot_of_one(session, viewer, dossier, counts)
    _accept(session, viewer, dossier, lot_id, counts)


def accept_dossiers(session: Session, viewer: Viewer, dossier_ids: Sequence[int], lot_id: int) -> None:
    """The dossiers of a lot that both sides have signed; InputError as `accept_dossier`, and then none is accepted."""
    verdicts = open_verdicts(session, dossier_ids)
    for dossier_id in dossier_ids:
        dossier = session.get_one(Dossier, dossier_id)
        _must_be_ready(session, dossier)
        _accept(session, viewer, dossier, lot_id, verdicts.get(dossier_id, {}))


def withdraw_acceptance(session: Session, viewer: Viewer, dossier_id: int) -> None:
    """Takes an acceptance back: nothing more is copied from it until it is accepted again. Its lot stays as it was signed."""
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    if dossier.state != "accepted":
        return
    dossier.state, dossier.accepted_at = "checked", None
    audit.record(session, viewer, "dossier.withdraw", f"dossier:{dossier_id}", dossier_id=dossier_id)
    batch = session.get_one(Batch, dossier.batch_id)
    if batch.state == "accepted":
        batch.state, batch.accepted_at = "ready", None


def _must_be_ready(session: Session, dossier: Dossier) -> None:
    unmeasured = _versions(session, dossier.id, PageVersion.state == "current", PageVersion.measured_at.is_(None))
    if dossier.state != "checked" or unmeasured:
        raise InputError("dossier.not-ready", pages=unmeasured)
    if waiting := _versions(session, dossier.id, PageVersion.state == "proposed"):
        raise InputError("dossier.proposals", pages=waiting)


def _accept(session: Session, viewer: Viewer, dossier: Dossier, lot_id: int, counts: dict[str, int]) -> None:
    dossier.state, dossier.accepted_at = "accepted", now()
    audit.record(
        session, viewer, "dossier.accept", f"dossier:{dossier.id}", dossier_id=dossier.id, findings=counts, lot=lot_id
    )
    session.flush()
    batch = session.get_one(Batch, dossier.batch_id)
    left = select(func.count()).select_from(Dossier).where(Dossier.batch_id == batch.id, Dossier.state != "accepted")
    if batch.state == "ready" and not session.scalar(left):
        batch.state, batch.accepted_at = "accepted", now()


def _lot_of_one(session: Session, viewer: Viewer, dossier: Dossier, counts: dict[str, int]) -> int:
    """The lot that says who looked at all of this dossier and took it as it is, with the findings that were open."""
    profile, account_id, at = load_profile(dossier.batch.profile), account_of(viewer), now()
    terms = {**profile.acceptance.as_json(), "unit": "volume", "share_percent": 100, "strata": []}
    lot = InspectionLot(
        serial=next_serial(session, f"YS-{at.year}"), batch_id=dossier.batch_id, organization_id=dossier.batch.organization_id,
        kind="single", state="accepted", profile=profile.id, terms=terms, seed="", account_id=account_id, created_at=at,
        closed_at=at,
    )  # fmt: skip
    session.add(lot)
    session.flush()
    session.add(InspectionDossier(lot_id=lot.id, dossier_id=dossier.id))
    plan = {
        "population": 1, "least": 1, "size": 1, "strata": [{"name": [], "population": 1, "size": 1}],
        "denominators": denominators(session, [dossier.id]),
    }  # fmt: skip
    row = InspectionRound(
        lot_id=lot.id, number=1, state="accepted", plan=plan,
        figures={"decision": "accepted", "indicators": [], "reasons": [], "review": counts.get("review", 0), "findings": counts},
        opened_by=account_id, opened_at=at, closed_by=account_id, closed_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    unit = InspectionUnit(
        round_id=row.id, position=1, dossier_id=dossier.id, result="ok", account_id=account_id, inspected_at=at
    )
    session.add(unit)
    session.flush()
    unit.seen = images_of_units(session, [unit])[unit.id]
    session.add(
        InspectionSignature(round_id=row.id, side="district", name=viewer.name, account_id=account_id, signed_at=at)
    )
    return lot.id


def _versions(session: Session, dossier_id: int, *conditions: Any) -> int:
    statement = (
        select(func.count(PageVersion.id))
        .join(Page, Page.id == PageVersion.page_id)
        .where(Page.dossier_id == dossier_id, Page.state == "active", *conditions)
    )
    return session.scalar(statement) or 0
