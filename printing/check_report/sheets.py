"""The report as a workbook: summary, causes, findings, pages, dossiers, materials, hand-over list; written row by row.

A cell never becomes a formula, and ID numbers come here masked already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from printing.check_report.model import MEASURES, VERDICTS, Report, Said, said

Cell = str | int | float | None
_A4 = "9"
# What no XLSX file may hold, and how much one cell takes.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MOST_TEXT = 32_000
# A sheet ends here; more findings than this are told in the last row.
_MOST_ROWS = 1_000_000


def write_xlsx(report: Report, file: Path) -> None:
    """The workbook as `file`; OSError as the system gives it."""
    book = Workbook(write_only=True)
    for title, heads, widths, rows in _sheets(report):
        _write_sheet(book, title, heads, widths, rows)
    book.save(file)


def _sheets(report: Report) -> Iterator[tuple[str, list[str], list[int], Iterable[Sequence[Cell]]]]:
    verdicts = [f"verdict.{verdict}" for verdict in VERDICTS]
    yield "汇总", _heads("report.col.item", "report.col.value"), [34, 60], _summary(report)
    yield (
        "原因",
        _heads(
            "report.col.verdict", "report.col.cause", "report.col.rule", "report.col.count", "report.col.pages",
            "report.col.severity", "report.col.clause", "report.col.certainty",
        ),
        [14, 34, 20, 9, 9, 12, 28, 14],
        _causes(report),
    )  # fmt: skip
    yield (
        "检测结果",
        _heads(
            "report.col.verdict", "report.col.rule", "report.col.place", "report.col.page", "report.col.measured",
            "report.col.limit", "report.col.unit", "report.col.text", "report.col.clause",
        ),
        [14, 20, 44, 6, 14, 14, 8, 70, 28],
        _findings(report),
    )  # fmt: skip
    yield (
        "页",
        [
            *_heads("report.col.file", "report.col.page", "report.col.dossier", "report.col.material"),
            *_heads("report.col.verdict", "report.col.findings", *(f"report.measure.{name}" for name in MEASURES)),
        ],
        [44, 6, 26, 10, 14, 10],
        _pages(report),
    )
    yield (
        "卷",
        _heads("report.col.dossier", "report.col.person", "report.col.pages", *verdicts, "report.col.findings"),
        [34, 14],
        ([each.key, each.person, each.pages, *each.verdicts, each.findings] for each in report.dossiers),
    )
    yield (
        "材料",
        _heads(
            "report.col.dossier", "report.col.material", "report.col.title", "report.col.promised", "report.col.images",
            "report.col.findings",
        ),
        [34, 10, 44],
        ([each.dossier, each.key, each.title, each.promised, each.pages, each.findings] for each in report.materials),
    )  # fmt: skip
    yield (
        "名单",
        _heads(
            "report.col.list", "report.col.row", "report.col.person", "report.col.number", "report.col.state",
            "report.col.promised", "report.col.images", "report.col.dossier",
        ),
        [34, 6, 14, 24, 16, 10, 10, 34],
        _people(report),
    )  # fmt: skip


def _heads(*codes: str) -> list[str]:
    """Chinese over English in one heading."""
    return [_both(said(code)) for code in codes]


def _both(text: Said) -> str:
    return f"{text.zh}\n{text.en}"


def _word(code: str) -> str:
    text = said(code)
    return f"{text.zh} {text.en}"


def _summary(report: Report) -> Iterator[list[Cell]]:
    facts: dict[str, Cell] = {
        "report.about": report.about, "report.profile": f"{report.profile.zh} {report.profile.en} ({report.profile_id})",
        "report.made_at": report.made_at, "report.operator": report.operator, "report.program": report.program,
    }  # fmt: skip
    for code, value in facts.items():
        yield [_word(code), value]
    for name, count in report.counts.items():
        yield [_word(f"check.{name}"), count]
    for note in report.notes:
        yield [_word("report.notes"), _both(note)]
    for path in report.ignored:
        yield [_word("report.ignored"), path]
    yield ["", _both(said("report.foot"))]
    yield ["", _both(said("report.masked"))]


def _causes(report: Report) -> Iterator[list[Cell]]:
    for cause in report.causes:
        yield [
            _word(f"verdict.{cause.verdict}"), f"{cause.title.zh} {cause.title.en}", cause.rule, cause.count, cause.pages,
            _word(f"severity.{cause.severity}"), cause.clause, _word(f"certainty.{cause.certainty}"),
        ]  # fmt: skip


def _findings(report: Report) -> Iterator[list[Cell]]:
    for cause in report.causes:
        verdict = _word(f"verdict.{cause.verdict}")
        for line in cause.lines():
            yield [
                verdict, cause.rule, line.place, line.page, line.measured, line.limit, line.unit, _both(line.text),
                cause.clause,
            ]  # fmt: skip


def _pages(report: Report) -> Iterator[list[Cell]]:
    for page in report.pages():
        verdict = _word(f"verdict.{page.verdict}")
        yield [page.file, page.page, page.dossier, page.material, verdict, page.findings, *page.measures]


def _people(report: Report) -> Iterator[list[Cell]]:
    for each in report.people:
        yield [
            each.list_path, each.row, each.name, each.number, _word(f"report.id.{each.state}"), each.promised, each.pages,
            each.dossier,
        ]  # fmt: skip


def _write_sheet(
    book: Workbook, title: str, heads: list[str], widths: list[int], rows: Iterable[Sequence[Cell]]
) -> None:
    """Heading bold and standing, A4 lying with the heading on each page."""
    sheet = book.create_sheet(title)
    for column in range(1, len(heads) + 1):
        width = widths[column - 1] if column <= len(widths) else 12
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    bold = Font(bold=True)
    sheet.append([_cell(sheet, head, bold) for head in heads])
    for number, row in enumerate(rows):
        if number == _MOST_ROWS:
            sheet.append([_cell(sheet, "…", None)])
            break
        sheet.append([_cell(sheet, value, None) for value in row])


def _cell(sheet: WriteOnlyWorksheet, value: Cell, font: Font | None) -> object:
    """Texts are texts by their type, whatever they begin with."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, _CONTROL.sub("", value)[:_MOST_TEXT])
    cell.data_type = "s"
    cell.number_format = "@"
    if font is not None:
        cell.font = font
    return cell
