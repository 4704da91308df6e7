"""Near doubles that are two papers: one form filled in twice, with another date or another sum in the same cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from standards.rules.reading.layout import Placed, placed_lines
from standards.rules.reading.values import PageReading
from standards.rules.reading.written import amounts_in, dates_in

# What was read less surely may differ between two scans of one sheet; a single digit may be misread more surely still.
# Tuned on even seeds.
_SURE, _ONE_DIGIT = 0.97, 0.995
# The same cell on two scans of one form, in parts of the page's width and height.
_SAME_PLACE = 0.03

_Values = Callable[[str], list[str]]


def cleared(first: PageReading, second: PageReading) -> Literal["dates", "amounts"] | None:
    """Why two look-alike pages are not the same sheet; None where the cells that were read surely on both agree.

    Only a value against another in the same place counts: what one of two scans does not show proves nothing.
    """
    if _differ(first, second, lambda text: [date.digits for date in dates_in(text)]):
        return "dates"
    if _differ(first, second, amounts_in):
        return "amounts"
    return None


def _differ(first: PageReading, second: PageReading, values: _Values) -> bool:
    others = list(_cells(second, values))
    for place, line, value in _cells(first, values):
        there = [each for each in others if _is_near(place, each[0])]
        if there and all(_are_apart(line, value, other, its) for _, other, its in there):
            return True
    return False


def _cells(page: PageReading, values: _Values) -> Iterator[tuple[tuple[float, float], Placed, str]]:
    """(middle in parts of the page, line, value) of each line that holds one value and was read surely."""
    width, height = page.upright_size
    for line in placed_lines(page):
        found = values(line.text) if line.line.confidence >= _SURE else []
        if len(found) == 1:
            yield ((line.left + line.right) / 2 / width, line.middle / height), line, found[0]


def _is_near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(a - b) < _SAME_PLACE for a, b in zip(one, other, strict=True))


def _are_apart(one: Placed, value: str, other: Placed, its: str) -> bool:
    """Two digits differ, or one that was read very surely on both; a part that one leaves out is no difference."""
    if len(value) != len(its):
        return min(one.line.confidence, other.line.confidence) >= _ONE_DIGIT
    pairs = [(a, b) for a, b in zip(value, its, strict=True) if a != b]
    if len(pairs) == 1:
        return min(one.line.confidence, other.line.confidence) >= _ONE_DIGIT
    return len(pairs) > 1
