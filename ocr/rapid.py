"""The default engine: PP-OCRv6 small from the `rapidocr` wheel, our own orientation, crops and reading order."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from base.images import Pixels
from ocr import detection, faint, geometry, models, orientation, stacks
from ocr.errors import OcrError
from ocr.geometry import Quad
from ocr.lines import Line, PageReading
from ocr.networks import Networks
from ocr.order import reading_order
from ocr.recognition import Reading

# Larger pages are read at this size: 4000 pixels are A4 at 340 dpi.
MAX_SIDE = 4000
# Below it a line is noise more often than text.
MIN_CONFIDENCE = 0.5
# A page squeezed to this width shows as rows what wide-spaced writing (grid paper) shows as columns.
_SQUEEZE = 0.75
# Rows must read nearly as well as the columns they replace.
_ROWS_MAY_LOSE = 0.05


@dataclass(frozen=True, slots=True)
class _Read:
    """A line on the upright page; the quad begins where the text does. `vertical`: characters one under the other."""

    quad: Quad
    reading: Reading
    vertical: bool = False


class PageEngine:
    """Reads pages by the networks it is given; turns, crops, reading order and what is text are decided here."""

    name: str

    def __init__(self, networks: Networks, parameters: dict[str, Any]) -> None:
        self._networks = networks
        self.version = networks.version
        self.parameters: dict[str, Any] = {
            "max_side_len": MAX_SIDE,
            "min_confidence": MIN_CONFIDENCE,
            **parameters,
        }

    def read(self, pixels: Pixels) -> PageReading:
        """See `OcrEngine.read`."""
        begun = time.perf_counter()
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
            raise OcrError("ocr.failed", engine=self.name, detail=f"no RGB page: {pixels.dtype} {pixels.shape}")
        try:
            rotation, lines = self._read(pixels)
        except (RuntimeError, cv2.error, MemoryError) as error:
            raise OcrError("ocr.failed", engine=self.name, detail=str(error).strip().split("\n")[-1]) from error
        return PageReading(
            engine=self.name,
            engine_version=self.version,
            width=pixels.shape[1],
            height=pixels.shape[0],
            rotation=rotation,
            seconds=time.perf_counter() - begun,
            lines=lines,
            parameters=self.parameters,
        )

    def _read(self, pixels: Pixels) -> tuple[int, tuple[Line, ...]]:
        small, scale = _within(pixels)
        quads = self._find(small)
        rotation = self._rotation(small, quads) if quads else 0
        upright = small
        if rotation:
            # Lines are found best on the upright page, so it is worth a second look.
            upright = np.ascontiguousarray(np.rot90(small, -rotation // 90))
            quads = self._find(upright)
        read = self._recognised(upright, quads)
        if stacks.mostly_tall(quads):
            read = self._rows_or_columns(upright, read)
        needed = faint.needed_confidence(upright, [r.quad for r in read], MIN_CONFIDENCE)
        read = [r for r, least in zip(read, needed, strict=True) if r.reading.text and r.reading.confidence >= least]
        ordered = [read[i] for i in reading_order([r.quad for r in read])]
        back = _Back(rotation, scale, (upright.shape[1], upright.shape[0]), (pixels.shape[1], pixels.shape[0]))
        return (rotation if read else 0), tuple(back.line(r) for r in ordered)

    def _find(self, pixels: Pixels) -> list[Quad]:
        return detection.find_lines(self._networks.find_lines, pixels)

    def _rotation(self, pixels: Pixels, found: Sequence[Quad]) -> int:
        """The turn at which the longest lines of clear ink read best."""
        quads = faint.telling(pixels, found)
        if not quads:
            return 0
        if stacks.mostly_tall(quads):
            return orientation.among_tall({turn: self._probe(pixels, quads, turn).mean for turn in orientation.TURNS})
        votes: dict[int, float] = {}
        for turn in (0, 180):
            probe = self._probe(pixels, quads, turn)
            if probe.mean >= orientation.BELIEVED:
                return turn
            votes[turn] = probe.votes
        # On grid paper the gaps between characters may be wider than those between rows: look for lines crosswise too.
        crosswise = np.ascontiguousarray(np.rot90(pixels))
        across = faint.telling(crosswise, self._find(crosswise))
        for turn in (0, 180):
            # Crosswise is already three quarters of a turn on.
            votes[(turn + 270) % 360] = self._probe(crosswise, across, turn).votes
        return orientation.most_voted(votes)

    def _probe(self, pixels: Pixels, quads: Sequence[Quad], turn: int) -> orientation.Probe:
        """How well the longest lines read when the page is turned so; tall ones as stacked characters."""
        longest = sorted(quads, key=lambda quad: max(geometry.size(quad)))[-orientation.PROBES :]
        cuts = [geometry.cut_out(pixels, geometry.begin_at_text(quad, turn)) for quad in longest]
        cuts = [stacks.laid_out(cut) if stacks.is_tall(cut.shape[1], cut.shape[0]) else cut for cut in cuts]
        return orientation.probe_of(self._texts(cuts))

    def _texts(self, cuts: Sequence[Pixels]) -> list[Reading]:
        return self._networks.read_lines(cuts)

    def _recognised(self, pixels: Pixels, quads: Sequence[Quad]) -> list[_Read]:
        """Reads boxes; a tall one both as stacked characters and as text lying on its side, whichever reads better."""
        cuts = [geometry.cut_out(pixels, quad) for quad in quads]
        tall = [i for i, quad in enumerate(quads) if stacks.is_tall(*geometry.size(quad))]
        columns = [cuts[i] for i in tall]
        stacked = [stacks.laid_out(column) for column in columns]
        for i in tall:
            cuts[i] = np.ascontiguousarray(np.rot90(cuts[i]))
        readings = self._texts([*cuts, *stacked])
        read = [_Read(quad, reading) for quad, reading in zip(quads, readings, strict=False)]
        for i, column, reading in zip(tall, columns, readings[len(cuts) :], strict=True):
            if reading.confidence >= readings[i].confidence:
                read[i] = _Read(quads[i], replace(reading, spans=stacks.along(column, reading.spans)), vertical=True)
            else:
                read[i] = _Read(np.roll(quads[i], -1, axis=0), readings[i])
        return read

    def _rows_or_columns(self, pixels: Pixels, columns: list[_Read]) -> list[_Read]:
        """Wide-spaced rows look like columns; squeezed, they come back as rows, and true columns stay what they are."""
        width = max(1, round(pixels.shape[1] * _SQUEEZE))
        squeezed = cv2.resize(pixels, (width, pixels.shape[0]), interpolation=cv2.INTER_AREA)
        factor = np.array([pixels.shape[1] / width, 1.0], np.float32)
        quads = [quad * factor for quad in self._find(np.asarray(squeezed, np.uint8))]
        if not quads or stacks.mostly_tall(quads):
            return columns
        rows = self._recognised(pixels, quads)
        return rows if _mean(rows) >= _mean(columns) - _ROWS_MAY_LOSE else columns


class RapidOcrEngine(PageEngine):
    """Implements `OcrEngine`. Loading takes about a second; one engine per process."""

    name = "rapidocr"

    def __init__(self, runtime: models.RuntimeChoice = "auto", parameters: dict[str, Any] | None = None) -> None:
        loaded = models.load(runtime, parameters)
        self.runtime = loaded.runtime
        used = {
            "runtime": loaded.runtime,
            "precision": loaded.precision,
            **models.PARAMETERS,
            **(parameters or {}),
            "models": loaded.digests,
        }
        super().__init__(loaded, used)


def _mean(read: Sequence[_Read]) -> float:
    """Confidence of a character, on average."""
    characters = sum(len(r.reading.text) for r in read)
    return sum(len(r.reading.text) * r.reading.confidence for r in read) / max(1, characters)


def _within(pixels: Pixels) -> tuple[Pixels, float]:
    """The page at most MAX_SIDE long, and the factor back to its stored size."""
    scale = max(1.0, max(pixels.shape[:2]) / MAX_SIDE)
    if scale == 1.0:
        return pixels, 1.0
    height, width = (max(1, round(side / scale)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8), scale


@dataclass(frozen=True, slots=True)
class _Back:
    """From the upright page as it was read to the image as it is stored."""

    rotation: int
    scale: float
    upright: tuple[int, int]
    stored: tuple[int, int]

    def line(self, read: _Read) -> Line:
        quad = geometry.turned_points(read.quad, -self.rotation % 360, *self.upright) * self.scale
        return Line(
            text=read.reading.text,
            box=geometry.as_box(quad, *self.stored),
            confidence=min(1.0, read.reading.confidence),
            char_spans=read.reading.spans,
            char_confidences=read.reading.certainties,
            alternatives=read.reading.others,
            vertical=read.vertical,
        )
