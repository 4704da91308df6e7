"""A dossier leaves as one searchable PDF: its materials' PDFs in the order of the catalogue, with bookmarks."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.office import Office
from archive.tables import Dossier, Material, Person
from base.errors import InputError
from base.files import write_atomically
from ingest.steps.bind import bind_newest
from printing.join import join_pdfs


def export_dossier(office: Office, viewer: Viewer, name: str, out: Path) -> dict[str, Any]:
    """Writes `out` and returns {"dossier", "materials", "pages", "file"}.

    `name` is the 档号, the ID number or the delivery's own name of the dossier; InputError `dossier.unknown` where the
    viewer sees none, `dossier.not-bound` where its pages are not all read yet.
    """
    with office.catalogue.read() as session:
        dossier = _find(session, viewer, name)
        materials = session.scalars(
            select(Material).where(Material.dossier_id == dossier.id).order_by(Material.position)
        ).all()
    # What was corrected a moment ago is in it, whether a worker got to it or not.
    keys = [(each.title or each.key, bind_newest(office, each.id)) for each in materials]
    bound = [(title, key) for title, key in keys if key]
    if not bound:
        raise InputError("dossier.not-bound", path=out, name=name)
    data, pages = join_pdfs([(title, io.BytesIO(office.store.read(key))) for title, key in bound])
    write_atomically(out, data)
    with office.catalogue.write() as session:
        audit.record(session, viewer, "dossier.export", f"dossier:{dossier.id}", dossier_id=dossier.id, pages=pages)
    return {"dossier": name, "materials": len(bound), "pages": pages, "file": str(out)}


def _find(session: Session, viewer: Viewer, name: str) -> Dossier:
    statement = (
        select(Dossier)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .where(or_(Dossier.archive_no == name, Dossier.key == name, Person.id_number == name.upper()))
        .order_by(Dossier.id)
        .limit(1)
    )
    dossier: Dossier | None = session.scalar(scoped(statement, viewer, Dossier))
    if dossier is None:
        raise InputError("dossier.unknown", path=name, name=name)
    return dossier
