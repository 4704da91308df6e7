"""Norms for planning rooms, as data: area ratios, shelving indices, the standard section, digital planning values.

The figures, their clauses and their certainty stand in `norms.toml`; nothing here chooses between them. Published ratios run
from 15 to 250 m2 per 10,000 volumes and do not measure the same thing, so each is a named profile with its scope.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from standards.values import Certainty

Scope = Literal["stack", "whole-place"]
DEFAULT_NORM = "office-60"

_FILE = Path(__file__).parent / "norms.toml"


@dataclass(frozen=True, slots=True)
class Norm:
    """An area rule: usable m2 for 10,000 volumes, perhaps a smallest area, perhaps a staffing ratio."""

    id: str
    name_zh: str
    name_en: str
    m2_per_10000: float
    scope: Scope
    source: str
    clause: str
    certainty: Certainty
    floor_m2: float | None = None
    volumes_per_staff: float | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind of shelving: linear metres held by a usable m2, kN/m2 the floor must carry, whether sections are standard."""

    id: str
    name_zh: str
    name_en: str
    metres_per_m2: float
    floor_load_kn_m2: float
    standard_sections: bool
    source: str
    clause: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Section:
    """The standard section: tiers × sides, each with `net_mm` of shelf."""

    tiers: int
    sides: int
    net_mm: int
    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class DigitalDefaults:
    """Planning values for digital copies: pages of a volume, MB (decimal) of a page, copies kept."""

    pages_per_volume: float
    mb_per_page: float
    copies: int
    certainty: Certainty


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def norms() -> dict[str, Norm]:
    """The area rules by id, the default first."""
    return {row["id"]: Norm(**row) for row in _data()["norm"]}


@cache
def shelves() -> dict[str, Shelf]:
    """The kinds of shelving by id, least dense first."""
    return {row["id"]: Shelf(**row) for row in _data()["shelf"]}


@cache
def standard_section() -> Section:
    return Section(**_data()["section"])


@cache
def digital_defaults() -> DigitalDefaults:
    return DigitalDefaults(**_data()["digital"])
