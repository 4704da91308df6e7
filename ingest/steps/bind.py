"""Bind the pages of one material into its searchable PDF."""

from __future__ import annotations

from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from ingest.binding import bind_material, keep
from ingest.workshop import LeaseLostError, Workshop


def bind(workshop: Workshop, job: Job) -> None:
    """Subject: a material. Its pages are those that are current now; a page that cannot be shown is left out."""
    bound = bind_material(workshop.office, job.subject_id)
    with workshop.office.catalogue.write() as session:
        keep(session, job.subject_id, bound)
        if not finish_in(session, job):
            raise LeaseLostError(job)
