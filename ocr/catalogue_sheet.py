"""The rows of a 卷内目录 read off its lines and boxes: columns by their heads, rows by their level, a cell's text by its place.

A line that runs over a border of columns is cut between its characters. Nothing is made up: what cannot be read as a date or
a number stays out of the row's values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from ocr.lines import Line, PageReading
from ocr.sheet_columns import Piece, borders_of, cut, heads_of, level_pieces
from standards.splitting.sheet import SheetRow

_NEEDED = ("title", "pages")
_DIGITS = str.maketrans("OoDQIl|!i〇零ZzSsB", "0000111110022558")
_NUMERALS = "一二三四五六七八九十"
_CLASS_HEADING = re.compile(rf"^(?:第?([{_NUMERALS}]|十)(?:类|[、.,]))")
_CLASS = re.compile(r"((?:[1-9]|10)(?:-[1-9])?)(?:-([0-9]{1,3}))?")
_DASHES = str.maketrans(dict.fromkeys("一—–_~·.―", "-"))
# Two lines belong to one row while their middles lie within this share of the usual distance of rows.
_LEVEL = 0.42


@dataclass(slots=True)
class _Row:
    level: float
    cells: dict[str, list[Piece]] = field(default_factory=dict)

    def text(self, column: str) -> str:
        return "".join(piece.text for piece in sorted(self.cells.get(column, []), key=lambda p: (round(p.top), p.left)))


def read_sheet(reading: PageReading) -> tuple[SheetRow, ...]:
    """The rows from top to bottom; none where the heads of a catalogue's columns do not stand on the page."""
    pieces = level_pieces(reading)
    heads = heads_of(pieces)
    if not all(name in heads for name in _NEEDED):
        return ()
    floor = max(piece.bottom for piece in heads.values()) - 1
    body = [piece for piece in pieces if piece.middle > floor]
    borders = borders_of(heads, body)
    cells = [(name, part) for piece in body for name, part in cut(piece, borders)]
    rows = _rows(cells)
    return tuple(_read_rows(rows, reading))


def _rows(cells: Sequence[tuple[str, Piece]]) -> list[_Row]:
    """Cells on one level are a row; a second line of a title alone goes to the row that it hangs on."""
    ordered = sorted(cells, key=lambda cell: cell[1].middle)
    height = median(piece.bottom - piece.top for _, piece in ordered) if ordered else 0.0
    rows: list[_Row] = []
    for name, piece in ordered:
        if rows and piece.middle - rows[-1].level < max(_LEVEL * 1.6 * height, 1.0):
            rows[-1].cells.setdefault(name, []).append(piece)
        else:
            rows.append(_Row(piece.middle, {name: [piece]}))
    return _joined(rows, height)


def _joined(rows: Sequence[_Row], height: float) -> list[_Row]:
    """Halves of a title on two lines stand above and below the level of their row's other cells."""
    answer: list[_Row] = []
    for row in rows:
        hangs = answer and set(row.cells) == {"title"} and row.level - answer[-1].level < 1.5 * height
        begins = answer and set(answer[-1].cells) == {"title"} and row.level - answer[-1].level < 1.5 * height
        if hangs or (begins and not _CLASS_HEADING.match(answer[-1].text("title"))):
            for name, pieces in row.cells.items():
                answer[-1].cells.setdefault(name, []).extend(pieces)
        else:
            answer.append(row)
    return answer


def _read_rows(rows: Sequence[_Row], reading: PageReading) -> Iterable[SheetRow]:
    heading = ""
    for row in rows:
        named = _CLASS_HEADING.match(row.text("title") or row.text("class"))
        if named and not any(row.cells.get(column) for column in ("year", "date", "pages")):
            heading = str(_NUMERALS.index(named[1]) + 1)
            continue
        made = _row(row, heading)
        if made.title or made.pages is not None:
            yield made


def _row(row: _Row, heading: str) -> SheetRow:
    class_code, number = _class_of(row.text("class"), _digits(row.text("number")), heading)
    pieces = [piece for each in row.cells.values() for piece in each]
    return SheetRow(
        class_code=class_code,
        number=number,
        title=row.text("title"),
        date=_date(row),
        pages=_number(row.text("pages")),
        copies=_number(row.text("copies")),
        remark=row.text("remark"),
        box=_around(piece.line for piece in pieces),
        sure=_sure(row),
    )


def _class_of(text: str, number: str, heading: str) -> tuple[str, str]:
    """`9-4-1` is class 9-4, number 1; `3-2` class 3, number 2 unless a column of its own gives the number."""
    match = _CLASS.fullmatch(_digits(text.translate(_DASHES)))
    if match is None:
        return heading, number
    code, last = match[1], match[2]
    if number:
        return code, number
    if last is None and "-" in code:
        code, _, last = code.partition("-")
    return code, last or ""


def _digits(text: str) -> str:
    return text.translate(_DIGITS)


def _number(text: str) -> int | None:
    digits = _digits(text)
    return int(digits) if re.fullmatch(r"[0-9]{1,3}", digits) and int(digits) else None


def _date(row: _Row) -> str:
    """Eight digits of the three columns, or of the one that holds all three; empty without a year."""
    if "year" in row.cells:
        parts = [re.sub(r"[年月日.]", "", _digits(row.text(column))) for column in ("year", "month", "day")]
    else:
        parts = re.findall(r"[0-9]+", _digits(row.text("date")))
        if len(parts) == 1 and len(parts[0]) in (6, 8):
            parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    parts = [part if part.isdigit() else "" for part in [*parts, "", "", ""][:3]]
    if not re.fullmatch(r"(?:19|20)[0-9]{2}", parts[0]):
        return ""
    month = int(parts[1] or 0) if int(parts[1] or 0) <= 12 else 0
    day = int(parts[2] or 0) if month and int(parts[2] or 0) <= 31 else 0
    return f"{parts[0]}{month:02d}{day:02d}"


def _sure(row: _Row) -> dict[str, float]:
    """The least sure line of each column; the three columns of a date count as one."""
    groups = {"class": ("class",), "title": ("title",), "date": ("year", "month", "day", "date"), "pages": ("pages",)}
    found = {
        name: [p.confidence for column in columns for p in row.cells.get(column, [])]
        for name, columns in groups.items()
    }
    return {name: min(values) for name, values in found.items() if values}


def _around(lines: Iterable[Line]) -> tuple[tuple[float, float], ...]:
    """The corners of what surrounds the lines in the stored image."""
    points = [point for line in lines for point in line.box]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    right, bottom = max(x for x, _ in points), max(y for _, y in points)
    return ((left, top), (right, top), (right, bottom), (left, bottom))
