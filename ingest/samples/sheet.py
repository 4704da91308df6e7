"""One side of a sheet while ink is laid on it: millimetres in, pixels and the boxes of what was written out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np

from base.images import Pixels
from ingest.samples.asked import Asked
from ingest.samples.fonts import Face, glyph
from ingest.samples.words import Rng

Kind = Literal["print", "hand", "seal", "pencil"]
Colour = tuple[int, int, int]
BLACK: Colour = (28, 26, 28)
RED: Colour = (196, 32, 36)
PENCIL: Colour = (92, 92, 98)
INKS: tuple[Colour, ...] = ((38, 46, 104), (30, 32, 40), (34, 60, 142), (44, 44, 62))


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text as written, with its box: 4 corners (x, y) in pixels, clockwise from the text's top left."""

    text: str
    box: tuple[tuple[float, float], ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Pen:
    """How text is written: face, colour and the shake of a hand (0 for print)."""

    face: Face
    colour: Colour
    kind: Kind
    shake: float = 0.0


@dataclass(slots=True)
class Sheet:
    """A white side of paper; `ink` multiplies the paper under it. `binding` is the side of the 25 mm margin, `line_mm` the
    thickness of the form's lines."""

    width_mm: float
    height_mm: float
    dpi: int
    binding: Literal["left", "right"] = "left"
    line_mm: float = 0.25
    lines: list[Line] = field(default_factory=list)
    asked: tuple[Asked, ...] = ()
    ink: Pixels = field(init=False)

    def __post_init__(self) -> None:
        self.ink = np.full((self.px(self.height_mm), self.px(self.width_mm), 3), 255, np.uint8)

    def px(self, mm: float) -> int:
        return round(mm * self.dpi / 25.4)

    def width_of(self, text: str, size_mm: float, pen: Pen) -> float:
        """Millimetres that the text takes in one line."""
        size = self.px(size_mm)
        return sum(glyph(pen.face, char, size).advance for char in text) * 25.4 / self.dpi

    def write(
        self, rng: Rng, text: str, x_mm: float, base_mm: float, *, size_mm: float, pen: Pen, note: bool = True
    ) -> float:
        """Writes one line from `x_mm` on the base line `base_mm`; returns where it ends. Adds it to `lines` if `note`."""
        size = self.px(size_mm)
        x, base = x_mm * self.dpi / 25.4, base_mm * self.dpi / 25.4
        edges = [x, base, x, base]
        wander = rng.normal(0, pen.shake * size, (len(text), 3)) if pen.shake else np.zeros((len(text), 3))
        for char, (up, turn, grow) in zip(text, wander, strict=True):
            shape = glyph(pen.face, char, max(6, size + round(float(grow) * 0.6)))
            left, top = round(x + shape.x), round(base + shape.y + float(up) * 0.5)
            mask = _tilt(shape.mask, float(turn) * 2.4 * 40 / size) if pen.shake and shape.mask.size > 9 else shape.mask
            if not char.isspace():
                self.blend(mask, left, top, pen.colour)
                height, width = mask.shape
                edges = [
                    min(edges[0], left),
                    min(edges[1], top),
                    max(edges[2], left + width),
                    max(edges[3], top + height),
                ]
            x += shape.advance * (1.0 + (float(up) * 0.4 / size if pen.shake else 0.0))
        if note and text.strip():
            self.note(text.strip(), edges, pen.kind)
        return x * 25.4 / self.dpi

    def note(self, text: str, edges: list[float], kind: Kind) -> None:
        left, top, right, bottom = (float(edge) for edge in edges)
        self.lines.append(Line(text, ((left, top), (right, top), (right, bottom), (left, bottom)), kind))

    def blend(self, mask: Pixels, left: int, top: int, colour: Colour) -> None:
        """Multiplies ink of `colour` through the coverage `mask`, cut at the edges of the sheet."""
        height, width = self.ink.shape[:2]
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + mask.shape[1], width), min(top + mask.shape[0], height)
        if x0 >= x1 or y0 >= y1:
            return
        cover = mask[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.uint16)[..., None]
        veil = (255 * 255 - cover * (255 - np.array(colour, np.uint16))) // 255
        view = self.ink[y0:y1, x0:x1]
        view[...] = (view * veil // 255).astype(np.uint8)

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, *, width_mm: float = 0.0, colour: Colour = BLACK
    ) -> None:
        """A straight line between two points in millimetres, as thick as the form's lines unless `width_mm` says otherwise."""
        thick = max(1, self.px(width_mm or self.line_mm))
        cv2.line(self.ink, (self.px(x0), self.px(y0)), (self.px(x1), self.px(y1)), colour, thick, cv2.LINE_AA)


def _tilt(mask: Pixels, degrees: float) -> Pixels:
    height, width = mask.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(mask, matrix, (width, height)), np.uint8)
