"""Forms chosen for a person and written side by side: one material is its sheets before they are scanned."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ingest.samples import marks
from ingest.samples.asked import asked_on
from ingest.samples.cells import Fill
from ingest.samples.fields import Rows, fields_of, lists_of
from ingest.samples.fonts import FACES
from ingest.samples.layout import PageWriter
from ingest.samples.people import Person
from ingest.samples.sheet import BLACK, INKS, Pen, Sheet
from ingest.samples.words import DATA, Rng, Split, pick, words

PAPER_MM = {"A4": (210.0, 297.0), "16K": (184.0, 260.0), "A3": (420.0, 297.0)}
ALWAYS = ("register", "hiring", "grading", "wage", "retirement")
CHANCE = {
    "resume": 0.30,
    "school": 0.60,
    "autobiography": 0.30,
    "appraisal": 0.40,
    "honour": 0.35,
    "medical": 0.35,
    "contract": 0.40,
    "notice": 0.40,
    "wage-new": 0.70,
    "party": 1.0,
}


@dataclass(frozen=True, slots=True)
class Form:
    """A form as data: `pages` are rows for `layout`, `years` when it was in use, `repeat` how often at most in a dossier."""

    id: str
    title: str
    class_code: str
    years: tuple[int, int]
    paper: str
    pages: tuple[str, ...]
    fill: str = "hand"
    duplex: bool = False
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Material:
    """One paper of the dossier: `number` counts within the class."""

    form: Form
    class_code: str
    number: int
    title: str
    day: date

    @property
    def mark(self) -> str:
        return f"{self.class_code}-{self.number}"


@cache
def forms(split: Split) -> dict[str, Form]:
    listed: list[dict[str, Any]] = tomllib.loads((DATA / f"forms_{split}.toml").read_text("utf-8"))["form"]
    return {
        entry["id"]: Form(
            id=entry["id"],
            title=entry["title"],
            class_code=entry["class"],
            years=(entry["years"][0], entry["years"][1]),
            paper=entry["paper"],
            pages=tuple(entry["pages"]),
            fill=entry.get("fill", "hand"),
            duplex=entry.get("duplex", False),
            repeat=entry.get("repeat", 1),
        )
        for entry in listed
    }


def materials_of(rng: Rng, split: Split, person: Person) -> tuple[Material, ...]:
    """The papers of a life, by class and, within it, by date."""
    dated = []
    for form in forms(split).values():
        chance = 1.0 if form.id in ALWAYS else CHANCE[form.id]
        if rng.random() > chance or (form.id == "party" and person.party is None):
            continue
        for _ in range(form.repeat if form.repeat == 1 else int(rng.integers(1, form.repeat + 1))):
            dated.append((form, day_of(rng, form, person)))
    dated.sort(key=lambda pair: (_class_key(pair[0].class_code), pair[1], pair[0].id))
    counts: dict[str, int] = {}
    found = []
    for form, day in dated:
        counts[form.class_code] = counts.get(form.class_code, 0) + 1
        title = form.title.replace("{name}", person.name)
        found.append(Material(form, form.class_code, counts[form.class_code], title, day))
    return tuple(found)


def _class_key(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split("-"))


def day_of(rng: Rng, form: Form, person: Person) -> date:
    """When the paper was made: fixed events by the person's life, others within the form's years."""
    start = person.work_start
    fixed = {
        "hiring": start,
        "school": date(person.graduated, 7, 1),
        "retirement": person.retired,
        "party": person.party or start,
        "grading": date(start.year + 3, start.month, 15),
    }
    if form.id in fixed:
        return fixed[form.id]
    if form.id.startswith("wage"):
        changes = [year for year, _ in person.wages if form.years[0] <= year <= form.years[1]]
        if changes:
            return date(pick(rng, changes), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    first = max(form.years[0], start.year + 1)
    last = max(first, min(form.years[1], person.retired.year - 1))
    return date(int(rng.integers(first, last + 1)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))


def write_material(
    rng: Rng,
    split: Split,
    person: Person,
    material: Material,
    dpi: int,
    *,
    sealed: bool | None = None,
    lists: dict[str, Rows] | None = None,
    numbered: bool = True,
) -> tuple[list[Sheet], dict[str, str]]:
    """The sides of a material, written but not yet aged, and the field values that stand on them."""
    faces, w, form = FACES[split], words(split), material.form
    hand, colour = pick(rng, faces.hands), pick(rng, INKS)
    typed = form.fill == "typed" or (material.day.year >= 1998 and rng.random() < 0.5)
    value = Pen(pick(rng, faces.typed), BLACK, "print") if typed else Pen(hand, colour, "hand", 0.035)
    values = fields_of(rng, w, person, material.day)
    fill = Fill(
        fields=values,
        lists={**lists_of(rng, w, person, material.day), **(lists or {})},
        label=Pen(pick(rng, faces.labels), BLACK, "print"),
        title=Pen(pick(rng, faces.titles), BLACK, "print"),
        value=value,
        signature=Pen(pick(rng, faces.hands), pick(rng, INKS), "hand", 0.045),
        seal_face=faces.typed[0],
        words=w,
        sealed=bool(rng.random() < 0.85) if sealed is None else sealed,
        value_mm=3.9 if typed else float(rng.uniform(4.9, 5.8)),
    )
    wide, high = PAPER_MM[form.paper]
    line_mm = float(rng.uniform(0.12, 0.28))
    sheets = []
    for index, rows in enumerate(form.pages):
        binding = "right" if form.duplex and index % 2 == 1 else "left"
        sheet = Sheet(wide, high, dpi, "right" if binding == "right" else "left", line_mm)
        PageWriter(sheet, rng, fill).page(rows)
        sheet.asked = asked_on(rows, values, "print" if typed else "hand")
        if numbered:
            marks.pencil_numbers(sheet, rng, hand, material.mark if index == 0 else None, index + 1)
        sheets.append(sheet)
    used = {name: text for name, text in values.items() if any("{" + name in rows for rows in form.pages)}
    return sheets, used
