"""How a page is read, whatever networks find and read its lines: turns, ruled cells, seals, a second look, reading order."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from base.images import Pixels
from ocr import faint, geometry, seals, second_look, stacks
from ocr.cell_order import form_order
from ocr.errors import OcrError
from ocr.geometry import Quad
from ocr.line_reader import LineReader, ReadLine
from ocr.lines import Line, PageReading
from ocr.networks import Networks
from ocr.order import lean_of, reading_order
from ocr.recognition import is_hanzi
from ocr.rules import find_rules
from ocr.turns import find_turn

# Rises with every change of how a page is read, so that readings made before it stay beside the new ones.
METHOD = 2
# Larger pages are read at this size: 4000 pixels are A4 at 340 dpi. Strips may be longer, but have no more pixels than that.
MAX_SIDE = 4000
_PAGE_ASPECT = 3.0
_MAX_PIXELS = MAX_SIDE * MAX_SIDE
# Below it a line is noise more often than text.
MIN_CONFIDENCE = 0.5
# Long side of a page of which the surroundings of a seal are looked at.
_SEAL_SIDE = 1800
# Pieces of a seal's curved text read as anything; its straight legend (审批专用章) has at least so many characters.
_SEAL_CONFIDENCE = 0.8
_LEGEND = 4


@dataclass(frozen=True, slots=True)
class _Upright:
    """What was read of the page turned upright, in reading order; `seconds` went into a second look."""

    rotation: int
    size: tuple[int, int]
    lines: list[ReadLine]
    depths: list[float]
    seconds: float = 0.0

    @property
    def worth(self) -> float:
        """Characters, each by the confidence of its line."""
        return sum(len(line.reading.text) * line.reading.confidence for line in self.lines)


class PageEngine:
    """Reads pages by the networks it is given; turns, crops, reading order and what is text are decided here."""

    name: str

    def __init__(self, networks: Networks, parameters: dict[str, Any], *, second_look: bool = True) -> None:
        """`second_look`: whether pages of faint ink are read once more in full contrast."""
        self._second_look = second_look
        self._reader = LineReader(networks)
        self.version = networks.version
        self.parameters: dict[str, Any] = {
            "method": METHOD,
            "max_side_len": MAX_SIDE,
            "min_confidence": MIN_CONFIDENCE,
            "second_look": second_look,
            **parameters,
        }

    def read(self, pixels: Pixels) -> PageReading:
        """See `OcrEngine.read`."""
        begun = time.perf_counter()
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
            raise OcrError("ocr.failed", engine=self.name, detail=f"no RGB page: {pixels.dtype} {pixels.shape}")
        try:
            small, scale = _within(pixels)
            page = self._read(small)
        except (RuntimeError, cv2.error, MemoryError) as error:
            raise OcrError("ocr.failed", engine=self.name, detail=str(error).strip().split("\n")[-1]) from error
        back = _Back(page.rotation, scale, page.size, (pixels.shape[1], pixels.shape[0]))
        return PageReading(
            engine=self.name,
            engine_version=self.version,
            width=pixels.shape[1],
            height=pixels.shape[0],
            rotation=page.rotation if page.lines else 0,
            seconds=time.perf_counter() - begun,
            lines=tuple(back.line(line) for line in page.lines),
            parameters=self.parameters,
            second_look_seconds=page.seconds,
        )

    def _read(self, pixels: Pixels) -> _Upright:
        """As the page is, and where all its ink is faint, once more in full contrast: the one that says more."""
        first = self._look(pixels, MIN_CONFIDENCE)
        if not (self._second_look and second_look.is_faint(first.depths)):
            return first
        begun = time.perf_counter()
        clear = second_look.stretched(pixels)
        again = self._look(clear, second_look.CONFIDENCE) if clear is not None else first
        seconds = time.perf_counter() - begun
        if again.worth <= first.worth:
            return replace(first, seconds=seconds)
        return replace(again, lines=[replace(line, second_look=True) for line in again.lines], seconds=seconds)

    def _look(self, pixels: Pixels, least: float) -> _Upright:
        """One pass over the page; lines that read worse than `least` are no text."""
        reader = self._reader
        quads = reader.find(pixels)
        if not quads:
            return _Upright(0, (pixels.shape[1], pixels.shape[0]), [], [])
        turn = find_turn(reader, pixels, quads)
        known = {tuple(quads[i].ravel()): reading for i, reading in turn.known.items()}
        if turn.degrees:
            # Lines are found best on the upright page, so it is worth a second look.
            pixels = np.ascontiguousarray(np.rot90(pixels, -turn.degrees // 90))
            quads = reader.find(pixels)
        columns = stacks.mostly_tall(quads)
        ruling = None if columns else find_rules(pixels, lean_of(quads))
        if ruling:
            quads = ruling.parted(quads)
        found = seals.find_seals(pixels)
        page = found.clean if found else pixels
        stamps: list[Quad] = []
        if found:
            quads, stamps = self._beneath(pixels, found, quads)
            known = {}
        at = {i: known[key] for i, quad in enumerate(quads) if (key := tuple(quad.ravel())) in known}
        read = reader.read(page, quads, at)
        if found:
            read = self._surer(pixels, found, read)
        if columns:
            read = reader.rows_or_columns(page, read)
        kept = self._text(page, read, least)
        kept += [line for line in self._text(pixels, reader.read(pixels, stamps), _SEAL_CONFIDENCE) if _is_legend(line)]
        placed = [line.quad for line in kept]
        order = form_order(placed, ruling) if ruling else reading_order(placed)
        size = (pixels.shape[1], pixels.shape[0])
        return _Upright(turn.degrees, size, [kept[i] for i in order], faint.depths(page, [line.quad for line in read]))

    def _beneath(self, pixels: Pixels, found: seals.Seals, quads: list[Quad]) -> tuple[list[Quad], list[Quad]]:
        """The lines with those beneath seals found anew without their red, and the seals' own lines."""
        stamps = [
            quad for quad in quads if any(seals.touches(p, quad) for p in found.places) and seals.own(pixels, quad)
        ]
        others = [quad for quad in quads if not any(quad is stamp for stamp in stamps)]
        for place in found.places:
            left, top, right, bottom = seals.region(place, others, pixels)
            # As small as the whole page is when lines are looked for, or a seal would cost as much as a page.
            share = min(1.0, _SEAL_SIDE / max(pixels.shape[:2]))
            part = cv2.resize(
                found.clean[top:bottom, left:right], None, fx=share, fy=share, interpolation=cv2.INTER_AREA
            )
            corner = np.array([left, top], np.float32)
            beneath = [quad / share + corner for quad in self._reader.find(np.asarray(part, np.uint8))]
            beneath = [quad for quad in beneath if seals.touches(place, quad)]
            others = [quad for quad in others if not (seals.touches(place, quad) and seals.covered(quad, beneath))]
            others += [quad for quad in beneath if not seals.covered(quad, others)]
        return others, [stamp for stamp in stamps if not seals.covered(stamp, others)]

    def _surer(self, pixels: Pixels, found: seals.Seals, read: list[ReadLine]) -> list[ReadLine]:
        """Lines at seals as they read with the red or without: a correction in red ink is text too."""
        at = [i for i, line in enumerate(read) if any(seals.touches(place, line.quad) for place in found.places)]
        for i, other in zip(at, self._reader.read(pixels, [read[i].quad for i in at]), strict=True):
            read[i] = max(read[i], other, key=lambda line: line.reading.confidence)
        return read

    def _text(self, pixels: Pixels, read: Sequence[ReadLine], least: float) -> list[ReadLine]:
        """The lines that are text: read well enough, the fainter the better."""
        foreign = [not any(map(is_hanzi, line.reading.text)) for line in read]
        needed = faint.needed_confidence(pixels, [line.quad for line in read], least, foreign)
        if least > MIN_CONFIDENCE:
            needed = [faint.FOREIGN if other else each for each, other in zip(needed, foreign, strict=True)]
        pairs = zip(read, needed, strict=True)
        return [line for line, at_least in pairs if line.reading.text and line.reading.confidence >= at_least]


