"""缺失材料清单: what key papers are missing for whom, with room for the sender's answer. A4 lying, made from plain values."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from printing import typeset

_WIDE, _HIGH = (float(side) for side in landscape(A4))
_MARGIN = 14 * mm
_TOP, _BOTTOM = _HIGH - 34 * mm, 26 * mm
_LINE = 8.0 * mm  # room to write by hand
_RISE = 0.66  # of a line, from its top to where letters stand
_SIZE, _SMALL = 10.0, 8.5
_MOST_LINES = 16  # what one person may take of a page; no key list is that long
# Heading and width; the last two are empty for the sender's pen.
_COLUMNS = (
    ("序号", 12 * mm), ("档号", 44 * mm), ("姓名", 24 * mm), ("身份证号", 42 * mm), ("缺少的关键材料", 64 * mm),
    ("能否补送", 24 * mm), ("缺失原因（补不了的写明）", 59 * mm),
)  # fmt: skip
_ANSWER = "□能  □不能"


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """One dossier; `papers` are names as they are printed, each answered on a line of its own."""

    archive_no: str
    person: str
    id_masked: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingSheet:
    """All that the list says. `made_at` is text in the office's zone."""

    office: str
    batch: str
    unit: str
    operator: str
    made_at: str
    people: tuple[MissingPerson, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A person's lines by column; `first` and `answers` are where the sender's boxes stand."""

    cells: tuple[tuple[str, ...], ...]
    answers: tuple[int, ...]

    @property
    def lines(self) -> int:
        return max(len(cell) for cell in self.cells)


def make_missing_list(sheet: MissingSheet) -> bytes:
    """The whole list as PDF; the same values give the same bytes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(_WIDE, _HIGH), invariant=1, pageCompression=1)
    canvas.setTitle("缺失材料清单")
    canvas.setCreator("Juanzong")
    pages = list(_pages([_row(number, person) for number, person in enumerate(sheet.people, start=1)]))
    for number, rows in enumerate(pages, start=1):
        _head(canvas, sheet)
        _table(canvas, rows)
        _foot(canvas, sheet, number, len(pages))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _row(number: int, person: MissingPerson) -> _Row:
    papers: list[str] = []
    answers = []
    for name in person.papers:
        answers.append(len(papers))
        papers.extend(typeset.wrap(name, _SIZE, _COLUMNS[4][1] - 3 * mm))
    texts = (str(number), person.archive_no, person.person or "—", person.id_masked or "—")
    wrapped = (typeset.wrap(text, _SIZE, width - 3 * mm) for text, (_, width) in zip(texts, _COLUMNS[:4], strict=True))
    return _Row(tuple(tuple(lines[:_MOST_LINES]) for lines in (*wrapped, papers)), tuple(answers))


def _pages(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows page by page; a person is not torn in two. An empty list is one page that says so."""
    room = int((_TOP - _BOTTOM - _LINE) // _LINE)
    page: list[_Row] = []
    used = 0
    for row in rows:
        if page and used + row.lines > room:
            yield page
            page, used = [], 0
        page.append(row)
        used += row.lines
    yield page


def _head(canvas: Canvas, sheet: MissingSheet) -> None:
    typeset.draw_centred(canvas, _WIDE / 2, _HIGH - 16 * mm, "人事档案缺失材料清单", 16)
    line = f"移交单位：{sheet.unit}    移交批次：{sheet.batch}    共 {len(sheet.people)} 卷缺件"
    typeset.draw(canvas, _MARGIN, _HIGH - 23 * mm, line, _SIZE)
    told = (
        "下列材料在卷内目录里没有找到。能补送的请补送；补不了的请在右栏写明原因并盖章，作为缺失材料说明退回接收单位。"
    )
    typeset.draw(canvas, _MARGIN, _HIGH - 29 * mm, told, _SMALL)


def _table(canvas: Canvas, rows: Sequence[_Row]) -> None:
    y = _TOP
    canvas.setLineWidth(0.5)
    _line(canvas, y)
    x = _MARGIN
    for name, width in _COLUMNS:
        typeset.draw(canvas, x + 1.5 * mm, y - _RISE * _LINE, name, _SMALL)
        x += width
    y -= _LINE
    _line(canvas, y)
    for row in rows:
        _draw_row(canvas, y, row)
        y -= row.lines * _LINE
        _line(canvas, y)
    if not rows:
        typeset.draw(canvas, _MARGIN + 1.5 * mm, y - _LINE, "没有缺件。", _SIZE)
    x = _MARGIN
    for width in (0.0, *(width for _, width in _COLUMNS)):
        x += width
        canvas.line(x, _TOP, x, y)


def _draw_row(canvas: Canvas, y: float, row: _Row) -> None:
    x = _MARGIN
    for cell, (_, width) in zip(row.cells, _COLUMNS, strict=False):
        for number, text in enumerate(cell):
            typeset.draw(canvas, x + 1.5 * mm, y - (number + _RISE) * _LINE, text, _SIZE)
        x += width
    for number in row.answers:
        typeset.draw(canvas, x + 1.5 * mm, y - (number + _RISE) * _LINE, _ANSWER, _SIZE)
        if number:
            canvas.line(x - _COLUMNS[4][1], y - number * _LINE, x + _COLUMNS[5][1] + _COLUMNS[6][1], y - number * _LINE)


def _line(canvas: Canvas, y: float) -> None:
    canvas.line(_MARGIN, y, _MARGIN + sum(width for _, width in _COLUMNS), y)


def _foot(canvas: Canvas, sheet: MissingSheet, number: int, count: int) -> None:
    signed = "移交单位（盖章）：                        经办人：                日期：      年    月    日"
    typeset.draw(canvas, _MARGIN, 18 * mm, signed, _SIZE)
    typeset.draw(canvas, _MARGIN, 9 * mm, f"{sheet.office}  {sheet.made_at}  {sheet.operator}", _SMALL)
    typeset.draw_right(canvas, _WIDE - _MARGIN, 9 * mm, f"第 {number} 页 / 共 {count} 页", _SMALL)
