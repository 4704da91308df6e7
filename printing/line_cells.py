"""The cells of a line: which part of its length each character takes, so that marking a word marks just that word.

Cells touch each other. A gap, however small, would be a space to one reader or another; so the space between two characters
is shared by both, and a cell's width is one of few, its rounding made good by the next cell.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from printing.glyphless import UNITS

Spans = Sequence[tuple[float, float]]

# Narrow in East Asian typography: half an em.
_HALF_WIDTH = frozenset({"Na", "N", "H", "A"})
# Widths go by a twentieth of an em; narrower than two, pdfium takes a doubled letter for one printed twice.
_STEP = 50
_LEAST, _MOST = 100, 8000
# Readers tell the end of a line by the width of its last character and of the next line's first: those are kept plain.
_MOST_AT_ENDS = 1250
_NOT_IN_A_FONT = ("Cc", "Cs")
_NOT_IN_PDFA = "\ufeff\ufffe\uffff"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one glyph stands for, and its width in thousandths of an em of the line."""

    characters: str
    width: int


@dataclass(frozen=True, slots=True)
class Cells:
    """A line's cells; `start` is where the first begins, `em` the length of an em along the line, both in the line's unit."""

    cells: tuple[Cell, ...]
    start: float
    em: float

    @property
    def length(self) -> float:
        return sum(cell.width for cell in self.cells) * self.em / UNITS


def printable(text: str) -> str:
    """The text as it is laid: without what no font may carry in PDF/A; white space is one space, and none at the ends."""
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or _in_a_font(c))
    return " ".join(kept.split())


def _in_a_font(character: str) -> bool:
    return unicodedata.category(character) not in _NOT_IN_A_FONT and character not in _NOT_IN_PDFA


def cells_of(text: str, spans: Spans, length: float) -> Cells | None:
    """The cells of `text` on a line of `length`; `spans` are each character's (start, end) as fractions of it, or empty.

    None for a line with nothing to show.
    """
    letters = _letters(text, spans)
    if not letters or length <= 0:
        return None
    natural = [_natural(character) for character, _, _ in letters]
    if any(start is None for _, start, _ in letters):
        em = length * UNITS / sum(natural)
        return Cells(tuple(Cell(c, w) for (c, _, _), w in zip(letters, natural, strict=True)), 0.0, em)
    edges = _edges(
        [(start * length, end * length) for _, start, end in letters if start is not None and end is not None]
    )
    taken = [after - before for before, after in itertools.pairwise(edges)]
    em = max(median(width * UNITS / kind for width, kind in zip(taken, natural, strict=True)), length / UNITS)
    widths = _stepped(edges, em)
    return Cells(tuple(Cell(c, w) for (c, _, _), w in zip(letters, widths, strict=True)), edges[0], em)


def joined(cells: Cells) -> Cells:
    """Each space made a part of the cell before it: poppler ends a line at the spaces of a text that runs down."""
    parts: list[Cell] = []
    for cell in cells.cells:
        if cell.characters == " " and parts:
            last = parts.pop()
            parts.append(Cell(last.characters + " ", last.width + cell.width))
        else:
            parts.append(cell)
    return Cells(tuple(parts), cells.start, cells.em)


def _letters(text: str, spans: Spans) -> list[tuple[str, float | None, float | None]]:
    """The characters of `printable(text)`, each with its span where all are known."""
    known = len(spans) == len(text)
    letters: list[tuple[str, float | None, float | None]] = []
    for index, character in enumerate(text):
        start, end = spans[index] if known else (None, None)
        if not character.isspace():
            if _in_a_font(character):
                letters.append((character, start, end))
        elif letters and letters[-1][0] != " ":
            letters.append((" ", start, end))
    if letters and letters[-1][0] == " ":
        letters.pop()
    return letters


def _edges(spans: Sequence[tuple[float, float]]) -> list[float]:
    """Where cells begin and end: in the middle of the gaps, never backwards."""
    edges = [spans[0][0]]
    for (_, end), (start, _) in itertools.pairwise(spans):
        edges.append(max((end + start) / 2, edges[-1]))
    edges.append(max(spans[-1][1], edges[-1]))
    return edges


def _stepped(edges: Sequence[float], em: float) -> list[int]:
    widths: list[int] = []
    reached = edges[0]
    for number, edge in enumerate(edges[1:], start=1):
        most = _MOST_AT_ENDS if number in (1, len(edges) - 1) else _MOST
        width = round((edge - reached) * UNITS / em / _STEP) * _STEP
        widths.append(min(max(width, _LEAST), most))
        reached += widths[-1] * em / UNITS
    return widths


def _natural(character: str) -> int:
    return UNITS // 2 if unicodedata.east_asian_width(character) in _HALF_WIDTH else UNITS
