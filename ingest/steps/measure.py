"""Measure one page: can it be opened, what is its true resolution, how does it look at first sight; then judge it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.custody.ledger import Written, record
from archive.findings import replace_page_findings
from archive.jobs import enqueue
from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.store.keys import derived_key
from archive.tables import Page, PageVersion
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import InputError
from base.images import Pixels, read_header
from base.views import THUMBNAIL_SIDE, VIEW_SIDE, reduced_jpeg
from ingest.measure import measure_broken, measure_view
from ingest.measure.view import PageView
from ingest.steps.facts import measures_of, page_facts
from ingest.workshop import LeaseLostError, Workshop
from standards.rules import judge_page
from standards.values import Measures

_VERSION = "1"


def measure(workshop: Workshop, job: Job) -> None:
    """Subject: a page version. A page that cannot be opened is set aside (待处理) with its reason, never dropped."""
    office = workshop.office
    with office.catalogue.read() as session:
        version = session.get_one(PageVersion, job.subject_id)
        key, sha256, frame, name = version.object_key, version.sha256, version.frame, version.file.path
    data = office.store.read(key)
    error: InputError | None = None
    size: tuple[int, int] | None = None
    views: dict[int, Written] = {}
    try:
        view = PageView.decoded(data, name, read_header(data, name), frame)
    except InputError as broken:
        error, measures = broken, measure_broken(data, broken)
    else:
        measures, size = measure_view(view), view.size
        # The copy that was measured shows at first sight what the page shows, where it is large enough.
        picture = view.reduced if max(view.reduced.shape[:2]) >= VIEW_SIDE else view.pixels
        views = {side: _store_view(workshop, sha256, frame, picture, side) for side in _SIDES}
    with office.catalogue.write() as session:
        _commit(session, workshop, job, measures, size, views, error)
        if not finish_in(session, job):
            raise LeaseLostError(job)


_SIDES = (VIEW_SIDE, THUMBNAIL_SIDE)


def _store_view(workshop: Workshop, sha256: str, frame: int, pixels: Pixels, side: int) -> Written:
    data = reduced_jpeg(pixels, side)
    digest, key = sha256_of_bytes(data), derived_key(sha256, f"view{side}_{frame}", _VERSION, ".jpg")
    workshop.office.store.put(key, data, sha256=digest, size=len(data), media_type="image/jpeg", replace=True)
    return Written(key, digest, len(data))


def _commit(
    session: Session,
    workshop: Workshop,
    job: Job,
    measures: Measures,
    size: tuple[int, int] | None,
    views: dict[int, Written],
    error: InputError | None,
) -> None:
    version = session.get_one(PageVersion, job.subject_id)
    version.measures = {name: value.as_json() for name, value in measures.items()}
    version.measured_at = now()
    if size is not None:
        version.width, version.height = size
        version.view_key, version.thumbnail_key = views[VIEW_SIDE].key, views[THUMBNAIL_SIDE].key
        record(session, *views.values())
    if error is not None:
        version.file.state, version.file.reason = "quarantined", error.code
        version.file.reason_params = {name: str(value) for name, value in error.params.items()}
    _judge_page(session, workshop, version, measures)
    page = version.page
    if version.image_set == "optimised" and version.origin == "delivered":
        _judge_originals(session, workshop, page)
    if version.state == "current" and size is not None:
        # Who waits for the page waits for its text too.
        enqueue(session, "read", version.id, batch_id=job.batch_id, priority=job.priority)
    enqueue_judging(session, page.dossier_id, job.batch_id)


def _judge_originals(session: Session, workshop: Workshop, page: Page) -> None:
    """Skew, crop and border are judged on the optimised image as soon as it is there: the original's are taken back."""
    for each in page.versions:
        if each.image_set == "original" and each.state in ("current", "linked") and each.measured_at is not None:
            _judge_page(session, workshop, each, measures_of(each.measures))


def _judge_page(session: Session, workshop: Workshop, version: PageVersion, measures: Measures) -> None:
    """The rules of one page, on its own facts; a new run replaces what they found before."""
    replace_page_findings(session, version, judge_page(page_facts(version, measures), workshop.profile))


def enqueue_judging(session: Session, dossier_id: int, batch_id: int | None) -> None:
    """Judges the dossier as a whole once each of its images is measured; a later image is a new round."""
    counts = (
        select(func.count(PageVersion.id), func.count(PageVersion.measured_at))
        .join(Page, Page.id == PageVersion.page_id)
        .where(Page.dossier_id == dossier_id)
    )
    session.flush()
    images, measured = session.execute(counts).one()
    if images == measured:
        enqueue(session, "judge", dossier_id, batch_id=batch_id, revision=measured, priority=150)
