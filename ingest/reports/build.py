"""The report of `check`: from the values it found to the plain values that HTML, PDF and XLSX show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

from base.clock import now
from base.text.identity import hide_numbers, mask
from ingest.check import CheckReport
from ingest.delivery.model import DeliveredDossier
from ingest.delivery.naming import material_key
from ingest.reports import charts
from ingest.reports.lines import Place, cause_lines, figure
from ingest.reports.sights import Candidate, choose, load_delivered
from printing.check_report.model import (
    MEASURES,
    VERDICTS,
    DossierLine,
    MaterialLine,
    PageLine,
    PersonLine,
    Report,
    Said,
)
from standards.rules import worst
from standards.values import Finding, Measures, PageFacts

PROGRAM = "Juanzong 卷宗"
_PageKey = tuple[str | None, int | None]


@dataclass(frozen=True, slots=True)
class _Index:
    """What was found, by page and by what else it is about."""

    by_page: dict[_PageKey, list[Finding]]
    by_subject: Counter[str]
    by_dossier: Counter[str]
    of_page: dict[tuple[str, int], PageFacts]

    @classmethod
    def of(cls, found: CheckReport) -> _Index:
        by_page: dict[_PageKey, list[Finding]] = {}
        for finding in found.findings:
            by_page.setdefault((finding.file, finding.page), []).append(finding)
        subjects = Counter(finding.subject for finding in found.findings if finding.subject is not None)
        of_page = {(page.file, page.page): page for page in found.pages}
        of_file = {page.file: page.dossier for page in found.pages}
        keys = {dossier.key for dossier in found.delivery.dossiers}
        dossiers = Counter(_dossier_of(finding, of_file, keys) for finding in found.findings)
        return cls(by_page, subjects, Counter({key: count for key, count in dossiers.items() if key}), of_page)

    def verdict(self, page: PageFacts) -> str:
        measurable = any(measure.reason is None for measure in page.measures.values())
        return worst(self.by_page.get((page.file, page.page), ()), measurable)


def _dossier_of(finding: Finding, of_file: Mapping[str, str | None], keys: Set[str]) -> str | None:
    """By the file that it names; otherwise by its subject, a dossier or `dossier/material`."""
    if finding.file is not None and finding.file in of_file:
        return of_file[finding.file]
    subject = finding.subject or ""
    return next((key for key in (subject, subject.rpartition("/")[0]) if key in keys), None)


def build_report(found: CheckReport, operator: str, pictures: int) -> Report:
    """The report of `found`; at most `pictures` pages with findings are shown with their image."""
    index = _Index.of(found)
    causes = cause_lines(found.findings, _place)
    dossiers = tuple(_dossier(dossier, index) for dossier in found.delivery.dossiers)
    dpi, no_dpi = _values(found, "dpi")
    skew, no_skew = _values(found, "skew_deg")
    shown, left_out = choose(_candidates(found, index), pictures)
    return Report(
        about=hide_numbers(found.delivery.root.resolve().name),
        profile=Said(found.profile.title_zh, found.profile.title_en),
        profile_id=found.profile.id,
        made_at=now().astimezone().strftime("%Y-%m-%d %H:%M"),
        operator=operator,
        program=PROGRAM,
        counts=found.summary(),
        causes=causes,
        dossiers=dossiers,
        materials=tuple(line for dossier in found.delivery.dossiers for line in _materials(dossier, index)),
        people=tuple(_people(found)),
        charts=(
            charts.dossier_chart(dossiers),
            charts.cause_chart(causes),
            charts.resolution_chart(dpi, no_dpi),
            charts.skew_chart(skew, no_skew),
        ),
        sights=shown,
        left_out=left_out,
        notes=tuple(Said(hide_numbers(note.text("zh_CN")), hide_numbers(note.text("en"))) for note in found.notes),
        ignored=tuple(hide_numbers(path) for path in found.ignored),
        pages=partial(_pages, found, index),
    )


def _place(finding: Finding) -> Place:
    return finding.file or finding.subject or "", finding.page, finding.subject or ""


def _values(found: CheckReport, name: str) -> tuple[list[float], int]:
    """The pages' values of one measure, and how many pages have none."""
    values = [
        float(measure.value)
        for page in found.pages
        if (measure := page.measures.get(name)) is not None and isinstance(measure.value, int | float)
    ]
    return values, len(found.pages) - len(values)


def _dossier(dossier: DeliveredDossier, index: _Index) -> DossierLine:
    facts = [index.of_page[page.file.path, page.page] for page in dossier.pages]
    verdicts = Counter(index.verdict(fact) for fact in facts)
    fail, review, unmeasured, passed = (verdicts[verdict] for verdict in VERDICTS)
    return DossierLine(
        hide_numbers(dossier.key), dossier.person.name if dossier.person else "", len(facts),
        (fail, review, unmeasured, passed), index.by_dossier[dossier.key],
    )  # fmt: skip


def _materials(dossier: DeliveredDossier, index: _Index) -> Iterator[MaterialLine]:
    rows = {material_key(row.class_code, row.number) or "": row for row in dossier.materials}
    images = Counter(page.material for page in dossier.pages if page.material is not None)
    for key in dict.fromkeys([*rows, *images]):
        row = rows.get(key)
        yield MaterialLine(
            hide_numbers(dossier.key), key, row.title if row else "", row.pages if row else None, images[key],
            index.by_subject[f"{dossier.key}/{key}"],
        )  # fmt: skip


def _people(found: CheckReport) -> Iterator[PersonLine]:
    joined = {
        (dossier.person.list_path, dossier.person.row): dossier
        for dossier in found.delivery.dossiers
        if dossier.person is not None
    }
    for row in found.delivery.people:
        dossier = joined.get((row.list_path, row.row))
        yield PersonLine(
            hide_numbers(row.list_path), row.row, row.name, mask(row.id_number or row.id_raw), row.id_state, row.pages,
            len(dossier.pages) if dossier else None, hide_numbers(dossier.key) if dossier else "",
        )  # fmt: skip


def _pages(found: CheckReport, index: _Index) -> Iterator[PageLine]:
    for page in found.pages:
        yield PageLine(
            hide_numbers(page.file), page.page, hide_numbers(page.dossier or ""), page.material or "",
            index.verdict(page), len(index.by_page.get((page.file, page.page), ())), measured_cells(page.measures),
        )  # fmt: skip


def measured_cells(measures: Measures) -> tuple[float | int | str, ...]:
    """The measures of a page in the order of its sheet; empty where there is no value."""
    found = (measures.get(name) for name in MEASURES)
    return tuple("" if measure is None or measure.value is None else figure(measure.value) for measure in found)


def _candidates(found: CheckReport, index: _Index) -> Iterator[Candidate]:
    delivered = {(page.file.path, page.page): page for page in found.delivery.pages()}
    for page in found.pages:
        findings = index.by_page.get((page.file, page.page))
        source = delivered.get((page.file, page.page))
        if findings and source is not None and any(measure.reason is None for measure in page.measures.values()):
            load: Callable[[], Any] = partial(load_delivered, source)
            yield Candidate(page.file, page.page, tuple(findings), load)
