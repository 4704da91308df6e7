"""Judge what was read in a dossier as a whole: whose papers they are, what the catalogue says of them, cleared doubles."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.findings import add_finding
from archive.jobs import enqueue
from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.office import Office
from archive.page_needs import keep_need
from archive.pairs import marked_pairs, page_at
from archive.tables import Dossier, FindingRow, JobRow, Material, Page, PageVersion, Reading
from ingest.corrected import merged_reading
from ingest.correction_desk import page_need
from ingest.reading_facts import page_reading, person_on_record
from ingest.steps.facts import measures_of
from ingest.workshop import LeaseLostError, Workshop
from ocr import lines as ocr
from ocr.corrections import Merged
from standards.rules.reading import PageReading, PersonOnRecord, ReadDossier, ReadMaterial, cleared, judge_reading

SCOPE = "text"
_LOG = logging.getLogger(__name__)
# After the pages and the counts of the dossier, before its PDFs.
_PRIORITY = 160


@dataclass(frozen=True, slots=True)
class _Read:
    """A dossier's text, and the way back from a finding to its rows."""

    facts: ReadDossier
    versions: Mapping[tuple[str, int], PageVersion]
    materials: Mapping[str, int]


def judge_text(workshop: Workshop, job: Job) -> None:
    """Subject: a dossier. What its text showed before is replaced; pages not read yet are judged once they are."""
    office = workshop.office
    with office.catalogue.read() as session:
        # Loading readings takes time: nobody may wait for the write lock meanwhile.
        readings = _readings(office, session, job.subject_id)
    with office.catalogue.write() as session:
        dossier = session.get_one(Dossier, job.subject_id)
        read = _read_dossier(session, dossier, {version: merged.reading for version, merged in readings.items()})
        for image in read.versions.values():
            need = page_need(readings[image.id], office.settings.correction_worth)
            keep_need(session, image.id, image.page_id, need)
        session.execute(delete(FindingRow).where(FindingRow.dossier_id == dossier.id, FindingRow.scope == SCOPE))
        for finding in judge_reading(read.facts, workshop.profile):
            version = read.versions.get((finding.file or "", finding.page or 0))
            add_finding(
                session,
                finding,
                scope=SCOPE,
                batch_id=dossier.batch_id,
                dossier_id=dossier.id,
                material_id=read.materials.get(finding.subject or "")
                or (version.page.material_id if version else None),
                page_id=version.page_id if version else None,
                version_id=version.id if version else None,
            )
        _clear_doubles(session, dossier.id, read)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def enqueue_text_judging(session: Session, dossier_id: int, batch_id: int | None, job: Job) -> None:
    """The text is judged after each judging of the dossier, and once more when a page is read or looked at after that."""
    if job.kind in ("read", "cover") and _is_awaited(session, dossier_id, job):
        return
    enqueue(session, "judge_text", dossier_id, batch_id=batch_id, revision=f"{job.kind}{job.id}", priority=_PRIORITY)


def _is_awaited(session: Session, dossier_id: int, job: Job) -> bool:
    """Another page of the dossier is still to be read, or the dossier is to be judged anyway."""
    versions = select(PageVersion.id).join(Page, Page.id == PageVersion.page_id).where(Page.dossier_id == dossier_id)
    of_pages = JobRow.kind.in_(["measure", "read", "cover"]) & JobRow.subject_id.in_(versions)
    of_dossier = JobRow.kind.in_(["judge"]) & (JobRow.subject_id == dossier_id)
    left = (
        select(func.count())
        .select_from(JobRow)
        .where(JobRow.state.in_(["waiting", "running"]), JobRow.id != job.id, of_pages | of_dossier)
    )
    return bool(session.scalar(left))


def _readings(office: Office, session: Session, dossier_id: int) -> dict[int, Merged]:
    """By version, those of the images that count now, with what people corrected."""
    statement = (
        select(PageVersion)
        .join(Page, Page.id == PageVersion.page_id)
        .join(Reading, (Reading.version_id == PageVersion.id) & Reading.current)
        .where(Page.dossier_id == dossier_id, Page.state == "active", PageVersion.state == "current")
    )
    versions = session.scalars(statement).all()
    return {version.id: merged_reading(session, office.store, version) for version in versions}


def _read_dossier(session: Session, dossier: Dossier, readings: Mapping[int, ocr.PageReading]) -> _Read:
    """As the rows are now; an image that was replaced since its reading was loaded is left out."""
    statement = (
        select(PageVersion)
        .join(Page, Page.id == PageVersion.page_id)
        .where(Page.dossier_id == dossier.id, Page.state == "active", PageVersion.state == "current")
        .order_by(Page.position, Page.id)
    )
    pages: dict[int | None, list[PageReading]] = defaultdict(list)
    versions = {}
    for version in session.scalars(statement):
        if version.id in readings:
            facts = _page(version, readings[version.id])
            pages[version.page.material_id].append(facts)
            versions[(facts.file, facts.page)] = version
    of_dossier = select(Material).where(Material.dossier_id == dossier.id).order_by(Material.position, Material.id)
    rows = session.scalars(of_dossier).all()
    # Before 分件 is confirmed nobody knows which page begins which material.
    materials = () if dossier.state == "splitting" else tuple(_material(row, pages[row.id]) for row in rows)
    placed = {id(page) for material in materials for page in material.pages}
    unsorted = tuple(page for group in pages.values() for page in group if id(page) not in placed)
    return _Read(
        ReadDossier(dossier.key, _person(dossier), materials, unsorted),
        versions,
        {f"{dossier.key}/{row.key}": row.id for row in rows},
    )


def _page(version: PageVersion, reading: ocr.PageReading) -> PageReading:
    known = measures_of(version.measures)
    cut, covered = (known[name].boxes if name in known else () for name in ("cut_off", "covered"))
    return page_reading(reading, version.file.path, version.file_page, cut, covered)


def _material(row: Material, pages: list[PageReading]) -> ReadMaterial:
    return ReadMaterial(row.key, tuple(pages), row.title, row.year, row.month, row.day)


def _person(dossier: Dossier) -> PersonOnRecord | None:
    person = dossier.person
    if person is None:
        return None
    return person_on_record(person.name, person.id_number, person.id_state, person.birth, person.former_name)


def _clear_doubles(session: Session, dossier_id: int, read: _Read) -> None:
    """Doubles that a person marked as a pair, and near ones whose read dates or sums differ (wage forms): the hint goes."""
    pairs = marked_pairs(session, dossier_id)
    by_file = {page.file: page for page in read.facts.pages if page.page == 1}
    statement = select(FindingRow).where(FindingRow.dossier_id == dossier_id, FindingRow.rule == "page.duplicate")
    for row in session.scalars(statement):
        other = page_at(session, dossier_id, row.measured or "")
        if other is not None and frozenset((other.id, row.page_id)) in pairs:
            session.delete(row)
            continue
        later = session.get(PageVersion, row.version_id) if row.version_id else None
        second = by_file.get(later.file.path) if later else None
        first = by_file.get(row.measured or "")
        if first is None or second is None or row.params.get("certain") == 1.0:
            continue
        if why := cleared(first, second):
            _LOG.info("double cleared: finding %d of version %s by %s", row.id, row.version_id, why)
            session.delete(row)
