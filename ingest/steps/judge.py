"""Judge a dossier as a whole once its images are measured, and a batch once its dossiers are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.completeness import paper_facts
from archive.findings import add_finding
from archive.jobs import enqueue
from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.tables import Batch, Dossier, FindingRow, JobRow, Page, PageVersion, ReceivedFile
from ingest.delivery.facts import kept_person, person_facts
from ingest.delivery.kept_lists import ListsSay, absent
from ingest.steps.doubles import find_doubles, judge_doubles
from ingest.steps.facts import JudgedDossier, dossier_facts, measures_of
from ingest.steps.judge_text import enqueue_text_judging
from ingest.workshop import LeaseLostError, Workshop
from standards.rules import PersonFacts, judge_batch, judge_dossier, judge_heads, judge_lists, judge_people
from standards.rules.completeness import judge_completeness
from standards.values import Finding, Measure, PageFacts


def judge(workshop: Workshop, job: Job) -> None:
    """Subject: a dossier. What its rules found before is replaced."""
    office = workshop.office
    with office.catalogue.read() as session:
        # Comparing pages takes seconds: nobody may wait for the write lock meanwhile.
        doubles = find_doubles(office, dossier_facts(session, session.get_one(Dossier, job.subject_id)))
    with office.catalogue.write() as session:
        dossier = session.get_one(Dossier, job.subject_id)
        judged = dossier_facts(session, dossier)
        findings = judge_dossier(judged.facts, workshop.profile)
        findings += judge_completeness(dossier.key, *paper_facts(session, dossier), workshop.profile)
        findings += judge_doubles(judged, doubles, workshop.profile)
        _replace(session, judged, dossier, findings)
        if dossier.state == "received":
            dossier.state = "checked"
        _enqueue_batch(session, job, dossier.batch_id)
        enqueue_text_judging(session, dossier.id, dossier.batch_id, job)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def _replace(session: Session, judged: JudgedDossier, dossier: Dossier, findings: Iterable[Finding]) -> None:
    session.execute(delete(FindingRow).where(FindingRow.dossier_id == dossier.id, FindingRow.scope == "dossier"))
    for finding in findings:
        version = judged.versions.get((finding.file or "", finding.page or 0))
        add_finding(
            session,
            finding,
            scope="dossier",
            batch_id=dossier.batch_id,
            dossier_id=dossier.id,
            material_id=judged.materials.get(finding.subject or ""),
            page_id=version.page_id if version else None,
            version_id=version.id if version else None,
        )


def _enqueue_batch(session: Session, job: Job, batch_id: int) -> None:
    """The batch is judged when nothing of it is left to measure or judge; a later image is a new round."""
    left = select(func.count()).select_from(JobRow).where(JobRow.batch_id == batch_id, JobRow.id != job.id)
    left = left.where(JobRow.kind.in_(["measure", "judge"]), JobRow.state.in_(["waiting", "running"]))
    if not session.scalar(left):
        enqueue(session, "judge_batch", batch_id, batch_id=batch_id, revision=job.id, priority=150)


def judge_whole_batch(workshop: Workshop, job: Job) -> None:
    """Subject: a batch. The people and the form of its lists, rows without a dossier, and one format for all its images."""
    office = workshop.office
    with office.catalogue.write() as session:
        batch = session.get_one(Batch, job.subject_id)
        session.execute(delete(FindingRow).where(FindingRow.batch_id == batch.id, FindingRow.scope == "batch"))
        dossiers = session.scalars(select(Dossier).where(Dossier.batch_id == batch.id).order_by(Dossier.id)).all()
        people = [(facts, dossier.id) for dossier in dossiers for facts in _person(dossier)]
        owners = _owners(people)
        said = ListsSay.from_json(batch.promised.get("lists", {}))
        without = said.left_out({(facts.list_path, facts.row) for facts, _ in people})
        rows = sorted(
            # A row may stand for several volumes; it is judged once.
            [*dict.fromkeys(facts for facts, _ in people), *map(person_facts, without)],
            key=lambda facts: (facts.list_path, facts.row),
        )
        for finding in judge_people(rows, workshop.profile):
            # What is wrong with the list as a whole, or with a row whose dossier is not there, belongs to no dossier.
            owner = owners.get((finding.file or "", int(finding.subject))) if finding.subject else None
            add_finding(session, finding, scope="batch", batch_id=batch.id, dossier_id=owner)
        for finding in judge_heads(said.heads, workshop.profile):
            add_finding(session, finding, scope="batch", batch_id=batch.id)
        for finding in judge_lists(said.unreadable, absent(without), workshop.profile):
            add_finding(session, finding, scope="batch", batch_id=batch.id)
        for finding in judge_batch(_formats(session, batch.id), workshop.profile):
            add_finding(session, finding, scope="batch", batch_id=batch.id)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def _person(dossier: Dossier) -> Sequence[PersonFacts]:
    row = dossier.list_row
    if not row:
        return ()
    return (person_facts(kept_person(row)),)


def _owners(people: Iterable[tuple[PersonFacts, int]]) -> dict[tuple[str, int], int | None]:
    """The dossier of each row by list and row; None where lists of one name, delivered one after the other, mean several people."""
    facts_of: dict[tuple[str, int], PersonFacts] = {}
    owners: dict[tuple[str, int], int | None] = {}
    for facts, dossier_id in people:
        row = facts.list_path, facts.row
        if facts_of.setdefault(row, facts) != facts:
            owners[row] = None
        else:
            owners.setdefault(row, dossier_id)
    return owners


def _formats(session: Session, batch_id: int) -> list[PageFacts]:
    """Only what the one-format rule reads: the measured format of each image."""
    statement = (
        select(ReceivedFile.path, PageVersion.file_page, PageVersion.image_set, PageVersion.measures)
        .join(PageVersion, PageVersion.file_id == ReceivedFile.id)
        .join(Page, Page.id == PageVersion.page_id)
        .where(ReceivedFile.batch_id == batch_id, PageVersion.state.in_(["current", "linked"]))
    )
    return [
        PageFacts(path, page, {"format": measures_of(measures).get("format", Measure("format", None))}, image_set=which)
        for path, page, which, measures in session.execute(statement)
    ]
