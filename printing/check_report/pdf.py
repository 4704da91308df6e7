"""The report as PDF: A4, black on white, page x of y on each sheet; the causes, the charts, the dossiers, pages with their spots."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from printing.check_report.model import VERDICTS, CauseLine, Mark, Report, Said, Sight, said
from printing.check_report.pdf_chart import chart_height, draw_chart
from printing.check_report.pdf_sheet import Sheet

# What paper lists; the workbook holds all.
MOST_LINES = 30
MOST_ROWS = 400
MOST_SIGHTS = 24
_CELL_HEIGHT = 92 * mm
_DOSSIER_COLUMNS = (0.0, 70.0, 92.0, 106.0, 121.0, 139.0, 155.0, 168.0)


def write_pdf(report: Report, file: Path, picture_side: int) -> None:
    """The whole report; OSError as the system gives it, StorageError `print.font-missing` without a Chinese face."""
    title = said("report.title")
    sheet = Sheet(file, f"{title.zh} · {report.about}", f"{report.about} · {report.made_at} · {report.operator}")
    sheet.text(title.zh, 20, after=2)
    sheet.text(title.en, 10, soft=True, after=5)
    _facts(sheet, report)
    _counts(sheet, report)
    _causes(sheet, report)
    _charts(sheet, report)
    _dossiers(sheet, report)
    _sights(sheet, report, picture_side)
    _list(sheet, said("report.notes"), [note.zh for note in report.notes])
    _list(sheet, said("report.ignored"), report.ignored)
    sheet.text(f"{said('report.foot').zh}{said('report.masked').zh}", 9, soft=True, before=6)
    sheet.close()


def _head(sheet: Sheet, text: Said, follows: float = 24 * mm) -> None:
    """A heading that never stands alone at the foot: `follows` points of what comes after it stay with it."""
    sheet.need(follows)
    sheet.text(f"{text.zh}  {text.en}", 13, before=7, after=2)
    sheet.rule()


def _facts(sheet: Sheet, report: Report) -> None:
    facts = (
        ("report.about", report.about), ("report.profile", f"{report.profile.zh}（{report.profile_id}）"),
        ("report.made_at", report.made_at), ("report.operator", report.operator or "—"), ("report.program", report.program),
    )  # fmt: skip
    for code, value in facts:
        sheet.row([(0.0, said(code).zh, "soft"), (28.0, value, "left")], 10.5)


def _counts(sheet: Sheet, report: Report) -> None:
    _head(sheet, said("report.summary"))
    names = ("files", "pages", "dossiers", *VERDICTS)
    sheet.row([(place * 26.0, said(f"check.{name}").zh, "soft") for place, name in enumerate(names)], 9)
    sheet.row([(place * 26.0, f"{report.counts[name]:,}", "left") for place, name in enumerate(names)], 14)


def _causes(sheet: Sheet, report: Report) -> None:
    _head(sheet, said("report.causes"))
    if not report.causes:
        sheet.text(said("report.causes.none").zh, 10.5)
    for cause in report.causes:
        _cause(sheet, cause)


def _cause(sheet: Sheet, cause: CauseLine) -> None:
    counted = said("report.findings", count=f"{cause.count:,}").zh
    if cause.pages:
        counted += f" · {said('report.on-pages', count=f'{cause.pages:,}').zh}"
    sheet.need(18 * mm)
    head = f"【{said(f'verdict.{cause.verdict}').zh}】{cause.title.zh} · {counted}"
    sheet.text(head, 11.5, before=3, after=0.5)
    about = " · ".join((said(f"severity.{cause.severity}").zh, cause.clause, said(f"certainty.{cause.certainty}").zh))
    sheet.text(f"{about} · {cause.rule}", 8.5, soft=True, after=1)
    for line in islice(cause.lines(), MOST_LINES):
        sheet.text(f"{line.place}  {line.text.zh}".strip(), 9, indent=5)
    if cause.count > MOST_LINES:
        sheet.text(said("report.more", shown=MOST_LINES, count=f"{cause.count:,}").zh, 8.5, soft=True, indent=5)


def _charts(sheet: Sheet, report: Report) -> None:
    _head(sheet, said("report.charts"), max(map(chart_height, report.charts[:1]), default=0.0) + 32 * mm)
    for chart in report.charts:
        sheet.need(chart_height(chart) + 14 * mm)
        sheet.text(chart.title.zh, 11, before=3, after=2)
        if not chart.labels:
            sheet.text(said("report.empty").zh, 9, soft=True)
            continue
        draw_chart(sheet.canvas, chart, sheet.left, sheet.take(chart_height(chart)), sheet.width)
        if chart.note is not None:
            sheet.text(chart.note.zh, 8.5, soft=True)


def _dossiers(sheet: Sheet, report: Report) -> None:
    if not report.dossiers:
        return
    _head(sheet, said("report.dossiers"))
    codes = ["report.col.dossier", "report.col.person", "report.col.pages"]
    codes += [*(f"verdict.{verdict}" for verdict in VERDICTS), "report.col.findings"]
    heads = [said(code).zh for code in codes]
    rows = sorted(report.dossiers, key=lambda each: (-each.verdicts[0], -each.verdicts[1], each.key))
    _table(
        sheet,
        heads,
        [
            [each.key, each.person or "—", *(f"{count:,}" for count in (each.pages, *each.verdicts, each.findings))]
            for each in rows[:MOST_ROWS]
        ],
    )
    if len(rows) > MOST_ROWS:
        sheet.text(said("report.more-rows", shown=MOST_ROWS, count=len(rows)).zh, 8.5, soft=True)


def _table(sheet: Sheet, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sheet.row([(at, head, "soft") for at, head in zip(_DOSSIER_COLUMNS, heads, strict=True)], 8)
    sheet.rule()
    for row in rows:
        cells = [(at, cell, "left") for at, cell in zip(_DOSSIER_COLUMNS, row, strict=True)]
        if sheet.row(cells, 9, widest=66 * mm):
            sheet.row([(at, head, "soft") for at, head in zip(_DOSSIER_COLUMNS, heads, strict=True)], 8)


def _sights(sheet: Sheet, report: Report, side: int) -> None:
    if not report.sights:
        return
    _head(sheet, said("report.sights"), _CELL_HEIGHT + 26 * mm)
    if report.left_out:
        told = said("report.sights.cap", side=side, most=MOST_SIGHTS, count=f"{report.left_out:,}")
        sheet.text(told.zh, 8.5, soft=True, after=2)
    for first in range(0, len(report.sights), 2):
        sheet.need(_CELL_HEIGHT)
        top = sheet.take(_CELL_HEIGHT)
        for place, sight in enumerate(report.sights[first : first + 2]):
            _sight(sheet, sight, sheet.left + place * (sheet.width / 2 + 2 * mm), top, sheet.width / 2 - 4 * mm)


def _sight(sheet: Sheet, sight: Sight, x: float, top: float, width: float) -> None:
    """The page at the top left of its cell, its findings beneath."""
    room = _CELL_HEIGHT - 26 * mm
    picture = sight.load()
    if picture is not None:
        scale = min(width / picture.width, room / picture.height)
        drawn_x, drawn_y = picture.width * scale, picture.height * scale
        canvas = sheet.canvas
        canvas.drawImage(ImageReader(io.BytesIO(picture.jpeg)), x, top - drawn_y, drawn_x, drawn_y)
        canvas.setStrokeGray(0.6)
        canvas.setLineWidth(0.4)
        canvas.rect(x, top - drawn_y, drawn_x, drawn_y)
        for mark in sight.marks:
            _mark(sheet, mark, x, top, scale)
    lines = [f"{sight.file}  {said('report.page', page=sight.page).zh}", *(text.zh for text in sight.texts)]
    sheet.lines_at(x, top - room - 4 * mm, lines, 8, width, most=6)


def _mark(sheet: Sheet, mark: Mark, x: float, top: float, scale: float) -> None:
    """A black frame in a white rim: seen on dark and on pale paper, and on a grey print."""
    left, upper, right, lower = (value * scale for value in mark.box)
    for grey, width in ((1.0, 2.6), (0.0, 1.1)):
        sheet.canvas.setStrokeGray(grey)
        sheet.canvas.setLineWidth(width)
        sheet.canvas.rect(x + left, top - lower, max(1.0, right - left), max(1.0, lower - upper))


def _list(sheet: Sheet, head: Said, items: Sequence[str]) -> None:
    if not items:
        return
    _head(sheet, head)
    for item in items[:MOST_ROWS]:
        sheet.text(f"· {item}", 9, indent=2)
    if len(items) > MOST_ROWS:
        sheet.text(said("report.more-rows", shown=MOST_ROWS, count=len(items)).zh, 8.5, soft=True)
