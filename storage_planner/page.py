"""A plan made ready to be shown: words and figures in one language, for the planner's screen and for the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from base.messages import Language, message
from standards.norms import norms, shelves
from storage_planner import rules
from storage_planner.chart import area_chart
from storage_planner.model import Note, Plan
from storage_planner.notes import figure


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the answer; `reason` is given exactly where the figure cannot be calculated."""

    key: str
    label: str
    value: str
    unit: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list on the form."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another norm would ask for the same volumes: published ratios differ, and a planner must see it."""

    id: str
    name: str
    scope: str
    area: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """All a screen shows. `rows` are (year, volumes, m2) as text; `chart_svg` is safe inline SVG of our own."""

    rule: str
    scope: str
    figures: tuple[Figure, ...]
    rows: tuple[tuple[str, str, str], ...]
    alternatives: tuple[Alternative, ...]
    warnings: tuple[str, ...]
    basis: tuple[str, ...]
    chart_svg: str


def plan_page(plan: Plan, language: Language) -> PlanPage:
    """The plan in words. `warnings` leave out those that only say why a figure is missing: the figure says it."""
    norm = plan.asked.norm
    return PlanPage(
        rule=message("plan.rule", language, id=norm.id, source=norm.source, clause=norm.clause),
        scope=message(f"plan.scope.{norm.scope}", language),
        figures=_figures(plan, language),
        rows=tuple((str(need.year), figure(need.volumes), figure(need.area_m2)) for need in plan.by_year),
        alternatives=_alternatives(plan, language),
        warnings=tuple(note.text(language) for note in plan.warnings if not _explains_gap(plan, note)),
        basis=tuple(note.text(language) for note in plan.basis),
        chart_svg=area_chart(plan, language),
    )


def norm_choices(language: Language) -> tuple[Choice, ...]:
    return tuple(Choice(norm.id, norm.name_zh if language == "zh_CN" else norm.name_en) for norm in norms().values())


def shelf_choices(language: Language) -> tuple[Choice, ...]:
    return tuple(Choice(item.id, item.name_zh if language == "zh_CN" else item.name_en) for item in shelves().values())


def _figures(plan: Plan, language: Language) -> tuple[Figure, ...]:
    geometry = plan.geometry
    values: dict[str, str | None] = {
        "volumes": figure(plan.projected.volumes),
        "area_m2": figure(plan.projected.area_m2),
        "full_in_year": _full(plan, language),
        "linear_metres": None if geometry is None else figure(geometry.linear_metres),
        "sections": None if geometry is None or geometry.sections is None else figure(geometry.sections),
        "staff": None if plan.staff is None else figure(plan.staff),
        "storage_tb": None if plan.storage_tb is None else figure(plan.storage_tb, 2),
    }
    figures = [_figure(plan, key, value, language) for key, value in values.items()]
    if geometry is not None:
        label = message("plan.figure.area_check_m2", language)
        figures.insert(2, Figure("area_check_m2", label, figure(geometry.area_check_m2), "m²"))
    return tuple(figures)


def _figure(plan: Plan, key: str, value: str | None, language: Language) -> Figure:
    label = message(f"plan.figure.{key}", language)
    if value is None:
        reason = next(note.text(language) for note in plan.warnings if note.about == key)
        return Figure(key, label, message("plan.cannot", language), "", reason)
    unit = "" if key == "full_in_year" else message(f"plan.unit.{key}", language)
    return Figure(key, label, value, unit)


def _full(plan: Plan, language: Language) -> str | None:
    if plan.asked.room is None:
        return None
    if plan.full_in_year is None:
        return message("plan.full.never", language)
    return message("plan.full.year", language, year=plan.full_in_year)


def _explains_gap(plan: Plan, note: Note) -> bool:
    if note.about == "full_in_year":
        return plan.asked.room is None
    return note.about in ("linear_metres", "sections", "staff", "storage_tb")


def _alternatives(plan: Plan, language: Language) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(
            id=norm.id,
            name=norm.name_zh if language == "zh_CN" else norm.name_en,
            scope=message(f"plan.scope.{norm.scope}", language),
            area=figure(rules.area_m2(norm, plan.projected.volumes)),
            chosen=norm.id == plan.asked.norm.id,
        )
        for norm in norms().values()
    )
