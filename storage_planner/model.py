"""What a plan is made from and what it answers, as plain values. Lengths in mm, areas in usable m2, years from today = 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from base.messages import Language, message
from standards.norms import Norm, Shelf


@dataclass(frozen=True, slots=True)
class Geometry:
    """How thick a volume is (mm), on what it stands, and which part of a shelf may be filled (above 0, at most 1)."""

    thickness_mm: float
    shelf: Shelf
    fill: float


@dataclass(frozen=True, slots=True)
class Room:
    """The room there is: its usable area, how many volumes it takes, or both."""

    area_m2: float | None = None
    capacity_volumes: float | None = None


@dataclass(frozen=True, slots=True)
class Digital:
    """The digital copies. A figure that is None is taken from the planning values, and the plan says so."""

    pages_per_volume: float | None = None
    mb_per_page: float | None = None
    copies: int | None = None


@dataclass(frozen=True, slots=True)
class PlanInput:
    """Stock and growth in volumes (items are divided by 10 before; `in_items` only tells that they were)."""

    volumes: float
    yearly_growth: float
    years: int
    norm: Norm
    geometry: Geometry | None = None
    room: Room | None = None
    digital: Digital | None = None
    in_items: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A warning, or what a figure rests on. `about` is the key of the answer it is about; `code` a message `plan.…`."""

    code: str
    about: str
    params: dict[str, str] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        return message(self.code, language, **self.params)

    def as_json(self) -> dict[str, str]:
        return {
            "code": self.code,
            "about": self.about,
            "message": self.text("en"),
            "message_zh": self.text("zh_CN"),
        }


@dataclass(frozen=True, slots=True)
class YearNeed:
    """What one year needs; year 0 is today."""

    year: int
    volumes: float
    area_m2: float
    floor_applied: bool

    def as_json(self) -> dict[str, Any]:
        return {"year": self.year, "volumes": tidy(self.volumes), "area_m2": tidy(self.area_m2)}


@dataclass(frozen=True, slots=True)
class GeometryAnswer:
    """Shelving for the projected volumes.

    `linear_metres` is shelf to put up, at the wished fill; `occupied_metres` what the volumes themselves take;
    `sections` is None for shelving that has no standard section; `area_check_m2` is the room by the shelving index;
    `thickness_held_mm` is how thick a volume may be for the norm's area to suffice (None without volumes).
    """

    linear_metres: float
    occupied_metres: float
    volumes_per_section: int | None
    sections: int | None
    area_check_m2: float
    thickness_held_mm: float | None
    floor_load_kn_m2: float

    def as_json(self) -> dict[str, Any]:
        return {
            "occupied_metres": tidy(self.occupied_metres),
            "volumes_per_section": self.volumes_per_section,
            "area_check_m2": tidy(self.area_check_m2),
            "thickness_held_mm": None if self.thickness_held_mm is None else tidy(self.thickness_held_mm),
            "floor_load_kn_m2": tidy(self.floor_load_kn_m2),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer. A figure that is None could not be calculated: a warning about it says why."""

    asked: PlanInput
    by_year: tuple[YearNeed, ...]
    full_in_year: int | None
    geometry: GeometryAnswer | None
    staff: int | None
    storage_tb: float | None
    warnings: tuple[Note, ...]
    basis: tuple[Note, ...]

    @property
    def projected(self) -> YearNeed:
        """The last year: what is to be built for."""
        return self.by_year[-1]

    def as_json(self) -> dict[str, Any]:
        """The answer of `juanzong plan --json`."""
        need, norm, geometry = self.projected, self.asked.norm, self.geometry
        return {
            "volumes": tidy(need.volumes),
            "area_m2": tidy(need.area_m2),
            "rule": _rule_json(norm),
            "scope": norm.scope,
            "floor_applied": need.floor_applied,
            "by_year": [year.as_json() for year in self.by_year],
            "full_in_year": self.full_in_year,
            "linear_metres": None if geometry is None else tidy(geometry.linear_metres),
            "sections": None if geometry is None else geometry.sections,
            "staff": self.staff,
            "storage_tb": None if self.storage_tb is None else tidy(self.storage_tb),
            "geometry": None if geometry is None else geometry.as_json(),
            "warnings": [note.as_json() for note in self.warnings],
            "basis": [note.as_json() for note in self.basis],
        }


def _rule_json(norm: Norm) -> dict[str, Any]:
    return {
        "id": norm.id,
        "source": norm.source,
        "clause": norm.clause,
        "certainty": norm.certainty,
        "m2_per_10000": tidy(norm.m2_per_10000),
        "floor_m2": None if norm.floor_m2 is None else tidy(norm.floor_m2),
    }


def tidy(value: float) -> float | int:
    """A whole number as int, so that 78103 volumes are not written 78103.0."""
    return int(value) if value == int(value) else value
