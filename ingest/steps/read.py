"""Read one page: the lines become an object beside those of other engines, its row and its index work one transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.tables import PageVersion
from base.clock import now
from base.images import Pixels, read_pixels
from ingest.cut_off import cut_off
from ingest.readings import keep_reading, reading_changed, settle, store_reading
from ingest.steps.cover import enqueue_cover
from ingest.steps.judge_text import enqueue_text_judging
from ingest.steps.turned import judge_orientation
from ingest.workshop import LeaseLostError, Workshop
from ocr.errors import OcrError
from ocr.lines import PageReading
from ocr.results import plausible
from standards.values import Measure

# What a `read` is told besides its page: the engine, and whether a person wants its reading to count.
CHOSEN = "+chosen"


def read(workshop: Workshop, job: Job) -> None:
    """Subject: a page version; argument: the engine, empty for the office's own, with CHOSEN where its text shall count.

    OcrError `ocr.garbage` where the answer is not about this page.
    """
    office = workshop.office
    with office.catalogue.read() as session:
        version = session.get_one(PageVersion, job.subject_id)
        data = office.store.read(version.object_key)
        frame, sha256 = version.frame, version.sha256
    name = f"page version {job.subject_id}"
    pixels = read_pixels(data, name, frame)
    reading = _read(workshop, job, pixels, name)
    read_at = now()
    key = store_reading(office.store, sha256, frame, reading, read_at)
    # Looked at before the write lock is taken.
    cut = cut_off(pixels, reading)
    with office.catalogue.write() as session:
        row = keep_reading(session, job.subject_id, reading, key, read_at)
        if job.argument.endswith(CHOSEN):
            row.chosen_at = read_at
        if settle(session, job.subject_id, office.settings.ocr_engine) is row:
            _judge(session, workshop, job, cut, reading)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def _read(workshop: Workshop, job: Job, pixels: Pixels, name: str) -> PageReading:
    engine = workshop.engine_named(job.argument.removesuffix(CHOSEN))
    reading = engine.read(pixels)
    if not plausible(reading, pixels.shape[1], pixels.shape[0]):
        raise OcrError("ocr.garbage", path=name, engine=engine.name)
    return reading


def _judge(session: Session, workshop: Workshop, job: Job, cut: Measure, reading: PageReading) -> None:
    """What follows from a reading that counts."""
    version = session.get_one(PageVersion, job.subject_id)
    reading_changed(session, version, job.batch_id)
    enqueue_cover(session, version.id, job.batch_id)
    version.measures = {**version.measures, cut.name: cut.as_json()}
    judge_orientation(session, workshop.profile, version, reading)
    enqueue_text_judging(session, version.page.dossier_id, job.batch_id, job)
