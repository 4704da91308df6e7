"""Columns of a ruled list from lines and boxes: heads found by their words, borders where no text is cut, lines cut at borders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from base.text.normalise import fold
from ocr.geometry import turned_points
from ocr.lines import Line, PageReading

# The heads of columns, after the classic and the 2012 form (facts 1.3). 年月日 may stand under one head in three.
_HEADS: tuple[tuple[str, str], ...] = (
    ("class", r"类号|类别号?|分类号"),
    ("number", r"序号|顺序号|编号"),
    ("title", r"(?:材料|文件)名称|材料题名|题名"),
    ("date", r"(?:材料)?(?:制成|形成)?(?:时间|日期)(?:年月日)?|年月日"),
    ("year", r"年"),
    ("month", r"月"),
    ("day", r"日"),
    ("copies", r"份数"),
    ("pages", r"页数"),
    ("remark", r"备注"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or a part of one, on the level upright page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float
    line: Line

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


def level_pieces(reading: PageReading) -> list[Piece]:
    """All lines on the upright page, levelled by the median lean of the wide ones."""
    quads = [
        (line, turned_points(np.asarray(line.box, np.float32), reading.rotation, reading.width, reading.height))
        for line in reading.lines
        if line.text.strip()
    ]
    leans = [
        float(np.arctan2(quad[1][1] - quad[0][1], quad[1][0] - quad[0][0]))
        for line, quad in quads
        if len(line.text) >= 4
    ]
    lean = median(leans) if leans else 0.0
    lean = lean if abs(lean) < 0.1 else 0.0
    turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]], np.float32)
    pieces = []
    for line, quad in quads:
        level = quad @ turn
        (left, top), (right, bottom) = level.min(axis=0), level.max(axis=0)
        text = fold(line.text).replace(" ", "")
        pieces.append(Piece(text, float(left), float(top), float(right), float(bottom), line.confidence, line))
    return pieces


def heads_of(pieces: Sequence[Piece]) -> dict[str, Piece]:
    """The heads by column: on the level of 材料名称, or half a row under it (年 月 日 below their common head)."""
    titles = [piece for piece in pieces if re.fullmatch(_HEADS[2][1], piece.text)]
    if not titles:
        return {}
    title = min(titles, key=lambda piece: piece.top)
    near = 1.6 * (title.bottom - title.top)
    found: dict[str, Piece] = {}
    for piece in pieces:
        if abs(piece.middle - title.middle) <= near:
            for name, part in _named(piece):
                if name not in found:
                    found[name] = part
    if "year" in found and "date" in found:
        del found["date"]
    return found


def _named(piece: Piece) -> Iterable[tuple[str, Piece]]:
    """The columns that a piece heads: one by its whole text, or several that were read as one line (年月日份数页数)."""
    for name, pattern in _HEADS:
        if re.fullmatch(pattern, piece.text) and not (name == "date" and piece.text == "年月日"):
            yield name, piece
            return
    at = 0
    pattern = "|".join(f"(?P<{name}>{each})" for name, each in _HEADS if name != "date")
    parts = []
    while (match := re.compile(pattern).match(piece.text, at)) is not None:
        parts.append((match.lastgroup or "", _part(piece, match.start(), match.end())))
        at = match.end()
    if at == len(piece.text):
        yield from parts


def _part(piece: Piece, start: int, end: int) -> Piece:
    """The characters `start` to `end` of a piece, by their spans where the engine gave them, otherwise evenly."""
    spans = piece.line.char_spans if len(piece.line.char_spans) == len(piece.text) else ()
    a = spans[start][0] if spans else start / len(piece.text)
    b = spans[end - 1][1] if spans else end / len(piece.text)
    width = piece.right - piece.left
    return Piece(
        piece.text[start:end], piece.left + a * width, piece.top, piece.left + b * width, piece.bottom,
        piece.confidence, piece.line,
    )  # fmt: skip


def borders_of(heads: dict[str, Piece], body: Sequence[Piece]) -> list[tuple[str, float, float]]:
    """(column, left, right): between two heads the border is where the fewest lines of the body would be cut."""
    ordered = sorted(heads.items(), key=lambda pair: pair[1].centre)
    edges = [0.0]
    for (_, one), (_, other) in pairwise(ordered):
        edges.append(_clearest(one.centre, other.centre, one, other, body))
    edges.append(float("inf"))
    return [(name, edges[at], edges[at + 1]) for at, (name, _) in enumerate(ordered)]


def _clearest(start: float, end: float, one: Piece, other: Piece, body: Sequence[Piece]) -> float:
    """The middle of the widest stretch between two heads that cuts the fewest lines."""
    places = np.linspace(start, end, 81)
    cut = np.zeros(len(places))
    for piece in (*body, one, other):
        cut += (places > piece.left) & (places < piece.right)
    best = cut == cut.min()
    runs, begin = [], None
    for at, good in enumerate([*best, False]):
        if good and begin is None:
            begin = at
        elif not good and begin is not None:
            runs.append((at - begin, begin, at - 1))
            begin = None
    _, first, last = max(runs)
    return float(places[first] + places[last]) / 2


def cut(piece: Piece, borders: Sequence[tuple[str, float, float]]) -> Iterable[tuple[str, Piece]]:
    """The piece in its column; one that runs over borders in parts, each with the characters whose middle lies there."""
    whole = [name for name, left, right in borders if left <= piece.centre < right]
    slack = 0.35 * (piece.bottom - piece.top)
    for name, left, right in borders:
        if name in whole and piece.left >= left - slack and piece.right <= right + slack:
            yield name, piece
            return
    length = len(piece.text)
    chars = [_part(piece, at, at + 1).centre for at in range(length)]
    for name, left, right in borders:
        inside = [at for at, centre in enumerate(chars) if left <= centre < right]
        if inside:
            yield name, _part(piece, inside[0], inside[-1] + 1)
