"""Where the text of each line is set down, so that readers copy line by line what was written line by line.

A PDF knows no lines: poppler, pdfium, pypdf and mupdf find them by the distance between baselines, and take two cells of a
form's row for one line. The box of a line is fixed by the paper, its baseline is not: letters may *stand* on a baseline under
their box or *hang* from one over it. So of two cells side by side one stands and one hangs, and their baselines lie a line
apart. Which line does which is chosen for a whole page at once, by the readers' own rules (docs/decisions/0013).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from printing.glyphless import UNITS, Stance
from printing.line_cells import Cell, Cells, cells_of, joinable, joined, printable

Point = tuple[float, float]
# Corners in points of the page, upwards, clockwise from the text's own top left.
Corners = tuple[Point, Point, Point, Point]

_TALL = 1.5
# A stack of up to so many characters is set as one: marked whole, but copied out by every reader.
_MOST_IN_A_STACK = 8
# What is written within this of upright runs exactly down; half a point aside is another word to poppler.
_NEARLY = math.radians(3)
# Nothing before a column's first character, in thousandths of an em: columns that begin at one height are one line to pdfium.
_LEAD = 1300
_LEAST_SIZE = 0.5
_TALLEST = 30_000
_STANCES = tuple(Stance(hanging, margin) for margin in (100, 600, 1400) for hanging in (False, True))
# What a stance costs more than the one before it, in lines that one reader joins.
_PREFERENCE = 0.01


@dataclass(frozen=True, slots=True)
class Run:
    """A line as it will be drawn: corners of its box, its cells, `size` and `em` in points, across and along the text."""

    corners: Corners
    cells: tuple[Cell, ...]
    size: float
    em: float
    height: int = UNITS
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A run with its baseline: `origin` in points, `along` its direction, `lead` in thousandths of an em."""

    run: Run
    origin: Point
    along: Point
    stance: Stance
    lead: int
    page_height: float

    @property
    def first(self) -> float:
        """The advance of the first character as readers reckon it: in ems that are as wide as high."""
        return (self.run.cells[0].width + self.lead) * self.run.size / UNITS

    @property
    def last(self) -> float:
        alone = self.lead if len(self.run.cells) == 1 else 0
        return (self.run.cells[-1].width + alone) * self.run.size / UNITS

    def sides(self) -> tuple[float, float, float, float]:
        """Left, lowest, right, highest of the box."""
        xs, ys = zip(*self.run.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def runs_of(text: str, corners: Corners, spans: Sequence[tuple[float, float]], vertical: bool) -> tuple[Run, ...]:
    """The ways to draw one line, the better first; none where nothing is to be shown.

    `vertical` text stands upright in its box and goes down it; other text goes along the first side of its box.
    """
    length, size = _measured(corners)
    shown = printable(text)
    if not shown or min(length, size) < _LEAST_SIZE:
        return ()
    stacked = len(shown) > 1 and (vertical or size > _TALL * length)
    if stacked:
        corners = (corners[1], corners[2], corners[3], corners[0])
        length, size = size, length
    sideways = _sideways(corners)
    short = sideways and (len(shown) == 1 or (len(shown) <= _MOST_IN_A_STACK and joinable(shown)))
    runs = [_stack(shown, corners)] if short else []
    cells = cells_of(text, spans if vertical or not stacked else (), length, size)
    if cells is not None:
        parts = joined(cells) if sideways else cells
        runs.append(Run(_cut(corners, cells, length), parts.cells, size, cells.em, sideways=sideways))
    return tuple(runs)


def _sideways(corners: Corners) -> bool:
    """Does the text go up or down the page?"""
    _, _, end, start = corners
    return abs(end[1] - start[1]) > abs(end[0] - start[0])


def _stack(shown: str, corners: Corners) -> Run:
    """The characters as two glyphs side by side, each as tall as all are: of two, pdfium knows which way they go."""
    xs, ys = zip(*corners, strict=True)
    left, low, right, high = min(xs), min(ys), max(xs), max(ys)
    box = ((left, high), (right, high), (right, low), (left, low))
    height = min(round((high - low) / (right - left) * UNITS), _TALLEST)
    half = (len(shown) + 1) // 2
    parts = [part for part in (shown[:half], shown[half:]) if part]
    cells = tuple(Cell(part, UNITS // len(parts)) for part in parts)
    return Run(box, cells, right - left, right - left, height)


def _measured(corners: Corners) -> tuple[float, float]:
    """Length along the text and height across it."""
    top_left, top_right, bottom_right, bottom_left = corners
    length = max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right))
    return length, max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right))


