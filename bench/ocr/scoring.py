"""Errors of a reading against known text. Pure.

Scored are characters after NFKC, without spaces, punctuation and case. Real scans have their text line by line: lines read are
put in rows by their boxes and compared as one text. Generated pages have a box for every line: compared is place by place, so
that reading order does not count, and each place knows whether it is print or hand.
"""

from __future__ import annotations

import math
import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

Corners = Sequence[Sequence[float]]
_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Text:
    """A line read or true: text, four corners clockwise from its top left, and of a true line its kind."""

    text: str
    box: Corners
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Errors:
    """Wrong of so many characters."""

    wrong: int = 0
    characters: int = 0

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.wrong + other.wrong, self.characters + other.characters)

    @property
    def rate(self) -> float:
        """Per cent; 0 where there was nothing to read."""
        return 100 * self.wrong / self.characters if self.characters else 0.0


def scored(text: str) -> str:
    """The characters that count."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c)[0] not in "PSMZC")
    return "".join(kept).lower()


def compared(truth: str, read: str) -> Errors:
    """Edits (Levenshtein) from one to the other, both as they are scored."""
    true = scored(truth)
    return Errors(Levenshtein.distance(true, scored(read)), len(true))


def in_rows(lines: Sequence[Text]) -> str:
    """The lines' text row by row, after the page's lean is taken out."""
    if not lines:
        return ""
    leans = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b, _, _ in (x.box for x in lines) if math.dist(a, b) > 60]
    # The upper of two middles, and no turning of a page that stands on its side.
    lean = sorted(leans)[len(leans) // 2] if leans else 0.0
    lean = lean if abs(lean) <= 0.3 else 0.0
    boxes = [[_leaned(corner, -lean) for corner in line.box] for line in lines]
    heights = sorted(max(y for _, y in box) - min(y for _, y in box) for box in boxes)
    half = heights[len(heights) // 2] / 2
    middles = [sum(y for _, y in box) / 4 for box in boxes]
    rows: list[list[int]] = []
    for i in sorted(range(len(lines)), key=middles.__getitem__):
        if rows and middles[i] - sum(middles[j] for j in rows[-1]) / len(rows[-1]) < half:
            rows[-1].append(i)
        else:
            rows.append([i])
    left = [min(x for x, _ in box) for box in boxes]
    return "\n".join("".join(lines[i].text for i in sorted(row, key=left.__getitem__)) for row in rows)


def by_place(truth: Sequence[Text], read: Sequence[Text]) -> tuple[dict[str, Errors], int]:
    """Errors by the kind of the true lines (`print`, `hand`), and how many true lines were read without an error.

    What lies in the same place is compared together: a line read over two cells, or a line read in two parts. A place with
    print and hand counts as hand. A line that lies as a seal's or a pencil's text does is about that, and does not count;
    what is read where nothing is written is wrong, as print.
    """
    errors = {"print": Errors(), "hand": Errors()}
    right = 0
    counted = [line for line in truth if line.kind in errors]
    aside = [line for line in truth if line.kind not in errors]
    for true, found in places(counted, [line for line in read if not about(line, aside, counted)]):
        kind = "hand" if any(line.kind == "hand" for line in true) else "print"
        score = compared(_along(true), _along(found))
        errors[kind] += score
        right += len(true) if not score.wrong else 0
    return errors, right


def about(line: Text, aside: Sequence[Text], counted: Sequence[Text]) -> bool:
    """Whether the line shares its ground with one of `aside` more than with any of `counted`."""
    nearest = max((_alike(line.box, other.box) for other in aside), default=0.0)
    return nearest > max((_alike(line.box, other.box) for other in counted), default=0.0)


def _alike(one: Corners, other: Corners) -> float:
    """What two upright rectangles share of all that they cover."""
    shared, covered = 1.0, 0.0
    for axis in (_xs, _ys):
        (a, b), (c, d) = axis(one), axis(other)
        shared *= max(0.0, min(b, d) - max(a, c))
    for box in (one, other):
        (a, b), (c, d) = _xs(box), _ys(box)
        covered += (b - a) * (d - c)
    return shared / max(1e-6, covered - shared)


def interval(pages: Sequence[Errors], seed: int = 0) -> tuple[float, float]:
    """95 % interval of the rate over all pages, in per cent: pages drawn anew with replacement (bootstrap)."""
    if len(pages) < 2:
        return (0.0, 100.0)
    draw = random.Random(seed)
    rates = sorted(sum(draw.choices(pages, k=len(pages)), Errors()).rate for _ in range(_ROUNDS))
    return rates[round(0.025 * _ROUNDS)], rates[round(0.975 * _ROUNDS) - 1]


def _along(lines: Sequence[Text]) -> str:
    """Several lines of one place in rows; a place of one line is that line, whichever way it runs."""
    return lines[0].text if len(lines) == 1 else in_rows(lines)


def _leaned(point: Sequence[float], angle: float) -> tuple[float, float]:
    x, y = point
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def places(truth: Sequence[Text], read: Sequence[Text]) -> list[tuple[list[Text], list[Text]]]:
    """True and read lines that share their ground, joined into places."""
    group = list(range(len(truth) + len(read)))

    def root(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for j, line in enumerate(read):
        for i, true in enumerate(truth):
            if _shared(true.box, line.box):
                group[root(len(truth) + j)] = root(i)
    places: dict[int, tuple[list[Text], list[Text]]] = {}
    for i, line in enumerate((*truth, *read)):
        places.setdefault(root(i), ([], []))[i >= len(truth)].append(line)
    return list(places.values())


def _shared(one: Corners, other: Corners) -> bool:
    """Two upright rectangles that cover half of the smaller one's width and of its height."""
    return all(_overlap(one, other, axis) >= 0.5 for axis in (_xs, _ys))


def _overlap(one: Corners, other: Corners, axis: Callable[[Corners], tuple[float, float]]) -> float:
    (a, b), (c, d) = axis(one), axis(other)
    return (min(b, d) - max(a, c)) / max(1e-6, min(b - a, d - c))


def _xs(box: Corners) -> tuple[float, float]:
    return min(p[0] for p in box), max(p[0] for p in box)


def _ys(box: Corners) -> tuple[float, float]:
    return min(p[1] for p in box), max(p[1] for p in box)
