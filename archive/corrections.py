"""Corrections of the 卷内目录: ours, with old value, reason and name. The sender's own row is never altered.

These are the corrections before acceptance; afterwards two clerks make one together (`archive.correction_proposals`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.dossiers import FIELDS, must_be_open
from archive.jobs import enqueue
from archive.tables import Correction, Dossier, Material
from base.clock import now
from base.errors import AccessError, InputError

_NUMBERS = {"year": (1800, 2100), "month": (1, 12), "day": (1, 31), "copies": (0, 999), "declared_pages": (0, 9999)}
_LONGEST = 200


def correct(session: Session, viewer: Viewer, material_id: int, field: str, new: str, reason: str) -> int:
    """Gives a field of a material a new value and returns the id of the correction.

    `new` is text as typed; empty clears a number. InputError `correction.field`, `correction.number` (not a number in its
    range), `correction.same`, `correction.reason`, `dossier.accepted`.
    """
    material = find_material(session, viewer, material_id)
    must_be_open(material.dossier)
    change = read_change(material, field, new, reason)
    row = make(session, material, change, viewer.must_have_account())
    audit.record(
        session, viewer, "catalogue.correct", f"material:{material.id}", dossier_id=material.dossier_id, field=field
    )
    return row.id


@dataclass(frozen=True, slots=True)
class Change:
    """A new value for a field, checked; `old` and `new` are texts, empty for none."""

    field: str
    old: str
    new: str
    reason: str


def read_change(material: Material, field: str, new: str, reason: str) -> Change:
    """What was typed, held against the field's rules and its value now. InputError `correction.…` as `correct` says."""
    if field not in FIELDS:
        raise InputError("correction.field", field=field)
    if not reason.strip():
        raise InputError("correction.reason")
    value = _parse(field, new.strip())
    if value == getattr(material, field):
        raise InputError("correction.same")
    return Change(field, value_text(material, field), _text(value), reason.strip()[:_LONGEST])


def make(session: Session, material: Material, change: Change, account_id: int) -> Correction:
    """Gives the field its value and keeps the correction under the account that asked for it; work follows from it."""
    row = Correction(
        material_id=material.id, field=change.field, old=change.old, new=change.new, reason=change.reason,
        account_id=account_id, made_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    setattr(material, change.field, _parse(change.field, change.new))
    _follow(session, material, f"correction{row.id}")
    return row


def value_text(material: Material, field: str) -> str:
    """The value that a field has now, as corrections keep it."""
    return _text(getattr(material, field))


def undo(session: Session, viewer: Viewer, correction_id: int) -> None:
    """Puts the old value back; InputError `correction.later-first` where a newer correction of the field stands on it."""
    row = session.get(Correction, correction_id)
    if row is None:
        raise AccessError("not-found")
    material = find_material(session, viewer, row.material_id)
    must_be_open(material.dossier)
    if row.undone_at is not None:
        return
    if value_text(material, row.field) != row.new:
        raise InputError("correction.later-first")
    setattr(material, row.field, _parse(row.field, row.old))
    row.undone_at, row.undone_by = now(), viewer.must_have_account()
    _follow(session, material, f"correction{row.id}-undone")
    audit.record(
        session, viewer, "catalogue.undo", f"material:{material.id}", dossier_id=material.dossier_id, field=row.field
    )


def find_material(session: Session, viewer: Viewer, material_id: int) -> Material:
    """AccessError `not-found` where the viewer does not see it, `access.denied` for other desks."""
    viewer.must_work_at("clerk")
    statement = select(Material).join(Dossier).where(Material.id == material_id)
    material: Material | None = session.scalar(scoped(statement, viewer, Dossier))
    if material is None:
        raise AccessError("not-found")
    return material


def _parse(field: str, text: str) -> str | int | None:
    if field not in _NUMBERS:
        if len(text) > _LONGEST:
            raise InputError("correction.too-long", limit=_LONGEST)
        return text
    if not text:
        return None
    low, high = _NUMBERS[field]
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and low <= int(text) <= high):
        raise InputError("correction.number", low=low, high=high)
    return int(text)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _follow(session: Session, material: Material, cause: str) -> None:
    """Its text and its PDF change; the dossier's counts are judged again."""
    material.revision += 1
    batch_id = material.dossier.batch_id
    enqueue(session, "bind", material.id, batch_id=batch_id, revision=material.revision, priority=200)
    enqueue(session, "judge", material.dossier_id, batch_id=batch_id, revision=cause, priority=150)
