"""Look for text that something lies over. Its own unit of work, after reading: it takes a third of the time of reading a page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive.jobs import enqueue
from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.tables import PageVersion
from base.images import read_pixels
from ingest.covered import covered
from ingest.steps.judge_text import enqueue_text_judging
from ingest.workshop import LeaseLostError, Workshop

# After all pages are read, before their text is judged.
_PRIORITY = 155


def cover(workshop: Workshop, job: Job) -> None:
    """Subject: a page version. What was found is a measure of its image; the dossier's text is judged with it."""
    office = workshop.office
    with office.catalogue.read() as session:
        version = session.get_one(PageVersion, job.subject_id)
        key, frame = version.object_key, version.frame
    found = covered(read_pixels(office.store.read(key), f"page version {job.subject_id}", frame))
    with office.catalogue.write() as session:
        version = session.get_one(PageVersion, job.subject_id)
        version.measures = {**version.measures, found.name: found.as_json()}
        enqueue_text_judging(session, version.page.dossier_id, job.batch_id, job)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def enqueue_cover(session: Session, version_id: int, batch_id: int | None) -> None:
    """Once for each image: what lies over it does not depend on who reads it."""
    enqueue(session, "cover", version_id, batch_id=batch_id, priority=_PRIORITY)
