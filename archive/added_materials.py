"""Materials that are on the images and on no list: added by a person when a dossier is split, gone again when that is undone.

The sender's list is never altered: an added line has no row of the list (`origin` is ours).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.dossiers import find_dossier, must_be_open
from archive.tables import (
    Correction,
    CorrectionProposal,
    Dossier,
    FindingRow,
    InspectionUnit,
    JobRow,
    Material,
    Page,
)
from base.errors import InputError
from standards.schemes import load_scheme

_LONGEST = 200


def add(session: Session, viewer: Viewer, dossier_id: int, class_code: str, title: str, after: int | None) -> int:
    """Adds a line behind the material `after` (None: before all) and returns its id; its number is the next of its class.

    InputError `split.class` for a class that the scheme does not have, `split.title` for none or one that is too long.
    """
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    must_be_open(dossier)
    title, class_code = " ".join(title.split()), class_code.strip()
    if load_scheme().find(class_code) is None:
        raise InputError("split.class", wanted=class_code)
    if not title or len(title) > _LONGEST:
        raise InputError("split.title", limit=_LONGEST)
    materials = _materials(session, dossier.id)
    place = next((at for at, each in enumerate(materials, start=1) if each.id == after), 0)
    for position, each in enumerate(materials, start=1):
        each.position = position if position <= place else position + 1
    number = _next_number(materials, class_code)
    row = Material(
        dossier_id=dossier.id, key=f"{class_code}-{number}", position=place + 1, class_code=class_code, number=str(number),
        title=title, list_row={}, origin="ours",
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, viewer, "catalogue.add", f"material:{row.id}", dossier_id=dossier.id)
    return row.id


def _materials(session: Session, dossier_id: int) -> Sequence[Material]:
    return session.scalars(
        select(Material).where(Material.dossier_id == dossier_id).order_by(Material.position, Material.id)
    ).all()


def _next_number(materials: Sequence[Material], class_code: str) -> int:
    keys = {each.key for each in materials}
    numbers = [int(each.number) for each in materials if each.class_code == class_code and each.number.isdigit()]
    number = max(numbers, default=0) + 1
    while f"{class_code}-{number}" in keys:
        number += 1
    return number


def drop_unused(session: Session, viewer: Viewer, dossier: Dossier) -> None:
    """Takes away what was added and holds no page (its split was undone), unless somebody corrected it meanwhile."""
    for row in _materials(session, dossier.id):
        if row.origin == "ours" and not _is_used(session, row.id):
            session.execute(
                update(JobRow)
                .where(JobRow.kind == "bind", JobRow.subject_id == row.id, JobRow.state == "waiting")
                .values(state="cancelled")
            )
            session.execute(delete(FindingRow).where(FindingRow.material_id == row.id))
            audit.record(session, viewer, "catalogue.take-back", f"material:{row.id}", dossier_id=dossier.id)
            session.delete(row)
    session.flush()


def _is_used(session: Session, material_id: int) -> bool:
    columns = (
        Page.material_id, Correction.material_id, CorrectionProposal.material_id, InspectionUnit.material_id,
    )  # fmt: skip
    return any(session.scalar(select(func.count()).where(column == material_id)) for column in columns)
