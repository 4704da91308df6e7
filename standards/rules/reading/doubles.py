"""Near doubles that are two papers: one form filled in twice, with another date or another sum."""

from __future__ import annotations

from typing import Literal

from standards.rules.reading.layout import Placed, placed_lines
from standards.rules.reading.values import PageReading
from standards.rules.reading.written import amounts_on, dates_in

# What was read less surely may differ between two scans of one sheet.
_SURE = 0.97


def cleared(first: PageReading, second: PageReading) -> Literal["dates", "amounts"] | None:
    """Why two look-alike pages are not the same sheet; None where what was read surely on both agrees.

    Each page must hold a date, or a sum, that the other does not: one that only one of two scans shows proves nothing.
    """
    one, other = placed_lines(first), placed_lines(second)
    if _differ(_dates(one), _dates(other)):
        return "dates"
    if _differ(amounts_on(one, _SURE), amounts_on(other, _SURE)):
        return "amounts"
    return None


def _dates(lines: tuple[Placed, ...]) -> frozenset[str]:
    return frozenset(date.digits for line in lines if line.line.confidence >= _SURE for date in dates_in(line.text))


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one - other) and bool(other - one)
