"""The steps of a page's way, one module per kind of job. Each is small, idempotent and commits its result with its job."""

from __future__ import annotations

from collections.abc import Callable

from archive.jobs.contract import Job
from ingest.steps.bind import bind
from ingest.steps.cover import cover
from ingest.steps.fields import fields
from ingest.steps.judge import judge, judge_whole_batch
from ingest.steps.judge_text import judge_text
from ingest.steps.measure import measure
from ingest.steps.read import read
from ingest.steps.repair import repair
from ingest.workshop import Workshop

STEPS: dict[str, Callable[[Workshop, Job], None]] = {
    "measure": measure,  # subject: page version
    "judge": judge,  # subject: dossier
    "judge_batch": judge_whole_batch,  # subject: batch
    "read": read,  # subject: page version
    "cover": cover,  # subject: page version
    "judge_text": judge_text,  # subject: dossier
    "fields": fields,  # subject: page version
    "bind": bind,  # subject: material
    "repair": repair,  # subject: request (page_repair)
}
