"""What is read out of a form: its fields with the place of each, suggestions until a person confirms them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ocr.lines import Box

# The fields that a form may give, in the order in which a person's sheet shows them.
FIELDS = (
    "name",
    "former_name",
    "sex",
    "birth_date",
    "archive_birth_date",
    "ethnic_group",
    "native_place",
    "birthplace",
    "registered_residence",
    "id_number",
    "political_status",
    "party_date",
    "party_confirmed_date",
    "education",
    "school",
    "graduation_date",
    "work_start_date",
    "unit_start_date",
    "unit",
    "post",
    "trade",
    "retirement_date",
    "retirement_kind",
    "address",
    "phone",
    "form_date",
)
# What a mark says of a value:
#   checksum   18 characters of an ID number whose check digit is wrong; `candidates` are the nearest valid readings
#   form       not of the form that its field asks for (an ID number too short, a date that cannot be): no `normal`
#   old        an ID number of 15 digits; `normal` is the widened one
#   lunar      written as 农历/阴历; `normal` is the solar date, none where the day is not written
#   century    a year in two digits: `normal` takes it for 19__
#   mismatch   sex or birth date and the ID number of the same page disagree
#   label      the label was not read letter by letter, or the value was found in an unusual place
#   list       `normal` is the nearest of a short closed list, or takes a character that the engine held for the second
#              likeliest; `value` stays as it was read
MARKS = ("checksum", "form", "old", "lunar", "century", "mismatch", "label", "list")


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value as it stands on a page.

    `name` is one of FIELDS; `value` as read (blanks at the ends dropped); `normal` its normal form: dates ISO 8601 in the
    parts that are known (`1953-03`), sex by GB/T 2261.1 (`1` male, `2` female), ethnic group by GB/T 3304 (`01` 汉族), ID
    numbers in 18 characters, closed lists by their usual word; None where it has none (names, places, units: as written).
    `box` holds the value's own characters, four corners in pixels of the stored image; `confidence` is 0–1; `form` the
    form's id; `marks` are of MARKS; `candidates` other readings in normal form, the likeliest first.
    """

    name: str
    value: str
    normal: str | None
    box: Box
    confidence: float
    form: str
    marks: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "normal": self.normal,
            "box": [[round(x, 1), round(y, 1)] for x, y in self.box],
            "confidence": round(self.confidence, 4),
            "form": self.form,
            "marks": list(self.marks),
            "candidates": list(self.candidates),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> FieldValue:
        """The value that `as_json` wrote."""
        a, b, c, d = ((float(x), float(y)) for x, y in value["box"])
        return cls(
            value["name"],
            value["value"],
            value["normal"],
            (a, b, c, d),
            float(value["confidence"]),
            value["form"],
            tuple(value["marks"]),
            tuple(value["candidates"]),
        )


@dataclass(frozen=True, slots=True)
class PageFields:
    """The fields of one page: `form` is the id of the form that it was recognised as, None where it was not (no fields then)."""

    form: str | None
    fields: tuple[FieldValue, ...] = field(default=())
