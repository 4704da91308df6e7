"""Bind the pages of one material into a searchable PDF, keyed by its pages' digests and the revision of its text."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.store.keys import material_key
from archive.tables import Material, Page, PageVersion, Reading
from base.digests import sha256_of_file
from ingest.corrected import corrected_reading
from ingest.workshop import LeaseLostError, Workshop
from ocr.lines import PageReading
from printing.searchable_pdf import PdfPage, TextLine, make_searchable_pdf

_UNKNOWN_DPI = 200.0


def bind(workshop: Workshop, job: Job) -> None:
    """Subject: a material. Its pages are those that are current now; a page that cannot be shown is left out."""
    office = workshop.office
    with office.catalogue.read() as session:
        material = session.get_one(Material, job.subject_id)
        revision, title = material.revision, material.title or material.key
        rows = pages_of_material(session, job.subject_id)
        readings = [corrected_reading(session, office.store, version) for version, _ in rows]
    if rows:
        key = material_key([f"{version.sha256}#{version.frame}" for version, _ in rows], revision)
        pages = [_pdf_page(workshop, row[0], read) for row, read in zip(rows, readings, strict=True)]
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "material.pdf"
            make_searchable_pdf(pages, out, title=title)
            with out.open("rb") as stream:
                office.store.put(
                    key, stream, sha256=sha256_of_file(out), size=out.stat().st_size, media_type="application/pdf",
                    replace=True,
                )  # fmt: skip
    with office.catalogue.write() as session:
        material = session.get_one(Material, job.subject_id)
        # A text that changed meanwhile has its own job: an older PDF never takes the newer one's place.
        if material.revision == revision:
            material.pdf_key = key if rows else None
        if not finish_in(session, job):
            raise LeaseLostError(job)


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


def _pdf_page(workshop: Workshop, version: PageVersion, read: PageReading) -> PdfPage:
    return PdfPage(
        image=workshop.office.store.read(version.object_key),
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
