"""Lays the rows of a form page on a sheet: ruled cells, labels, filled values, opinions with signature and seal.

The row language is described at the head of `data/forms_*.toml`. All lengths are millimetres.
"""

from __future__ import annotations

from ingest.samples import marks
from ingest.samples.cells import BINDING, FREE_EDGE, TOP, CellWriter, Fill
from ingest.samples.fields import Rows
from ingest.samples.sheet import BLACK, RED, Pen, Sheet
from ingest.samples.words import Rng, pick

FOOT = 16.0
# Ruled rows are made lower or higher by at most this much to fill the page.
STRETCH = (0.72, 1.4)


class PageWriter(CellWriter):
    """Goes down one page row by row."""

    def __init__(self, sheet: Sheet, rng: Rng, fill: Fill) -> None:
        super().__init__(sheet, rng, fill)
        self.photo: tuple[float, float] | None = None
        self.stretch = 1.0
        self.below: list[float] = []

    def page(self, rows: str) -> None:
        """Writes all rows; the prose of a later page begins where the earlier one ended."""
        fixed, elastic = _heights(rows)
        room = self.sheet.height_mm - TOP - FOOT - fixed
        self.stretch = min(STRETCH[1], max(STRETCH[0], room / elastic)) if elastic else 1.0
        listed = rows.strip().splitlines()
        for index, row in enumerate(listed):
            self.below = [_row_height(later) * self.stretch for later in listed[index:]]
            head, *cells = (part.strip() for part in row.split("|"))
            word, *numbers = head.split()
            command = getattr(self, f"row_{word}", None)
            if command is None:
                self.row_cells(float(word) * self.stretch, cells)
            else:
                command(numbers, cells)

    # rows without lines

    def row_gap(self, numbers: list[str], _: list[str]) -> None:
        self.y += float(numbers[0])

    def row_title(self, numbers: list[str], cells: list[str]) -> None:
        self._centred(cells[0], float(numbers[0]), self.fill.title)

    def row_red(self, numbers: list[str], cells: list[str]) -> None:
        self._centred(cells[0], float(numbers[0]), Pen(self.fill.title.face, RED, "print"))

    def _centred(self, cell: str, size: float, pen: Pen) -> None:
        text = self.plain(cell)
        wide = self.sheet.width_of(text, size, pen)
        size *= min(1.0, (self.right - self.left) / wide)
        wide = self.sheet.width_of(text, size, pen)
        x = (self.left + self.right - wide) / 2
        self.sheet.write(self.rng, text, x, self.y + size, size_mm=size, pen=pen)
        self.y += size * 1.7

    def row_redline(self, _: list[str], __: list[str]) -> None:
        self.sheet.rule(self.left, self.y, self.right, self.y, width_mm=0.7, colour=RED)
        self.y += 2

    def row_free(self, numbers: list[str], cells: list[str]) -> None:
        height, step = float(numbers[0]), (self.right - self.left) / len(cells)
        for index, cell in enumerate(cells):
            if cell != "-":
                self.flow(cell, self.left + index * step + 1, self.y, step, height)
        self.y += height

    def row_para(self, numbers: list[str], cells: list[str]) -> None:
        """Running text; what is filled in is underlined and written by the filler where the form is not typed."""
        size = float(numbers[0])
        x = self.left + size * 2
        for text, filled in self.runs(cells[0]):
            pen = self.fill.value if filled else self.fill.label
            for run in self._broken(text, x, size, pen):
                if run is None:
                    x, self.y = self.left, self.y + size * 1.75
                    continue
                end = self.sheet.write(self.rng, run, x, self.y + size * 1.1, size_mm=size, pen=pen)
                if filled and pen.kind == "hand":
                    self.sheet.rule(x, self.y + size * 1.35, end, self.y + size * 1.35, width_mm=0.15)
                x = end
        self.y += size * 1.75

    def _broken(self, text: str, x: float, size: float, pen: Pen) -> list[str | None]:
        """The text cut to the lines that are left; None stands for a new line."""
        parts: list[str | None] = [""]
        for char in text:
            wide = self.sheet.width_of(char, size, pen)
            if x + wide > self.right - 0.5 and char not in "。,;、:":
                parts += [None, ""]
                x = self.left
            parts[-1] = (parts[-1] or "") + char
            x += wide
        return [part for part in parts if part is None or part]

    def row_sign(self, _: list[str], cells: list[str]) -> None:
        for index, cell in enumerate(cells):
            text = self.plain(cell)
            x = self.right - self.sheet.width_of(text, 4.8, self.fill.label) - 8
            self.sheet.write(self.rng, text, x, self.y + index * 9, size_mm=4.8, pen=self.fill.label)
        unit = self.plain(cells[0])
        marks.seal(self.sheet, self.rng, unit, "", x_mm=self.right - 32, y_mm=self.y + 2, face=self.fill.seal_face)
        self.y += 9 * len(cells)

    def row_prose(self, numbers: list[str], cells: list[str]) -> None:
        """Ruled paper to the foot of the page, written on as far as the text goes."""
        pitch, pen, size = float(numbers[0]), self.fill.value, self.fill.value_mm * 1.12
        count = int((self.sheet.height_mm - FOOT - self.y) / pitch)
        lines = self.wrapped("  " + self.plain(cells[0]), self.right - self.left - 4, size, pen)
        skip = self.fill.written.get(cells[0], 0)
        self.fill.written[cells[0]] = skip + count
        tint = pick(self.rng, ((196, 92, 92), (120, 150, 130), (110, 120, 160)))
        for index in range(count):
            base = self.y + (index + 1) * pitch
            self.sheet.rule(self.left, base, self.right, base, width_mm=0.18, colour=tint)
            if skip + index < len(lines):
                text = lines[skip + index]
                self.sheet.write(self.rng, text, self.left + 2, base - pitch * 0.22, size_mm=size, pen=pen)
        self.y += count * pitch

    # rows with lines

    def row_cells(self, height: float, cells: list[str]) -> None:
        """One row of ruled cells; a photograph takes its column in the rows below too (`-@w` keeps it free)."""
        pairs = [cell.rpartition("@") for cell in cells]
        weights = [float(weight.partition("^")[0]) for _, _, weight in pairs]
        x, span = self.left, self.right - self.left
        for (text, _, weight), share in zip(pairs, weights, strict=True):
            wide = span * share / sum(weights)
            if self.photo is not None and text == "-":
                wide = self.right - self.photo[0]
            elif self.photo is not None and share:
                wide = (self.photo[0] - self.left) * share / sum(weights[:-1])
            if text == "[photo]":
                self._photo(x, wide, sum(self.below[: int(weight.partition("^")[2])]))
            elif text != "-":
                self.box(x, self.y, wide, height)
                self.cell(text, x, self.y, wide, height)
            x += wide
        self.y += height
        if self.photo is not None and self.y > self.photo[1] - 0.1:
            self.photo = None

    def _photo(self, x: float, wide: float, height: float) -> None:
        self.box(x, self.y, wide, height)
        self.photo = (x, self.y + height)
        w, h = min(marks.PHOTO_MM[0], wide - 1), min(marks.PHOTO_MM[1], height - 2)
        w = min(w, h * 0.78)
        if self.rng.random() < 0.9:
            left, top = x + (wide - w) / 2, self.y + (height - h) / 2
            marks.portrait(self.sheet, self.rng, x_mm=left, y_mm=top, width_mm=w, height_mm=h)
        else:
            self.cell("照片", x, self.y, wide, height)

    def row_list(self, numbers: list[str], cells: list[str]) -> None:
        """A table of `count` lines with a head; a narrow first cell beside all of it names the table."""
        name, height, count, *side = numbers
        label, _, wide = "".join(side).rpartition("@")
        pairs = [cell.rpartition("@") for cell in cells]
        weights = [float(weight) for _, _, weight in pairs]
        total = sum(weights) + float(wide)
        unit, high = (self.right - self.left) / total, float(height) * self.stretch
        if float(wide):
            self.box(self.left, self.y, float(wide) * unit, high * (int(count) + 1))
            self.cell(label, self.left, self.y, float(wide) * unit, high * (int(count) + 1))
        rows: Rows = (tuple(text for text, _, _ in pairs), *self.fill.lists[name])
        for index in range(int(count) + 1):
            x = self.left + float(wide) * unit
            for column, weight in enumerate(weights):
                self.box(x, self.y, weight * unit, high)
                text = rows[index][column] if index < len(rows) and column < len(rows[index]) else ""
                if text:
                    self.in_cell(
                        text, x, self.y, weight * unit, high, pen=self.fill.value if index else self.fill.label
                    )
                x += weight * unit
            self.y += high

    def row_opinion(self, numbers: list[str], cells: list[str]) -> None:
        """A cell in which somebody decides: words, a signature, a date, and the seal over both."""
        height = float(numbers[0]) * self.stretch
        text, _, weight = cells[0].rpartition("@")
        wide = (self.right - self.left) * float(weight) / 120
        self.box(self.left, self.y, wide, height)
        self.cell(text, self.left, self.y, wide, height)
        x, room = self.left + wide, self.right - self.left - wide
        self.box(x, self.y, room, height)
        self._decide(x, room, height, cells[1])
        self.y += height

    def _decide(self, x: float, room: float, height: float, who: str) -> None:
        fill, rng = self.fill, self.rng
        words = "本人同意。" if who == "person" else pick(rng, fill.words["opinions"])
        pen = Pen(fill.signature.face, fill.value.colour, "hand", fill.signature.shake)
        size = min(5.2, height / 4.2)
        for index, line in enumerate(self.wrapped(words, room - 10, size, pen)[:2]):
            self.sheet.write(rng, line, x + 5, self.y + size * 1.5 + index * size * 1.4, size_mm=size, pen=pen)
        foot = self.y + height - 3
        name = fill.fields["name"] if who == "person" else pick(rng, fill.words["leaders"])
        date = fill.fields["date"]
        wide = self.sheet.width_of(date, size * 0.85, pen)
        self.sheet.write(rng, date, x + room - wide - 6, foot, size_mm=size * 0.85, pen=pen)
        name_wide = self.sheet.width_of(name, size, pen)
        self.sheet.write(rng, "签字(章)", x + 4, foot, size_mm=3.2, pen=fill.label)
        self.sheet.write(rng, name, x + room - max(wide, name_wide) - 10, foot - size * 1.25, size_mm=size, pen=pen)
        unit, office = self._sealer(who)
        if unit and fill.sealed:
            at = x + room - float(rng.uniform(22, 40))
            high = min(self.y + height - 12, self.sheet.height_mm - 24) + float(rng.normal(0, 2))
            marks.seal(self.sheet, rng, unit, office, x_mm=at, y_mm=high, face=fill.seal_face)

    def _sealer(self, who: str) -> tuple[str, str]:
        """Whose seal stands under an opinion; nobody's under a person's."""
        unit, offices = self.fill.fields["unit"], self.fill.words["offices"]
        city = self.fill.fields["native"][3:]
        table = {
            "unit": (unit, ""),
            "workshop": ("", ""),
            "person": ("", ""),
            "party": ("", ""),
            "office": (unit, offices[0]),
            "committee": ("中共" + unit + "委员会", ""),
            "bureau": (city + offices[2][1:], "审批专用章"),
            "school": (self.fill.fields["school"], ""),
            "clinic": (unit + "职工医院", ""),
        }
        return table[who]


