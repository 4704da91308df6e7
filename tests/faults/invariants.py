"""What must hold when an office has finished after a fault: every page exactly once, digests equal, nothing left waiting."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.office import Office, open_office
from archive.store.contract import ObjectStore
from archive.tables import Batch, Dossier, JobRow, Material, OutboxRow, Page, PageVersion, Reading, ReceivedFile
from base.digests import sha256_of_bytes
from base.errors import StorageError
from ingest.custody.fsck import fsck
from ingest.custody.report import kind_of
from ingest.delivery.read import read_delivery
from tests.faults.office import settings_of


def violations(data_dir: Path, delivery: Path) -> list[str]:
    """One line for each thing that is not as it must be; none in an office that lost nothing."""
    office = open_office(settings_of(data_dir))
    try:
        with office.catalogue.read() as session:
            found = [
                *_files(session, office.store, delivery),
                *_pages(session, office.store, delivery),
                *_materials(session, office.store),
                *_objects(session, office.store),
                *_work(session),
                *_audit(session),
            ]
        return found + list(_fsck(office))
    finally:
        office.close()


def _files(session: Session, store: ObjectStore, delivery: Path) -> Iterator[str]:
    """Each delivered file has one row, and its bytes lie in the store as they came."""
    delivered = {str(path.relative_to(delivery)): path.read_bytes() for path in delivery.rglob("*.*")}
    rows = session.scalars(select(ReceivedFile)).all()
    counts = Counter(row.path for row in rows)
    yield from (f"file without a row: {path}" for path in delivered.keys() - counts.keys())
    yield from (f"file with {count} rows: {path}" for path, count in counts.items() if count != 1)
    for row in rows:
        if row.state != "received":
            yield f"file {row.path} is {row.state}: {row.reason}"
        if _bytes(store, row.object_key) != delivered.get(row.path):
            yield f"the bytes of {row.path} are not those that came"


def _pages(session: Session, store: ObjectStore, delivery: Path) -> Iterator[str]:
    """Each page of each file once, with its views and one reading that counts."""
    expected = Counter((page.file.path, page.page) for page in read_delivery(delivery).pages())
    versions = session.scalars(select(PageVersion)).all()
    found = Counter((version.file.path, version.file_page) for version in versions)
    yield from (f"page {name}: {found[name]} times" for name in expected | found if found[name] != expected[name])
    pages = session.scalar(select(func.count()).select_from(Page))
    if pages != sum(expected.values()):
        yield f"{pages} pages, {sum(expected.values())} delivered"
    for version in versions:
        data = _bytes(store, version.object_key)
        if version.state != "current":
            yield f"page version {version.id} is {version.state}"
        if data is None or sha256_of_bytes(data) != version.sha256:
            yield f"the image of page version {version.id} is not what was received"
        readings = [each for each in version.readings if each.current]
        if len(readings) != 1 or len(version.readings) != 1:
            yield f"page version {version.id} has {len(version.readings)} readings, {len(readings)} count"
    keys = [key for each in versions for key in (each.view_key, each.thumbnail_key)]
    keys += session.scalars(select(Reading.object_key)).all()
    yield from (f"an object of a page is not there: {key}" for key in keys if key is None or not store.exists(key))


def _materials(session: Session, store: ObjectStore) -> Iterator[str]:
    """Each material has its PDF, with each of its pages."""
    for material in session.scalars(select(Material)):
        pages = session.scalar(select(func.count()).select_from(Page).where(Page.material_id == material.id))
        data = _bytes(store, material.pdf_key) if material.pdf_key else None
        if data is None:
            yield f"material {material.id} has no PDF"
            continue
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) != pages:
                yield f"the PDF of material {material.id} has {len(pdf.pages)} pages of {pages}"


def _objects(session: Session, store: ObjectStore) -> Iterator[str]:
    """No object that no row knows, but what an attempt left behind that came to no end: readings and PDFs of earlier revisions."""
    known = set(session.scalars(select(ReceivedFile.object_key))) | set(session.scalars(select(Reading.object_key)))
    for version in session.scalars(select(PageVersion)):
        known |= {version.object_key, version.view_key or "", version.thumbnail_key or ""}
    for info in store.list():
        if info.key not in known and kind_of(info.key) not in ("material", "reading"):
            yield f"orphan: {info.key}"


def _work(session: Session) -> Iterator[str]:
    """Nothing waits, runs, failed or was set aside; nothing was done twice under another key."""
    for job in session.scalars(select(JobRow).where(JobRow.state != "done")):
        yield f"job {job.kind}:{job.subject_id} is {job.state} at attempt {job.attempt}: {job.error_code}"
    done = Counter((job.kind, job.subject_id) for job in session.scalars(select(JobRow)))
    yield from (f"{kind}:{subject} was done {count} times" for (kind, subject), count in done.items()
                if count != 1 and kind in ("measure", "read"))  # fmt: skip
    left = session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.indexed_at.is_(None)))
    if left:
        yield f"{left} documents wait for the index"
    yield from (f"batch is {state}" for state in session.scalars(select(Batch.state)) if state != "ready")
    dossiers = session.scalar(select(func.count()).select_from(Dossier))
    if dossiers != 2:
        yield f"{dossiers} dossiers instead of 2"


def _audit(session: Session) -> Iterator[str]:
    check = audit.verify(session)
    if check.bad:
        yield f"audit lines broken: {check.bad}"


def _fsck(office: Office) -> Iterator[str]:
    """`juanzong fsck` finds every byte good, nothing without a row, and the index as the catalogue says.

    What an attempt left whose result was not committed may lie there where it can be made again: fsck counts it as superseded.
    """
    report = fsck(office)
    for each in (*report.bad, *report.could_not_check):
        yield f"fsck: {each.where} {each.id} is {each.problem} {each.code}"
    yield from (f"fsck: {key} is on its way, and nobody is at work" for key in report.in_flight)
    if report.waiting:
        yield f"fsck: {report.waiting} documents are on their way, and nobody is at work"


def _bytes(store: ObjectStore, key: str) -> bytes | None:
    try:
        return store.read(key)
    except StorageError:
        return None
