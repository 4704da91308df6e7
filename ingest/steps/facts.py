"""Rows of the catalogue as the plain values that rules judge."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.blanks import written_versions
from archive.tables import Dossier, Material, Page, PageVersion, ReceivedFile
from ingest.delivery.facts import catalogue_row, kept_material
from standards.rules import DossierFacts, MaterialFacts
from standards.values import Measure, Measures, PageFacts

ImageSet = Literal["original", "optimised", "derived"]
# A few statements for a dossier, not several for each page.
_WITH_ALL = (
    selectinload(PageVersion.file),
    selectinload(PageVersion.page).selectinload(Page.material),
    selectinload(PageVersion.page).selectinload(Page.dossier),
    selectinload(PageVersion.page).selectinload(Page.versions),
)


def page_facts(version: PageVersion, measures: Measures) -> PageFacts:
    """The facts of one image of a page, under the path it was delivered with."""
    page = version.page
    return PageFacts(
        file=version.file.path,
        page=version.file_page,
        measures=measures,
        dossier=page.dossier.key,
        material=page.material.key if page.material else None,
        number=page.number,
        image_set=cast("ImageSet", version.image_set),
        name_pattern=page.pattern,
        place=page.id,
        optimised_too=version.image_set == "original" and _has_optimised(page),
    )


def _has_optimised(page: Page) -> bool:
    """The other set's image of a page counts as long as it is linked to it or shown in its place.

    One that a repair of ours made does not: its original's findings stay, and come back when the repair is undone.
    """
    delivered = [each for each in page.versions if each.origin == "delivered"]
    return any(each.image_set == "optimised" and each.state in ("current", "linked") for each in delivered)


def measures_of(kept: dict[str, Any]) -> Measures:
    """What `Measure.as_json` wrote, read back."""
    return {
        name: Measure(
            name,
            value.get("value"),
            value.get("unit", ""),
            value.get("confidence", 1.0),
            value.get("reason"),
            tuple(tuple(box) for box in value.get("boxes", ())),
        )
        for name, value in kept.items()
    }


@dataclass(frozen=True, slots=True)
class JudgedDossier:
    """A dossier's facts, and the way back from a finding to its rows."""

    facts: DossierFacts
    versions: dict[tuple[str, int], PageVersion]
    materials: dict[str, int]


def dossier_facts(session: Session, dossier: Dossier) -> JudgedDossier:
    """The images that count now (current and their linked other set), by material, in page order.

    Before 分件 is confirmed the materials have no pages yet, so nothing is promised of them.
    """
    statement = (
        select(PageVersion)
        .join(Page, Page.id == PageVersion.page_id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .where(Page.dossier_id == dossier.id, Page.state == "active")
        .where(PageVersion.state.in_(["current", "linked"]), PageVersion.origin == "delivered")
        .order_by(Page.position, Page.id, PageVersion.id)
        .options(*_WITH_ALL)
    )
    by_material: dict[int | None, list[PageFacts]] = defaultdict(list)
    versions = {}
    written = written_versions(session, dossier.id)
    for version in session.scalars(statement):
        measures = measures_of(version.measures)
        if version.id in written:
            # A person saw something on it.
            measures["blank"] = Measure("blank", 0.0)
        facts = page_facts(version, measures)
        by_material[version.page.material_id].append(facts)
        versions[(facts.file, facts.page)] = version
    splitting = dossier.state == "splitting"
    materials = select(Material).where(Material.dossier_id == dossier.id).order_by(Material.position, Material.id)
    rows = session.scalars(materials).all()
    return JudgedDossier(
        facts=DossierFacts(
            key=dossier.key,
            materials=tuple(
                MaterialFacts(row.key, tuple(by_material[row.id]), None if splitting else row.declared_pages)
                for row in rows
            ),
            unsorted=tuple(by_material[None]),
            promised=None if splitting else dossier.list_row.get("pages"),
            catalogue=tuple(catalogue_row(kept_material(row.list_row)) for row in rows if row.list_row),
            archive_no=dossier.archive_no,
        ),
        versions=versions,
        materials={f"{dossier.key}/{row.key}": row.id for row in rows},
    )
