"""A page's readings side by side: kept, never over each other; which one counts, and what follows when that changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.custody.ledger import Written, record
from archive.jobs import enqueue
from archive.page_fields import enqueue_fields
from archive.store.contract import ObjectStore
from archive.store.keys import derived_key
from archive.tables import Material, Page, PageVersion, Reading
from base.digests import sha256_of_bytes
from ocr.lines import PageReading
from ocr.results import Kept, as_object, counting, parameters_digest

_OWN_DIGITS = 12


def store_reading(store: ObjectStore, sha256: str, frame: int, reading: PageReading, read_at: datetime) -> str:
    """Writes the reading of an image's `frame` as an object and returns its key.

    It says when the page was read, so no two are alike: each has a key of its own, and a worker that comes too late writes
    over nothing that another one's row names.
    """
    data = as_object(reading, read_at)
    digest = sha256_of_bytes(data)
    version = f"{reading.engine_version}.{parameters_digest(reading.parameters)}.{digest[:_OWN_DIGITS]}".lower()
    key = derived_key(sha256, f"reading{frame}_{reading.engine}", version, ".json")
    store.put(key, data, sha256=digest, size=len(data), media_type="application/json")
    return key


def keep_reading(session: Session, version_id: int, reading: PageReading, key: str, read_at: datetime) -> Reading:
    """The row of a stored reading, with what is on record of its object; the same way of reading has the same row."""
    data = as_object(reading, read_at)
    record(session, Written(key, sha256_of_bytes(data), len(data)))
    digest = parameters_digest(reading.parameters)
    row = session.scalar(
        select(Reading).where(
            Reading.version_id == version_id,
            Reading.engine == reading.engine,
            Reading.engine_version == reading.engine_version,
            Reading.parameters == digest,
        )
    ) or Reading(
        version_id=version_id, engine=reading.engine, engine_version=reading.engine_version, parameters=digest,
        current=False,
    )  # fmt: skip
    row.object_key = key
    row.rotation = reading.rotation
    row.line_count = len(reading.lines)
    row.characters = sum(len(line.text) for line in reading.lines)
    row.confidence = mean_confidence(reading)
    row.read_at = read_at
    session.add(row)
    session.flush()
    return row


def settle(session: Session, version_id: int, own_engine: str) -> Reading | None:
    """Marks the reading of an image that counts, and it alone (see `ocr.results.counting`); None where there is none."""
    rows = session.scalars(select(Reading).where(Reading.version_id == version_id)).all()
    best = counting((Kept(row.id, row.engine, row.read_at, row.chosen_at) for row in rows), own_engine)
    for row in rows:
        row.current = row.id == best
    session.flush()
    return next((row for row in rows if row.current), None)


def reading_changed(session: Session, version: PageVersion, batch_id: int | None) -> None:
    """What follows when another text counts: its fields and its material's PDF are made anew. The index hears of it by itself."""
    enqueue_fields(session, version.id, batch_id)
    if version.page.material_id is not None:
        enqueue_binding(session, version.page.material_id, batch_id)


def mean_confidence(reading: PageReading) -> float:
    """Mean over characters, so that one long line counts for what it is; 1.0 for a page without text."""
    characters = sum(len(line.text) for line in reading.lines)
    if not characters:
        return 1.0
    return sum(line.confidence * len(line.text) for line in reading.lines) / characters


def enqueue_binding(session: Session, material_id: int, batch_id: int | None) -> None:
    """Enqueues the material's PDF once all its pages are read; a changed text or page order is a new revision."""
    unread = session.scalar(
        select(func.count(Page.id.distinct()))
        .join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current"))
        .outerjoin(Reading, (Reading.version_id == PageVersion.id) & Reading.current)
        .where(Page.material_id == material_id, Page.state == "active", Reading.id.is_(None))
        .where(PageVersion.measured_at.is_(None) | PageVersion.width.is_not(None))
    )
    if not unread:
        material = session.get_one(Material, material_id)
        material.revision += 1
        session.flush()
        enqueue(session, "bind", material_id, batch_id=batch_id, revision=material.revision, priority=200)
