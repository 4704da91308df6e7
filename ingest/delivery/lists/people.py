"""Rows of the 移交案卷目录. No row is refused: a wrong, missing or cut ID number is a state of the row."""

from __future__ import annotations

import math

from base.text import identity
from base.text.identity import IdNumber
from ingest.delivery.lists.cells import count, has_edges, text
from ingest.delivery.lists.headers import Header
from ingest.delivery.lists.sheets import Cell, Sheet
from ingest.delivery.model import PersonRow

_TEXT_FIELDS = ("number", "name", "sex", "birth", "retired", "living", "died", "organisation", "household")
_MORE_TEXT_FIELDS = ("archive_no", "retention", "remark", "worker_no")


def read_people(path: str, sheet: Sheet, header: Header) -> list[PersonRow]:
    """A PersonRow for each row that names somebody; blank lines, sums and signatures below the list are left out."""
    rows = enumerate(sheet.rows[header.first_row :], start=header.first_row + 1)
    return [_person(path, number, row, header) for number, row in rows if _names_somebody(row, header)]


def _names_somebody(row: tuple[Cell, ...], header: Header) -> bool:
    if any(text(header.cell(row, name)) for name in ("name", "id", "archive_no", "worker_no")):
        # The header printed again on each sheet of paper.
        return text(header.cell(row, "name")) != "姓名"
    number = text(header.cell(row, "number"))
    return number.isdigit() and sum(bool(text(cell)) for cell in row) > 1


def _person(path: str, number: int, row: tuple[Cell, ...], header: Header) -> PersonRow:
    id_cell = header.cell(row, "id")
    parsed = id_of_cell(id_cell)
    fields = {name: text(header.cell(row, name)) for name in (*_TEXT_FIELDS, *_MORE_TEXT_FIELDS)}
    return PersonRow(
        list_path=path,
        row=number,
        id_raw=text(id_cell),
        id_number=parsed.normalised,
        id_state=parsed.state,
        pages=count(header.cell(row, "pages")),
        edges=tuple(header.labels[index] for index, cell in enumerate(row[: len(header.labels)]) if has_edges(cell)),
        given=tuple(sorted(header.columns)),
        **fields,
    )


def id_of_cell(value: Cell) -> IdNumber:
    """The ID number of a cell; one that is stored as a number has lost its last digits."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return identity.parse_number(value)
    return identity.parse(text(value))
