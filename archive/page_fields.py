"""字段: the values that papers state, kept beside what a person says of them. Suggested until confirmed, never overwritten.

A new reading replaces what only the machine said; what a person confirmed, typed or rejected stays, with who and when, and
every act can be undone. Nothing here feeds the person's row: the list is the sender's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.dossiers import find_dossier
from archive.jobs import enqueue
from archive.page_acts import find_page
from archive.tables import FieldAct, JobRow, Page, PageField, PageVersion
from base.clock import now
from base.errors import AccessError, InputError
from base.text import dates, identity

# What an act on a value changes, and undoing it puts back.
_DECIDED = ("state", "settled", "settled_normal", "decided_by", "decided_at")
_LONGEST = 200
# After the pages of a dossier and its text, before its PDFs.
_PRIORITY = 170
# A person waits for it.
_ASKED = 50
Found = Mapping[str, Any]
Corners = Sequence[Sequence[float]]


def enqueue_fields(session: Session, version_id: int, batch_id: int | None, priority: int = _PRIORITY) -> None:
    """The text of an image changed: its fields and its card are made anew, once for all changes that wait together."""
    waits = select(JobRow.id).where(JobRow.kind == "fields", JobRow.subject_id == version_id, JobRow.state == "waiting")
    if session.scalar(waits.limit(1)) is None:
        cause = f"{now():%Y%m%d%H%M%S%f}"
        enqueue(session, "fields", version_id, batch_id=batch_id, revision=cause, priority=priority)


def look_again(session: Session, viewer: Viewer, dossier_id: int) -> int:
    """Asks for all pages of a dossier to be looked through by the rules of now; how many. What people decided stays."""
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    versions = session.scalars(
        select(PageVersion.id)
        .join(Page, Page.id == PageVersion.page_id)
        .where(Page.dossier_id == dossier.id, Page.state == "active", PageVersion.state == "current")
    ).all()
    for version_id in versions:
        enqueue_fields(session, version_id, dossier.batch_id, _ASKED)
    audit.record(session, viewer, "field.look-again", f"dossier:{dossier.id}", dossier_id=dossier.id)
    return len(versions)


def keep_fields(session: Session, version_id: int, found: Sequence[Found]) -> None:
    """Writes what a reading of an image says, as `ocr.fields.FieldValue.as_json`, in its order; idempotent.

    A value at the place of an earlier one takes its row, so that what a person said of it holds on; a rejected value is
    asked again only where something else is read there. What is no longer read goes unless a person touched it.
    """
    before = select(PageField).where(PageField.version_id == version_id).order_by(PageField.rank, PageField.id)
    rows = list(session.scalars(before))
    touched = set(session.scalars(select(FieldAct.field_id).join(PageField).where(PageField.version_id == version_id)))
    for rank, value in enumerate(found):
        row = _row_for(value, rows)
        if row is None:
            row = PageField(version_id=version_id, name=value["name"], state="suggested", made_at=now())
            session.add(row)
        else:
            rows.remove(row)
        _read_into(row, value, rank)
    for row in rows:
        if row.id in touched or row.state != "suggested":
            row.found = False
        else:
            session.delete(row)
    session.flush()


def _row_for(value: Found, rows: Sequence[PageField]) -> PageField | None:
    """The row of the same field at the same place, otherwise one with the same value."""
    same = [row for row in rows if row.name == value["name"]]
    same = [row for row in same if row.state != "rejected" or row.value == value["value"]]
    here = [row for row in same if _overlap(row.box, value["box"])]
    return next(iter(here), None) or next((row for row in same if row.value == value["value"]), None)


def _read_into(row: PageField, value: Found, rank: int) -> None:
    row.rank, row.found = rank, True
    row.value, row.normal = value["value"], value["normal"] or ""
    row.box, row.confidence, row.form = value["box"], value["confidence"], value["form"]
    row.marks, row.candidates = list(value["marks"]), list(value["candidates"])


def _overlap(one: Corners, other: Corners) -> bool:
    """The boxes share at least a third of the smaller one."""
    if not one or not other:
        return False
    sides = [(min(x), min(y), max(x), max(y)) for x, y in (tuple(zip(*box, strict=True)) for box in (one, other))]
    (a, b, c, d), (e, f, g, h) = sides
    shared = max(0.0, min(c, g) - max(a, e)) * max(0.0, min(d, h) - max(b, f))
    return bool(shared > 0 and shared * 3 >= min((c - a) * (d - b), (g - e) * (h - f)))


def confirm(session: Session, viewer: Viewer, field_id: int) -> int:
    """The value stands on the paper as it was read. Returns the id of the act; InputError `field.confirmed`."""
    row = _find(session, viewer, field_id)
    if row.state == "confirmed" and row.settled == row.value:
        raise InputError("field.confirmed")
    return _decide(session, viewer, row, "confirm", "confirmed", row.value, row.normal)


def correct(session: Session, viewer: Viewer, field_id: int, value: str) -> int:
    """What the paper says, typed by a person, beside the machine's reading. InputError `field.empty`, `field.too-long`."""
    row = _find(session, viewer, field_id)
    typed = " ".join(value.split())
    if not typed:
        raise InputError("field.empty")
    if len(typed) > _LONGEST:
        raise InputError("field.too-long", limit=_LONGEST)
    if typed == row.value and row.state != "confirmed":
        return _decide(session, viewer, row, "confirm", "confirmed", row.value, row.normal)
    return _decide(session, viewer, row, "correct", "confirmed", typed, normal_form(row.name, typed))


