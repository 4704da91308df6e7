"""The report of a batch in the office: the same values as `check` gives, read from the catalogue as it stands now.

What a person has closed, corrected or replaced since counts as the screens count it. Only what the viewer may see is in it,
and that somebody took it away is in the audit trail.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.batches import batch_notes, find_batch
from archive.dossiers import shown_name
from archive.office import Office
from archive.open_findings import counts_now
from archive.store.contract import ObjectStore
from archive.tables import Dossier, FindingRow, Material, Page, PageVersion, Person
from base.clock import now
from base.errors import InputError, StorageError
from base.images import read_pixels
from base.text.identity import hide_numbers, mask
from base.views import reduced_jpeg
from ingest.reports import charts
from ingest.reports.build import PROGRAM
from ingest.reports.lines import cause_lines, figure
from ingest.reports.sights import PICTURE_SIDE, Candidate, choose
from ingest.reports.write import pictures, write_built
from printing.check_report.model import (
    MEASURES,
    VERDICTS,
    DossierLine,
    MaterialLine,
    PageLine,
    PersonLine,
    Picture,
    Report,
    Said,
    said,
)
from standards.profiles import built_in, load_profile
from standards.rules import worst
from standards.values import Finding

_Found = tuple[Finding, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class _PageRow:
    """A page with its current image; `number` counts from 1 within the dossier."""

    id: int
    dossier: str
    material: str
    number: int
    version_id: int
    measures: Mapping[str, Any]
    key: str
    frame: int
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Batch:
    """All that a report of a batch is made of. Findings come with the page, dossier and material that they are about."""

    dossiers: dict[int, tuple[str, Person | None]]
    pages: dict[int, _PageRow]
    materials: Sequence[Material]
    found: list[_Found]
    by_page: dict[int, list[Finding]]

    def verdict(self, page: _PageRow) -> str:
        measurable = any("value" in measure for measure in page.measures.values())
        return worst(self.by_page.get(page.id, ()), measurable)


def make_batch_report(office: Office, viewer: Viewer, batch_id: int, form: str) -> bytes:
    """The report as the bytes of a file; `form` is html, pdf or xlsx. AccessError `not-found` outside the viewer's reach."""
    suffix = f".{form}"
    with office.catalogue.write() as session:
        report = batch_report(session, office.store, viewer, batch_id, pictures(suffix))
        audit.record(session, viewer, "batch.report", f"batch:{batch_id}", form=form)
    with tempfile.TemporaryDirectory(prefix="juanzong-") as folder:
        file = Path(folder) / f"report{suffix}"
        write_built(report, file)
        return file.read_bytes()


def batch_report(session: Session, store: ObjectStore, viewer: Viewer, batch_id: int, most: int) -> Report:
    """The report of a batch; at most `most` pages are shown with their image."""
    batch = find_batch(session, viewer, batch_id)
    held = _held(session, viewer, batch.id)
    of_page = {id(finding): page_id for finding, page_id, _, _ in held.found}
    of_dossier = {id(finding): dossier_id for finding, _, dossier_id, _ in held.found}

    def place(finding: Finding) -> tuple[str, int | None, str]:
        page = held.pages.get(of_page[id(finding)] or 0)
        dossier = held.dossiers.get(of_dossier[id(finding)] or 0)
        name = page.dossier if page else dossier[0] if dossier else ""
        return name or str(finding.params.get("list", "")), page.number if page else None, name

    causes = cause_lines([finding for finding, _, _, _ in held.found], place)
    dossiers = tuple(_dossier_lines(held))
    shown, left_out = choose(_candidates(held, store), most)
    counts = Counter(held.verdict(page) for page in held.pages.values())
    notes = batch_notes(session, viewer, batch_id)
    return Report(
        about=hide_numbers(batch.name),
        profile=_profile(batch.profile),
        profile_id=batch.profile,
        made_at=now().astimezone().strftime("%Y-%m-%d %H:%M"),
        operator=viewer.actor,
        program=PROGRAM,
        counts={
            "files": len({page.key for page in held.pages.values()}), "pages": len(held.pages),
            "dossiers": len(held.dossiers), **{verdict: counts[verdict] for verdict in VERDICTS},
        },
        causes=causes,
        dossiers=dossiers,
        materials=tuple(_material_lines(held)),
        people=tuple(_people(held)),
        charts=(
            charts.dossier_chart(dossiers),
            charts.cause_chart(causes),
            charts.resolution_chart(*_values(held, "dpi")),
            charts.skew_chart(*_values(held, "skew_deg")),
        ),
        sights=shown,
        left_out=left_out,
        notes=tuple(_note(code, params) for code, params in notes),
        ignored=(),
        pages=partial(_page_lines, held),
    )  # fmt: skip


def _note(code: str, params: Mapping[str, Any]) -> Said:
    told = said(code, **{"path": "", **params})
    return Said(hide_numbers(told.zh), hide_numbers(told.en))


def _profile(name: str) -> Said:
    """A city's own profile may be gone by now; then its name stands."""
    if name not in built_in():
        return Said(name, name)
    profile = load_profile(name)
    return Said(profile.title_zh, profile.title_en)


