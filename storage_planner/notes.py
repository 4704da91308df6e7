"""What a plan must say beside its figures: warnings to act on, why a figure is missing, and what each figure rests on."""

from __future__ import annotations

from collections.abc import Iterator

from standards.norms import digital_defaults, standard_section
from storage_planner.model import Geometry, GeometryAnswer, Note, PlanInput, YearNeed

# The only norm whose ratio no fixed shelving can meet, and the thickest volume it takes on compact shelving.
_COMPACT_ONLY = "retiree-15"
# The share of a shelf that the index of JGJ 25-2010 §4.2.10 counts as filled.
INDEX_FILL = 0.9
# Floors that carry compact shelving; ordinary offices carry 2.0-2.5.
COMPACT_LOAD_KN_M2 = 12.0
# 企业档案管理规定 第16-17条: a new stack covers at least ten years of growth.
USUAL_YEARS = 10


def figure(value: float, digits: int = 1) -> str:
    """A number for a sentence or table: at most `digits` decimals, thousands grouped, no trailing zeros."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def warnings_of(
    asked: PlanInput, need: YearNeed, geometry: GeometryAnswer | None, full_in_year: int | None
) -> tuple[Note, ...]:
    """Warnings in the order in which a planner meets them; each figure that is None has one."""
    return (
        *_room_warnings(asked, full_in_year),
        *_horizon_warnings(asked),
        *_ratio_warnings(asked, need, geometry),
        *_shelving_warnings(asked.geometry, geometry),
        *_missing(asked, geometry),
    )


def _room_warnings(asked: PlanInput, full_in_year: int | None) -> Iterator[Note]:
    if full_in_year is not None:
        yield Note("plan.room-full", "full_in_year", {"year": str(full_in_year)})
    if asked.room is None:
        yield Note("plan.no-room", "full_in_year")


def _horizon_warnings(asked: PlanInput) -> Iterator[Note]:
    if asked.years < USUAL_YEARS:
        yield Note("plan.short-horizon", "by_year", {"years": str(asked.years), "usual": str(USUAL_YEARS)})


def _ratio_warnings(asked: PlanInput, need: YearNeed, geometry: GeometryAnswer | None) -> Iterator[Note]:
    if geometry is not None and asked.geometry is not None and geometry.area_check_m2 > need.area_m2:
        held = geometry.thickness_held_mm or 0.0
        yield Note(
            "plan.shelving-exceeds-norm",
            "area_m2",
            {
                "norm_area": figure(need.area_m2),
                "area": figure(geometry.area_check_m2),
                "thickness": figure(asked.geometry.thickness_mm),
                "held": figure(held),
            },
        )
    if asked.norm.id == _COMPACT_ONLY and not _is_thin_on_compact(asked.geometry, geometry):
        yield Note("plan.ratio-compact-only", "area_m2", {"ratio": figure(asked.norm.m2_per_10000)})


def _is_thin_on_compact(geometry: Geometry | None, answer: GeometryAnswer | None) -> bool:
    if geometry is None or answer is None or geometry.shelf.id != "compact":
        return False
    return answer.thickness_held_mm is None or geometry.thickness_mm <= answer.thickness_held_mm


def _shelving_warnings(geometry: Geometry | None, answer: GeometryAnswer | None) -> Iterator[Note]:
    if geometry is None or answer is None:
        return
    if geometry.shelf.floor_load_kn_m2 >= COMPACT_LOAD_KN_M2:
        yield Note("plan.floor-load-compact", "geometry", {"load": figure(answer.floor_load_kn_m2)})
    if geometry.fill < INDEX_FILL:
        area = answer.area_check_m2 * INDEX_FILL / geometry.fill
        yield Note("plan.fill-below-index", "geometry", {"fill": figure(geometry.fill, 6), "area": figure(area)})


def _missing(asked: PlanInput, geometry: GeometryAnswer | None) -> Iterator[Note]:
    """Why a figure could not be calculated."""
    if geometry is None:
        yield Note("plan.no-geometry", "linear_metres")
        yield Note("plan.no-geometry-sections", "sections")
    elif geometry.sections is None:
        yield Note("plan.no-standard-section", "sections")
    if asked.norm.volumes_per_staff is None:
        yield Note("plan.no-staff-ratio", "staff", {"norm": asked.norm.id})
    if asked.digital is None:
        yield Note("plan.no-digital", "storage_tb")


def basis_of(asked: PlanInput, need: YearNeed) -> tuple[Note, ...]:
    """What the figures rest on: the rule and its certainty, growth, shelving index, section, planning values."""
    return (*_area_basis(asked, need), *_geometry_basis(asked.geometry), *_digital_basis(asked))


def _area_basis(asked: PlanInput, need: YearNeed) -> Iterator[Note]:
    norm = asked.norm
    ratio = {"ratio": figure(norm.m2_per_10000), "source": norm.source, "clause": norm.clause}
    yield Note(f"plan.basis-area-{norm.scope}", "area_m2", ratio)
    if norm.floor_m2 is not None:
        applied = "plan.basis-floor-applied" if need.floor_applied else "plan.basis-floor-not-applied"
        yield Note(applied, "floor_applied", {"floor": figure(norm.floor_m2), "volumes": figure(need.volumes)})
    if norm.certainty != "text":
        yield Note("plan.basis-secondary", "rule", {"source": norm.source})
    yield Note("plan.basis-growth", "volumes")
    if asked.in_items:
        yield Note("plan.basis-items", "volumes")


def _geometry_basis(geometry: Geometry | None) -> Iterator[Note]:
    if geometry is None:
        return
    shelf, section = geometry.shelf, standard_section()
    yield Note(
        "plan.basis-index",
        "geometry",
        {"metres": f"{shelf.metres_per_m2:.2f}", "source": shelf.source, "clause": shelf.clause},
    )
    if shelf.floor_load_kn_m2 < COMPACT_LOAD_KN_M2:
        yield Note("plan.basis-floor-load", "geometry", {"load": figure(shelf.floor_load_kn_m2)})
    if shelf.standard_sections:
        size = {"tiers": str(section.tiers), "net": figure(section.net_mm / 1000, 2), "source": section.source}
        yield Note("plan.basis-section", "sections", size)


def _digital_basis(asked: PlanInput) -> Iterator[Note]:
    if asked.digital is None:
        return
    default = digital_defaults()
    if asked.digital.pages_per_volume is None:
        yield Note("plan.basis-pages", "storage_tb", {"pages": figure(default.pages_per_volume)})
    if asked.digital.mb_per_page is None:
        yield Note("plan.basis-mb", "storage_tb", {"mb": figure(default.mb_per_page)})
    if asked.digital.copies is None:
        yield Note("plan.basis-copies", "storage_tb", {"copies": str(default.copies)})
