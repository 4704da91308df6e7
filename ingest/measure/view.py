"""One decoded page as all measures see it: decoded once, reduced once, each derived picture made when first asked for."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import ImageHeader, Pixels
from ingest.measure.morphology import Plane
from ingest.measure.sheet import Sheet, find_sheet
from standards.papers import MM_PER_INCH, Explained, explain

Mask = NDArray[np.bool_]

# The long side of the reduced copy: an A4 page at 150 dpi, where a printed stroke is still two pixels wide.
REDUCED_LONG_SIDE = 1754
# A long side of A4 is assumed where nothing tells the sheet's size, for kernels only and never for an answer.
_ASSUMED_LONG_MM = 297.0


class PageView:
    """The pictures of one page. `pixels` is RGB as stored; `reduced` its copy of at most 1754 pixels a side.

    `scale` is reduced pixels per stored pixel; `px_per_mm` is of the reduced copy and good enough for kernel sizes;
    `true_px_per_mm` is None where neither the paper nor the header tells it.
    """

    def __init__(self, pixels: Pixels, header: ImageHeader, data: bytes) -> None:
        self.pixels = pixels
        self.header = header
        self.data = data
        height, width = pixels.shape[:2]
        self.scale = min(1.0, REDUCED_LONG_SIDE / max(height, width))

    @cached_property
    def reduced(self) -> Pixels:
        if self.scale == 1.0:
            return self.pixels
        height, width = self.pixels.shape[:2]
        size = (max(1, round(width * self.scale)), max(1, round(height * self.scale)))
        return np.asarray(cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)

    @cached_property
    def green(self) -> Plane:
        """The green channel: black, red and blue ink are all dark in it, and a JPEG keeps it sharpest."""
        return np.ascontiguousarray(self.reduced[:, :, 1])

    @cached_property
    def grey(self) -> Plane:
        return np.asarray(cv2.cvtColor(self.reduced, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def sheet(self) -> Sheet:
        return find_sheet(self.reduced)

    @cached_property
    def header_dpi(self) -> float | None:
        """The header's resolution where it is one number for both directions."""
        if self.header.dpi is None or abs(self.header.dpi[0] - self.header.dpi[1]) > 1:
            return None
        return self.header.dpi[0]

    @cached_property
    def explained(self) -> Explained | None:
        """The sheet that explains the pixels: by its own edges where they show, otherwise by the frame."""
        if self.sheet.edges_seen:
            found = explain(
                self.sheet.width / self.scale, self.sheet.height / self.scale, self.header_dpi, edges_seen=True
            )
            if found is not None:
                return found
        height, width = self.pixels.shape[:2]
        found = explain(width, height, self.header_dpi, edges_seen=False)
        # A frame that fits by chance around a sheet of another size proves nothing but what the header says too.
        return found if found is None or found.header_agrees or not self.sheet.edges_seen else None

    @cached_property
    def true_px_per_mm(self) -> float | None:
        if self.explained is not None:
            return float(self.explained.dpi / MM_PER_INCH * self.scale)
        # 72 and 96 are what programs write when they do not know.
        if self.header_dpi is not None and self.header_dpi >= 100:
            return float(self.header_dpi / MM_PER_INCH * self.scale)
        return None

    @cached_property
    def px_per_mm(self) -> float:
        return float(self.true_px_per_mm or max(self.sheet.width, self.sheet.height) / _ASSUMED_LONG_MM)

    def odd_px(self, mm: float) -> int:
        """A kernel size: an odd number of reduced pixels, at least 3."""
        return max(3, round(mm * self.px_per_mm) | 1)

    @cached_property
    def interior(self) -> Mask:
        """The paper without 2.5 mm along its edges, where shadows and torn rims lie."""
        size = self.odd_px(5.0)
        padded = cv2.copyMakeBorder(self.sheet.mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        eroded = cv2.erode(padded, cv2.getStructuringElement(cv2.MORPH_RECT, (size, size)), borderValue=0)
        return np.asarray(eroded[1:-1, 1:-1] > 0)

    @cached_property
    def depth(self) -> NDArray[np.int16]:
        """How much darker than the paper around it each pixel of `green` is; beyond the paper's interior too."""
        return np.asarray(self.paper.astype(np.int16) - self.green, np.int16)

    @cached_property
    def darkness(self) -> NDArray[np.int16]:
        """`depth` inside the paper's interior, 0 outside."""
        return np.where(self.interior, self.depth, np.int16(0))

    @cached_property
    def paper(self) -> Plane:
        """The paper's own brightness in `green` at each pixel."""
        return paper_level(self.green, self.px_per_mm)

    @cached_property
    def noise(self) -> float:
        """Standard deviation of the grain of bare paper in `green`, in levels."""
        grain = cv2.absdiff(self.green, cv2.medianBlur(self.green, 3))[self.interior]
        return (
            1.0
            if grain.size == 0
            else max(0.5, float(np.mean(np.sort(grain[::7])[: max(1, grain[::7].size // 2)])) * 2.5)
        )


def paper_level(plane: Plane, px_per_mm: float) -> Plane:
    """The paper's own brightness at each pixel: marks up to 6 mm and bright spots up to 12 mm are flattened."""
    height, width = plane.shape
    small = cv2.resize(plane, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    size = max(3, round(6 * px_per_mm / 4) | 1)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    # A punch hole over a white bed must not lift the paper around it.
    hole = 2 * size + 1
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (hole, hole)))
    smooth = cv2.GaussianBlur(cv2.medianBlur(closed, 5), (0, 0), size / 3)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
