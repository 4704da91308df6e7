"""Which way up a page lies, as its reading found it: part of reading a page, and of letting another reading of it count."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive.findings import replace_page_findings
from archive.tables import PageVersion
from ingest.readings import mean_confidence
from ingest.steps.facts import measures_of, page_facts
from ocr.lines import PageReading
from standards.profiles import Profile
from standards.rules import judge_page
from standards.values import Measure

# Fewer lines may be a stamp or a page number that reads both ways.
_TELLING_LINES = 3
_RULE = "page.orientation"


def judge_orientation(session: Session, profile: Profile, version: PageVersion, reading: PageReading) -> None:
    """Reading knows which end is up, measuring guessed: what it read is kept as the measure and judged anew."""
    if len(reading.lines) < _TELLING_LINES:
        return
    turn = Measure("orientation_deg", reading.rotation, "deg", round(mean_confidence(reading), 3))
    version.measures = {**version.measures, turn.name: turn.as_json()}
    found = judge_page(page_facts(version, measures_of(version.measures)), profile)
    replace_page_findings(session, version, found, _RULE)
