"""What the catalogue says of the hits of an index: all hits of a page of results in three questions, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive import name_images
from archive.access import Viewer, scoped
from archive.tables import Dossier, Material, Organization, Page, PageVersion, Person, ReceivedFile
from base.text.identity import hide_numbers, mask
from search.index import Hit, Kind

Corner = tuple[float, float]
Box = tuple[Corner, Corner, Corner, Corner]


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with what the catalogue says of it.

    `boxes` are the words found, in pixels of the stored image (where they were asked for). `shown` is the snippet with
    ID numbers masked, character by character as long as it. `picture` is the image whose thumbnail stands for the hit.
    """

    id: str
    kind: Kind
    file: str | None
    dossier: str | None
    material: str | None
    page: int | None
    person: str | None
    title: str
    snippet: str
    score: float
    boxes: tuple[Box, ...]
    dossier_id: int | None
    page_id: int | None
    person_id: int | None
    id_masked: str = ""
    class_code: str = ""
    date: str = ""  # of the material, as far as it is written: 1986-04
    organization: str = ""
    shown: str = ""
    picture: int | None = None
    number: int | None = None  # of the page, as its delivered name says
    name_image: int | None = None  # of a person: the picture of a name that cannot be typed (`archive.name_images`)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "kind": self.kind, "file": self.file, "dossier": self.dossier, "material": self.material,
            "page": self.page, "person": self.person, "title": self.title, "snippet": self.snippet,
            "score": round(self.score, 4), "boxes": [[[round(x, 1), round(y, 1)] for x, y in box] for box in self.boxes],
        }  # fmt: skip


def describe(session: Session, viewer: Viewer, hits: Sequence[Hit]) -> list[Found]:
    """The hits in their order; one that the viewer may not see now, or that has left the dossier, is left out."""
    known = {
        **_pages(session, viewer, {hit.stored["version"]: hit for hit in hits if hit.kind == "page"}),
        **_materials(session, viewer, {hit.stored["material"]: hit for hit in hits if hit.kind == "material"}),
        **_persons(session, viewer, {hit.stored["person"]: hit for hit in hits if hit.kind == "person"}),
    }
    return [known[hit.id] for hit in hits if hit.id in known]


def _pages(session: Session, viewer: Viewer, hits: dict[int, Hit]) -> dict[str, Found]:
    statement = (
        select(PageVersion, Page, ReceivedFile, Dossier, Organization.name, Material, Person)
        .join(Page, Page.id == PageVersion.page_id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .join(Organization, Organization.id == Dossier.organization_id)
        .outerjoin(Material, Material.id == Page.material_id)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .where(PageVersion.id.in_(hits), PageVersion.state == "current", Page.state == "active")
    )
    return {
        hits[version.id].id: _found(
            hits[version.id], dossier, person, unit, material, file=file.delivered_path, page=version.file_page, page_id=page.id,
            picture=version.id, number=page.number,
        )
        for version, page, file, dossier, unit, material, person in _rows(session, viewer, statement, Page, hits)
    }  # fmt: skip


def _materials(session: Session, viewer: Viewer, hits: dict[int, Hit]) -> dict[str, Found]:
    first = (
        select(Page.id)
        .where(Page.material_id == Material.id, Page.state == "active")
        .order_by(Page.position, Page.id)
        .limit(1)
        .correlate(Material)
        .scalar_subquery()
    )
    statement = (
        select(Material, Dossier, Organization.name, Person, PageVersion.page_id, PageVersion.id)
        .join(Dossier, Dossier.id == Material.dossier_id)
        .join(Organization, Organization.id == Dossier.organization_id)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .outerjoin(PageVersion, (PageVersion.page_id == first) & (PageVersion.state == "current"))
        .where(Material.id.in_(hits))
    )
    return {
        hits[material.id].id: _found(
            hits[material.id], dossier, person, unit, material, page_id=page_id, picture=version_id
        )
        for material, dossier, unit, person, page_id, version_id in _rows(session, viewer, statement, Dossier, hits)
    }


def _persons(session: Session, viewer: Viewer, hits: dict[int, Hit]) -> dict[str, Found]:
    first = (
        select(Dossier.id)
        .where(Dossier.person_id == Person.id)
        .order_by(Dossier.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    statement = (
        select(Person, Organization.name, Dossier)
        .join(Organization, Organization.id == Person.organization_id)
        .outerjoin(Dossier, Dossier.id == first)
        .where(Person.id.in_(hits))
    )
    pictures = name_images.shown(session, viewer, hits) if hits else {}
    return {
        hits[person.id].id: _found(hits[person.id], dossier, person, unit, None, name_image=pictures.get(person.id))
        for person, unit, dossier in _rows(session, viewer, statement, Person, hits)
    }


def _rows(
    session: Session, viewer: Viewer, statement: Select[Any], table: type[Any], hits: dict[int, Hit]
) -> Sequence[Any]:
    return session.execute(scoped(statement, viewer, table)).all() if hits else ()


def _found(
    hit: Hit, dossier: Dossier | None, person: Person | None, unit: str, material: Material | None, **more: Any
) -> Found:
    return Found(
        id=hit.id, kind=hit.kind, file=more.get("file"), dossier=(dossier.archive_no or dossier.key) if dossier else None,
        material=material.key if material else None, page=more.get("page"), person=person.name if person else None,
        title=_title(hit, person, material), snippet=unit if hit.kind == "person" else hit.snippet, score=hit.score,
        boxes=(), dossier_id=dossier.id if dossier else None, page_id=more.get("page_id"),
        person_id=person.id if person else None, id_masked=mask(person.id_number or person.id_raw) if person else "",
        class_code=material.class_code if material else "", date=_date(material) if material else "",
        organization=unit, shown=unit if hit.kind == "person" else masked_snippet(hit),
        picture=more.get("picture"), number=more.get("number"), name_image=more.get("name_image"),
    )  # fmt: skip


def _title(hit: Hit, person: Person | None, material: Material | None) -> str:
    if hit.kind == "person":
        return person.name if person else ""
    return material.title if material and hit.kind == "material" else hit.title


def _date(material: Material) -> str:
    """The date as far as it is written: parts that are missing end it."""
    written = takewhile(lambda part: part is not None, (material.year, material.month, material.day))
    return "-".join(f"{part:02d}" for part in written)


def masked_snippet(hit: Hit) -> str:
    """The snippet with ID numbers masked, also those that its edges cut; of the same length, so that marks fit both."""
    start = hit.text.find(hit.snippet)
    hidden = hide_numbers(hit.text)
    if start < 0 or len(hidden) != len(hit.text):
        return hide_numbers(hit.snippet)
    return hidden[start : start + len(hit.snippet)]