def _is_legend(line: ReadLine) -> bool:
    return len(line.reading.text) >= _LEGEND


def _within(pixels: Pixels) -> tuple[Pixels, float]:
    """The page as large as it is read, and the factor back to its stored size."""
    high, wide = pixels.shape[:2]
    strip = max(high, wide) > _PAGE_ASPECT * min(high, wide)
    scale = max(1.0, math.sqrt(high * wide / _MAX_PIXELS) if strip else max(high, wide) / MAX_SIDE)
    if scale == 1.0:
        return pixels, 1.0
    height, width = (max(1, round(side / scale)) for side in (high, wide))
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8), scale


@dataclass(frozen=True, slots=True)
class _Back:
    """From the upright page as it was read to the image as it is stored."""

    rotation: int
    scale: float
    upright: tuple[int, int]
    stored: tuple[int, int]

    def line(self, read: ReadLine) -> Line:
        quad = geometry.turned_points(read.quad, -self.rotation % 360, *self.upright) * self.scale
        return Line(
            text=read.reading.text,
            box=geometry.as_box(quad, *self.stored),
            confidence=min(1.0, read.reading.confidence),
            char_spans=read.reading.spans,
            char_confidences=read.reading.certainties,
            alternatives=read.reading.others,
            vertical=read.vertical,
            second_look=read.second_look,
        )
