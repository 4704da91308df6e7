"""Documents of the index from committed rows: one for each page, material and person. Built many at a time.

Every column that is read here is watched by `archive.announcing`: a test holds the two together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import name_images
from archive.office import Office
from archive.tables import Dossier, LineCorrection, Material, NameImage, Page, PageVersion, Person, Reading
from base.errors import StorageError
from base.text.unreadable import searched_forms
from ingest.corrected import corrected_reading, reading_of
from ingest.index_places import Places, Unit
from ingest.readings import mean_confidence
from ocr.lines import PageReading
from search.index import Document, Kind

# The store works, and this one object is not what it should be.
_DAMAGED = frozenset({"store.missing", "store.bad-key", "store.verify-failed"})
_BETWEEN_NAMES = re.compile(r"[\s,，、;；/／|]+")
_NO_NAME = frozenset({"", "无", "—", "-", "/"})


@dataclass(slots=True)
class Built:
    """`gone`: nothing is to be found under these ids; `refused`: id and why it could not be built."""

    documents: list[Document] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    refused: dict[str, StorageError] = field(default_factory=dict)


def build_many(office: Office, session: Session, ids: Iterable[str]) -> Built:
    """The documents of `kind:id`, in no promised order. StorageError where the store as a whole does not answer."""
    wanted = list(dict.fromkeys(ids))
    places = Places(session)
    built = Built()
    for kind, make in (("page", _pages), ("material", _materials), ("person", _people)):
        numbers = [int(number) for _, number in (each.split(":") for each in wanted if _is_of(each, kind))]
        if numbers:
            make(office, session, places, numbers, built)
    there = {document.id for document in built.documents} | built.refused.keys()
    built.gone = [each for each in wanted if each not in there]
    return built


def _is_of(document_id: str, kind: str) -> bool:
    """An id of another form is of nothing that we know: what lies under it goes."""
    found, _, number = document_id.partition(":")
    return found == kind and number.isascii() and number.isdigit()


def indexed_ids(session: Session, kind: Kind, after: int, limit: int) -> Sequence[int]:
    """The ids of the things of a kind that are to be in the index, in their order, behind `after`."""
    column = _column(kind)
    return session.scalars(_indexed(kind).where(column > after).order_by(column).limit(limit)).all()


def count_indexed(session: Session, kind: Kind) -> int:
    """How many of them there are."""
    return session.scalar(select(func.count()).select_from(_indexed(kind).subquery())) or 0


def _indexed(kind: Kind) -> Any:
    statement = select(_column(kind))
    return _read(statement).where(Page.state == "active").distinct() if kind == "page" else statement


def _column(kind: Kind) -> Any:
    return {"page": Page.id, "material": Material.id, "person": Person.id}[kind]


def _read(statement: Any) -> Any:
    """With the image of the page that counts and its reading that counts."""
    return statement.join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current")).join(
        Reading, (Reading.version_id == PageVersion.id) & Reading.current
    )


def _pages(office: Office, session: Session, places: Places, ids: list[int], built: Built) -> None:
    statement = _read(select(Page, PageVersion, Reading, Dossier, Material).join(Page.dossier))
    statement = statement.outerjoin(Page.material).where(Page.id.in_(ids), Page.state == "active").order_by(Reading.id)
    rows = {row[0].id: row for row in session.execute(statement)}
    corrected = _corrected(session, [version.id for _, version, *_ in rows.values()])
    places.load(dossier for *_, dossier, _ in rows.values())
    for page, version, reading, dossier, material in rows.values():
        try:
            text = _text(office, session, version, reading, corrected=version.id in corrected)
        except StorageError as error:
            if error.code not in _DAMAGED and error.code != "index.reading-damaged":
                raise
            built.refused[f"page:{page.id}"] = error
            continue
        built.documents.append(
            Document(
                id=f"page:{page.id}",
                kind="page",
                text=text.text,
                confidence=round(mean_confidence(text), 4),
                stored={"page": page.id, "version": version.id, "reading": reading.object_key},
                **_of_material(material),
                **_of_dossier(places, dossier),
            )
        )


def _corrected(session: Session, versions: list[int]) -> set[int]:
    return set(session.scalars(select(LineCorrection.version_id).where(LineCorrection.version_id.in_(versions))))


def _text(office: Office, session: Session, version: PageVersion, reading: Reading, *, corrected: bool) -> PageReading:
    try:
        if corrected:
            return corrected_reading(session, office.store, version)
        return reading_of(office.store, reading)
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError("index.reading-damaged", key=reading.object_key, detail=type(error).__name__) from error


def _materials(_: Office, session: Session, places: Places, ids: list[int], built: Built) -> None:
    statement = select(Material, Dossier).join(Material.dossier).where(Material.id.in_(ids)).order_by(Material.id)
    rows = session.execute(statement).all()
    places.load(dossier for _, dossier in rows)
    for material, dossier in rows:
        built.documents.append(
            Document(
                id=f"material:{material.id}",
                kind="material",
                text="\n".join(part for part in (material.title, material.remark) if part),
                names=(material.title,) if material.title else (),
                identifiers=tuple(each for each in (dossier.archive_no,) if each),
                stored={"material": material.id},
                **_of_material(material),
                **_of_dossier(places, dossier),
            )
        )


def _people(_: Office, session: Session, places: Places, ids: list[int], built: Built) -> None:
    people = session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()
    dossiers: dict[int, list[Dossier]] = {}
    for dossier in session.scalars(select(Dossier).where(Dossier.person_id.in_(ids)).order_by(Dossier.id)):
        dossiers.setdefault(dossier.person_id or 0, []).append(dossier)
    drawn = set(session.scalars(select(NameImage.person_id).where(NameImage.person_id.in_(ids))))
    places.load(each for mine in dossiers.values() for each in mine)
    places.load_units(person.organization_id for person in people)
    for person in people:
        mine = dossiers.get(person.id, [])
        names = names_of(person, name_images.readings(session, person.id) if person.id in drawn else ())
        numbers = [each.archive_no for each in mine if each.archive_no]
        units = places.units(person.organization_id)
        built.documents.append(
            Document(
                id=f"person:{person.id}",
                kind="person",
                text="\n".join([*names, *(unit.name for unit in units[-1:])]),
                names=names,
                identifiers=tuple(dict.fromkeys(each for each in (person.id_number, person.id_raw, *numbers) if each)),
                title=person.name,
                place="\n".join(dict.fromkeys(place for each in mine if (place := places.place(each.place_id)))),
                archive_no=min(numbers, default=""),
                stored={"person": person.id},
                **_of_units(units),
            )
        )


def names_of(person: Person, drawn: Iterable[str]) -> tuple[str, ...]:
    """The name, the former ones (曾用名, several in one field), and the nearest readings of names kept as images.

    A name with characters that nobody can read off the list is found by □ in their place as well.
    """
    former = [each for each in _BETWEEN_NAMES.split(person.former_name) if each not in _NO_NAME]
    written = [each for each in (person.name, *former, *drawn) if each]
    return tuple(dict.fromkeys([*written, *(form for each in written for form in searched_forms(each))]))


def _of_material(material: Material | None) -> dict[str, Any]:
    if material is None:
        return {}
    day = material.year * 10000 + (material.month or 0) * 100 + (material.day or 0) if material.year else None
    return {"title": material.title, "class_code": material.class_code, "year": material.year, "day": day}


def _of_dossier(places: Places, dossier: Dossier) -> dict[str, Any]:
    return {
        "archive_no": dossier.archive_no,
        "place": places.place(dossier.place_id),
        **_of_units(places.units(dossier.organization_id)),
    }


def _of_units(units: Sequence[Unit]) -> dict[str, Any]:
    """The unit and all above it: an account of any of them may find the document."""
    nearest = {unit.kind: unit.id for unit in units}
    return {
        "organisations": tuple(unit.id for unit in units),
        "units": tuple(unit.name for unit in units),
        "enterprise": nearest.get("enterprise"),
        "district": nearest.get("district"),
    }


def reason_of(code: str, values: dict[str, object]) -> str:
    """Why a document is refused, as the outbox keeps it: a message code with its values."""
    return json.dumps(
        {"code": code, "values": {name: str(value)[:300] for name, value in values.items()}}, ensure_ascii=False
    )
