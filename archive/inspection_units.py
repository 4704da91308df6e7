"""What a lot is made of: dossiers that may go into one, the units that may be drawn, their pages, the machine's full check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from archive.access import Viewer, scoped
from archive.dossiers import shown_name
from archive.open_findings import counts_now
from archive.tables import (
    Dossier,
    FindingRow,
    InspectionDossier,
    InspectionLot,
    InspectionUnit,
    Material,
    Organization,
    Page,
    PageVersion,
    Person,
    ReworkItem,
)  # fmt: skip
from standards.acceptance import Machine
from standards.sampling import Candidate
from standards.terms import Terms

_KIND_FROM = 0.5  # from this certainty on, a page counts as one with a portrait or a seal


@dataclass(frozen=True, slots=True)
class DossierChoice:
    """A dossier of a batch, and why it cannot go into a lot: empty, state, measuring, proposals, in-lot, accepted."""

    id: int
    name: str
    person: str
    pages: int
    why_not: str


@dataclass(frozen=True, slots=True)
class UnitOf:
    """A unit that may be drawn: a page, else a material, else a dossier."""

    candidate: Candidate
    dossier_id: int
    material_id: int | None = None
    page_id: int | None = None


def dossier_choices(session: Session, viewer: Viewer, batch_id: int) -> list[DossierChoice]:
    """The dossiers of a batch in their order, with what keeps each from being inspected."""
    statement = (
        scoped(select(Dossier, Person.name), viewer, Dossier)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .where(Dossier.batch_id == batch_id)
        .order_by(Dossier.archive_no, Dossier.id)
    )
    rows = session.execute(statement).all()
    pages = _pages_by_dossier(session, batch_id)
    measuring = _pages_by_dossier(session, batch_id, PageVersion.state == "current", PageVersion.measured_at.is_(None))
    proposed = _pages_by_dossier(session, batch_id, PageVersion.state == "proposed")
    held = in_open_lots(session, batch_id)
    return [
        DossierChoice(
            dossier.id, shown_name(dossier), name or "", pages.get(dossier.id, 0),
            _why_not(dossier, dossier.id in measuring, dossier.id in proposed, dossier.id in held),
        )
        for dossier, name in rows
    ]  # fmt: skip


def _why_not(dossier: Dossier, measuring: bool, proposed: bool, held: bool) -> str:
    # Being in a lot comes first: the dossiers of a returned lot are no longer `checked`.
    reasons = (
        ("accepted", dossier.state == "accepted"), ("in-lot", held), ("state", dossier.state != "checked"),
        ("measuring", measuring), ("proposals", proposed),
    )  # fmt: skip
    return next((code for code, holds in reasons if holds), "")


def in_open_lots(session: Session, batch_id: int) -> set[int]:
    """The dossiers of a batch that are in a lot which is not accepted yet."""
    statement = (
        select(InspectionDossier.dossier_id)
        .join(InspectionLot, InspectionLot.id == InspectionDossier.lot_id)
        .where(InspectionLot.batch_id == batch_id, InspectionLot.state.in_(["open", "returned"]))
    )
    return set(session.scalars(statement))


def _pages_by_dossier(session: Session, batch_id: int, *conditions: Any) -> dict[int, int]:
    statement = (
        select(Page.dossier_id, func.count(Page.id.distinct()))
        .join(Dossier, Dossier.id == Page.dossier_id)
        .where(Dossier.batch_id == batch_id, Page.state == "active")
        .group_by(Page.dossier_id)
    )
    if conditions:
        statement = statement.join(PageVersion, PageVersion.page_id == Page.id).where(*conditions)
    return dict(session.execute(statement).tuples().all())


def units_of(session: Session, dossier_ids: Sequence[int], terms: Terms) -> list[UnitOf]:
    """All units of these dossiers in the order of the dossiers, each with the stratum that the terms tell it by."""
    makers = {"volume": _volumes, "material": _materials, "page": _pages}
    rows = session.execute(makers[terms.unit](dossier_ids)).all()
    kinds = _page_kinds(session, dossier_ids) if "page-kind" in terms.strata else {}
    names: dict[int, str] = dict(session.execute(select(Organization.id, Organization.name)).tuples().all())
    units = []
    for dossier, material_id, class_code, page_id in rows:
        facts = {
            "enterprise": names[dossier.organization_id],
            "dossier": f"{shown_name(dossier)}·{dossier.id}",
            "class": class_code or "—",
            "page-kind": kinds.get(page_id, "plain"),
        }
        key = f"{terms.unit}:{page_id or material_id or dossier.id}"
        candidate = Candidate(key, tuple(facts[name] for name in terms.strata))
        units.append(UnitOf(candidate, dossier.id, material_id if terms.unit == "material" else None, page_id))
    return units


def _volumes(ids: Sequence[int]) -> Select[Any]:
    statement = select(Dossier, null().label("material"), null().label("class"), null().label("page")).where(
        Dossier.id.in_(ids)
    )
    return statement.order_by(Dossier.archive_no, Dossier.id)


def _materials(ids: Sequence[int]) -> Select[Any]:
    return (
        select(Dossier, Material.id, Material.class_code, null().label("page"))
        .join(Material, Material.dossier_id == Dossier.id)
        .where(Dossier.id.in_(ids))
        .order_by(Dossier.archive_no, Dossier.id, Material.position, Material.id)
    )


def _pages(ids: Sequence[int]) -> Select[Any]:
    return (
        select(Dossier, Page.material_id, Material.class_code, Page.id)
        .join(Page, Page.dossier_id == Dossier.id)
        .outerjoin(Material, Material.id == Page.material_id)
        .where(Dossier.id.in_(ids), Page.state == "active")
        .order_by(Dossier.archive_no, Dossier.id, Page.position, Page.id)
    )


def _page_kinds(session: Session, ids: Sequence[int]) -> dict[int, str]:
    statement = (
        select(Page.id, Page.pattern, PageVersion.measures)
        .join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current"))
        .where(Page.dossier_id.in_(ids), Page.state == "active")
    )
    return {page_id: _kind(pattern, measures) for page_id, pattern, measures in session.execute(statement)}


def _kind(pattern: str | None, measures: Mapping[str, Any]) -> str:
    if pattern == "cover":
        return "cover"
    for name, kind in (("portrait", "portrait"), ("red_stamp", "seal"), ("blank", "blank")):
        value = measures.get(name, {}).get("value")
        if isinstance(value, int | float) and value >= _KIND_FROM:
            return kind
    return "plain"


def denominators(session: Session, dossier_ids: Sequence[int]) -> dict[str, int]:
    """How many volumes, materials and pages a lot has, and how many of the pages stand in no material (`loose`)."""
    pages = select(func.count()).select_from(Page).where(Page.dossier_id.in_(dossier_ids), Page.state == "active")
    materials = select(func.count()).select_from(Material).where(Material.dossier_id.in_(dossier_ids))
    return {
        "volume": len(dossier_ids),
        "material": session.scalar(materials) or 0,
        "page": session.scalar(pages) or 0,
        "loose": session.scalar(pages.where(Page.material_id.is_(None))) or 0,
    }


def pages_of_unit(session: Session, unit: InspectionUnit) -> list[Page]:
    """The pages that are looked at for a unit, in their order."""
    statement = select(Page).where(Page.dossier_id == unit.dossier_id, Page.state == "active")
    if unit.page_id is not None:
        statement = statement.where(Page.id == unit.page_id)
    elif unit.material_id is not None:
        statement = statement.where(Page.material_id == unit.material_id)
    return list(session.scalars(statement.order_by(Page.position, Page.id)))


def images_of_units(session: Session, units: Sequence[InspectionUnit]) -> dict[int, str]:
    """For each unit a digest of the images that it shows now, in their order: another one means it must be looked at again."""
    statement = (
        select(Page.dossier_id, Page.material_id, Page.id, PageVersion.id)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .where(Page.dossier_id.in_({unit.dossier_id for unit in units}))
        .where(Page.state == "active", PageVersion.state == "current")
        .order_by(Page.position, Page.id)
    )
    shown: dict[tuple[int, int | None, int | None], list[str]] = {}
    for dossier_id, material_id, page_id, version_id in session.execute(statement):
        # A unit is named by the narrowest of the three.
        for key in {(dossier_id, None, None), (dossier_id, material_id, None), (dossier_id, None, page_id)}:
            shown.setdefault(key, []).append(str(version_id))
    answer = {}
    for unit in units:
        key = (unit.dossier_id, None if unit.page_id else unit.material_id, unit.page_id)
        answer[unit.id] = hashlib.sha256(",".join(shown.get(key, [])).encode()).hexdigest()
    return answer


def machine_figures(session: Session, lot: InspectionLot, dossier_ids: Sequence[int], terms: Terms) -> Machine:
    """The machine's check of all of a lot as it stands now; a finding about the whole batch counts in `beyond`."""
    unmeasured = (
        select(Page.dossier_id, Page.id)
        .join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current"))
        .where(Page.dossier_id.in_(dossier_ids), Page.state == "active", PageVersion.measured_at.is_(None))
    )
    waiting = session.execute(unmeasured).all()
    places = open_findings(lot.batch_id, dossier_ids, "fail").add_columns(FindingRow.rule, FindingRow.version_id)
    found = session.execute(places).all()
    left = conceded_places(session, lot.id)
    failing = [
        (dossier_id, page_id) for dossier_id, page_id, *rest in found if (dossier_id, page_id, *rest) not in left
    ]
    conceded = len(found) - len(failing)
    review = len(session.execute(open_findings(lot.batch_id, dossier_ids, "review")).all())
    if terms.machine_unit == "volume":
        unchecked = len({dossier_id for dossier_id, _ in waiting})
        failed = {dossier_id for dossier_id, _ in failing if dossier_id is not None}
        beyond = sum(dossier_id is None for dossier_id, _ in failing)
        return Machine(len(dossier_ids) - unchecked, len(failed), unchecked, beyond, review, conceded)
    whole = denominators(session, dossier_ids)["page"]
    failed = {page_id for _, page_id in failing if page_id is not None}
    beyond = sum(page_id is None for _, page_id in failing)
    return Machine(whole - len(waiting), len(failed), len(waiting), beyond, review, conceded)


def conceded_places(session: Session, lot_id: int) -> set[tuple[int, int | None, str, int | None]]:
    """Dossier, page, rule and image of what the machine fails and a person has answered for; another image is not meant."""
    statement = select(ReworkItem.dossier_id, ReworkItem.page_id, ReworkItem.code, ReworkItem.version_id)
    answered = (ReworkItem.state == "closed") & (ReworkItem.answer != "") & (ReworkItem.origin == "machine")
    return set(session.execute(statement.where(ReworkItem.lot_id == lot_id, answered)).tuples())


def open_findings(batch_id: int, dossier_ids: Sequence[int], verdict: str) -> Select[Any]:
    """Dossier and page of each finding that counts now, those on pages taken out left aside."""
    return (
        select(FindingRow.dossier_id, FindingRow.page_id)
        .outerjoin(Page, Page.id == FindingRow.page_id)
        .where(FindingRow.batch_id == batch_id, FindingRow.verdict == verdict, counts_now())
        .where(FindingRow.dossier_id.in_(dossier_ids) | FindingRow.dossier_id.is_(None))
        .where(FindingRow.page_id.is_(None) | (Page.state == "active"))
    )
