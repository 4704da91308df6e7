"""验收单: the sheet that both sides sign under a lot. A4 upright, black on white, from plain values only.

Figures with limit, interval and clause stand in one table; what the sample does not prove stands under it in words.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4 as _A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from printing import typeset

_WIDTH, _HEIGHT = float(_A4[0]), float(_A4[1])
_LEFT, _RIGHT = 18 * mm, float(_A4[0]) - 18 * mm
_TOP, _BOTTOM = float(_A4[1]) - 20 * mm, 24 * mm
_INK, _SOFT, _FAINT = 0.0, 0.35, 0.75
_SIZE, _SMALL = 10.0, 8.5
_LINE = 6.2 * mm
_BOX = 44 * mm
_VERDICTS = {
    "accepted": "合格，验收", "returned": "不合格，退回返工", "inspecting": "抽检未完，无结论", "cancelled": "检验批已撤销",
}  # fmt: skip
_STATES = {"pass": "合格", "fail": "不合格", "open": "未完"}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One indicator as it is printed; `state`: pass, fail, open."""

    name: str
    looked: str
    defects: int
    rate: str
    limit: str
    interval: str
    clause: str
    state: str


@dataclass(frozen=True, slots=True)
class Box:
    """One side's place to sign; name and time are empty where nobody has signed on the screen."""

    title: str
    name: str
    time: str
    account: str


@dataclass(frozen=True, slots=True)
class AcceptanceSheet:
    """All that the sheet says. Times are text in the office's zone; `state`: inspecting, accepted, returned."""

    office: str
    serial: str
    printed_at: str
    operator: str
    state: str
    round_number: int
    single: bool
    facts: tuple[tuple[str, str], ...]
    strata: tuple[str, ...]
    figures: tuple[FigureLine, ...]
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    defects: tuple[tuple[str, str, int], ...]
    rounds: tuple[tuple[int, str, str, str], ...]
    boxes: tuple[Box, ...]


def make_acceptance_sheet(document: AcceptanceSheet) -> bytes:
    """The whole sheet as PDF; the same values give the same bytes. It is drawn twice, to know the number of pages."""
    pages = _draw(document, Canvas(io.BytesIO(), pagesize=_A4), 0)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=_A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"验收单 {document.serial}")
    canvas.setCreator("Juanzong")
    _draw(document, canvas, pages)
    canvas.save()
    return out.getvalue()


class _Pen:
    """Where the next line goes; begins a new page where there is no room."""

    def __init__(self, canvas: Canvas, document: AcceptanceSheet, pages: int) -> None:
        self.canvas, self._document, self._pages = canvas, document, pages
        self.page, self.y = 1, _TOP

    def room(self, height: float) -> None:
        if self.y - height < _BOTTOM:
            self.end_page()
            self.page, self.y = self.page + 1, _TOP

    def end_page(self) -> None:
        _footer(self.canvas, self._document, self.page, self._pages)
        self.canvas.showPage()

    def text(self, x: float, text: str, size: float = _SIZE, grey: float = _INK) -> None:
        self.canvas.setFillGray(grey)
        typeset.draw(self.canvas, x, self.y, text, size)

    def down(self, by: float = _LINE) -> None:
        self.y -= by

    def rule(self, width: float = 0.25) -> None:
        self.canvas.setStrokeGray(_INK)
        self.canvas.setLineWidth(width)
        self.canvas.line(_LEFT, self.y + 4.2 * mm, _RIGHT, self.y + 4.2 * mm)

    def heading(self, text: str) -> None:
        self.room(4 * _LINE)
        self.down(2.5 * mm)
        self.text(_LEFT, text, 11.5)
        self.down()

    def wrapped(self, text: str, left: float = _LEFT, size: float = _SIZE) -> None:
        for line in typeset.wrap(text, size, _RIGHT - left):
            self.room(_LINE)
            self.text(left, line, size)
            self.down(_LINE * 0.85 if size < _SIZE else _LINE)


def _draw(document: AcceptanceSheet, canvas: Canvas, pages: int) -> int:
    """Draws all pages and answers how many there were."""
    pen = _Pen(canvas, document, pages)
    _head(pen, document)
    if document.strata:
        pen.wrapped(f"各层：{'；'.join(document.strata)}", size=_SMALL)
    if document.figures:
        _figures(pen, document.figures)
    for remark in document.remarks:
        pen.wrapped(remark, size=_SMALL)
    _defects(pen, document.defects)
    _rounds(pen, document.rounds)
    _verdict(pen, document)
    _boxes(pen, document.boxes)
    pen.end_page()
    return pen.page


