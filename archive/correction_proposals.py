"""After acceptance a correction of the 卷内目录 takes two clerks of the district: one proposes it, another confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from archive import audit, corrections
from archive.access import Viewer, scoped
from archive.dossiers import find_dossier, shown_name
from archive.tables import Account, CorrectionProposal, Dossier, Material, Organization, Person
from base.clock import now
from base.errors import AccessError, InputError


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposed correction. `mine`: the viewer made it, so another must confirm; `decided_by` is empty while it waits."""

    id: int
    dossier_id: int
    archive_no: str
    person: str
    material: str
    field: str
    old: str
    new: str
    reason: str
    by: str
    made_at: datetime
    mine: bool
    state: str
    decided_by: str
    decided_at: datetime | None


def works_for_district(session: Session, viewer: Viewer) -> bool:
    """A clerk of the keeper, not of an enterprise that hands its dossiers over."""
    if viewer.account_id is None or not viewer.works_at("clerk"):
        return False
    statement = select(Organization.kind).join(Account, Account.organization_id == Organization.id)
    return session.scalar(statement.where(Account.id == viewer.account_id)) != "enterprise"


def propose(session: Session, viewer: Viewer, material_id: int, field: str, new: str, reason: str) -> int:
    """Returns the id of the proposal; nothing in the catalogue changes yet.

    InputError `correction.…` as for a correction, `correction.open` where the dossier is not accepted (correct it at once),
    `correction.waiting` where a proposal for the field waits already; AccessError `access.district`.
    """
    material = corrections.find_material(session, viewer, material_id)
    _must_be_district(session, viewer)
    if material.dossier.state != "accepted":
        raise InputError("correction.open")
    change = corrections.read_change(material, field, new, reason)
    waiting = select(CorrectionProposal.id).where(
        CorrectionProposal.material_id == material.id, CorrectionProposal.field == field,
        CorrectionProposal.state == "proposed",
    )  # fmt: skip
    if session.scalar(waiting.limit(1)) is not None:
        raise InputError("correction.waiting")
    row = CorrectionProposal(
        material_id=material.id, field=field, old=change.old, new=change.new, reason=change.reason, state="proposed",
        account_id=viewer.must_have_account(), made_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, viewer, "catalogue.propose", row)
    return row.id


def confirm(session: Session, viewer: Viewer, proposal_id: int) -> int:
    """The second pair of eyes: the correction is made, under the name of who proposed it. Returns the dossier.

    InputError `correction.own` for the proposer, `correction.decided`, `correction.changed` where the value is no longer
    the one that was seen when it was proposed.
    """
    row = _waiting(session, viewer, proposal_id)
    if row.account_id == viewer.account_id:
        raise InputError("correction.own")
    if corrections.value_text(row.material, row.field) != row.old:
        raise InputError("correction.changed")
    change = corrections.Change(row.field, row.old, row.new, row.reason)
    row.correction_id = corrections.make(session, row.material, change, row.account_id).id
    _decide(session, viewer, row, "confirmed")
    return row.material.dossier_id


def refuse(session: Session, viewer: Viewer, proposal_id: int) -> int:
    """The second clerk does not confirm it, or the proposer takes it back; the catalogue stays. Returns the dossier."""
    row = _waiting(session, viewer, proposal_id)
    _decide(session, viewer, row, "withdrawn" if row.account_id == viewer.account_id else "refused")
    return row.material.dossier_id


def _waiting(session: Session, viewer: Viewer, proposal_id: int) -> CorrectionProposal:
    row = session.get(CorrectionProposal, proposal_id)
    if row is None:
        raise AccessError("not-found")
    corrections.find_material(session, viewer, row.material_id)
    _must_be_district(session, viewer)
    if row.state != "proposed":
        raise InputError("correction.decided")
    return row


def _decide(session: Session, viewer: Viewer, row: CorrectionProposal, state: str) -> None:
    row.state, row.decided_by, row.decided_at = state, viewer.must_have_account(), now()
    _record(session, viewer, f"catalogue.{state}", row)


def _record(session: Session, viewer: Viewer, action: str, row: CorrectionProposal) -> None:
    audit.record(
        session, viewer, action, f"correction-proposal:{row.id}", dossier_id=row.material.dossier_id, field=row.field
    )


def _must_be_district(session: Session, viewer: Viewer) -> None:
    if not works_for_district(session, viewer):
        raise AccessError("access.district")


def waiting(session: Session, viewer: Viewer, *, limit: int = 200) -> list[ProposalLine]:
    """What waits for a second clerk, the oldest first; the viewer's own among them. Empty for those who may not decide."""
    if not works_for_district(session, viewer):
        return []
    statement = _lines().where(CorrectionProposal.state == "proposed").order_by(CorrectionProposal.id).limit(limit)
    return _read(session, scoped(statement, viewer, Dossier), viewer)


def proposals_of(session: Session, viewer: Viewer, dossier_id: int) -> list[ProposalLine]:
    """All proposals of one dossier, the newest first, the decided ones too."""
    dossier = find_dossier(session, viewer, dossier_id)
    return _read(session, _lines().where(Dossier.id == dossier.id).order_by(CorrectionProposal.id.desc()), viewer)


def _lines() -> Select[Any]:
    """Proposal, material, dossier, person's name, proposer's name, decider's name."""
    decider = aliased(Account)
    return (
        select(CorrectionProposal, Material, Dossier, Person.name, Account.name, decider.name)
        .join(Material, Material.id == CorrectionProposal.material_id)
        .join(Dossier, Dossier.id == Material.dossier_id)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .join(Account, Account.id == CorrectionProposal.account_id)
        .outerjoin(decider, decider.id == CorrectionProposal.decided_by)
    )


def _read(session: Session, statement: Select[Any], viewer: Viewer) -> list[ProposalLine]:
    return [
        ProposalLine(
            id=row.id, dossier_id=dossier.id, archive_no=shown_name(dossier), person=person or "",
            material=f"{material.key} {material.title}".strip(), field=row.field, old=row.old, new=row.new,
            reason=row.reason, by=by, made_at=row.made_at, mine=row.account_id == viewer.account_id, state=row.state,
            decided_by=decider or "", decided_at=row.decided_at,
        )
        for row, material, dossier, person, by, decider in session.execute(statement)
    ]  # fmt: skip
