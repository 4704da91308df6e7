"""The truth of a form's fields: what each page asks for, by the names of `ocr.fields`, and what was written there.

Independent of the reader: it comes from the rows that the page was drawn from, not from labels the reader knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["print", "hand"]
_PART = re.compile(r"\{(\w+)\*?\}")
_ASKED = re.compile(r"([^\s:{}|]+):((?:\{\w+\*?\})+)")
_DATES = frozenset({"birth", "birth_ym", "work_start", "retired", "party", "date"})
# A sentence states these without a label.
_STATED = frozenset({"name", "sex", "ethnic", "birth", "birth_ym", "work_start", "id"})
_PLAIN = {
    "name": "name",
    "former": "former_name",
    "sex": "sex",
    "ethnic": "ethnic_group",
    "birth": "birth_date",
    "birth_ym": "birth_date",
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
            labelled = [(label, tuple(_PART.findall(parts))) for label, parts in _ASKED.findall(cell)]
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
        for label, value in zip(cells, cells[1:], strict=False):
            if re.search("退休.{0,4}(?:类别|种类|性质|类型)", label) and "{" not in value:
                yield value


def _name_of(label: str, parts: tuple[str, ...]) -> str | None:
    """The field that a label asks for; None for what is none (部门, 填表人, 现行工资 …)."""
    first = parts[0]
    if first == "native" and len(parts) == 1:
        return "birthplace" if "出生" in label else "registered_residence" if "户" in label else "native_place"
    if first in ("trade", "workshop"):
        return "post" if re.search("职务|岗位|职别", label) else "trade" if parts == ("trade",) and label else None
    if first == "work_start":
        return "unit_start_date" if re.search("[厂矿]", label) else "work_start_date"
    if first == "address":
        return "registered_residence" if "户" in label else "address"
    if first == "date":
        return "form_date" if re.search("填表|填报|填写|制表", label) else None
    if first in ("birth", "birth_ym") and "档案" in label:
        return "archive_birth_date"
    return None if re.search("填表人|部门|签", label) else _PLAIN.get(first)
