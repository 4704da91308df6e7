"""From stock, growth, years, norm and shelving to one plan, with what each figure rests on."""

from __future__ import annotations

from standards.norms import digital_defaults, standard_section
from storage_planner import rules
from storage_planner.model import Geometry, GeometryAnswer, Plan, PlanInput, Room, YearNeed
from storage_planner.notes import basis_of, warnings_of

__all__ = ["Plan", "PlanInput", "make_plan"]


def make_plan(asked: PlanInput) -> Plan:
    """The plan for `asked`; never fails on an input that `storage_planner.read` let through."""
    by_year = tuple(_year(asked, year) for year in range(asked.years + 1))
    need = by_year[-1]
    geometry = None if asked.geometry is None else _geometry(asked.geometry, need)
    full_in_year = None if asked.room is None else _full_in_year(asked.room, by_year)
    return Plan(
        asked=asked,
        by_year=by_year,
        full_in_year=full_in_year,
        geometry=geometry,
        staff=rules.staff(asked.norm, need.volumes),
        storage_tb=_storage_tb(asked, need),
        warnings=warnings_of(asked, need, geometry, full_in_year),
        basis=basis_of(asked, need),
    )


def _year(asked: PlanInput, year: int) -> YearNeed:
    volumes = rules.projected_volumes(asked.volumes, asked.yearly_growth, year)
    return YearNeed(
        year=year,
        volumes=volumes,
        area_m2=rules.area_m2(asked.norm, volumes),
        floor_applied=rules.floor_applies(asked.norm, volumes),
    )


def _full_in_year(room: Room, by_year: tuple[YearNeed, ...]) -> int | None:
    """The first year that needs more than the room has; None if it suffices to the end of the plan."""
    return next((need.year for need in by_year if _exceeds(room, need)), None)


def _exceeds(room: Room, need: YearNeed) -> bool:
    too_small = room.area_m2 is not None and need.area_m2 > room.area_m2
    return too_small or (room.capacity_volumes is not None and need.volumes > room.capacity_volumes)


def _geometry(geometry: Geometry, need: YearNeed) -> GeometryAnswer:
    shelf, thickness = geometry.shelf, geometry.thickness_mm
    per_section = rules.volumes_per_section(standard_section(), thickness) if shelf.standard_sections else None
    return GeometryAnswer(
        linear_metres=rules.shelf_metres(need.volumes, thickness, geometry.fill),
        occupied_metres=rules.occupied_metres(need.volumes, thickness),
        volumes_per_section=per_section,
        sections=None if per_section is None else rules.sections(need.volumes, per_section, geometry.fill),
        area_check_m2=rules.area_by_shelving(need.volumes, thickness, shelf.metres_per_m2),
        thickness_held_mm=rules.thickness_held(need.area_m2, need.volumes, shelf.metres_per_m2),
        floor_load_kn_m2=shelf.floor_load_kn_m2,
    )


def _storage_tb(asked: PlanInput, need: YearNeed) -> float | None:
    if asked.digital is None:
        return None
    wished, default = asked.digital, digital_defaults()
    return rules.storage_tb(
        need.volumes,
        default.pages_per_volume if wished.pages_per_volume is None else wished.pages_per_volume,
        default.mb_per_page if wished.mb_per_page is None else wished.mb_per_page,
        default.copies if wished.copies is None else wished.copies,
    )