def reject(session: Session, viewer: Viewer, field_id: int) -> int:
    """The paper says no such thing at this place. InputError `field.rejected`."""
    row = _find(session, viewer, field_id)
    if row.state == "rejected":
        raise InputError("field.rejected")
    return _decide(session, viewer, row, "reject", "rejected", None, None)


def undo(session: Session, viewer: Viewer, act_id: int) -> int:
    """Puts back what was said before; returns the page. InputError `field.later-first` where something was said since."""
    act = session.get(FieldAct, act_id)
    if act is None:
        raise AccessError("not-found")
    row = _find(session, viewer, act.field_id)
    if act.undone_at is None:
        later = select(FieldAct.id).where(
            FieldAct.field_id == row.id, FieldAct.id > act.id, FieldAct.undone_at.is_(None)
        )
        if session.scalar(later.limit(1)) is not None:
            raise InputError("field.later-first")
        for name in _DECIDED:
            kept = act.before[name]
            setattr(row, name, datetime.fromisoformat(kept) if name == "decided_at" and kept else kept)
        act.undone_at, act.undone_by = now(), viewer.must_have_account()
        _record(session, viewer, "undo", row)
    return row.version.page_id


def normal_form(name: str, typed: str) -> str:
    """The normal form of what a person typed: dates by ISO 8601 in the parts that are written, ID numbers in 18 characters."""
    if name.endswith("_date"):
        written = dates.parse(typed)
        if written is None or written.lunar:
            return ""
        parts = (f"{part:02d}" for part in (written.month, written.day) if part is not None)
        return "-".join([f"{written.year:04d}", *parts])
    if name == "id_number":
        return identity.parse(typed).normalised or ""
    return ""


def _find(session: Session, viewer: Viewer, field_id: int) -> PageField:
    """AccessError `not-found` out of the viewer's sight, `access.denied` away from the clerk's desk."""
    viewer.must_work_at("clerk")
    row = session.get(PageField, field_id)
    if row is None:
        raise AccessError("not-found")
    find_page(session, viewer, session.get_one(PageVersion, row.version_id).page_id)
    return row


def _decide(
    session: Session, viewer: Viewer, row: PageField, kind: str, state: str, settled: str | None, normal: str | None
) -> int:
    account_id = viewer.must_have_account()
    before = _kept(row)
    row.state, row.settled, row.settled_normal = state, settled, normal
    row.decided_by, row.decided_at = account_id, now()
    act = FieldAct(
        field_id=row.id, kind=kind, before=before, after=_kept(row), account_id=account_id, made_at=row.decided_at
    )
    session.add(act)
    session.flush()
    _record(session, viewer, kind, row)
    return act.id


def _kept(row: PageField) -> dict[str, Any]:
    at = row.decided_at
    return {**{name: getattr(row, name) for name in _DECIDED}, "decided_at": at.isoformat() if at else None}


def _record(session: Session, viewer: Viewer, kind: str, row: PageField) -> None:
    """The field's name goes in, its value never does."""
    page = row.version.page
    audit.record(
        session, viewer, f"field.{kind}", f"page:{page.id}", dossier_id=page.dossier_id, field=row.name, value_id=row.id
    )
