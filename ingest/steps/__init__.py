"""The steps of a page's way, one module per kind of job. Each is small, idempotent and commits its result with its job."""

from __future__ import annotations

from collections.abc import Callable

from archive.jobs.contract import Job
from ingest.steps.bind import bind
from ingest.steps.judge import judge, judge_whole_batch
from ingest.steps.measure import measure
from ingest.steps.read import read
from ingest.workshop import Workshop

STEPS: dict[str, Callable[[Workshop, Job], None]] = {
    "measure": measure,  # subject: page version
    "judge": judge,  # subject: dossier
    "judge_batch": judge_whole_batch,  # subject: batch
    "read": read,  # subject: page version
    "bind": bind,  # subject: material
}
