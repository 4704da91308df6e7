"""Repair one page on request: an optimised image beside the original, whose digest is read before and after.

DA/T 31-2017 10.2–10.4. The original is only ever read; what is made of it lies under a key of its own, made from the
original's digest, the recipe and the version of this step, so that a second run lands in the same place.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from archive import repairs
from archive.custody.ledger import Written, record
from archive.findings import replace_page_findings
from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.repairs import MadeImage
from archive.repairs_seen import Proof
from archive.store.keys import derived_key
from archive.tables import PageRepair, PageVersion
from base.digests import sha256_of_bytes
from base.errors import JuanzongError, StorageError
from base.views import THUMBNAIL_SIDE, VIEW_SIDE, reduced_jpeg
from ingest.repair import VERSION, Mended, Repair, mend
from ingest.repair.telling import as_json
from ingest.steps.facts import measures_of, page_facts
from ingest.workshop import LeaseLostError, Workshop
from standards.rules import judge_page
from standards.values import Measures

# How a page lies and is cut is judged on its optimised image; the rest on the original, where it was captured.
_JUDGED = ["page.skew", "page.orientation", "page.border", "page.crop"]
_MEDIA = {".jpg": "image/jpeg", ".png": "image/png", ".tif": "image/tiff", ".jp2": "image/jp2"}


@dataclass(frozen=True, slots=True)
class _Source:
    """The original as the catalogue has it."""

    key: str
    sha256: str
    frame: int
    measures: Measures


def repair(workshop: Workshop, job: Job) -> None:
    """Subject: a request (page_repair). What cannot be done is kept on the request, and the job fails with its reason."""
    try:
        _repair(workshop, job)
    except LeaseLostError:
        raise
    except JuanzongError as error:
        with workshop.office.catalogue.write() as session:
            repairs.settle_failed(session, session.get_one(PageRepair, job.subject_id), error.code)
        raise


def _repair(workshop: Workshop, job: Job) -> None:
    with workshop.office.catalogue.read() as session:
        row = session.get_one(PageRepair, job.subject_id)
        repairs.still_wanted(session, row)
        version = session.get_one(PageVersion, row.source_id)
        source = _Source(version.object_key, version.sha256, version.frame, measures_of(version.measures))
    data = workshop.office.store.read(source.key)
    before = _verified(data, source)
    plan, mended = mend(data, f"repair {job.subject_id}", source.frame, source.measures, workshop.profile)
    image, kept = (None, []) if mended is None else _stored(workshop, source, mended)
    proof = Proof(source.sha256, before, _verified(workshop.office.store.read(source.key), source))
    with workshop.office.catalogue.write() as session:
        _commit(session, workshop, job, plan if mended is None else mended.repair, image, mended, proof)
        record(session, *kept)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def _verified(data: bytes, source: _Source) -> str:
    """The digest of the original as it reads; StorageError `repair.original-changed` where it is not the recorded one."""
    digest = sha256_of_bytes(data)
    if digest != source.sha256:
        raise StorageError("repair.original-changed")
    return digest


def _stored(workshop: Workshop, source: _Source, mended: Mended) -> tuple[MadeImage, list[Written]]:
    """The image and its two reduced ones, safe in the store; and what is to be kept on record of all three."""
    recipe = hashlib.sha256(json.dumps(recipe_of(mended.repair), sort_keys=True).encode()).hexdigest()[:12]
    step = f"repair{source.frame}_{recipe}"
    image = _put(workshop, source, step, mended.suffix, mended.data)
    views = [
        _put(workshop, source, f"{step}_view{side}", ".jpg", reduced_jpeg(mended.pixels, side))
        for side in (VIEW_SIDE, THUMBNAIL_SIDE)
    ]
    height, width = mended.pixels.shape[:2]
    measures = {name: measure.as_json() for name, measure in mended.measures.items()}
    made = MadeImage(image.key, image.sha256, image.size, width, height, views[0].key, views[1].key, measures)
    return made, [image, *views]


def recipe_of(plan: Repair) -> dict[str, Any]:
    """The parameters that were followed, as they are kept."""
    return {
        "turn": plan.turn,
        "angle": plan.angle,
        "box": list(plan.box),
        "margin_px": plan.margin_px,
        "fill": list(plan.fill),
        "cleaned": bool(plan.clean),
    }


def _put(workshop: Workshop, source: _Source, step: str, suffix: str, data: bytes) -> Written:
    """Writes, reads back and verifies a derived object."""
    key, sha256 = derived_key(source.sha256, step, VERSION, suffix), sha256_of_bytes(data)
    workshop.office.store.put(key, data, sha256=sha256, size=len(data), media_type=_MEDIA[suffix], replace=True)
    return Written(key, sha256, len(data))


def _commit(
    session: Session,
    workshop: Workshop,
    job: Job,
    plan: Repair,
    image: MadeImage | None,
    mended: Mended | None,
    proof: Proof,
) -> None:
    row = session.get_one(PageRepair, job.subject_id)
    left = as_json(plan.left)
    if image is None or mended is None:
        repairs.settle_nothing(session, row, proof, left, VERSION)
        return
    done, recipe = as_json(plan.done), recipe_of(plan)
    version = repairs.settle_made(session, row, image, proof, done=done, left=left, recipe=recipe, step=VERSION)
    _judge(session, workshop, version, mended.measures)


def _judge(session: Session, workshop: Workshop, version: PageVersion, measures: Measures) -> None:
    """Skew, way up, border and margin of the optimised image; a new run replaces what was found before."""
    found = judge_page(page_facts(version, measures), workshop.profile)
    replace_page_findings(session, version, [finding for finding in found if finding.rule in _JUDGED])
