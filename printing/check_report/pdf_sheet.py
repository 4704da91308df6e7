"""A4 sheets filled from the top: lines that wrap, rows of cells, and a foot that knows how many sheets there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from printing import typeset
from printing.check_report.model import said

_WIDTH, _HEIGHT = float(A4[0]), float(A4[1])
_SIDE, _TOP, _BOTTOM = 14 * mm, 15 * mm, 18 * mm
_LEADING = 1.45
_SOFT = 0.35
# Where a cell begins (mm from the left), what it says, how it stands.
Cell = tuple[float, str, str]


class _Numbered(Canvas):  # type: ignore[misc]
    """Keeps each sheet until all are there, for the foot names their number."""

    def __init__(self, file: str, foot: str) -> None:
        super().__init__(file, pagesize=A4, invariant=1, pageCompression=1)
        self._foot = foot
        self._sheets: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802
        self._sheets.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, sheet in enumerate(self._sheets, start=1):
            self.__dict__.update(sheet)
            self.setFillGray(_SOFT)
            typeset.draw(self, _SIDE, 10 * mm, self._foot, 8)
            told = said("report.page-of", page=number, pages=len(self._sheets)).zh
            typeset.draw_right(self, _WIDTH - _SIDE, 10 * mm, told, 8)
            Canvas.showPage(self)
        Canvas.save(self)


class Sheet:
    """Where the next line goes; begins a new sheet where one is full. Lengths in points."""

    left = _SIDE
    width = _WIDTH - 2 * _SIDE

    def __init__(self, file: Path, title: str, foot: str) -> None:
        self.canvas = _Numbered(str(file), foot)
        self.canvas.setTitle(title)
        self.canvas.setCreator("Juanzong")
        self._y: float = _HEIGHT - _TOP

    def need(self, height: float) -> bool:
        """A new sheet where less than `height` is left; whether one was begun."""
        if self._y - height >= _BOTTOM:
            return False
        self.canvas.showPage()
        self._y = _HEIGHT - _TOP
        return True

    def take(self, height: float) -> float:
        """Sets `height` aside; answers its upper edge."""
        top = self._y
        self._y = top - height
        return top

    def text(
        self, text: str, size: float, *, soft: bool = False, indent: float = 0, before: float = 0, after: float = 0
    ) -> None:
        """A paragraph over the whole width; `indent`, `before` and `after` in mm."""
        self._y -= before * mm
        x = self.left + indent * mm
        for line in typeset.wrap(text, size, self.width - indent * mm):
            self.need(size * _LEADING)
            self._y -= size * _LEADING
            self._ink(soft)
            typeset.draw(self.canvas, x, self._y, line, size)
        self._y -= after * mm

    def row(self, cells: Sequence[Cell], size: float, widest: float = 0.0) -> bool:
        """Cells on one line; a text wider than `widest` (0: any) keeps its beginning and its end. Whether a sheet began."""
        began = self.need(size * _LEADING)
        self._y -= size * _LEADING
        for at, text, how in cells:
            self._ink(how == "soft")
            typeset.draw(self.canvas, self.left + at * mm, self._y, _fitted(text, size, widest), size)
        return began

    def rule(self) -> None:
        self._y -= 1.2 * mm
        self.canvas.setStrokeGray(0.5)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(self.left, self._y, self.left + self.width, self._y)
        self._y -= 0.8 * mm

    def lines_at(self, x: float, top: float, texts: Sequence[str], size: float, width: float, most: int) -> None:
        """Paragraphs in a cell, at most `most` lines of them."""
        self._ink(soft=False)
        lines = [line for text in texts for line in typeset.wrap(text, size, width)]
        if len(lines) > most:
            lines = [*lines[: most - 1], "…"]
        for number, line in enumerate(lines, start=1):
            typeset.draw(self.canvas, x, top - number * size * 1.3, line, size)

    def close(self) -> None:
        self.canvas.showPage()
        self.canvas.save()

    def _ink(self, soft: bool) -> None:
        self.canvas.setFillGray(_SOFT if soft else 0.0)


def _fitted(text: str, size: float, width: float) -> str:
    if not width or typeset.width_of(text, size) <= width:
        return text
    keep = len(text) // 2
    while keep > 1 and typeset.width_of(f"{text[:keep]}…{text[-keep:]}", size) > width:
        keep -= 1
    return f"{text[:keep]}…{text[-keep:]}"
