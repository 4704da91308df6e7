"""检验约定: how a lot is inspected and when it passes, the table `[acceptance]` of a profile.

[acceptance]
unit = "material"                # drawn by hand and counted: volume (卷), material (份), page (页)
machine_unit = "page"            # what the machine's full check counts: volume, page
share_percent = 5                # at least this share of the units is drawn
strata = ["enterprise", "class"] # each stratum is drawn from: enterprise, dossier, class, page-kind
link_pass_percent = 100          # catalogue and image belong together
other_pass_percent = 95          # everything else that a person looks at
machine_pass_percent = 100
confidence_percent = 95          # of the interval that is shown
weights = { critical = 10, major = 3, minor = 1 }
faulty_from = 1                  # a unit with defects of this weight together does not pass; 1: with any defect
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from typing import Any, Literal, get_args

Unit = Literal["volume", "material", "page"]
MachineUnit = Literal["volume", "page"]
CLAUSE = "DA/T 31-2017 12"
# What DA/T 31-2017 chapter 12 asks for at least, read in its text (D31-ACC-1 to 4).
STANDARD_PERCENT = {
    "share_percent": 5, "link_pass_percent": 100, "other_pass_percent": 95, "machine_pass_percent": 100,
}  # fmt: skip
# What a unit can be told apart by: a volume has no one class, only a page has a kind.
STRATA: dict[str, tuple[str, ...]] = {
    "volume": ("enterprise",),
    "material": ("enterprise", "dossier", "class"),
    "page": ("enterprise", "dossier", "class", "page-kind"),
}
_SEVERITIES = ("critical", "major", "minor")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a lot. Percentages are above 0 and at most 100; weights are whole numbers, the graver the heavier."""

    unit: Unit = "volume"
    machine_unit: MachineUnit = "page"
    share_percent: float = 5
    strata: tuple[str, ...] = ("enterprise",)
    link_pass_percent: float = 100
    other_pass_percent: float = 95
    machine_pass_percent: float = 100
    confidence_percent: float = 95
    critical_weight: int = 10
    major_weight: int = 3
    minor_weight: int = 1
    faulty_from: int = 1

    def points(self, critical: int, major: int, minor: int) -> int:
        """The weight of a unit's defects together."""
        return critical * self.critical_weight + major * self.major_weight + minor * self.minor_weight

    def clause(self, name: str) -> str:
        """The clause that a percentage rests on; empty where it is laxer than the standard, or of our own making."""
        least = STANDARD_PERCENT.get(name)
        return CLAUSE if least is not None and getattr(self, name) >= least else ""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "strata": list(self.strata)}


DEFAULT_TERMS = Terms()


def terms_from_json(values: Mapping[str, Any]) -> Terms:
    """The terms as a lot keeps them, whatever its profile says today."""
    return Terms(**{**values, "strata": tuple(values["strata"])})


def exact(percent: float) -> Fraction:
    """A percentage as it was written: 97.5 is 39/40, without the rounding of binary fractions."""
    return Fraction(str(percent)) / 100


def read_terms(table: object, base: Terms) -> Terms:
    """`base` with what the table `[acceptance]` changes; ValueError says what in it cannot be used."""
    if not isinstance(table, dict):
        raise ValueError("acceptance")
    changes = dict(table)
    if "weights" in changes:
        changes |= _weights(changes.pop("weights"))
    known = {field.name for field in fields(Terms)}
    for name, value in changes.items():
        if name not in known or not _usable(name, value):
            raise ValueError(f"acceptance.{name} = {value!r}")
    if "strata" in changes:
        changes["strata"] = tuple(changes["strata"])
    elif "unit" in changes:
        changes["strata"] = tuple(each for each in base.strata if each in STRATA[changes["unit"]])
    terms = replace(base, **changes)
    if odd := [each for each in terms.strata if each not in STRATA[terms.unit]]:
        raise ValueError(f"acceptance.strata: {', '.join(odd)} / unit = {terms.unit!r}")
    if not terms.critical_weight >= terms.major_weight >= terms.minor_weight:
        raise ValueError("acceptance.weights: critical >= major >= minor")
    return terms


def _weights(table: object) -> dict[str, Any]:
    if not isinstance(table, dict) or set(table) - set(_SEVERITIES):
        raise ValueError(f"acceptance.weights = {table!r}")
    return {f"{name}_weight": value for name, value in table.items()}


def _usable(name: str, value: object) -> bool:
    if name == "unit":
        return value in get_args(Unit)
    if name == "machine_unit":
        return value in get_args(MachineUnit)
    if name == "strata":
        return isinstance(value, list) and len(set(map(str, value))) == len(value)
    if isinstance(value, bool):
        return False
    if name.endswith("_percent"):
        most_included = name != "confidence_percent"  # nothing is known with a confidence of 100 %
        return isinstance(value, int | float) and value > 0 and (value < 100 or (value == 100 and most_included))
    return isinstance(value, int) and (value >= 1 if name == "faulty_from" else value >= 0)
