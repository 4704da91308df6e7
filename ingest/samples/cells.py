"""Text laid into cells: labels, values, paragraphs, runs of both. All lengths are millimetres."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.samples.fields import Rows
from ingest.samples.fonts import Face
from ingest.samples.sheet import Pen, Sheet
from ingest.samples.words import Rng

TOP, FREE_EDGE, BINDING = 17.0, 11.0, 24.0
_PART = re.compile(r"\{(\w+)(\*?)\}")


@dataclass(frozen=True, slots=True)
class Fill:
    """All that one material is filled with: values, tables, the pens, and whose seals stand on it."""

    fields: dict[str, str]
    lists: dict[str, Rows]
    label: Pen
    title: Pen
    value: Pen
    signature: Pen
    seal_face: Face
    words: dict[str, Any]
    sealed: bool
    value_mm: float
    # Lines of a prose already written on earlier pages, by its cell.
    written: dict[str, int] = field(default_factory=dict)


class CellWriter:
    """Writes text into the cells of one sheet; `y` is where the next row begins."""

    def __init__(self, sheet: Sheet, rng: Rng, fill: Fill) -> None:
        self.sheet, self.rng, self.fill = sheet, rng, fill
        self.left = BINDING if sheet.binding == "left" else FREE_EDGE
        self.right = sheet.width_mm - (FREE_EDGE if sheet.binding == "left" else BINDING)
        self.y = TOP

    def box(self, x: float, y: float, wide: float, high: float) -> None:
        for x0, y0, x1, y1 in (
            (x, y, x + wide, y),
            (x, y + high, x + wide, y + high),
            (x, y, x, y + high),
            (x + wide, y, x + wide, y + high),
        ):
            self.sheet.rule(x0, y0, x1, y1)

    def cell(self, cell: str, x: float, y: float, wide: float, high: float) -> None:
        """A label, a value, or `label:{value}`."""
        found = _PART.fullmatch(cell)
        if found is None and "{" in cell:
            if ":" in cell:
                self.flow(cell, x + 1, y, wide - 2, high)
                return
            self.in_cell(self.plain(cell), x, y, wide, high, pen=self.fill.value)
        elif found is None:
            self.in_cell(cell, x, y, wide, high, pen=self.fill.label)
        elif found[2]:
            self.paragraph(self.fill.fields[found[1]], x, y, wide, high)
        else:
            self.in_cell(self.fill.fields[found[1]], x, y, wide, high, pen=self.fill.value)

    def in_cell(self, text: str, x: float, y: float, wide: float, high: float, *, pen: Pen) -> None:
        """Centred; upright in a tall narrow cell; in two lines or smaller where it does not fit."""
        if not text:
            return
        size = min(self.fill.value_mm if pen is self.fill.value else 3.9, high * 0.62)
        if pen is self.fill.label and high > wide * 1.6 and len(text) > 2:
            self.upright(text, x, y, wide, high, pen)
            return
        need = self.sheet.width_of(text, size, pen)
        lines = [text]
        if need > wide - 1.6 and high > size * 2.3 and len(text) > 4:
            half = (len(text) + 1) // 2
            lines = [text[:half], text[half:]]
        need = max(self.sheet.width_of(line, size, pen) for line in lines)
        size *= min(1.0, (wide - 1.6) / need)
        drift = float(self.rng.normal(0, 0.35)) if pen.kind == "hand" else 0.0
        for index, line in enumerate(lines):
            left = x + (wide - self.sheet.width_of(line, size, pen)) / 2
            base = y + high / 2 + size * (0.37 + (index - (len(lines) - 1) / 2) * 1.15) + drift
            self.sheet.write(self.rng, line, left, base, size_mm=size, pen=pen)

    def upright(self, text: str, x: float, y: float, wide: float, high: float, pen: Pen) -> None:
        """One character under the other, noted as one line."""
        size = min(3.9, wide * 0.7, high / len(text) * 0.85)
        step = min(size * 1.6, high / (len(text) + 0.6))
        top = y + (high - step * len(text)) / 2
        for index, char in enumerate(text):
            left = x + (wide - self.sheet.width_of(char, size, pen)) / 2
            self.sheet.write(self.rng, char, left, top + step * index + size, size_mm=size, pen=pen, note=False)
        px = self.sheet.px
        left = x + (wide - size) / 2
        self.sheet.note(text, [px(left), px(top), px(left + size), px(top + step * len(text))], "print")

    def paragraph(self, text: str, x: float, y: float, wide: float, high: float) -> None:
        pen, size = self.fill.value, self.fill.value_mm
        lines = self.wrapped("  " + text, wide - 4, size, pen)
        if len(lines) * size * 1.45 > high - 2:
            size *= 0.85
            lines = self.wrapped("  " + text, wide - 4, size, pen)
        pitch = size * 1.45
        for index, line in enumerate(lines[: int((high - 1) / pitch)]):
            self.sheet.write(self.rng, line, x + 2, y + 1 + pitch * (index + 0.85), size_mm=size, pen=pen)

    def flow(self, cell: str, x: float, y: float, wide: float, high: float) -> None:
        """`label:{value} label:{value}` on one line."""
        size = min(4.2, high * 0.55)
        need = sum(
            self.sheet.width_of(text, size, self.fill.value if v else self.fill.label) for text, v in self.runs(cell)
        )
        size *= min(1.0, wide / max(need, 1.0))
        for text, filled in self.runs(cell):
            pen = self.fill.value if filled else self.fill.label
            x = self.sheet.write(self.rng, text, x, y + high * 0.68, size_mm=size, pen=pen)

    # text

    def runs(self, cell: str) -> list[tuple[str, bool]]:
        """The cell's text in runs, each printed (False) or filled in (True)."""
        runs, at = [], 0
        for found in _PART.finditer(cell):
            runs += [(cell[at : found.start()], False), (self.fill.fields[found[1]], True)]
            at = found.end()
        return [(text, filled) for text, filled in (*runs, (cell[at:], False)) if text]

    def plain(self, cell: str) -> str:
        return "".join(text for text, _ in self.runs(cell))

    def wrapped(self, text: str, wide: float, size: float, pen: Pen) -> list[str]:
        lines, line, used = [], "", 0.0
        for char in text:
            step = self.sheet.width_of(char, size, pen)
            if used + step > wide and char not in "。,;、:":
                lines.append(line)
                line, used = "", 0.0
            line += char
            used += step
        return [*lines, line] if line else lines
