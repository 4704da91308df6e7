"""`check`: a delivery measured and judged with no database and no server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.errors import InputError, JuanzongError
from base.messages import Language
from base.progress import Progress, Silent
from ingest.check_text import Readings, judge_text, read_pages, without_cleared
from ingest.delivery.facts import catalogue_row, optimised_places, person_facts, place_of
from ingest.delivery.figures import figures_of
from ingest.delivery.kept_lists import absent, lists_say
from ingest.delivery.model import DeliveredDossier, DeliveredPage, Delivery
from ingest.delivery.naming import material_key
from ingest.delivery.opened import open_delivery
from ingest.delivery.package import package_documents, packages_of
from ingest.delivery.settled import Settled, settle_delivery
from ingest.doubles import find_doubles
from ingest.journal import Journal
from ingest.measure import missing_measures
from ingest.papers import judge_papers
from ingest.spread import measure_all, reason_of
from ocr.engines import EngineFactory
from standards import telling
from standards.four_properties import ItemResult, evaluate
from standards.profiles import Profile, load_profile
from standards.registry import require_known
from standards.rules import (
    DossierFacts,
    MaterialFacts,
    judge_batch,
    judge_dossier,
    judge_heads,
    judge_lists,
    judge_package,
    judge_page,
    judge_people,
    worst,
)
from standards.values import Finding, Measure, Measures, PageFacts


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check` found; `as_json` is the contract of the command line."""

    files: int
    dossiers: int
    pages: tuple[PageFacts, ...]
    findings: tuple[Finding, ...]
    ignored: tuple[str, ...]
    profile: Profile
    delivery: Delivery
    notes: tuple[JuanzongError, ...] = ()
    settled: Settled | None = None

    @property
    def failed(self) -> bool:
        """A page failed, or what came is not what its manifest promises."""
        lacking = self.settled is not None and not self.settled.is_whole
        return lacking or any(finding.verdict == "fail" for finding in self.findings)

    def summary(self) -> dict[str, int]:
        """Counts of files, pages and dossiers, and of pages by their worst verdict."""
        by_page: dict[tuple[str | None, int | None], list[Finding]] = {}
        for finding in self.findings:
            by_page.setdefault((finding.file, finding.page), []).append(finding)
        verdicts = Counter(worst(by_page.get((page.file, page.page), ()), _measurable(page)) for page in self.pages)
        return {
            "files": self.files,
            "pages": len(self.pages),
            "dossiers": self.dossiers,
            **{name: verdicts[name] for name in ("fail", "review", "pass", "not_measurable")},
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "summary": self.summary(),
            "profile": self.profile.id,
            "pages": [_page_json(page) for page in self.pages],
            "findings": [finding_json(finding) for finding in self.findings],
            "ignored": list(self.ignored),
            "notes": [_note_json(note) for note in self.notes],
            "reconcile": self.settled.as_json() if self.settled else None,
            "four_properties": [result.as_json() for result in self.four_properties()],
        }

    def four_properties(self) -> tuple[ItemResult, ...]:
        """The items of 四性检测 (DA/T 70) by what was found and by what the lists declare."""
        ran = {rule.id for rule in self.profile.rules.values() if rule.enabled}
        return evaluate(self.findings, ran, figures_of(self.delivery))


def _measurable(page: PageFacts) -> bool:
    return any(measure.reason is None for measure in page.measures.values())


def _note_json(note: JuanzongError) -> dict[str, Any]:
    """What of the lists fits no dossier, or more than one."""
    return {"code": note.code, "path": note.path or "", "message": note.text("en"), "message_zh": note.text("zh_CN")}


