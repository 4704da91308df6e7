"""A dossier leaves as one searchable PDF: its materials in the order of the catalogue, with bookmarks by class."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.office import Office
from archive.tables import Dossier, Material, Person
from base.errors import InputError
from base.files import replacing
from ingest.binding import Bound, bind_material, keep
from printing.join import Part, join_pdfs
from standards.schemes import load_scheme

# The file's own title names nobody: names stand on the pages.
_TITLE = "人事档案"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A material with pages that are in the export as pictures alone, or not at all."""

    material: str
    title: str
    pages: int


def export_dossier(office: Office, viewer: Viewer, name: str, out: Path, material: str | None = None) -> dict[str, Any]:
    """Writes `out` and returns {"dossier", "materials", "pages", "file", "unread", "left_out"}.

    `name` is the 档号, the ID number or the delivery's own name of the dossier, `material` the key of one paper alone.
    What was corrected a moment ago is in it, whether a worker got to it or not. `unread` lists materials with pages that
    are in it as pictures without text, `left_out` those with pages that could not be opened. InputError
    `dossier.unknown` where the viewer sees none, `material.unknown`, `dossier.not-bound` where nothing is read yet,
    `export.unwritable`; then `out` is as it was.
    """
    with office.catalogue.read() as session:
        dossier = _find(session, viewer, name)
        statement = select(Material).where(Material.dossier_id == dossier.id).order_by(Material.position, Material.id)
        materials = [each for each in session.scalars(statement) if material in (None, each.key)]
    if not materials and material is not None:
        raise InputError("material.unknown", path=name, name=name, material=material)
    bound = [(each, bind_material(office, each.id)) for each in materials]
    if all(each.unread == each.pages for _, each in bound):
        raise InputError("dossier.not-bound", path=out, name=name)
    pages = _write(office, [(each, found) for each, found in bound if found.key], out)
    with office.catalogue.write() as session:
        for each, found in bound:
            keep(session, each.id, found)
        audit.record(session, viewer, "dossier.export", f"dossier:{dossier.id}", dossier_id=dossier.id, pages=pages)
    return {
        "dossier": name,
        "materials": sum(found.key is not None for _, found in bound),
        "pages": pages,
        "file": str(out),
        "unread": [asdict(Lacking(each.key, each.title, found.unread)) for each, found in bound if found.unread],
        "left_out": [asdict(Lacking(each.key, each.title, found.left_out)) for each, found in bound if found.left_out],
    }


def _write(office: Office, bound: Sequence[tuple[Material, Bound]], out: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, (material, found) in enumerate(bound):
            file = Path(folder) / f"{number}.pdf"
            with office.store.open(found.key or "") as source, file.open("wb") as target:
                shutil.copyfileobj(source, target)
            parts.append(Part(_class_of(material), material.title or material.key, file))
        try:
            with replacing(out) as new:
                return join_pdfs(parts, new, title=_TITLE)
        except OSError as error:
            raise InputError("export.unwritable", path=out, detail=error.strerror or str(error)) from error


def _class_of(material: Material) -> str:
    """The class's code and name as the bookmark above its materials; empty where the material has none."""
    code = material.class_code
    known = load_scheme().find(code) if code else None
    return f"{code} {known.name}".strip() if known else code


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
