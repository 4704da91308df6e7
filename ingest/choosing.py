"""A person lets one of a page's readings count."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.office import Office
from archive.page_acts import find_page
from archive.tables import Reading
from base.clock import now
from base.errors import AccessError
from ingest.readings import reading_changed, settle
from ingest.steps.turned import judge_orientation
from ocr.lines import PageReading
from standards.profiles import load_profile


def choose_reading(office: Office, viewer: Viewer, reading_id: int) -> int:
    """A person lets this reading count, until the next choice; in the audit trail. The page's id.

    AccessError `not-found` out of the viewer's sight, `access.denied` where it is not a clerk's.
    """
    viewer.must_work_at("clerk")
    with office.catalogue.read() as session:
        key = _chosen(session, viewer, reading_id).object_key
    reading = PageReading.from_json(json.loads(office.store.read(key)))
    with office.catalogue.write() as session:
        row = _chosen(session, viewer, reading_id)
        version = row.version
        row.chosen_at = now()
        settle(session, version.id, office.settings.ocr_engine)
        page = version.page
        reading_changed(session, version, page.dossier.batch_id)
        judge_orientation(session, load_profile(office.settings.profile), version, reading)
        audit.record(
            session, viewer, "reading.choose", f"page:{page.id}", dossier_id=page.dossier_id, reading=row.id
        )  # fmt: skip
        return page.id


def _chosen(session: Session, viewer: Viewer, reading_id: int) -> Reading:
    row = session.get(Reading, reading_id)
    if row is None:
        raise AccessError("not-found")
    find_page(session, viewer, row.version.page_id)
    return row
