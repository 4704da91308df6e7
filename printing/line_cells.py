"""The cells of a line: which part of its length each character takes, so that marking a word marks just that word.

Cells touch each other. A gap, however small, would be a space to one reader or another; so the space between two characters
is shared by both, and a cell's width is one of few, its rounding made good by the next cell.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from printing.glyphless import UNITS

Spans = Sequence[tuple[float, float]]
# Characters of one cell, where they start and end.
_Letter = tuple[str, float | None, float | None]

# Narrow in East Asian typography: half an em.
_HALF_WIDTH = frozenset({"Na", "N", "H", "A"})
# Widths go by a twentieth of an em; narrower than two, pdfium takes a doubled letter for one printed twice.
_STEP = 50
_NEAR = 60
_LEAST, _MOST = 100, 8000
# Readers tell the end of a line by the width of its last character and of the next line's first: those are kept plain.
_MOST_AT_ENDS = 1250
# Of the line's height, in thousandths: a narrower space is none to poppler.
_SPACE = 250
_NOT_IN_A_FONT = ("Cc", "Cs")
_WIDE_SPACE = "\u3000"
# pdfium and mupdf spell these out as they copy.
_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
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
    """The text as it is laid: without what no font may carry in PDF/A, ligatures spelt out, none of it white at the ends.

    White space is one space, or the full-width spaces (U+3000) that are in it (not after a character beyond the basic plane).
    """
    return "".join(characters for characters, _, _ in _letters(text, ()))


def cells_of(text: str, spans: Spans, length: float, size: float) -> Cells | None:
    """The cells of `text` on a line of `length`, `size` high; `spans` are each character's (start, end) as fractions, or empty.

    None for a line with nothing to show.
    """
    letters = _letters(text, spans)
    if not letters or length <= 0:
        return None
    natural = [_natural(characters) for characters, _, _ in letters]
    edges = _known_edges(letters, length) or _even_edges(natural, length)
    em = max(
        median((b - a) * UNITS / n for (a, b), n in zip(itertools.pairwise(edges), natural, strict=True)),
        length / UNITS,
    )
    leasts = [max(_LEAST, math.ceil(_SPACE * size / em)) if c == " " else _LEAST for c, _, _ in letters]
    widths = _stepped(edges, em, natural, leasts)
    return Cells(tuple(Cell(c, w) for (c, _, _), w in zip(letters, widths, strict=True)), edges[0], em)


def joined(cells: Cells) -> Cells:
    """Each space made a part of the cell before it: poppler ends a line at the spaces of a text that runs down."""
    parts: list[Cell] = []
    for cell in cells.cells:
        if cell.characters == " " and parts and joinable(parts[-1].characters):
            last = parts.pop()
            parts.append(Cell(last.characters + " ", last.width + cell.width))
        else:
            parts.append(cell)
    return Cells(tuple(parts), cells.start, cells.em)


def joinable(characters: str) -> bool:
    """May these be told of one glyph together? mupdf breaks those beyond the basic plane in two."""
    return all(character <= "\uffff" for character in characters)


def _letters(text: str, spans: Spans) -> list[_Letter]:
    """What is shown of `text`, each with its span where all are known; a full-width space goes with what it follows.

    By itself poppler takes it for any space.
    """
    known = len(spans) == len(text)
    letters: list[_Letter] = []
    for index, character in enumerate(text):
        start, end = spans[index] if known else (None, None)
        if character.isspace():
            if letters:
                _add_space(letters, character, start, end)
        elif _in_a_font(character):
            letters.append((_LIGATURES.get(character, character), start, end))
    if letters:
        last, start, end = letters.pop()
        if last != " ":
            letters.append((last.rstrip(), start, end))
    return letters


def _add_space(letters: list[_Letter], character: str, start: float | None, end: float | None) -> None:
    plain = [letters.pop()] if letters[-1][0] == " " else []
    before, first, _ = letters[-1]
    if character == _WIDE_SPACE and joinable(before):
        letters[-1] = (before + character, first, end)
    elif not before[-1].isspace():
        letters.extend(plain or [(" ", start, end)])


def _in_a_font(character: str) -> bool:
    return unicodedata.category(character) not in _NOT_IN_A_FONT and character not in _NOT_IN_PDFA


def _known_edges(letters: Sequence[_Letter], length: float) -> list[float]:
    """Where cells begin and end: in the middle of the gaps, never backwards; empty where that is not known."""
    spans = [(start * length, end * length) for _, start, end in letters if start is not None and end is not None]
    if len(spans) < len(letters):
        return []
    edges = [spans[0][0]]
    for (_, end), (start, _) in itertools.pairwise(spans):
        edges.append(max((end + start) / 2, edges[-1]))
    edges.append(max(spans[-1][1], edges[-1]))
    return edges


def _even_edges(natural: Sequence[int], length: float) -> list[float]:
    return [reached * length / sum(natural) for reached in itertools.accumulate(natural, initial=0)]


def _stepped(edges: Sequence[float], em: float, natural: Sequence[int], leasts: Sequence[int]) -> list[int]:
    """Each cell's width: the character's own where its end comes near enough so, for few widths make a small font."""
    widths: list[int] = []
    reached = edges[0]
    for edge, own, least in zip(edges[1:], natural, leasts, strict=True):
        width = (edge - reached) * UNITS / em
        width = own if abs(width - own) <= _NEAR else round(width / _STEP) * _STEP
        most = _MOST_AT_ENDS if len(widths) in (0, len(leasts) - 1) else _MOST
        widths.append(min(max(width, least), max(most, least)))
        reached += widths[-1] * em / UNITS
    return widths


def _natural(characters: str) -> int:
    return sum(UNITS // 2 if unicodedata.east_asian_width(c) in _HALF_WIDTH else UNITS for c in characters)
