"""Two readings of one image held against each other: place by place, character by character, with where each difference is.

Engines cut a page into lines in different ways, so lines are first brought together by where they lie; the texts of a place are
then compared as the search compares them: compatibility forms unified (NFKC), white space left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from base.errors import InputError
from ocr.lines import Box, Line, PageReading

# Lines lie at one place where so much of the one's middle runs within the other.
_TOGETHER = 0.5
_SAMPLES = 9


@dataclass(frozen=True, slots=True)
class Difference:
    """What one reading has where the other has something else; empty text: nothing. Boxes in pixels of the stored image."""

    a: str
    b: str
    boxes_a: tuple[Box, ...]
    boxes_b: tuple[Box, ...]


# A text in parts, and for each whether the other reading has something else there.
Parts = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What both readings have at one place of the page, as written; either may be nothing."""

    a: Parts
    b: Parts
    differences: tuple[Difference, ...]

    @property
    def text_a(self) -> str:
        return "".join(text for text, _ in self.a)

    @property
    def text_b(self) -> str:
        return "".join(text for text, _ in self.b)

    def as_json(self) -> dict[str, Any]:
        return {
            "a": self.text_a,
            "b": self.text_b,
            "differences": [
                {"a": each.a, "b": each.b, "boxes_a": _rounded(each.boxes_a), "boxes_b": _rounded(each.boxes_b)}
                for each in self.differences
            ],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A page compared; `places` in reading order of the first reading."""

    places: tuple[Place, ...]

    @property
    def differing(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.differences)

    @property
    def characters(self) -> tuple[int, int]:
        """How many characters, white space left out, differ: in the one reading, in the other."""
        found = [each for place in self.places for each in place.differences]
        return sum(len(each.a) for each in found), sum(len(each.b) for each in found)


def compare(a: PageReading, b: PageReading, name: str) -> Comparison:
    """InputError `ocr.compare-other-image` under the name `name` where the two are not of images of one size."""
    if (a.width, a.height) != (b.width, b.height):
        sizes = {"a": f"{a.width} × {a.height}", "b": f"{b.width} × {b.height}"}
        raise InputError("ocr.compare-other-image", path=name, **sizes)
    return Comparison(tuple(_compared(one, other) for one, other in _places(a, b)))


def _places(a: PageReading, b: PageReading) -> list[tuple[tuple[Line, ...], tuple[Line, ...]]]:
    """Lines that lie together, directly or by way of others; what only `b` has stands after what it follows there."""
    group_a, group_b = _groups(a.lines, b.lines)
    order: dict[int, tuple[float, int]] = {}
    for index, group in enumerate(group_a):
        order.setdefault(group, (index, 0))
    before = -1.0
    for index, group in enumerate(group_b):
        before = order.setdefault(group, (before, 1 + index))[0]
    return [
        (
            tuple(line for line, each in zip(a.lines, group_a, strict=True) if each == group),
            tuple(line for line, each in zip(b.lines, group_b, strict=True) if each == group),
        )
        for group in sorted(order, key=lambda each: order[each])
    ]


def _groups(a: Sequence[Line], b: Sequence[Line]) -> tuple[list[int], list[int]]:
    """A number for each line, the same for those that lie together."""
    group = list(range(len(a) + len(b)))
    for i, one in enumerate(a):
        for j, other in enumerate(b, start=len(a)):
            if group[i] != group[j] and _together(one.box, other.box):
                group = [group[i] if each == group[j] else each for each in group]
    return group[: len(a)], group[len(a) :]


def _together(one: Box, other: Box) -> bool:
    return max(_share_within(one, other), _share_within(other, one)) >= _TOGETHER


def _share_within(one: Box, other: Box) -> float:
    """How much of the middle of `one`, along its text, lies within `other`."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = one
    start, end = ((ax + dx) / 2, (ay + dy) / 2), ((bx + cx) / 2, (by + cy) / 2)
    steps = [(0.5 + step) / _SAMPLES for step in range(_SAMPLES)]
    points = [(start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t) for t in steps]
    return sum(_within(point, other) for point in points) / _SAMPLES


def _within(point: tuple[float, float], box: Box) -> bool:
    """Corners are clockwise on the screen, where y runs down: inside, the point lies to the right of each side."""
    x, y = point
    sides = zip(box, (*box[1:], box[0]), strict=True)
    return all((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for (ax, ay), (bx, by) in sides)


# A character as it is compared, the line that it stands in and its index there.
_Char = tuple[str, Line, int]


def _characters(lines: Sequence[Line]) -> list[_Char]:
    return [
        (form, line, index)
        for line in lines
        for index, written in enumerate(line.text)
        for form in unicodedata.normalize("NFKC", written)
        if not form.isspace()
    ]


def _compared(a: Sequence[Line], b: Sequence[Line]) -> Place:
    one, other = _characters(a), _characters(b)
    matcher = SequenceMatcher(None, [char for char, _, _ in one], [char for char, _, _ in other], autojunk=False)
    unequal = [
        (one[start:end], other[first:last])
        for kind, start, end, first, last in matcher.get_opcodes()
        if kind != "equal"
    ]
    found = tuple(Difference(_text(mine), _text(theirs), _boxes(mine), _boxes(theirs)) for mine, theirs in unequal)
    return Place(
        _parts(a, {(id(line), index) for mine, _ in unequal for _, line, index in mine}),
        _parts(b, {(id(line), index) for _, theirs in unequal for _, line, index in theirs}),
        found,
    )


def _parts(lines: Sequence[Line], differing: set[tuple[int, int]]) -> Parts:
    """The lines one after the other, a space between them."""
    written: list[tuple[str, bool]] = []
    for line in lines:
        written += [(" ", False)] if written else []
        written += [(char, (id(line), index) in differing) for index, char in enumerate(line.text)]
    runs = groupby(written, key=lambda each: each[1])
    return tuple(("".join(char for char, _ in run), differs) for differs, run in runs)


def _text(characters: Sequence[_Char]) -> str:
    return "".join(char for char, _, _ in characters)


def _boxes(characters: Sequence[_Char]) -> tuple[Box, ...]:
    """One for each line that the characters stand in."""
    by_line = groupby(characters, key=lambda each: id(each[1]))
    parts = [list(each) for _, each in by_line]
    return tuple(part[0][1].part(part[0][2], part[-1][2] + 1) for part in parts)


def _rounded(boxes: Sequence[Box]) -> list[list[list[float]]]:
    return [[[round(x, 1), round(y, 1)] for x, y in box] for box in boxes]
