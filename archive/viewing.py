"""What a person sees of one dossier's pages: the strip of thumbnails, one page with its images, findings, text and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.act_history import ActLine, history
from archive.dossiers import CorrectionLine, DossierHead, find_dossier, head_of
from archive.open_findings import counts_now
from archive.page_acts import active_pages, find_page
from archive.tables import Account, Correction, Dossier, FindingRow, Material, Page, PageVersion, Reading
from base.errors import AccessError
from standards.registry import registry

_RANK = {"fail": 3, "review": 2, "not_measurable": 1}


@dataclass(frozen=True, slots=True)
class Thumb:
    """One page of the strip. `number` counts from 1 within the dossier; `verdict` is its worst, None before it is measured."""

    page_id: int
    number: int
    material_id: int | None
    version_id: int | None
    verdict: str | None
    proposed: int
    is_cover: bool = False  # bags, covers and catalogue sheets (目录): they belong to no material


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as the screens tell it; `words.finding_text` makes the sentence."""

    id: int
    rule: str
    verdict: str
    severity: str
    params: Mapping[str, Any]
    measured: str | None
    limit: str | None
    unit: str
    clause: str
    certainty: str
    material_id: int | None
    page_id: int | None = None
    page_number: int | None = None  # counts from 1 within the dossier, where the list names the page


@dataclass(frozen=True, slots=True)
class Image:
    """One image of a page; sizes in pixels as stored, None before it is measured."""

    id: int
    state: str
    image_set: str
    width: int | None
    height: int | None
    measured: bool
    created_at: datetime
    measures: Mapping[str, Any]
    sha256: str = ""
    origin: str = "delivered"  # or ours: a repair made it


@dataclass(frozen=True, slots=True)
class PageSeen:
    """All that the viewer shows of one page. `reading_key` is the object of its lines, None while it is not read."""

    head: DossierHead
    page_id: int
    number: int
    count: int
    state: str
    material_id: int | None
    material: str
    images: tuple[Image, ...]
    findings: tuple[FindingLine, ...]
    reading_key: str | None
    acts: tuple[ActLine, ...]

    @property
    def current(self) -> Image | None:
        return next((image for image in self.images if image.state == "current"), None)


@dataclass(frozen=True, slots=True)
class StoredImage:
    """Where the bytes of one image lie; `etag` changes with them."""

    object_key: str
    view_key: str | None
    thumbnail_key: str | None
    frame: int
    sha256: str


def strip(session: Session, viewer: Viewer, dossier_id: int) -> list[Thumb]:
    """The pages of a dossier in their order."""
    dossier = find_dossier(session, viewer, dossier_id)
    pages = active_pages(session, dossier.id)
    versions: dict[int, PageVersion] = {}
    proposed: dict[int, int] = {}
    statement = select(PageVersion).join(Page, Page.id == PageVersion.page_id).where(Page.dossier_id == dossier.id)
    for version in session.scalars(statement.where(PageVersion.state.in_(["current", "proposed"]))):
        if version.state == "current":
            versions[version.page_id] = version
        else:
            proposed[version.page_id] = proposed.get(version.page_id, 0) + 1
    worst = _worst(session, dossier.id)
    return [
        Thumb(
            page_id=page.id,
            number=number,
            material_id=page.material_id,
            version_id=versions[page.id].id if page.id in versions else None,
            verdict=_verdict(versions.get(page.id), worst.get(page.id)),
            proposed=proposed.get(page.id, 0),
            is_cover=page.pattern == "cover",
        )
        for number, page in enumerate(pages, start=1)
    ]


def _verdict(version: PageVersion | None, worst: str | None) -> str | None:
    if worst is None and (version is None or version.measured_at is None):
        return None
    return worst or "pass"


def _worst(session: Session, dossier_id: int) -> dict[int, str]:
    statement = select(FindingRow.page_id, FindingRow.verdict).where(
        FindingRow.dossier_id == dossier_id, FindingRow.page_id.is_not(None), FindingRow.verdict != "pass", counts_now()
    )
    answer: dict[int, str] = {}
    for page_id, verdict in session.execute(statement.distinct()):
        if _RANK.get(verdict, 0) > _RANK.get(answer.get(page_id, ""), 0):
            answer[page_id] = verdict
    return answer


