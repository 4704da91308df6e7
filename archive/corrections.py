"""Corrections of the 卷内目录: ours, with old value, reason and name. The sender's own row is never altered."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.dossiers import FIELDS, must_be_open
from archive.jobs import enqueue
from archive.outbox import announce
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
    material = _material(session, viewer, material_id)
    if field not in FIELDS:
        raise InputError("correction.field", field=field)
    if not reason.strip():
        raise InputError("correction.reason")
    value = _parse(field, new.strip())
    old = getattr(material, field)
    if value == old:
        raise InputError("correction.same")
    row = Correction(
        material_id=material.id, field=field, old=_text(old), new=_text(value), reason=reason.strip()[:_LONGEST],
        account_id=_account(viewer), made_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    setattr(material, field, value)
    _announce(session, material, f"correction{row.id}")
    audit.record(
        session, viewer, "catalogue.correct", f"material:{material.id}", dossier_id=material.dossier_id, field=field
    )
    return row.id


def undo(session: Session, viewer: Viewer, correction_id: int) -> None:
    """Puts the old value back; InputError `correction.later-first` where a newer correction of the field stands on it."""
    row = session.get(Correction, correction_id)
    if row is None:
        raise AccessError("not-found")
    material = _material(session, viewer, row.material_id)
    if row.undone_at is not None:
        return
    if _text(getattr(material, row.field)) != row.new:
        raise InputError("correction.later-first")
    setattr(material, row.field, _parse(row.field, row.old))
    row.undone_at, row.undone_by = now(), _account(viewer)
    _announce(session, material, f"correction{row.id}-undone")
    audit.record(
        session, viewer, "catalogue.undo", f"material:{material.id}", dossier_id=material.dossier_id, field=row.field
    )


def _material(session: Session, viewer: Viewer, material_id: int) -> Material:
    viewer.must_work_at("clerk")
    statement = select(Material).join(Dossier).where(Material.id == material_id)
    material: Material | None = session.scalar(scoped(statement, viewer, Dossier))
    if material is None:
        raise AccessError("not-found")
    must_be_open(material.dossier)
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


def _account(viewer: Viewer) -> int:
    if viewer.account_id is None:
        raise AccessError("access.denied")
    return viewer.account_id


def _announce(session: Session, material: Material, cause: str) -> None:
    """Its text and its PDF change; the dossier's counts are judged again."""
    material.revision += 1
    batch_id = material.dossier.batch_id
    announce(session, [f"material:{material.id}"], batch_id)
    enqueue(session, "bind", material.id, batch_id=batch_id, revision=material.revision, priority=200)
    enqueue(session, "judge", material.dossier_id, batch_id=batch_id, revision=cause, priority=150)
