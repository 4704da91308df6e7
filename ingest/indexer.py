"""Drains the outbox into the index. The embedded index has one writer: whoever holds the lock file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import outbox
from archive.office import Office
from archive.tables import Dossier, Material, Organization, Page, PageVersion, Person, Reading
from ingest.corrected import corrected_reading
from search.embedded import EmbeddedIndex
from search.index import Document, SearchIndex

_ROWS = 500


@contextmanager
def indexer_lock(office: Office) -> Iterator[bool]:
    """True for the one process that may write to the index now; the lock goes with the process, however it ends."""
    office.locks_path.mkdir(parents=True, exist_ok=True)
    with (office.locks_path / "indexer.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def drain(office: Office, index: SearchIndex) -> int:
    """Writes what waits in the outbox, oldest first, and returns how many rows it was. The caller holds the lock.

    The rows are marked only after the index has them: a crash between writes the same documents again, to the same end.
    """
    done = 0
    while True:
        with office.catalogue.read() as session:
            rows = outbox.waiting(session, _ROWS)
            ids = list(dict.fromkeys(row.document_id for row in rows))
            documents = [document for document in (build(office, session, each) for each in ids) if document]
        if not rows:
            return done
        present = {document.id for document in documents}
        index.write(documents, deleted=[each for each in ids if each not in present])
        with office.catalogue.write() as session:
            outbox.mark_indexed(session, (row.id for row in rows))
        done += len(rows)


def open_index(office: Office) -> EmbeddedIndex:
    """The office's index; where there is none (a new office, a lost folder) an empty one that fills from the catalogue."""
    if office.index_path.exists():
        return EmbeddedIndex(office.index_path)
    index = EmbeddedIndex.create(office.index_path)
    with office.catalogue.write() as session:
        outbox.announce(session, _everything(session))
    return index


def _everything(session: Session) -> list[str]:
    kinds = (("page", Page.id), ("material", Material.id), ("person", Person.id))
    return [f"{kind}:{number}" for kind, column in kinds for number in session.scalars(select(column))]


def build(office: Office, session: Session, document_id: str) -> Document | None:
    """The document of `kind:id` from committed rows; None where the thing is gone or not for searching."""
    kind, _, number = document_id.partition(":")
    makers = {"page": _page, "material": _material, "person": _person}
    return makers[kind](office, session, int(number))


def _page(office: Office, session: Session, page_id: int) -> Document | None:
    row = session.execute(
        select(Page, PageVersion, Reading)
        .join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current"))
        .join(Reading, (Reading.version_id == PageVersion.id) & Reading.current)
        .where(Page.id == page_id, Page.state == "active")
    ).first()
    if row is None:
        return None
    page, version, reading = row
    material = page.material
    return Document(
        id=f"page:{page.id}",
        kind="page",
        text=corrected_reading(session, office.store, version).text,
        title=material.title if material else "",
        class_code=material.class_code if material else "",
        year=material.year if material else None,
        organisations=_units(session, page.dossier),
        stored={"page": page.id, "version": version.id, "reading": reading.object_key},
    )


def _material(office: Office, session: Session, material_id: int) -> Document | None:
    material = session.get(Material, material_id)
    if material is None:
        return None
    return Document(
        id=f"material:{material.id}",
        kind="material",
        text="\n".join(part for part in (material.title, material.remark) if part),
        names=(material.title,) if material.title else (),
        identifiers=tuple(each for each in (material.dossier.archive_no,) if each),
        title=material.title,
        class_code=material.class_code,
        year=material.year,
        organisations=_units(session, material.dossier),
        stored={"material": material.id},
    )


def _person(office: Office, session: Session, person_id: int) -> Document | None:
    person = session.get(Person, person_id)
    if person is None:
        return None
    dossiers = session.scalars(select(Dossier).where(Dossier.person_id == person_id)).all()
    names = tuple(each for each in (person.name, person.former_name) if each)
    identifiers = [person.id_number, person.id_raw, *(each.archive_no for each in dossiers)]
    return Document(
        id=f"person:{person.id}",
        kind="person",
        text="\n".join([*names, person.organization.name]),
        names=names,
        identifiers=tuple(dict.fromkeys(each for each in identifiers if each)),
        title=person.name,
        organisations=_path(person.organization),
        stored={"person": person.id},
    )


def _units(session: Session, dossier: Dossier) -> tuple[int, ...]:
    return _path(dossier.organization)


def _path(unit: Organization) -> tuple[int, ...]:
    """The unit and all above it: an account of any of them may find the document."""
    return tuple(int(part) for part in unit.path.strip("/").split("/") if part)