def _head(pen: _Pen, document: AcceptanceSheet) -> None:
    pen.canvas.setFillGray(_INK)
    typeset.draw_centred(pen.canvas, _WIDTH / 2, pen.y, "数 字 化 成 果 验 收 单", 20)
    pen.down(8 * mm)
    kind = "单卷验收" if document.single else f"抽检验收  第 {document.round_number} 轮"
    pen.canvas.setFillGray(_SOFT)
    typeset.draw_centred(pen.canvas, _WIDTH / 2, pen.y, kind, 10.5)
    pen.down(9 * mm)
    for label, value in document.facts:
        lines = typeset.wrap(value or "—", _SIZE, _RIGHT - _LEFT - 22 * mm)
        pen.room(_LINE * len(lines))
        pen.text(_LEFT, label, _SIZE, _SOFT)
        for line in lines:
            pen.text(_LEFT + 22 * mm, line)
            pen.down()


_COLUMNS = (("指标", 0.0), ("已看 / 应看", 36.0), ("缺陷", 66.0), ("合格率", 79.0), ("要求", 97.0), ("全批合格率区间", 115.0), ("结论", 151.0))  # fmt: skip


def _figures(pen: _Pen, figures: Sequence[FigureLine]) -> None:
    pen.heading("指标")
    for label, at in _COLUMNS:
        pen.text(_LEFT + at * mm, label, _SMALL, _SOFT)
    pen.down()
    pen.rule(0.8)
    for each in figures:
        pen.room(2 * _LINE)
        values = (each.name, each.looked, str(each.defects), each.rate, each.limit, each.interval, _STATES[each.state])
        for (_, at), value in zip(_COLUMNS, values, strict=True):
            pen.text(_LEFT + at * mm, value, 9.5)
        pen.down(4.4 * mm)
        pen.text(_LEFT, f"依据：{each.clause}", 7.5, _SOFT)
        pen.down()
        pen.rule()
    pen.down(0.5 * mm)


def _defects(pen: _Pen, defects: Sequence[tuple[str, str, int]]) -> None:
    pen.heading("发现的缺陷")
    if not defects:
        pen.wrapped("没有。")
    for name, severity, count in defects:
        pen.room(_LINE)
        pen.text(_LEFT, name)
        pen.text(_LEFT + 66 * mm, severity)
        typeset.draw_right(pen.canvas, _LEFT + 97 * mm, pen.y, f"{count} 处", _SIZE)
        pen.down()


def _rounds(pen: _Pen, rounds: Sequence[tuple[int, str, str, str]]) -> None:
    if len(rounds) < 2:
        return
    pen.heading("历次抽检")
    for number, state, done, time in rounds:
        pen.room(_LINE)
        for x, text in ((0, f"第 {number} 轮"), (24, f"看了 {done}"), (66, _VERDICTS[state]), (110, time)):
            pen.text(_LEFT + x * mm, text)
        pen.down()


def _verdict(pen: _Pen, document: AcceptanceSheet) -> None:
    # Nobody signs a page that does not say what is signed.
    pen.room(min((2 + len(document.reasons)) * _LINE + _BOX + 7 * mm, _TOP - _BOTTOM))
    pen.heading(f"结论：{'按现状验收' if document.single else _VERDICTS[document.state]}")
    for reason in document.reasons:
        pen.wrapped(f"· {reason}", left=_LEFT + 4 * mm)


def _boxes(pen: _Pen, boxes: Sequence[Box]) -> None:
    """Two boxes side by side, never broken over a page."""
    pen.room(_BOX + 4 * mm)
    pen.down(1 * mm)
    width = (_RIGHT - _LEFT - 6 * mm) / 2
    for number, box in enumerate(boxes):
        x, top = _LEFT + number * (width + 6 * mm), pen.y + 2 * mm
        pen.canvas.setStrokeGray(_INK)
        pen.canvas.setLineWidth(0.6)
        pen.canvas.rect(x, top - _BOX, width, _BOX)
        pen.canvas.setFillGray(_INK)
        typeset.draw(pen.canvas, x + 3 * mm, top - 7 * mm, f"{box.title}（盖章）", _SIZE)
        lines = (f"签字：{box.name}", f"日期：{box.time}" if box.time else "日期：      年    月    日")
        for row, text in enumerate(lines):
            typeset.draw(pen.canvas, x + 3 * mm, top - (27 + row * 8) * mm, text, _SIZE)
        if box.account:
            pen.canvas.setFillGray(_SOFT)
            typeset.draw(pen.canvas, x + 3 * mm, top - 41.5 * mm, f"系统内签字，账号：{box.account}", 7.5)
    pen.down(_BOX)


def _footer(canvas: Canvas, document: AcceptanceSheet, page: int, pages: int) -> None:
    canvas.setStrokeGray(_FAINT)
    canvas.setLineWidth(0.4)
    canvas.line(_LEFT, 17 * mm, _RIGHT, 17 * mm)
    canvas.setFillGray(_SOFT)
    typeset.draw(canvas, _LEFT, 12 * mm, f"{document.office}  {document.serial}", 8.5)
    typeset.draw_centred(canvas, _WIDTH / 2, 12 * mm, f"第 {page} 页 共 {pages} 页", 8.5)
    typeset.draw_right(canvas, _RIGHT, 12 * mm, f"打印 {document.printed_at}  经办：{document.operator}", 8.5)
