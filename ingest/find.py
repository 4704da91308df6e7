"""Search as the desks and the command line use it: the index answers, the catalogue says what the hits are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.office import Office
from archive.tables import Dossier, Material, Page, PageVersion, Person, ReceivedFile
from base.text.identity import mask
from ingest.corrected import corrected_reading
from ocr.lines import PageReading
from search.index import KINDS, Hit, Kind, Scope, SearchIndex

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with what the catalogue says of it. `boxes` are the words found, in pixels of the stored image."""

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
    boxes: tuple[tuple[Corner, Corner, Corner, Corner], ...]
    dossier_id: int | None
    page_id: int | None
    person_id: int | None
    id_masked: str = ""
    class_code: str = ""
    date: str = ""  # of the material, as far as it is written: 1986-04

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "kind": self.kind, "file": self.file, "dossier": self.dossier, "material": self.material,
            "page": self.page, "person": self.person, "title": self.title, "snippet": self.snippet,
            "score": round(self.score, 4), "boxes": [[[round(x, 1), round(y, 1)] for x, y in box] for box in self.boxes],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class FindAnswer:
    total: int
    took_ms: float
    hits: tuple[Found, ...]
    next_cursor: str | None
    counts: Mapping[Kind, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "took_ms": round(self.took_ms, 2),
            "hits": [hit.as_json() for hit in self.hits],
            "next": self.next_cursor,
        }


def find(
    office: Office,
    index: SearchIndex,
    viewer: Viewer,
    query: str,
    *,
    kinds: Sequence[Kind] = KINDS,
    limit: int = 20,
    cursor: str | None = None,
    count: Sequence[Kind] = (),
) -> FindAnswer:
    """Hits that the viewer may see; the search itself is an act of the audit trail, without its words.

    `count` names kinds whose totals are wanted beside (`counts`), whatever `kinds` the hits are of.
    """
    scope = scope_of(viewer)
    answer = index.search(query, scope, kinds=kinds, limit=limit, cursor=cursor)
    counts = {kind: index.search(query, scope, kinds=[kind], limit=1).total for kind in count}
    with office.catalogue.read() as session:
        hits = [_describe(office, session, viewer, hit) for hit in answer.hits]
    with office.catalogue.write() as session:
        # The words of a query are personal data themselves: the trail keeps their number only.
        audit.record(session, viewer, "search", "index:all", hits=answer.total, length=len(query))
    return FindAnswer(answer.total, answer.took_ms, tuple(hit for hit in hits if hit), answer.next_cursor, counts)


def scope_of(viewer: Viewer) -> Scope:
    """The scoping of `archive.access`, in the words of the index."""
    if viewer.organisations is None:
        return Scope(everything=True)
    return Scope(organisations=tuple(sorted(viewer.organisations)))


def _describe(office: Office, session: Session, viewer: Viewer, hit: Hit) -> Found | None:
    describers = {"page": _page, "material": _material, "person": _person}
    return describers[hit.kind](office, session, viewer, hit)


def _page(office: Office, session: Session, viewer: Viewer, hit: Hit) -> Found | None:
    statement = (
        select(Page, PageVersion, ReceivedFile, Dossier)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .where(PageVersion.id == hit.stored["version"])
    )
    row = session.execute(scoped(statement, viewer, Page)).first()
    if row is None:
        return None
    page, version, file, dossier = row
    reading = corrected_reading(session, office.store, version)
    material = page.material
    return Found(
        id=hit.id, kind="page", file=file.path, dossier=_name(dossier), material=material.key if material else None,
        page=version.file_page, person=dossier.person.name if dossier.person else None, title=hit.title,
        snippet=hit.snippet, score=hit.score, boxes=tuple(boxes_of(reading, hit.marks)), dossier_id=dossier.id,
        page_id=page.id, person_id=dossier.person_id, id_masked=_masked(dossier.person),
        class_code=material.class_code if material else "", date=_date(material) if material else "",
    )  # fmt: skip


def _material(office: Office, session: Session, viewer: Viewer, hit: Hit) -> Found | None:
    statement = select(Material).join(Dossier).where(Material.id == hit.stored["material"])
    material = session.scalar(scoped(statement, viewer, Dossier))
    if material is None:
        return None
    dossier = material.dossier
    first = session.scalar(select(Page.id).where(Page.material_id == material.id).order_by(Page.position).limit(1))
    return Found(
        id=hit.id, kind="material", file=None, dossier=_name(dossier), material=material.key, page=None,
        person=dossier.person.name if dossier.person else None, title=material.title, snippet=hit.snippet,
        score=hit.score, boxes=(), dossier_id=dossier.id, page_id=first, person_id=dossier.person_id,
        id_masked=_masked(dossier.person), class_code=material.class_code, date=_date(material),
    )  # fmt: skip


def _person(office: Office, session: Session, viewer: Viewer, hit: Hit) -> Found | None:
    statement = select(Person).where(Person.id == hit.stored["person"])
    person = session.scalar(scoped(statement, viewer, Person))
    if person is None:
        return None
    dossier = session.scalar(select(Dossier).where(Dossier.person_id == person.id).order_by(Dossier.id).limit(1))
    return Found(
        id=hit.id, kind="person", file=None, dossier=_name(dossier) if dossier else None, material=None, page=None,
        person=person.name, title=person.name, snippet=person.organization.name, score=hit.score, boxes=(),
        dossier_id=dossier.id if dossier else None, page_id=None, person_id=person.id, id_masked=_masked(person),
    )  # fmt: skip


def _name(dossier: Dossier) -> str:
    return dossier.archive_no or dossier.key


def _date(material: Material) -> str:
    """The date as far as it is written: parts that are missing end it."""
    written = takewhile(lambda part: part is not None, (material.year, material.month, material.day))
    return "-".join(f"{part:02d}" for part in written)


def _masked(person: Person | None) -> str:
    return mask(person.id_number or person.id_raw) if person else ""


def boxes_of(reading: PageReading, marks: Sequence[tuple[int, int]]) -> list[tuple[Corner, Corner, Corner, Corner]]:
    """The marked characters of the page's text as boxes, one for each line that a mark touches."""
    boxes = []
    start = 0
    for line in reading.lines:
        end = start + len(line.text)
        for first, last in marks:
            if first < end and last > start:
                boxes.append(line.part(max(first, start) - start, min(last, end) - start))
        start = end + 1  # the line break
    return boxes