def _cut(corners: Corners, cells: Cells, length: float) -> Corners:
    """The part of the box that the cells take."""
    a, b, c, d = corners
    start, end = cells.start / length, (cells.start + cells.length) / length
    return _between(a, b, start), _between(a, b, end), _between(d, c, end), _between(d, c, start)


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def places_of(lines: Sequence[Sequence[Run]], width: float, height: float) -> list[Place]:
    """One place a line on a page of that size, in the same order, such that readers part as many neighbours as can be."""
    ways: list[_Way] = []
    steps: list[list[_Way]] = []
    for runs in lines:
        choices = [place for run in runs for place in _choices(run, width, height)]
        ways = [_best(ways, place, _PREFERENCE * number) for number, place in enumerate(choices)]
        steps.append(ways)
    chosen: list[Place] = []
    at = min(range(len(ways)), key=lambda i: ways[i].cost) if ways else 0
    for here in reversed(steps):
        chosen.append(here[at].place)
        at = here[at].before
    return chosen[::-1]


@dataclass(frozen=True, slots=True)
class _Way:
    """The cheapest way to a place: what it costs so far, and which of the places before it is on it."""

    place: Place
    cost: float
    before: int


def _best(ways: Sequence[_Way], place: Place, price: float) -> _Way:
    costs = [way.cost + _joins(way.place, place) for way in ways] or [0.0]
    least = min(range(len(costs)), key=costs.__getitem__)
    return _Way(place, costs[least] + price, least)


def _choices(run: Run, width: float, height: float) -> list[Place]:
    """Standing close before all else: that is what readers expect. Only what goes up or down the page may be led."""
    *_, c, d = run.corners
    along = _unit(d, c)
    if run.sideways and abs(along[0]) < math.sin(_NEARLY):
        along = (0.0, math.copysign(1.0, along[1]))
    places = [
        _place(run, d, along, stance, lead, height)
        for lead in ((0, _LEAD) if run.sideways else (0,))
        for stance in _STANCES
    ]
    # What begins outside the page is left out by poppler.
    inside = [each for each in places if 0 <= each.origin[0] <= width and 0 <= each.origin[1] <= height]
    return inside or [_moved_in(places[0], width, height)]


def _place(run: Run, corner: Point, along: Point, stance: Stance, lead: int, page_height: float) -> Place:
    off = -stance.low(run.height) * run.size / UNITS
    back = lead * run.em / UNITS
    origin = (corner[0] - along[1] * off - along[0] * back, corner[1] + along[0] * off - along[1] * back)
    return Place(run, origin, along, stance, lead, page_height)


def _moved_in(place: Place, width: float, height: float) -> Place:
    origin = (min(max(place.origin[0], 0.0), width), min(max(place.origin[1], 0.0), height))
    return replace(place, origin=origin)


def _unit(a: Point, b: Point) -> Point:
    length = math.dist(a, b)
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length) if length else (1.0, 0.0)


# --- what readers take for one line ------------------------------------------------------------------------------------------


def _joins(before: Place, place: Place) -> int:
    """How many readers would copy `place` out in the line of `before`."""
    return sum(joins(before, place) for joins in (_poppler_joins, _pypdf_joins, _pdfium_joins, _mupdf_joins))


def _poppler_joins(before: Place, place: Place) -> bool:
    """`pdftotext -raw`: baselines within half an em, and not begun again further left."""
    base = [each.origin[0] if each.run.sideways else each.page_height - each.origin[1] for each in (before, place)]
    left, right = place.sides()[0], before.sides()[2]
    return abs(base[1] - base[0]) < 0.55 * before.run.size and left > right - 0.25 * before.run.size


def _pypdf_joins(before: Place, place: Place) -> bool:
    axis = 0 if place.run.sideways else 1
    return abs(place.origin[axis] - before.origin[axis]) < 0.85 * min(before.run.size, place.run.size)


def _pdfium_joins(before: Place, place: Place) -> bool:
    widest = max(before.last, place.first)
    if abs(place.origin[1] - before.origin[1]) <= 0.55 * widest:
        return True  # set in one row, by their left ends
    left, low, right, high = place.sides()
    other_left, other_low, other_right, other_high = before.sides()
    if place.run.sideways:
        return min(right, other_right) > max(left, other_left)
    if min(high, other_high) <= max(low, other_low) and min(high - low, other_high - other_low) > 4.6:
        return False
    x, y = place.origin[0] - before.origin[0], place.origin[1] - before.origin[1]
    along = x * before.along[0] + y * before.along[1]
    over = y * before.along[0] - x * before.along[1]
    moved = over > 0.55 * widest or over < -0.8 * widest
    return not (moved and (abs(over) > 0.55 * before.run.size or abs(over) > abs(along)))


def _mupdf_joins(before: Place, place: Place) -> bool:
    """Baselines less than 0.8 of its own mean size apart, and the pen hardly moved along them."""
    size = math.sqrt(place.run.size * place.run.em)
    if before.along[0] * place.along[0] + before.along[1] * place.along[1] < 0.998:
        return False
    drawn = (before.lead + sum(cell.width for cell in before.run.cells)) * before.run.em / UNITS
    x = place.origin[0] - before.origin[0] - before.along[0] * drawn
    y = place.origin[1] - before.origin[1] - before.along[1] * drawn
    over = place.along[0] * y - place.along[1] * x
    along = place.along[0] * x + place.along[1] * y
    return abs(over) < 0.85 * size and abs(along) < 0.85 * size