def dossier_findings(session: Session, viewer: Viewer, dossier_id: int) -> list[FindingLine]:
    """Findings about the dossier or a material as a whole (counts, gaps, the list, titles), and what is critical on a page."""
    dossier = find_dossier(session, viewer, dossier_id)
    of_whole = [rule.id for rule in registry().values() if rule.applies_to != "page"]
    statement = select(FindingRow).where(
        FindingRow.dossier_id == dossier.id,
        FindingRow.page_id.is_(None) | FindingRow.rule.in_(of_whole) | (FindingRow.severity == "critical"),
    )
    lines = _ordered(session, statement.where(FindingRow.verdict != "pass", counts_now()))
    numbers = {page.id: number for number, page in enumerate(active_pages(session, dossier.id), start=1)}
    return [replace(line, page_number=numbers.get(line.page_id or 0)) for line in lines]


def _ordered(session: Session, statement: Any) -> list[FindingLine]:
    """What is critical first, then the worst verdict."""
    rows = session.scalars(statement.order_by(FindingRow.id)).all()
    lines = [
        FindingLine(
            row.id, row.rule, row.verdict, row.severity, row.params, row.measured, row.limit, row.unit, row.clause,
            row.certainty, row.material_id, row.page_id,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.severity != "critical", -_RANK.get(line.verdict, 0)))


def see_page(session: Session, viewer: Viewer, page_id: int) -> PageSeen:
    """All that is known of one page; AccessError `not-found` out of the viewer's sight."""
    page = find_page(session, viewer, page_id)
    pages = active_pages(session, page.dossier_id)
    number = next((index for index, each in enumerate(pages, start=1) if each.id == page.id), 0)
    found = select(FindingRow).where(FindingRow.page_id == page.id, FindingRow.verdict != "pass", counts_now())
    material = page.material
    return PageSeen(
        head=head_of(page.dossier),
        page_id=page.id,
        number=number,
        count=len(pages),
        state=page.state,
        material_id=page.material_id,
        material=_material_name(material),
        images=tuple(_image(version) for version in page.versions),
        findings=tuple(_ordered(session, found)),
        reading_key=_reading_key(session, page.id),
        acts=tuple(history(session, viewer, page.dossier_id, page.id)),
    )


def _material_name(material: Material | None) -> str:
    return f"{material.key} {material.title}".strip() if material else ""


def _image(version: PageVersion) -> Image:
    return Image(
        version.id, version.state, version.image_set, version.width, version.height, version.measured_at is not None,
        version.created_at, version.measures, version.sha256, version.origin,
    )  # fmt: skip


def _reading_key(session: Session, page_id: int) -> str | None:
    statement = (
        select(Reading.object_key)
        .join(PageVersion, PageVersion.id == Reading.version_id)
        .where(PageVersion.page_id == page_id, PageVersion.state == "current", Reading.current)
    )
    return session.scalar(statement.order_by(Reading.id.desc()).limit(1))


def removed_pages(session: Session, viewer: Viewer, dossier_id: int) -> list[int]:
    """Pages taken out of the dossier's order: kept, and brought back by undoing."""
    dossier = find_dossier(session, viewer, dossier_id)
    statement = select(Page.id).where(Page.dossier_id == dossier.id, Page.state == "removed")
    return list(session.scalars(statement.order_by(Page.position, Page.id)))


def correction_history(session: Session, viewer: Viewer, dossier_id: int) -> list[tuple[str, CorrectionLine]]:
    """All corrections of a dossier's 卷内目录, the newest first, each with the key of its material."""
    dossier = find_dossier(session, viewer, dossier_id)
    statement = (
        select(Correction, Material.key, Account.name)
        .join(Material, Material.id == Correction.material_id)
        .join(Account, Account.id == Correction.account_id)
        .where(Material.dossier_id == dossier.id)
        .order_by(Correction.id.desc())
    )
    return [
        (key, CorrectionLine(row.id, row.field, row.old, row.new, row.reason, name, row.made_at, row.undone_at))
        for row, key, name in session.execute(statement)
    ]


def stored_image(session: Session, viewer: Viewer, page_id: int, version_id: int | None) -> StoredImage:
    """Where an image of a page lies: the one asked for, otherwise the current one. AccessError `not-found`."""
    statement = (
        select(PageVersion)
        .join(Page, Page.id == PageVersion.page_id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .where(Page.id == page_id)
    )
    if version_id is None:
        statement = statement.where(PageVersion.state == "current")
    else:
        statement = statement.where(PageVersion.id == version_id)
    row: PageVersion | None = session.scalar(scoped(statement.order_by(PageVersion.id.desc()).limit(1), viewer, Page))
    if row is None:
        raise AccessError("not-found")
    return StoredImage(row.object_key, row.view_key, row.thumbnail_key, row.frame, row.sha256)


def record_view(session: Session, viewer: Viewer, page_id: int) -> None:
    """Each opening of a page leaves its line in the audit trail."""
    page = find_page(session, viewer, page_id)
    audit.record(session, viewer, "page.view", f"page:{page_id}", dossier_id=page.dossier_id)
