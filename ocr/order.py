"""Reading order: rows from top to bottom and from left to right, two columns of running text one after the other;
vertical text in columns from right to left; ruled forms cell by cell (`ocr.cell_order`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.geometry import Quad
from ocr.stacks import mostly_tall

# A seam between columns of running text is at least so many line heights wide, and each side has so many lines.
_SEAM_LINES = 1.0
_COLUMN_LINES = 5
# Radians: what leans more is no skew of a page.
_MOST_LEAN = 0.3
# Lines of running text fill their column; cells of a form do not.
_FILLED = 0.7


def reading_order(quads: Sequence[Quad]) -> list[int]:
    """Indices of upright boxes in the order in which a person reads them. Small skew is taken out first."""
    if not quads:
        return []
    if mostly_tall(quads):
        # Columns from right to left, each from top to bottom: rows of a page that lies on its side.
        return _ordered([np.stack([quad[:, 1], -quad[:, 0]], axis=1) for quad in quads], list(range(len(quads))))
    level = _level(quads)
    return _ordered(level, list(range(len(quads))))


def lean_of(quads: Sequence[Quad]) -> float:
    """Radians, clockwise, by which the longer lines lean; 0 where that is no skew of a page any more, or for no lines."""
    edges = sorted((quad[1] - quad[0] for quad in quads), key=lambda edge: float(np.hypot(*edge)))
    angles = [float(np.arctan2(edge[1], edge[0])) for edge in edges[len(edges) // 2 :]]
    lean = float(np.median(angles)) if angles else 0.0
    return lean if abs(lean) <= _MOST_LEAN else 0.0


def in_rows(quads: Sequence[Quad], chosen: list[int]) -> list[int]:
    """The chosen ones of level boxes in rows from the top, each row from the left."""
    return [i for row in _rows(quads, chosen) for i in row]


def _level(quads: Sequence[Quad]) -> list[Quad]:
    angle = lean_of(quads)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    return [np.asarray(quad @ turn, np.float32) for quad in quads]


def _ordered(quads: Sequence[Quad], chosen: list[int]) -> list[int]:
    seam = _seam(quads, chosen)
    if seam is None:
        return [i for row in _rows(quads, chosen) for i in row]
    left = [i for i in chosen if quads[i][:, 0].mean() < seam]
    right = [i for i in chosen if quads[i][:, 0].mean() >= seam]
    return _ordered(quads, left) + _ordered(quads, right)


def _seam(quads: Sequence[Quad], chosen: list[int]) -> float | None:
    """The x of a gap that no line crosses, with filled columns of running text on both sides."""
    if len(chosen) < 2 * _COLUMN_LINES:
        return None
    spans = sorted((float(quads[i][:, 0].min()), float(quads[i][:, 0].max())) for i in chosen)
    height = float(np.median([np.ptp(quads[i][:, 1]) for i in chosen]))
    reach = spans[0][1]
    for count, (start, end) in enumerate(spans[1:], start=1):
        if start - reach >= _SEAM_LINES * height and _running(spans[:count]) and _running(spans[count:]):
            return (start + reach) / 2
        reach = max(reach, end)
    return None


def _running(spans: Sequence[tuple[float, float]]) -> bool:
    if len(spans) < _COLUMN_LINES:
        return False
    width = max(end for _, end in spans) - min(start for start, _ in spans)
    return sum(end - start >= _FILLED * width for start, end in spans) >= 0.6 * len(spans)


def _rows(quads: Sequence[Quad], chosen: list[int]) -> list[list[int]]:
    """Boxes whose middles lie within half a line of a row's mean are one row, read from the left."""
    middle = {i: float(quads[i][:, 1].mean()) for i in chosen}
    height = float(np.median([np.ptp(quads[i][:, 1]) for i in chosen]))
    rows: list[list[int]] = []
    for i in sorted(chosen, key=middle.__getitem__):
        if rows and middle[i] - np.mean([middle[j] for j in rows[-1]]) < 0.5 * height:
            rows[-1].append(i)
        else:
            rows.append([i])
    return [sorted(row, key=lambda i: float(quads[i][:, 0].min())) for row in rows]