def _held(session: Session, viewer: Viewer, batch_id: int) -> _Batch:
    mine = scoped(select(Dossier).where(Dossier.batch_id == batch_id), viewer, Dossier).order_by(
        Dossier.archive_no, Dossier.id
    )
    rows = list(session.scalars(mine))
    dossiers = {row.id: (shown_name(row), row.person) for row in rows}
    materials = list(
        session.scalars(
            select(Material)
            .join(Dossier, Dossier.id == Material.dossier_id)
            .where(Dossier.batch_id == batch_id)
            .order_by(Material.dossier_id, Material.position, Material.id)
        )
    )
    pages = _pages(session, batch_id, dossiers, {material.id: material.key for material in materials})
    found = [
        (_finding(row), row.page_id, row.dossier_id, row.material_id)
        for row in session.scalars(
            select(FindingRow)
            .where(FindingRow.batch_id == batch_id, FindingRow.verdict != "pass", counts_now())
            .order_by(FindingRow.id)
        )
        if row.dossier_id is None or row.dossier_id in dossiers
    ]
    by_page: dict[int, list[Finding]] = defaultdict(list)
    for finding, page_id, _, _ in found:
        if page_id is not None:
            by_page[page_id].append(finding)
    visible = [material for material in materials if material.dossier_id in dossiers]
    return _Batch(dossiers, pages, visible, found, dict(by_page))


def _pages(
    session: Session, batch_id: int, dossiers: Mapping[int, tuple[str, Person | None]], materials: Mapping[int, str]
) -> dict[int, _PageRow]:
    statement = (
        select(
            Page.id, Page.dossier_id, Page.material_id, PageVersion.id, PageVersion.measures, PageVersion.view_key,
            PageVersion.object_key, PageVersion.frame, PageVersion.width, PageVersion.height,
        )
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .where(Dossier.batch_id == batch_id, Page.state == "active", PageVersion.state == "current")
        .order_by(Page.dossier_id, Page.position, Page.id)
    )  # fmt: skip
    counted: Counter[int] = Counter()
    found = {}
    for page_id, dossier_id, material_id, version_id, measures, view, key, frame, width, height in session.execute(
        statement
    ):
        if dossier_id not in dossiers or page_id in found:
            continue
        counted[dossier_id] += 1
        found[page_id] = _PageRow(
            page_id, dossiers[dossier_id][0], materials.get(material_id, ""), counted[dossier_id], version_id, measures,
            view or key, 0 if view else frame, (width or 0, height or 0),
        )  # fmt: skip
    return found


def _finding(row: FindingRow) -> Finding:
    return Finding(
        rule=row.rule, verdict=row.verdict, severity=row.severity, measured=row.measured, limit=row.limit, unit=row.unit,  # type: ignore[arg-type]
        clause=row.clause, certainty=row.certainty, params={**row.params, "version": row.version_id},  # type: ignore[arg-type]
    )  # fmt: skip


def _values(held: _Batch, name: str) -> tuple[list[float], int]:
    found = ((page.measures.get(name) or {}).get("value") for page in held.pages.values())
    values = [float(value) for value in found if isinstance(value, int | float)]
    return values, len(held.pages) - len(values)


def _dossier_lines(held: _Batch) -> Iterator[DossierLine]:
    of_dossier: dict[str, list[_PageRow]] = defaultdict(list)
    for page in held.pages.values():
        of_dossier[page.dossier].append(page)
    findings = Counter(dossier_id for _, _, dossier_id, _ in held.found)
    for dossier_id, (name, person) in held.dossiers.items():
        verdicts = Counter(held.verdict(page) for page in of_dossier[name])
        fail, review, unmeasured, passed = (verdicts[verdict] for verdict in VERDICTS)
        yield DossierLine(
            name, person.name if person else "", len(of_dossier[name]), (fail, review, unmeasured, passed),
            findings[dossier_id],
        )  # fmt: skip


def _material_lines(held: _Batch) -> Iterator[MaterialLine]:
    pages = Counter((page.dossier, page.material) for page in held.pages.values())
    findings = Counter(material_id for _, _, _, material_id in held.found)
    for material in held.materials:
        dossier = held.dossiers[material.dossier_id][0]
        yield MaterialLine(
            dossier, material.key, material.title, material.declared_pages, pages[dossier, material.key],
            findings[material.id],
        )  # fmt: skip


def _people(held: _Batch) -> Iterator[PersonLine]:
    pages = Counter(page.dossier for page in held.pages.values())
    people = ((name, person) for name, person in held.dossiers.values() if person is not None)
    for row, (name, person) in enumerate(people, start=1):
        yield PersonLine(
            "", row, person.name, mask(person.id_number or person.id_raw), person.id_state, None, pages[name], name
        )  # fmt: skip


def _page_lines(held: _Batch) -> Iterator[PageLine]:
    for page in held.pages.values():
        values = ((page.measures.get(name) or {}).get("value") for name in MEASURES)
        cells = tuple("" if value is None else figure(value) for value in values)
        findings = len(held.by_page.get(page.id, ()))
        yield PageLine(page.dossier, page.number, page.dossier, page.material, held.verdict(page), findings, cells)


def _candidates(held: _Batch, store: ObjectStore) -> Iterator[Candidate]:
    for page_id, findings in held.by_page.items():
        page = held.pages.get(page_id)
        if page is not None and min(page.size) > 0:
            # Places on another image of the page (a repaired one) are no places on this.
            own = tuple(each for each in findings if each.params["version"] in (None, page.version_id))
            yield Candidate(page.dossier, page.number, own or tuple(findings), partial(_load, store, page))


def _load(store: ObjectStore, page: _PageRow) -> Picture | None:
    try:
        pixels = read_pixels(store.read(page.key), "", page.frame)
    except (InputError, StorageError):
        return None
    return Picture(reduced_jpeg(pixels, PICTURE_SIDE), *page.size)
