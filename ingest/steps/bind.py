"""Bind the pages of one material into a searchable PDF, keyed by its pages' digests and the revision of its text."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.office import Office
from archive.store.keys import material_key
from archive.tables import Material, Page, PageVersion, Reading
from base.digests import sha256_of_file
from ingest.corrected import corrected_reading
from ingest.workshop import LeaseLostError, Workshop
from ocr.lines import PageReading
from printing.searchable_pdf import PdfPage, TextLine, make_searchable_pdf

_UNKNOWN_DPI = 200.0


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a material's PDF is made of: where it lies (None where no page can be shown) and of which revision it is."""

    key: str | None
    revision: int
    title: str
    rows: list[tuple[PageVersion, Reading | None]]
    readings: list[PageReading]


def bind(workshop: Workshop, job: Job) -> None:
    """Subject: a material. Its pages are those that are current now; a page that cannot be shown is left out."""
    with workshop.office.catalogue.read() as session:
        bound = _bound(workshop.office, session, job.subject_id)
    _make(workshop.office, bound)
    with workshop.office.catalogue.write() as session:
        _keep(session, job.subject_id, bound)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def bind_newest(office: Office, material_id: int) -> str | None:
    """The key of the material's PDF with its text as it is now, made first where work on it still waits.

    None where it was never bound: then its pages are not all read yet.
    """
    with office.catalogue.read() as session:
        known = session.get_one(Material, material_id).pdf_key
        bound = _bound(office, session, material_id) if known else None
    if bound is None or bound.key == known:
        return known
    _make(office, bound)
    with office.catalogue.write() as session:
        _keep(session, material_id, bound)
    return bound.key


def _bound(office: Office, session: Session, material_id: int) -> _Bound:
    material = session.get_one(Material, material_id)
    rows = pages_of_material(session, material_id)
    readings = [corrected_reading(session, office.store, version) for version, _ in rows]
    key = material_key([f"{version.sha256}#{version.frame}" for version, _ in rows], material.revision)
    return _Bound(key if rows else None, material.revision, material.title or material.key, rows, readings)


def _make(office: Office, bound: _Bound) -> None:
    if bound.key is None:
        return
    pages = [_pdf_page(office, row[0], read) for row, read in zip(bound.rows, bound.readings, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "material.pdf"
        make_searchable_pdf(pages, out, title=bound.title)
        with out.open("rb") as stream:
            office.store.put(
                bound.key, stream, sha256=sha256_of_file(out), size=out.stat().st_size, media_type="application/pdf",
                replace=True,
            )  # fmt: skip


def _keep(session: Session, material_id: int, bound: _Bound) -> None:
    """A text that changed meanwhile has work of its own: an older PDF never takes the newer one's place."""
    material = session.get_one(Material, material_id)
    if material.revision == bound.revision:
        material.pdf_key = bound.key


def pages_of_material(session: Session, material_id: int) -> list[tuple[PageVersion, Reading | None]]:
    """The images of a material in page order with their readings, those that could be opened."""
    statement = (
        select(PageVersion, Reading)
        .join(Page, Page.id == PageVersion.page_id)
        .outerjoin(Reading, (Reading.version_id == PageVersion.id) & Reading.current)
        .where(Page.material_id == material_id, Page.state == "active")
        .where(PageVersion.state == "current", PageVersion.width.is_not(None))
        .order_by(Page.position, Page.id)
    )
    return [(version, reading) for version, reading in session.execute(statement)]


def _pdf_page(office: Office, version: PageVersion, read: PageReading) -> PdfPage:
    return PdfPage(
        image=office.store.read(version.object_key),
        frame=version.frame,
        width=version.width or 0,
        height=version.height or 0,
        dpi=_dpi(version),
        rotation=read.rotation,
        lines=tuple(TextLine(line.text, line.box, line.char_spans) for line in read.lines),
    )


def _dpi(version: PageVersion) -> float:
    """The true resolution, else what the header says, else the least that the standard asks (only sets the page's size)."""
    for name in ("dpi", "dpi_header"):
        value = version.measures.get(name, {}).get("value")
        if isinstance(value, int | float) and value > 0:
            return float(value)
    return _UNKNOWN_DPI
