"""Reading order of a ruled form: cell by cell, a label that spans rows before them, two forms side by side one by one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr.geometry import Quad
from ocr.order import in_rows, reading_order
from ocr.rules import Rect, Ruling

# A form has at least so many cells with text in them.
_FORM_CELLS = 4
# Boxes reach over the writing by about so much of their height; what stands next to each other must not seem to overlap.
_INSET = 0.25
# Rules are not quite straight: cells are taken as smaller by so much of a line's height.
_UNEVEN = 0.08
# Two forms lie side by side where nothing crosses a gap of so many line heights, each of so many parts.
_GAP_LINES = 1.5
_SIDE_PARTS = 4


@dataclass(frozen=True, slots=True)
class _Block:
    """A cell with its lines in order (perhaps none), or a line that stands in no cell."""

    rect: Rect
    lines: tuple[int, ...]


def form_order(quads: Sequence[Quad], ruling: Ruling) -> list[int]:
    """Indices of upright boxes as a person reads them; pages that are no form as `ocr.order` has them."""
    level = [ruling.levelled(quad) for quad in quads]
    inside: dict[int, list[int]] = {}
    blocks = []
    for i, quad in enumerate(quads):
        cell = ruling.cell_of(quad)
        if cell is None:
            blocks.append(_Block(_inset(level[i]), (i,)))
        else:
            inside.setdefault(cell, []).append(i)
    if len(inside) < _FORM_CELLS or ruling.is_grid(quads):
        return reading_order(quads)
    line = float(np.median([np.ptp(quad[:, 1]) for quad in level]))
    for cell, (left, top, right, bottom) in enumerate(ruling.cells):
        lines = inside.get(cell, [])
        rect = (left + _UNEVEN * line, top + _UNEVEN * line, right - _UNEVEN * line, bottom - _UNEVEN * line)
        blocks.append(_Block(rect, tuple(in_rows(level, lines)) if lines else ()))
    return [i for block in _ordered(blocks, line) for i in block.lines]


def _inset(quad: Quad) -> Rect:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    inset = _INSET * min(bottom - top, right - left)
    return float(left + inset), float(top + inset), float(right - inset), float(bottom - inset)


def _ordered(blocks: list[_Block], line: float) -> list[_Block]:
    """Cut by cut: a wide gap from top to bottom first, then the uppermost band, then the leftmost part of that."""
    ordered: list[_Block] = []
    while len(blocks) > 1:
        first = _first_part(blocks, 0, _GAP_LINES * line)
        if not first or min(len(first), len(blocks) - len(first)) < _SIDE_PARTS:
            first = _first_part(blocks, 1, 0.0) or _first_part(blocks, 0, 0.0)
        if first is None:
            return ordered + _tangled(blocks)
        ordered += _ordered(first, line)
        done = set(map(id, first))
        blocks = [block for block in blocks if id(block) not in done]
    return ordered + blocks


def _tangled(blocks: list[_Block]) -> list[_Block]:
    middles = [
        np.array([[b.rect[0], b.rect[1]], [b.rect[2], b.rect[1]], [b.rect[2], b.rect[3]], [b.rect[0], b.rect[3]]])
        for b in blocks
    ]
    return [blocks[i] for i in in_rows(middles, list(range(len(blocks))))]


def _first_part(blocks: list[_Block], axis: int, gap: float) -> list[_Block] | None:
    """The blocks before the first place that none crosses, at least `gap` wide; None where there is no such place."""
    ordered = sorted(blocks, key=lambda block: block.rect[axis])
    reach = ordered[0].rect[axis + 2]
    for count, block in enumerate(ordered[1:], start=1):
        if block.rect[axis] - reach >= gap:
            return ordered[:count]
        reach = max(reach, block.rect[axis + 2])
    return None
