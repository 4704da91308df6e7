"""Read one page: the lines become an object with engine and version, its row and its index work one transaction."""

from __future__ import annotations

import json

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.findings import replace_page_findings
from archive.jobs import enqueue
from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.outbox import announce
from archive.store.keys import derived_key
from archive.tables import Material, Page, PageVersion, Reading
from base.clock import now
from base.digests import sha256_of_bytes
from base.images import read_pixels
from ingest.cut_off import cut_off
from ingest.steps.facts import measures_of, page_facts
from ingest.steps.judge_text import enqueue_text_judging
from ingest.workshop import LeaseLostError, Workshop
from ocr.lines import PageReading
from standards.rules import judge_page
from standards.values import Measure

# Fewer lines may be a stamp or a page number that reads both ways.
_TELLING_LINES = 3
_RULE = "page.orientation"


def read(workshop: Workshop, job: Job) -> None:
    """Subject: a page version. A page that is set aside or was replaced meanwhile is not read."""
    office = workshop.office
    with office.catalogue.read() as session:
        version = session.get_one(PageVersion, job.subject_id)
        data = office.store.read(version.object_key)
        frame, sha256 = version.frame, version.sha256
    pixels = read_pixels(data, f"page version {job.subject_id}", frame)
    reading = workshop.engine.read(pixels)
    cut = cut_off(pixels, reading)
    text = json.dumps(reading.as_json(), ensure_ascii=False).encode()
    key = derived_key(sha256, f"reading{frame}_{reading.engine}", reading.engine_version, ".json")
    office.store.put(
        key, text, sha256=sha256_of_bytes(text), size=len(text), media_type="application/json", replace=True
    )
    with office.catalogue.write() as session:
        _commit(session, job, reading, key)
        version = session.get_one(PageVersion, job.subject_id)
        version.measures = {**version.measures, cut.name: cut.as_json()}
        _judge_orientation(session, workshop, version, reading)
        enqueue_text_judging(session, version.page.dossier_id, job.batch_id, job)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def _commit(session: Session, job: Job, reading: PageReading, key: str) -> None:
    session.execute(update(Reading).where(Reading.version_id == job.subject_id).values(current=False))
    row = session.scalar(
        select(Reading).where(
            Reading.version_id == job.subject_id,
            Reading.engine == reading.engine,
            Reading.engine_version == reading.engine_version,
        )
    ) or Reading(version_id=job.subject_id, engine=reading.engine, engine_version=reading.engine_version)
    row.object_key = key
    row.rotation = reading.rotation
    row.line_count = len(reading.lines)
    row.characters = sum(len(line.text) for line in reading.lines)
    row.confidence = _mean_confidence(reading)
    row.current = True
    row.read_at = now()
    session.add(row)
    session.flush()
    page = session.get_one(PageVersion, job.subject_id).page
    announce(session, [f"page:{page.id}"], job.batch_id)
    if page.material_id is not None:
        enqueue_binding(session, page.material_id, job.batch_id)


def _judge_orientation(session: Session, workshop: Workshop, version: PageVersion, reading: PageReading) -> None:
    """Reading knows which end is up, measuring guessed: what it read is kept as the measure and judged anew."""
    if len(reading.lines) < _TELLING_LINES:
        return
    turn = Measure("orientation_deg", reading.rotation, "deg", round(_mean_confidence(reading), 3))
    version.measures = {**version.measures, turn.name: turn.as_json()}
    found = judge_page(page_facts(version, measures_of(version.measures)), workshop.profile)
    replace_page_findings(session, version, found, _RULE)


def _mean_confidence(reading: PageReading) -> float:
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
