"""The truth of a form's fields: what each page asks for, by the names of `ocr.fields`, and what was written there.

Independent of the reader: it comes from the rows that the page was drawn from, not from labels the reader knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Kind = Literal["print", "hand"]
_PART = re.compile(r"\{(\w+)\*?\}")
_ASKED = re.compile(r"([^\s:{}|]+):((?:\{\w+\*?\})+)")
# In a row without lines a label needs no colon.
_BESIDE = re.compile(r"([^\s:{}|]+)[: ]*((?:\{\w+\*?\})+)")
_DATES = frozenset({"birth", "birth_ym", "work_start", "retired", "party", "date"})
# A sentence states these without a label.
_STATED = frozenset({"name", "sex", "ethnic", "birth", "birth_ym", "work_start", "id"})
_PLAIN = {
    "name": "name",
    "former": "former_name",
    "sex": "sex",
    "ethnic": "ethnic_group",
    "id": "id_number",
    "schooling": "education",
    "party": "party_date",
    "party_state": "political_status",
    "retired": "retirement_date",
    "school": "school",
    "unit": "unit",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One value on a page: the field's name, the text as written, ISO 8601 for a date (in its written parts), else None, and
    whether it is in print or by hand."""

    name: str
    value: str
    normal: str | None
    kind: Kind


def asked_on(rows: str, fields: Mapping[str, str], kind: Kind) -> tuple[Asked, ...]:
    """The values that a page of these rows (`data/forms_*.toml`) holds, filled in by `kind`; empty cells hold none."""
    found = (_asked(name, parts, fields, kind) for name, parts in _named(rows))
    literal = (Asked("retirement_kind", text, None, "print") for text in _kinds(rows))
    return tuple(dict.fromkeys([*(each for each in found if each is not None), *literal]))


def _asked(name: str, parts: tuple[str, ...], fields: Mapping[str, str], kind: Kind) -> Asked | None:
    value = "".join(fields[part] for part in parts)
    if not value:
        return None
    if not set(parts) & _DATES:
        return Asked(name, value, None, kind)
    numbers = re.findall("[0-9]+", value)[:3]
    if not numbers:
        return None
    return Asked(name, value, "-".join([numbers[0], *(f"{int(each):02d}" for each in numbers[1:])]), kind)


def _named(rows: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(field's name, the parts of its value) for every value that a label or a sentence gives."""
    for row in rows.strip().splitlines():
        head, *cells = (cell.strip().rpartition("@")[0] or cell.strip() for cell in row.split("|"))
        if head.split()[0] in ("list", "opinion", "prose", "sign", "red"):
            continue
        for place, cell in enumerate(cells):
            asked = _ASKED if head.split()[0] != "free" else _BESIDE
            labelled = [(label, tuple(_PART.findall(parts))) for label, parts in asked.findall(cell)]
            if not labelled and _PART.search(cell) and place and "{" not in cells[place - 1] and head[0].isdigit():
                labelled = [(cells[place - 1], tuple(_PART.findall(cell)))]
            taken = {part for _, parts in labelled for part in parts}
            if head.split()[0] in ("para", "title"):
                labelled += [("", (part,)) for part in _PART.findall(cell) if part in _STATED - taken]
            for label, parts in labelled:
                if (name := _name_of(label, parts)) is not None:
                    yield name, parts


def _kinds(rows: str) -> Iterator[str]:
    """The kind of retirement, which the forms state in plain words."""
    for row in rows.splitlines():
        cells = [cell.strip().rpartition("@")[0] for cell in row.split("|")]
        for label, value in pairwise(cells):
            if re.search("退休.{0,4}(?:类别|种类|性质|类型)", label) and "{" not in value:
                yield value


def _name_of(label: str, parts: tuple[str, ...]) -> str | None:
    """The field that a label asks for; None for what is none (部门, 填表人, 现行工资 …)."""
    first = parts[0]
    by_label = {
        "native": (("出生", "birthplace"), ("户", "registered_residence"), ("", "native_place")),
        "address": (("户", "registered_residence"), ("", "address")),
        "workshop": (("单位", "unit"), ("职务|岗位|职别", "post")),
        "trade": (("职务|岗位|职别", "post"), (".", "trade")),
        "work_start": (("[厂矿]", "unit_start_date"), ("", "work_start_date")),
        "date": (("填表|填报|填写|制表", "form_date"),),
        "birth": (("档案", "archive_birth_date"), ("", "birth_date")),
        "birth_ym": (("档案", "archive_birth_date"), ("", "birth_date")),
    }
    if re.search("填表人|签", label):
        return None
    choices = by_label.get(first, (("", _PLAIN.get(first)),))
    return next((name for pattern, name in choices if re.search(pattern, label)), None)
