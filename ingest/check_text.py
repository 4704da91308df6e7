"""`check --read`: the pages of a delivery read, and the rules on text judged, with no database.

A page that came as scanned and processed is read once, as scanned. What cannot be read is told in the report's notes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from base.errors import InputError, JuanzongError
from base.images import read_pixels
from base.progress import Progress
from ingest.delivery.model import DeliveredDossier, DeliveredPage, Delivery
from ingest.delivery.naming import material_key
from ingest.delivery.pages import content_of, page_bytes
from ingest.lost_text import LostText, lost_text
from ingest.reading_facts import page_reading, person_on_record
from ingest.spread import Measured
from ocr import lines as ocr
from ocr.engines import EngineFactory
from ocr.pool import PoolSettings, ReadingPool
from ocr.worker import PageImage
from standards.profiles import Profile
from standards.rules.reading import PageReading, PersonOnRecord, ReadDossier, ReadMaterial, cleared, judge_reading
from standards.values import Finding

# By path and page, as findings name them.
Readings = dict[tuple[str, int], PageReading]


class KeptText(Protocol):
    """What an earlier run read, and where this one keeps what it reads."""

    def known_reading(self, page: DeliveredPage) -> tuple[ocr.PageReading, LostText] | None: ...
    def add_reading(self, page: DeliveredPage, reading: ocr.PageReading, lost: LostText) -> None: ...


def read_pages(
    pages: Sequence[DeliveredPage],
    measured: Sequence[Measured],
    factory: EngineFactory,
    told: Progress,
    workers: int = 0,
    kept: KeptText | None = None,
) -> tuple[Readings, list[JuanzongError]]:
    """What stands on each page that can be opened, and the errors of those that could not be read.

    OcrError `ocr.engine-missing` and its like where the engine cannot be opened at all.
    """
    wanted = list(_wanted(pages, measured))
    readings: Readings = {}
    waiting = []
    for page in wanted:
        known = kept.known_reading(page) if kept is not None else None
        if known is None:
            waiting.append(page)
        else:
            readings[page.file.path, page.page] = _facts(page, *known)
    told.step("progress.reading", len(readings), len(wanted))
    errors: list[JuanzongError] = []
    with ReadingPool(factory, PoolSettings(workers)) as pool:
        for done, outcome in enumerate(pool.read_all(_images(waiting, errors)), start=len(wanted) - len(waiting) + 1):
            page = waiting[int(str(outcome.key))]
            if outcome.reading is None:
                assert outcome.error is not None  # noqa: S101 - promised by the pool
                errors.append(outcome.error)
            else:
                lost = _lost(page, outcome.reading)
                readings[page.file.path, page.page] = _facts(page, outcome.reading, lost)
                if kept is not None:
                    kept.add_reading(page, outcome.reading, lost)
            told.step("progress.reading", done, len(wanted))
    return readings, errors


def _wanted(pages: Sequence[DeliveredPage], measured: Sequence[Measured]) -> Iterator[DeliveredPage]:
    """Each page that opens, once: of its two versions the one as scanned, which stands first."""
    seen: set[tuple[str, int]] = set()
    for page, result in zip(pages, measured, strict=True):
        if result.measures["blank"].reason is not None:
            continue
        place = None if page.dossier is None else (page.dossier, page.order)
        if place is None or place not in seen:
            yield page
        if place is not None:
            seen.add(place)


def _images(pages: Sequence[DeliveredPage], errors: list[JuanzongError]) -> Iterator[tuple[int, PageImage]]:
    for number, page in enumerate(pages):
        if content_of(page.file) != "pdf":
            yield number, PageImage(page.file.source, page.file.path, page.page - 1)
            continue
        try:
            data, frame = page_bytes(page)
        except InputError as error:
            errors.append(error)
        else:
            yield number, PageImage(data, page.file.path, frame)


def _lost(page: DeliveredPage, reading: ocr.PageReading) -> LostText:
    data, frame = page_bytes(page)
    return lost_text(read_pixels(data, page.file.path, frame), reading)


def _facts(page: DeliveredPage, reading: ocr.PageReading, lost: LostText) -> PageReading:
    return page_reading(reading, page.file.path, page.page, lost.cut, lost.covered)


def judge_text(delivery: Delivery, readings: Readings, profile: Profile) -> list[Finding]:
    """All that the rules on text find in the delivery's dossiers."""
    return [
        finding for dossier in delivery.dossiers for finding in judge_reading(_read_dossier(dossier, readings), profile)
    ]


def _read_dossier(dossier: DeliveredDossier, readings: Readings) -> ReadDossier:
    grouped: dict[str | None, list[PageReading]] = defaultdict(list)
    for page in dossier.pages:
        reading = readings.get((page.file.path, page.page))
        if reading is not None:
            grouped[page.material].append(reading)
    rows = {material_key(row.class_code, row.number): row for row in dossier.materials}
    materials = []
    for key, pages in grouped.items():
        row = rows.get(key)
        if key is not None and row is not None:
            materials.append(ReadMaterial(key, tuple(pages), row.title, row.year, row.month, row.day))
        elif key is not None:
            materials.append(ReadMaterial(key, tuple(pages)))
    return ReadDossier(dossier.key, _person(dossier), tuple(materials), tuple(grouped.get(None, ())))


def _person(dossier: DeliveredDossier) -> PersonOnRecord | None:
    row = dossier.person
    return None if row is None else person_on_record(row.name, row.id_number, row.id_state, row.birth)


def without_cleared(findings: Sequence[Finding], readings: Mapping[tuple[str, int], PageReading]) -> list[Finding]:
    """The findings without near doubles whose dates or sums differ as they were read (wage forms of one layout)."""
    return [finding for finding in findings if not _is_cleared(finding, readings)]


def _is_cleared(finding: Finding, readings: Mapping[tuple[str, int], PageReading]) -> bool:
    if finding.rule != "page.duplicate" or finding.params.get("certain") == 1.0:
        return False
    first = readings.get((str(finding.measured), 1))
    second = readings.get((finding.file or "", finding.page or 0))
    return first is not None and second is not None and cleared(first, second) is not None
