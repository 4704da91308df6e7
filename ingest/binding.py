"""One material as a searchable PDF: made of its pages and their text as they are now, and kept under a key of just those."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.custody.ledger import Written, record
from archive.office import Office
from archive.store.keys import material_key
from archive.tables import Material, Page, PageVersion
from base.digests import sha256_of_bytes, sha256_of_file
from base.text.identity import hide_numbers
from ingest.corrected import corrected_reading
from ocr.lines import PageReading
from printing.searchable_pdf import PdfPage, TextLine, make_searchable_pdf

# Changes when the same pages with the same text give other bytes.
_VERSION = "2"
_UNKNOWN_DPI = 200.0


@dataclass(frozen=True, slots=True)
class Bound:
    """A material's PDF: where it lies (None where no page can be shown) and what it holds.

    `unread` pages are in it as pictures without text; `left_out` could not be opened. `revision`: the material's then.
    `made`: what is to be kept on record where it was made now.
    """

    key: str | None
    revision: int
    pages: int
    unread: int
    left_out: int
    made: Written | None = None


@dataclass(frozen=True, slots=True)
class _Parts:
    title: str
    revision: int
    left_out: int
    pages: tuple[tuple[PageVersion, PageReading], ...]


def bind_material(office: Office, material_id: int) -> Bound:
    """Makes the PDF where it is not there yet. InputError and StorageError as images and the store give them."""
    with office.catalogue.read() as session:
        parts = _parts(office, session, material_id)
    unread = sum(not reading.engine and not reading.lines for _, reading in parts.pages)
    if not parts.pages:
        return Bound(None, parts.revision, 0, 0, parts.left_out)
    key = _key(parts)
    made = None if office.store.exists(key) else _make(office, parts, key)
    return Bound(key, parts.revision, len(parts.pages), unread, parts.left_out, made)


def keep(session: Session, material_id: int, bound: Bound) -> None:
    """A text that changed meanwhile has work of its own: an older PDF never takes the newer one's place."""
    if bound.made is not None:
        record(session, bound.made)
    material = session.get_one(Material, material_id)
    if material.revision == bound.revision and material.pdf_key != bound.key:
        material.pdf_key = bound.key


def _parts(office: Office, session: Session, material_id: int) -> _Parts:
    """The images of a material in page order, those that could be opened, with their corrected text."""
    material = session.get_one(Material, material_id)
    statement = (
        select(PageVersion)
        .join(Page, Page.id == PageVersion.page_id)
        .where(Page.material_id == material_id, Page.state == "active", PageVersion.state == "current")
        .order_by(Page.position, Page.id)
    )
    versions = session.scalars(statement).all()
    shown = [version for version in versions if version.width is not None]
    person = material.dossier.person
    return _Parts(
        _nameless(material.title or material.key, person.name if person else ""),
        material.revision,
        len(versions) - len(shown),
        tuple((version, corrected_reading(session, office.store, version)) for version in shown),
    )


def _nameless(title: str, name: str) -> str:
    """A title as it may stand in a file's description: the person's name and ID numbers stay on the pages."""
    plain = title.replace(name, "×" * len(name)) if len(name) > 1 else title
    return hide_numbers(plain)


def _key(parts: _Parts) -> str:
    """The same pages with the same text lie under the same key; any other text, title or turn lies beside it."""
    said = [parts.title, [[reading.rotation, _dpi(version), _lines(reading)] for version, reading in parts.pages]]
    text = sha256_of_bytes(json.dumps(said, ensure_ascii=False).encode())[:16]
    digests = [f"{version.sha256}#{version.frame}" for version, _ in parts.pages]
    return material_key(digests, parts.revision, version=f"{_VERSION}.{text}")


def _lines(reading: PageReading) -> list[list[object]]:
    return [[line.text, line.box, line.char_spans, line.vertical] for line in reading.lines]


def _make(office: Office, parts: _Parts, key: str) -> Written:
    pages = (_pdf_page(office, version, reading) for version, reading in parts.pages)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "material.pdf"
        make_searchable_pdf(pages, out, title=parts.title)
        made = Written(key, sha256_of_file(out), out.stat().st_size)
        with out.open("rb") as stream:
            office.store.put(
                key, stream, sha256=made.sha256, size=made.size, media_type="application/pdf", replace=True
            )
    return made


def _pdf_page(office: Office, version: PageVersion, reading: PageReading) -> PdfPage:
    return PdfPage(
        image=office.store.read(version.object_key),
        frame=version.frame,
        width=version.width or 0,
        height=version.height or 0,
        dpi=_dpi(version),
        rotation=reading.rotation,
        lines=tuple(TextLine(line.text, line.box, line.char_spans, line.vertical) for line in reading.lines),
    )


def _dpi(version: PageVersion) -> float:
    """The true resolution, else what the header says, else the least that the standard asks (only sets the page's size)."""
    for name in ("dpi", "dpi_header"):
        value = version.measures.get(name, {}).get("value")
        if isinstance(value, int | float) and value > 0:
            return float(value)
    return _UNKNOWN_DPI
