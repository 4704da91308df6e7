"""A register as a sheet, from headings and rows of plain values. A cell never becomes a formula, whatever was typed into it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from copy import copy

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, NamedStyle
from openpyxl.styles.fonts import DEFAULT_FONT
from openpyxl.utils import get_column_letter

Cell = str | int
# Full-width signs count too: Chinese and Japanese Excel read them as the narrow ones.
_FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r")
# What no XLSX file may hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MOST_WIDE = 40
_MOST_TEXT = 32_000


def to_csv(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with the mark that Excel needs. A text that would be read as a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_plain(head) for head in heads])
    writer.writerows([[_plain(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """One sheet; texts are kept as texts by their type, so ID numbers keep all digits and nothing is calculated."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
    # Two styles for all cells: one made for each cell takes more than half the time of a long list.
    for name, wrapped in (("text", False), ("long", True)):
        style = NamedStyle(name, font=copy(DEFAULT_FONT), number_format="@")
        style.alignment = Alignment(vertical="top", wrap_text=wrapped)
        book.add_named_style(style)
    for number, values in enumerate([heads, *rows], start=1):
        for column, value in enumerate(values, start=1):
            cell = page.cell(number, column)
            if isinstance(value, str):
                cell.value = _CONTROL.sub("", value)[:_MOST_TEXT]
                cell.data_type = "s"
                cell.style = "long" if len(value) > _MOST_WIDE else "text"
            else:
                cell.value = value
    _dress(page, heads, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _dress(page, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:  # type: ignore[no-untyped-def]
    """Heading bold and standing, columns as wide as what they hold, A4 lying with the heading on each page."""
    for column, head in enumerate(heads, start=1):
        page.cell(1, column).font = Font(bold=True)
        longest = max((_width(str(row[column - 1])) for row in rows), default=0)
        page.column_dimensions[get_column_letter(column)].width = min(_MOST_WIDE, max(_width(head), longest) + 2)
    page.freeze_panes = "A2"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"


def _width(text: str) -> int:
    return sum(2 if char > "\u2e80" else 1 for char in text)


def _plain(text: str) -> str:
    text = _CONTROL.sub("", text)
    # Blanks before the sign do not stop a spreadsheet.
    dangerous = text.lstrip(" \u3000\n").startswith(_FORMULA_STARTS)
    return f"'{text}" if dangerous else text
