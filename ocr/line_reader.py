"""Lines of an upright page by an engine's networks: found, cut out, read; columns of characters laid out as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from base.images import Pixels
from ocr import detection, geometry, stacks
from ocr.geometry import Quad
from ocr.networks import Networks
from ocr.recognition import Reading

# A page squeezed to this width shows as rows what wide-spaced writing (grid paper) shows as columns.
_SQUEEZE = 0.75
# Rows must read nearly as well as the columns they replace.
_ROWS_MAY_LOSE = 0.05


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line on the upright page; the quad begins where the text does. `vertical`: characters one under the other."""

    quad: Quad
    reading: Reading
    vertical: bool = False
    second_look: bool = False


class LineReader:
    """The networks of one engine, in the words of a page. Pages are RGB."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def find(self, pixels: Pixels) -> list[Quad]:
        return detection.find_lines(self._networks.find_lines, pixels)

    def texts(self, cuts: Sequence[Pixels]) -> list[Reading]:
        return self._networks.read_lines(cuts) if cuts else []

    def read(self, pixels: Pixels, quads: Sequence[Quad], known: Mapping[int, Reading] | None = None) -> list[ReadLine]:
        """Reads boxes; a tall one both as stacked characters and as text lying on its side, whichever reads better.

        `known` are readings by index in `quads` that need not be made again; of boxes that are not tall.
        """
        known = known or {}
        new = [i for i in range(len(quads)) if i not in known]
        cuts = [geometry.cut_out(pixels, quads[i]) for i in new]
        tall = [place for place, i in enumerate(new) if stacks.is_tall(*geometry.size(quads[i]))]
        columns = [cuts[place] for place in tall]
        for place in tall:
            cuts[place] = np.ascontiguousarray(np.rot90(cuts[place]))
        readings = self.texts([*cuts, *(stacks.laid_out(column) for column in columns)])
        found = {**known, **dict(zip(new, readings, strict=False))}
        read = [ReadLine(quad, found[i]) for i, quad in enumerate(quads)]
        for place, column, stacked in zip(tall, columns, readings[len(cuts) :], strict=True):
            i = new[place]
            if stacked.confidence >= readings[place].confidence:
                read[i] = ReadLine(quads[i], replace(stacked, spans=stacks.along(column, stacked.spans)), vertical=True)
            else:
                read[i] = ReadLine(np.roll(quads[i], -1, axis=0), readings[place])
        return read

    def rows_or_columns(self, pixels: Pixels, columns: list[ReadLine]) -> list[ReadLine]:
        """Wide-spaced rows look like columns; squeezed, they come back as rows, and true columns stay what they are."""
        width = max(1, round(pixels.shape[1] * _SQUEEZE))
        squeezed = cv2.resize(pixels, (width, pixels.shape[0]), interpolation=cv2.INTER_AREA)
        factor = np.array([pixels.shape[1] / width, 1.0], np.float32)
        quads = [quad * factor for quad in self.find(np.asarray(squeezed, np.uint8))]
        if not quads or stacks.mostly_tall(quads):
            return columns
        rows = self.read(pixels, quads)
        return rows if _mean(rows) >= _mean(columns) - _ROWS_MAY_LOSE else columns


def _mean(read: Sequence[ReadLine]) -> float:
    """Confidence of a character, on average."""
    characters = sum(len(r.reading.text) for r in read)
    return sum(len(r.reading.text) * r.reading.confidence for r in read) / max(1, characters)
