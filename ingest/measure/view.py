"""One page as all measures see it: decoded once at the size that they need, each derived picture made when first asked for.

Three sizes, each half of the one before: `fine` for what is as thin as a stroke, `coarse` for what is as large as a
character, `small` for the paper itself. Nothing but a few doubtful answers asks for the pixels as stored.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import cv2
import numpy as np

from base.images import ImageHeader, Pixels, read_pixels, read_reduced, shrunk_by
from ingest.measure.morphology import Plane
from ingest.measure.sheet import Sheet, find_sheet
from standards.papers import MM_PER_INCH, Explained, explain
from standards.values import Box

# The fine copy keeps a long side of at least 1000 pixels (A4 at 85 dpi), and 95 dpi where the header says how many there are.
_LONG_SIDE = 1000
_LONG_SIDE_BY_HEADER = 600
_FINE_DPI = 95
_CLOSER_LONG_SIDE = 1754
_CLOSE_ENOUGH = 1500
# A long side of A4 is assumed where nothing tells the sheet's size, for kernels only and never for an answer.
_ASSUMED_LONG_MM = 297.0
_GRAIN_BANDS, _GRAIN_ROWS = 3, 24


def factor_of(header: ImageHeader) -> int:
    """By how much a page is shrunk to be measured: 1, 2, 4 or 8."""
    long = max(header.width, header.height)
    said = None if header.dpi is None or min(header.dpi) < 100 else min(header.dpi)
    fits = [1]
    for factor in (2, 4, 8):
        enough = long >= factor * _LONG_SIDE if said is None else said >= factor * _FINE_DPI
        if enough and long >= factor * _LONG_SIDE_BY_HEADER:
            fits.append(factor)
    # A header that promises little keeps no huge picture large.
    return max(fits) if long / max(fits) <= 4 * _LONG_SIDE else 8


class PageView:
    """The pictures of one page, RGB and planes of 0–255.

    `reduced` is the fine copy; `scale` fine pixels per stored pixel; `px_per_mm` is of the fine copy and good enough for
    kernel sizes; `true_px_per_mm` is None where neither the paper nor the header tells it.
    """

    def __init__(
        self,
        pixels: Pixels,
        header: ImageHeader,
        data: bytes,
        factor: float | None = None,
        whole: Callable[[], Pixels] | None = None,
    ) -> None:
        """`pixels` as stored; where `whole` is given, which makes those, `pixels` are the fine copy itself."""
        self.header = header
        self.data = data
        self.factor = float(factor_of(header) if factor is None else factor)
        if whole is None:
            self.pixels = pixels
            height, width = pixels.shape[:2]
            self.factor = max(1.0, min(self.factor, height, width))
        else:
            self._whole = whole
            width, height = header.width, header.height
        self.size = (width, height)
        self.scale = 1 / self.factor
        self.reduced: Pixels = _shrunk(pixels, self.factor) if whole is None else pixels

    @classmethod
    def decoded(cls, data: bytes, name: str, header: ImageHeader, frame: int = 0) -> PageView:
        """The view of an image's bytes; InputError `image.truncated` for half a page."""
        factor = factor_of(header)
        if factor == 1 or frame or header.format != "JPEG":
            return cls(read_pixels(data, name, frame), header, data)
        fine = read_reduced(data, name, header, factor)
        return cls(fine, header, data, factor, lambda: read_pixels(data, name, frame))

    @cached_property
    def pixels(self) -> Pixels:
        """The page as stored, width × height; decoded again where only the fine copy was."""
        return self._whole()

    @property
    def close(self) -> bool:
        """Is the fine copy as fine as that?"""
        return self.factor == 1 or max(self.reduced.shape[:2]) >= _CLOSE_ENOUGH

    @cached_property
    def closer(self) -> PageView:
        """The same page as fine as A4 at 150 dpi, where a printed stroke is two pixels wide, for what decides by its rim."""
        if self.close:
            return self
        factor = max(1.0, max(self.size) / _CLOSER_LONG_SIDE)
        return self if factor >= self.factor else PageView(self.pixels, self.header, self.data, factor)

    @cached_property
    def coarse_rgb(self) -> Pixels:
        return shrunk_by(self.reduced, 2)

    @cached_property
    def small(self) -> Pixels:
        return shrunk_by(self.coarse_rgb, 2)

    @cached_property
    def green(self) -> Plane:
        """The green channel: black, red and blue ink are all dark in it, and a JPEG keeps it sharpest."""
        return np.asarray(cv2.extractChannel(self.reduced, 1), np.uint8)

    @cached_property
    def some_rows(self) -> Plane:
        """Every fifth row of the fine copy, green."""
        return np.ascontiguousarray(self.reduced[::5, :, 1])

    @cached_property
    def coarse(self) -> tuple[Plane, Plane, Plane]:
        """Red, green and blue of the coarse copy."""
        red, green, blue = cv2.split(self.coarse_rgb)
        return np.asarray(red, np.uint8), np.asarray(green, np.uint8), np.asarray(blue, np.uint8)

    @cached_property
    def sheet(self) -> Sheet:
        return find_sheet(self.reduced, self.coarse_rgb)

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
        found = explain(*self.size, self.header_dpi, edges_seen=False)
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
        """A kernel size: an odd number of fine pixels, at least 3."""
        return max(3, round(mm * self.px_per_mm) | 1)

    def odd_coarse(self, mm: float) -> int:
        return max(3, round(mm * self.px_per_mm / 2) | 1)

    def box(self, left: float, top: float, width: float, height: float, shrunk: float = 1.0) -> Box:
        """A box of the fine copy (of one `shrunk` times smaller) in pixels of the stored image."""
        by = shrunk / self.scale
        wide, high = self.size
        return (
            max(0, round(left * by)), max(0, round(top * by)),
            min(wide, round((left + width) * by)), min(high, round((top + height) * by)),
        )  # fmt: skip

    @cached_property
    def coarse_interior(self) -> Plane:
        """255 on the paper without 2.5 mm along its edges, where shadows and torn rims lie; 0 elsewhere."""
        height, width = self.coarse_rgb.shape[:2]
        mask = cv2.resize(self.sheet.mask, (width, height), interpolation=cv2.INTER_NEAREST)
        size = self.odd_coarse(5.0)
        padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        eroded = cv2.erode(padded, np.ones((size, size), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
        return np.ascontiguousarray(eroded[1:-1, 1:-1], np.uint8)

    @cached_property
    def interior(self) -> Plane:
        """`coarse_interior` in fine pixels."""
        height, width = self.reduced.shape[:2]
        return np.asarray(cv2.resize(self.coarse_interior, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)

    @cached_property
    def inside_px(self) -> int:
        """How many coarse pixels the interior has."""
        return cv2.countNonZero(self.coarse_interior)

    @cached_property
    def depth(self) -> Plane:
        """How much darker than the paper around it each pixel of `green` is; beyond the paper's interior too."""
        return np.asarray(cv2.subtract(_stretched(self.paper, self.green), self.green), np.uint8)

    @cached_property
    def darkness(self) -> Plane:
        """`depth` inside the paper's interior, 0 outside."""
        return np.asarray(cv2.bitwise_and(self.depth, self.interior), np.uint8)

    @cached_property
    def coarse_darkness(self) -> Plane:
        green = self.coarse[1]
        depth = cv2.subtract(_stretched(self.paper, green), green)
        return np.asarray(cv2.bitwise_and(depth, self.coarse_interior), np.uint8)

    @cached_property
    def paper(self) -> Plane:
        """The paper's own brightness in green, in small pixels."""
        return paper_level(np.asarray(cv2.extractChannel(self.small, 1), np.uint8), self.px_per_mm / 4)

    @cached_property
    def noise(self) -> float:
        """Standard deviation of the grain of bare paper in `green`, in levels."""
        return grain_of(self.reduced[:, :, 1], self.coarse_interior, 2)


def _shrunk(pixels: Pixels, factor: float) -> Pixels:
    if factor == int(factor):
        return shrunk_by(pixels, int(factor))
    size = (max(1, round(pixels.shape[1] / factor)), max(1, round(pixels.shape[0] / factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def grain_of(plane: Plane, inside: Plane, ratio: int) -> float:
    """Standard deviation of the grain of bare paper: of what a median takes away, the smaller half counts, in a few bands.

    `inside` is above 0 where to look, in pixels `ratio` (1 or 2) times as large as those of `plane`.
    """
    rows = min(_GRAIN_ROWS, inside.shape[0] * ratio)
    grains = []
    for top in (np.linspace(0.08, 0.92, _GRAIN_BANDS) * (inside.shape[0] * ratio - rows) / 2).astype(int) * 2:
        band = np.ascontiguousarray(plane[top : top + rows])
        grain = cv2.absdiff(band, cv2.medianBlur(band, 3))[::2, ::2]
        where = inside[top // ratio : (top + rows) // ratio : 2 // ratio, :: 2 // ratio]
        high, wide = (min(sides) for sides in zip(grain.shape, where.shape, strict=True))
        grains.append(grain[:high, :wide][where[:high, :wide] > 0])
    counts = np.bincount(np.concatenate(grains), minlength=256)
    half = int(counts.sum()) // 2
    if half == 0:
        return 1.0
    lower = np.minimum(counts, np.maximum(0, half - (np.cumsum(counts) - counts)))
    return max(0.5, float((lower * np.arange(len(counts))).sum() / half) * 2.5)


def _stretched(plane: Plane, like: Plane) -> Plane:
    height, width = like.shape
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def paper_level(plane: Plane, px_per_mm: float) -> Plane:
    """The paper's own brightness at each pixel: marks up to 6 mm and bright spots up to 12 mm are flattened."""
    size = max(3, round(6 * px_per_mm) | 1)
    lifted = cv2.morphologyEx(plane, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    # A punch hole over a white bed must not lift the paper around it.
    hole = 2 * size + 1
    level = cv2.morphologyEx(lifted, cv2.MORPH_OPEN, np.ones((hole, hole), np.uint8))
    return np.asarray(cv2.blur(cv2.blur(level, (size, size)), (size, size)), np.uint8)
