"""Where things stand on a page: which line is beside or below another, on the page as a person holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from base.text.normalise import fold
from standards.rules.reading.values import PageReading, ReadLine
from standards.values import Box

# A value stands beside its label within so many label heights; beyond is another column.
_NEAR = 14.0
_LEVEL = 0.6


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its folded text and its box on the upright page."""

    line: ReadLine
    text: str
    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        """Of its letters: the shorter side, for a line may stand upright in a narrow cell."""
        return max(1, min(self.bottom - self.top, self.right - self.left))

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def placed_lines(page: PageReading) -> tuple[Placed, ...]:
    """The lines that hold any text, in reading order."""
    lines = ((line, fold(line.text).replace(" ", "")) for line in page.lines)
    return tuple(Placed(line, text, *page.upright(line.box)) for line, text in lines if text)


def row_of(one: Placed, lines: Sequence[Placed]) -> list[Placed]:
    """The lines on a level with `one`, itself among them, from left to right."""
    level = [each for each in lines if abs(each.middle - one.middle) < _LEVEL * max(each.height, one.height)]
    return sorted(level, key=lambda each: each.left)


def beside(label: Placed, lines: Sequence[Placed]) -> Placed | None:
    """The next line to the right on the same level, None where none is near."""
    slack = label.height // 2
    right = [each for each in row_of(label, lines) if each is not label and each.left >= label.right - slack]
    return right[0] if right and right[0].left - label.right < _NEAR * label.height else None


def below(label: Placed, lines: Sequence[Placed]) -> Placed | None:
    """The next line under `label` that overlaps it from side to side, at most two line heights down."""
    under = [
        each
        for each in lines
        if each.top >= label.middle
        and each.top - label.bottom < 2 * label.height
        and min(each.right, label.right) > max(each.left, label.left)
    ]
    return min(under, key=lambda each: each.top, default=None)


def boxes_of(*found: Placed) -> list[Box]:
    return [each.line.box for each in found]