def _page_json(page: PageFacts) -> dict[str, Any]:
    return {
        "file": page.file,
        "page": page.page,
        "measures": {name: measure.as_json() for name, measure in page.measures.items()},
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding as the contract gives it; `boxes` only where it names places on the page."""
    boxes = {"boxes": [list(box) for box in finding.params["boxes"]]} if finding.params.get("boxes") else {}
    return {
        "rule": finding.rule,
        "file": finding.file,
        "page": finding.page,
        "subject": finding.subject,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "measured": finding.measured,
        "limit": finding.limit,
        "unit": finding.unit,
        "clause": finding.clause,
        "certainty": finding.certainty,
        "message": finding_text(finding, "en"),
        "message_zh": finding_text(finding, "zh_CN"),
        **boxes,
    }


def finding_text(finding: Finding, language: Language) -> str:
    """The finding as one sentence with its value, limit and clause."""
    return telling.finding_text(finding, language, finding.page)


def check_path(
    path: Path,
    profile: str = "da-t-31",
    rules: Sequence[str] = (),
    progress: Progress | None = None,
    workers: int = 0,
    kept: Journal | None = None,
    left_out: Sequence[Path] = (),
    reader: EngineFactory | None = None,
) -> CheckReport:
    """Measures and judges all that lies at `path` (a folder, one dossier, or one file).

    `profile` is a built-in name or a TOML file; `rules` leaves only those; `workers` 0 is one for each core;
    `kept` knows pages that an earlier run measured; `left_out` are files at `path` that are no part of it; with `reader`
    the pages are read too and the rules on text judged. InputError `path.missing`, `path.empty`, `delivery.not-a-page`, `profile.…`, `rules.unknown`.
    """
    require_known(list(rules))
    chosen = load_profile(profile)
    if rules:
        chosen = chosen.only(list(rules))
    told = progress or Silent()
    delivery = open_delivery(path, left_out)
    pages = list(delivery.pages())
    measured = measure_all(pages, told, workers, kept)
    doubles = find_doubles(delivery, pages, measured, told, workers)
    readings, unread = read_pages(pages, measured, reader, told, workers, kept) if reader is not None else (None, [])
    both = optimised_places(delivery)
    facts = [
        _facts(page, found.measures, doubles.get(index), both)
        for index, (page, found) in enumerate(zip(pages, measured, strict=True))
    ]
    settled = settle_delivery(delivery)
    problems = [_problem(file.path, error) for file, error in delivery.problems if file.kind == "page"]
    return CheckReport(
        files=sum(file.kind == "page" for file in delivery.files),
        dossiers=len(delivery.dossiers),
        pages=(*facts, *problems),
        findings=tuple(_judged(delivery, pages, facts, problems, chosen, readings)),
        ignored=_ignored(delivery),
        profile=chosen,
        delivery=delivery,
        notes=(*delivery.notes, *settled.notes(), *unread),
        settled=settled,
    )


def _ignored(delivery: Delivery) -> tuple[str, ...]:
    """What was passed over; the documents of a hand-over package were read."""
    ours = package_documents(delivery.files)
    return tuple(file.path for file in delivery.files if file.kind == "ignored" and file.path not in ours)


def _facts(
    page: DeliveredPage, measures: Measures, double: Measure | None, both: frozenset[tuple[str | None, int]]
) -> PageFacts:
    return PageFacts(
        file=page.file.path,
        page=page.page,
        measures=measures if double is None else {**measures, "duplicate_of": double},
        dossier=page.dossier,
        material=page.material,
        number=page.number,
        image_set=page.image_set,
        name_pattern=page.pattern,
        place=page.order,
        optimised_too=page.image_set == "original" and place_of(page) in both,
    )


def _problem(path: str, error: Exception) -> PageFacts:
    reason = reason_of(error) if isinstance(error, InputError) else "reason.damaged"
    return PageFacts(path, 1, missing_measures(reason), name_pattern="")


def _judged(
    delivery: Delivery, pages: list[DeliveredPage], facts: list[PageFacts], problems: list[PageFacts], profile: Profile,
    readings: Readings | None,
) -> list[Finding]:  # fmt: skip
    """All findings; what was read adds its own and clears doubles that are none."""
    found = list(_judge(delivery, pages, facts, problems, profile))
    if readings is None:
        return found
    return [*without_cleared(found, readings), *judge_text(delivery, readings, profile)]


def _judge(
    delivery: Delivery, pages: list[DeliveredPage], facts: list[PageFacts], problems: list[PageFacts], profile: Profile
) -> Iterator[Finding]:
    by_page = {(page.file.path, page.page): fact for page, fact in zip(pages, facts, strict=True)}
    for fact in (*facts, *problems):
        yield from judge_page(fact, profile)
    for dossier in delivery.dossiers:
        yield from judge_dossier(dossier_facts(dossier, by_page), profile)
        yield from judge_papers(dossier, profile)
    yield from judge_people([person_facts(row) for row in delivery.people], profile)
    said = lists_say(delivery)
    yield from judge_heads(said.heads, profile)
    yield from judge_lists(said.unreadable, absent(said.without), profile)
    for package in packages_of(delivery):
        yield from judge_package(package, profile)
    yield from judge_batch(facts, profile)


def dossier_facts(dossier: DeliveredDossier, by_page: dict[tuple[str, int], PageFacts]) -> DossierFacts:
    """What the rules of a dossier need; images that run through (no material folders) are counted as a whole only."""
    promised = {material_key(row.class_code, row.number): row.pages for row in dossier.materials}
    grouped: dict[str, list[PageFacts]] = {}
    unsorted: list[PageFacts] = []
    for page in dossier.pages:
        fact = by_page[(page.file.path, page.page)]
        if page.material is None:
            unsorted.append(fact)
        else:
            grouped.setdefault(page.material, []).append(fact)
    materials = tuple(MaterialFacts(key, tuple(group), promised.get(key)) for key, group in grouped.items())
    missing = [key for key in promised if key is not None and key not in grouped]
    if dossier.layout == "folders":
        materials += tuple(MaterialFacts(key, (), promised[key]) for key in missing)
    whole = dossier.person.pages if dossier.person is not None else None
    return DossierFacts(
        dossier.key,
        materials,
        tuple(unsorted),
        whole,
        tuple(catalogue_row(row) for row in dossier.materials),
        dossier.person.archive_no if dossier.person is not None else "",
    )