def _heights(rows: str) -> tuple[float, float]:
    """The millimetres of a page's rows: those that stay as they are, and those of ruled cells, which fill the page."""
    fixed = elastic = 0.0
    for row in rows.strip().splitlines():
        word, *numbers = row.partition("|")[0].split()
        if word == "list":
            elastic += float(numbers[1]) * (int(numbers[2]) + 1)
        elif word == "opinion":
            elastic += float(numbers[0])
        elif word in ("title", "red", "para"):
            lines = 1 + (len(row) // 40 if word == "para" else 0)
            fixed += float(numbers[0]) * 1.75 * lines
        elif word in ("free", "gap"):
            fixed += float(numbers[0])
        elif word[0].isdigit():
            elastic += float(word)
    return fixed, elastic


def _row_height(row: str) -> float:
    """The height of a row of cells, 0 for any other row."""
    word = row.split(maxsplit=1)[0]
    return float(word) if word[0].isdigit() else 0.0


def ruled(sheet: Sheet, pitch: float, rng: Rng) -> None:
    """A ruled back without a word on it: still a blank page."""
    tint = pick(rng, ((196, 92, 92), (120, 150, 130), (110, 120, 160), BLACK))
    y = TOP + pitch
    while y < sheet.height_mm - FOOT:
        sheet.rule(FREE_EDGE, y, sheet.width_mm - BINDING, y, width_mm=0.18, colour=tint)
        y += pitch
