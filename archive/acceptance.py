"""验收: the district takes a dossier as it is; from then on the desk may copy from it and nothing in it is changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.dossiers import find_dossier, open_verdicts
from archive.tables import Page, PageVersion
from base.clock import now
from base.errors import InputError


def accept_dossier(session: Session, viewer: Viewer, dossier_id: int, *, open_findings: int) -> None:
    """验收: from now on the desk may copy from it. `open_findings` is how many the clerk saw and takes as they are.

    InputError `dossier.not-ready` while pages wait for work or 分件, `dossier.proposals` while a new image waits for a
    decision, `dossier.findings-changed` where their number changed since the clerk looked.
    """
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    if dossier.state == "accepted":
        return
    unmeasured = _versions(session, dossier_id, PageVersion.state == "current", PageVersion.measured_at.is_(None))
    if dossier.state != "checked" or unmeasured:
        raise InputError("dossier.not-ready", pages=unmeasured)
    if waiting := _versions(session, dossier_id, PageVersion.state == "proposed"):
        raise InputError("dossier.proposals", pages=waiting)
    counts = open_verdicts(session, [dossier_id]).get(dossier_id, {})
    if sum(counts.values()) != open_findings:
        raise InputError("dossier.findings-changed", count=sum(counts.values()))
    dossier.state, dossier.accepted_at = "accepted", now()
    audit.record(session, viewer, "dossier.accept", f"dossier:{dossier_id}", dossier_id=dossier_id, findings=counts)


def withdraw_acceptance(session: Session, viewer: Viewer, dossier_id: int) -> None:
    """Takes an acceptance back: nothing more is copied from it until it is accepted again."""
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    if dossier.state != "accepted":
        return
    dossier.state, dossier.accepted_at = "checked", None
    audit.record(session, viewer, "dossier.withdraw", f"dossier:{dossier_id}", dossier_id=dossier_id)


def _versions(session: Session, dossier_id: int, *conditions: Any) -> int:
    statement = (
        select(func.count(PageVersion.id))
        .join(Page, Page.id == PageVersion.page_id)
        .where(Page.dossier_id == dossier_id, Page.state == "active", *conditions)
    )
    return session.scalar(statement) or 0
