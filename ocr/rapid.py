"""The default engine: PP-OCRv6 small from the `rapidocr` wheel, our own orientation, crops and reading order."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from base.images import Pixels
from ocr import detection, geometry, models, stacks
from ocr.errors import OcrError
from ocr.geometry import Quad
from ocr.lines import Line, PageReading
from ocr.order import reading_order
from ocr.recognition import Reading, recognise

# Larger pages are read at this size: 4000 pixels are A4 at 340 dpi.
MAX_SIDE = 4000
# Below it a line is noise more often than text.
MIN_CONFIDENCE = 0.5
# Lines read to learn which way up a page is, and the confidence at which the first way tried is believed.
_PROBES = 6
_BELIEVED = 0.9


@dataclass(frozen=True, slots=True)
class _Read:
    quad: Quad
    reading: Reading


class RapidOcrEngine:
    """Implements `OcrEngine`. Loading takes about a second; one engine per process."""

    name = "rapidocr"

    def __init__(self, runtime: models.RuntimeChoice = "auto", parameters: dict[str, Any] | None = None) -> None:
        self._models = models.load(runtime, parameters)
        self.version = self._models.version
        self.runtime = self._models.runtime
        self.parameters: dict[str, Any] = {
            "runtime": self.runtime,
            "max_side_len": MAX_SIDE,
            "min_confidence": MIN_CONFIDENCE,
            **models.PARAMETERS,
            **(parameters or {}),
            "models": self._models.digests,
        }

    def read(self, pixels: Pixels) -> PageReading:
        """See `OcrEngine.read`."""
        begun = time.perf_counter()
        try:
            rotation, read = self._read(pixels)
        except (RuntimeError, cv2.error, MemoryError) as error:
            raise OcrError("ocr.failed", engine=self.name, detail=str(error).strip().split("\n")[-1]) from error
        height, width = pixels.shape[:2]
        order = reading_order([geometry.turned_points(r.quad, rotation, width, height) for r in read])
        return PageReading(
            engine=self.name,
            engine_version=self.version,
            width=width,
            height=height,
            rotation=rotation,
            seconds=time.perf_counter() - begun,
            lines=tuple(_line(read[i], width, height) for i in order),
            parameters=self.parameters,
        )

    def _read(self, pixels: Pixels) -> tuple[int, list[_Read]]:
        """The page's turn, and its lines with boxes in stored pixels that begin where the text does."""
        small, scale = _within(pixels)
        quads = detection.find_lines(self._models.find_lines, small)
        if not quads:
            return 0, []
        rotation = self._rotation(small, quads)
        turned = [geometry.begin_at_text(quad, rotation) for quad in quads]
        read = [r for r in self._recognised(small, turned) if r.reading.confidence >= MIN_CONFIDENCE and r.reading.text]
        return (rotation if read else 0), [_Read(r.quad * scale, r.reading) for r in read]

    def _rotation(self, pixels: Pixels, quads: Sequence[Quad]) -> int:
        """The turn at which the longest lines read best; the first way tried is taken if it reads well."""
        longest = sorted(quads, key=lambda quad: max(geometry.size(quad)))[-_PROBES:]
        means: dict[int, float] = {}
        for rotation in _ways(quads):
            read = self._recognised(pixels, [geometry.begin_at_text(quad, rotation) for quad in longest])
            means[rotation] = float(np.mean([r.reading.confidence for r in read]))
            if means[rotation] >= _BELIEVED:
                return rotation
        return max(means, key=means.__getitem__)

    def _recognised(self, pixels: Pixels, quads: Sequence[Quad]) -> list[_Read]:
        """Reads boxes; a tall one both as stacked characters and as text lying on its side, whichever reads better."""
        cuts = [geometry.cut_out(pixels, quad) for quad in quads]
        tall = [i for i, quad in enumerate(quads) if stacks.is_tall(*geometry.size(quad))]
        stacked = {i: stacks.laid_out(cuts[i]) for i in tall}
        for i in tall:
            cuts[i] = np.ascontiguousarray(np.rot90(cuts[i]))
        readings = recognise(self._models.score_columns, self._models.characters, [*cuts, *stacked.values()])
        read = [_Read(quad, reading) for quad, reading in zip(quads, readings, strict=False)]
        for i, reading in zip(stacked, readings[len(cuts) :], strict=True):
            if reading.confidence >= readings[i].confidence:
                read[i] = _Read(quads[i], Reading(reading.text, reading.confidence, ()))
            else:
                read[i] = _Read(np.roll(quads[i], -1, axis=0), readings[i])
        return read


def _ways(quads: Sequence[Quad]) -> tuple[int, ...]:
    """Turns worth trying: most of the text's length in tall boxes tells a page that lies on its side."""
    sizes = [geometry.size(quad) for quad in quads]
    tall = sum(height for width, height in sizes if stacks.is_tall(width, height))
    wide = sum(width for width, height in sizes if not stacks.is_tall(width, height))
    return (90, 270, 0) if tall > wide else (0, 180)


def _within(pixels: Pixels) -> tuple[Pixels, float]:
    """The page at most MAX_SIDE long, and the factor back to its stored size."""
    scale = max(1.0, max(pixels.shape[:2]) / MAX_SIDE)
    if scale == 1.0:
        return pixels, 1.0
    height, width = (max(1, round(side / scale)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8), scale


def _line(read: _Read, width: int, height: int) -> Line:
    return Line(
        text=read.reading.text,
        box=geometry.as_box(read.quad, width, height),
        confidence=read.reading.confidence,
        char_spans=read.reading.spans,
    )
