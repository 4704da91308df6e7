"""Look a page's text through: the fields of its form, its card for 分件, the rows of a 卷内目录. Suggestions, all of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from archive.jobs.contract import Job
from archive.jobs.local import finish_in
from archive.page_cards import Made, is_made, keep_card
from archive.page_fields import keep_fields
from archive.tables import PageVersion
from ingest.corrected import corrected_reading
from ingest.reading_facts import page_reading
from ingest.workshop import LeaseLostError, Workshop
from ocr.catalogue_sheet import read_sheet
from ocr.fields import PageFields, extract
from ocr.lines import PageReading
from standards.splitting.read_card import read_card

# Goes up whenever the rules of fields, cards or sheets change: then every page is looked through again when it is asked for.
EXTRACTOR = "1"


def fields(workshop: Workshop, job: Job) -> None:
    """Subject: a page version; what was made of the same text by the same rules stays. Values that a person decided on stay."""
    office = workshop.office
    with office.catalogue.read() as session:
        version = session.get_one(PageVersion, job.subject_id)
        reading = corrected_reading(session, office.store, version)
        made = Made(EXTRACTOR, _digest(reading))
        done = is_made(session, version.id, made)
        path, number = version.file.path, version.file_page
    if not done:
        card = read_card(page_reading(reading, path, number))
        # The titles of a catalogue sheet are those of other papers: it is no form itself.
        rows = read_sheet(reading) if card.kind == "sheet" else ()
        found = PageFields(None) if card.kind == "sheet" else extract(reading)
        card = replace(card, form=found.form or "")
    with office.catalogue.write() as session:
        if not done:
            keep_fields(session, job.subject_id, [each.as_json() for each in found.fields])
            keep_card(session, job.subject_id, made, card, rows)
        if not finish_in(session, job):
            raise LeaseLostError(job)


def _digest(reading: PageReading) -> str:
    """Of the lines with their places: another engine's reading of the same words may place them otherwise."""
    said = [reading.rotation, [[line.text, line.box, round(line.confidence, 4)] for line in reading.lines]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
