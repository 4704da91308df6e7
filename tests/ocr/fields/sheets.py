"""Pages laid out by hand for the tests of fields: where each text stands, as an engine would tell it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ocr.fields import PageFields, extract
from ocr.lines import Line, PageReading

LETTER, HEIGHT, PITCH, WIDTH = 40, 60, 120, 2000
Placed = tuple[float, float, str]


def line(x: float, y: float, text: str, confidence: float = 0.99) -> Line:
    """A line whose letters are as wide as `LETTER`, digits half as wide."""
    wide = sum(LETTER if ord(char) > 255 else LETTER / 2 for char in text)
    ends = [each / wide for each in accumulate(LETTER if ord(char) > 255 else LETTER / 2 for char in text)]
    spans = tuple(zip([0.0, *ends], ends, strict=False))
    return Line(text, ((x, y), (x + wide, y), (x + wide, y + HEIGHT), (x, y + HEIGHT)), confidence, spans)


def page(*placed: Placed, height: int = 2800) -> PageReading:
    """A page of (x, y, text) in pixels."""
    lines = tuple(line(x, y, text) for x, y, text in sorted(placed, key=lambda each: (each[1], each[0])))
    return PageReading("test", "1", WIDTH, height, 0, 0.0, lines, {})


def rows(title: str, *table: Sequence[tuple[float, str]]) -> PageReading:
    """A title, and rows of (x, text) one under the other; x is 0–100 across the page."""
    placed = [(700.0, 100.0, title)] if title else []
    for number, row in enumerate(table):
        placed += [(x / 100 * WIDTH, 300.0 + number * PITCH, text) for x, text in row]
    return page(*placed)


def values(reading: PageReading) -> dict[str, str]:
    """Each field's value in normal form, or as written where it has none; several joined by a comma."""
    found: dict[str, str] = {}
    for each in extract(reading).fields:
        text = each.normal or each.value
        found[each.name] = f"{found[each.name]},{text}" if each.name in found else text
    return found


def fields(reading: PageReading) -> PageFields:
    return extract(reading)
