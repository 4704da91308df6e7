"""The lines of a page as strips: their text folded, and where each character stands on the upright, level page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from base.text.normalise import fold_with_offsets
from ocr import geometry
from ocr.geometry import Quad
from ocr.lines import Box, Line, PageReading

# Higher than wide by this much, a line is stacked: the name of a block of the form, never a value.
_TALL = 1.5
# More skew than this (radians) is not taken out: the lines are no rows then.
_MAX_SKEW = 0.3


@dataclass(frozen=True, slots=True)
class Strip:
    """A line as a person sees it. `text` is folded and without blanks; `origin[i]` gives the characters of the line (start,
    end) that folded character `i` comes from. left … bottom are pixels on the upright, level page, as `edges` is:
    the left and right of each folded character."""

    line: Line
    text: str
    origin: tuple[tuple[int, int], ...]
    left: float
    top: float
    right: float
    bottom: float
    edges: tuple[tuple[float, float], ...] = field(repr=False)

    @property
    def height(self) -> float:
        """Of its letters: the shorter side."""
        return max(1.0, min(self.bottom - self.top, self.right - self.left))

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def tall(self) -> bool:
        return len(self.text) > 1 and self.bottom - self.top > _TALL * (self.right - self.left)


def strips_of(reading: PageReading) -> tuple[Strip, ...]:
    """The lines that hold any text, in reading order."""
    quads = [np.asarray(line.box, np.float32) for line in reading.lines]
    turned = [geometry.turned_points(quad, reading.rotation, reading.width, reading.height) for quad in quads]
    level = _levelled(turned)
    made = (_strip(line, quad) for line, quad in zip(reading.lines, level, strict=True))
    return tuple(strip for strip in made if strip.text)


def _levelled(quads: Sequence[Quad]) -> list[Quad]:
    """The same boxes with the page's small skew taken out, by the longer half of its lines."""
    edges = sorted((quad[1] - quad[0] for quad in quads), key=lambda edge: float(np.hypot(*edge)))
    angles = [float(np.arctan2(edge[1], edge[0])) for edge in edges[len(edges) // 2 :]]
    angle = float(np.median(angles)) if angles else 0.0
    if abs(angle) > _MAX_SKEW:
        return list(quads)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    return [np.asarray(quad @ turn, np.float32) for quad in quads]


def _strip(line: Line, quad: Quad) -> Strip:
    folded = fold_with_offsets(line.text)
    kept = [i for i, char in enumerate(folded.text) if char != " "]
    left, top = (float(value) for value in quad.min(axis=0))
    right, bottom = (float(value) for value in quad.max(axis=0))
    spans, wide = spans_of(line), right - left
    origin = tuple(folded.span(i, i + 1) for i in kept)
    edges = tuple((left + spans[start][0] * wide, left + spans[end - 1][1] * wide) for start, end in origin)
    return Strip(line, "".join(folded.text[i] for i in kept), origin, left, top, right, bottom, edges)


def spans_of(line: Line) -> Sequence[tuple[float, float]]:
    """Where each character lies, as fractions of the line; by the usual widths where the engine does not say."""
    if len(line.char_spans) == len(line.text):
        return line.char_spans
    widths = [2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line.text]
    ends = [end / sum(widths) for end in accumulate(widths)]
    return list(zip([0.0, *ends], ends, strict=False))


@dataclass(frozen=True, slots=True)
class Run:
    """Characters `start` to `end` of a strip's folded text."""

    strip: Strip
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.strip.text[self.start : self.end]

    @property
    def left(self) -> float:
        return self.strip.edges[self.start][0]

    @property
    def right(self) -> float:
        return self.strip.edges[self.end - 1][1]

    @property
    def middle(self) -> float:
        return self.strip.middle

    @property
    def whole(self) -> bool:
        return self.start == 0 and self.end == len(self.strip.text)

    def written(self) -> list[tuple[Line, int]]:
        """The line's own characters, blanks between them included."""
        first, last = self.strip.origin[self.start][0], self.strip.origin[self.end - 1][1]
        return [(self.strip.line, place) for place in range(first, last)]


@dataclass(frozen=True, slots=True)
class Ink:
    """Text in the order in which it is read, with the line and place of each character: what a value is cut from."""

    chars: tuple[tuple[Line, int], ...]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Ink:
        return cls(tuple(char for run in runs for char in run.written()))

    @property
    def text(self) -> str:
        return "".join(line.text[place] for line, place in self.chars)

    @property
    def confidence(self) -> float:
        """The mean of the characters', or of their lines' where the engine gives no more."""
        sure = [
            line.char_confidences[at] if len(line.char_confidences) == len(line.text) else line.confidence
            for line, at in self.chars
        ]
        return sum(sure) / max(1, len(sure))

    def others(self) -> dict[int, str]:
        """By place in the text: the other characters that the engine thought of, likeliest first."""
        told = {(id(line), at): others for line, _ in self.chars for at, others in line.alternatives}
        return {i: told[id(line), at] for i, (line, at) in enumerate(self.chars) if (id(line), at) in told}

    def cut(self, start: int, end: int) -> Ink:
        return Ink(self.chars[start:end])

    def trimmed(self, loose: str) -> Ink:
        """Without blanks and the characters of `loose` at both ends."""
        text = self.text
        inner = text.strip(loose + " \t\u3000")
        start = text.index(inner) if inner else 0
        return self.cut(start, start + len(inner))

    def box(self, rotation: int) -> Box:
        """Four corners in pixels of the stored image around the characters."""
        if len({id(line) for line, _ in self.chars}) == 1:
            return self.chars[0][0].part(self.chars[0][1], self.chars[-1][1] + 1)
        points = np.concatenate([np.asarray(line.part(at, at + 1), np.float32) for line, at in self.chars])
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        around = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        a, b, c, d = ((float(x), float(y)) for x, y in geometry.begin_at_text(around, rotation))
        return a, b, c, d
