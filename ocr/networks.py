"""What finds lines on a page and reads them: all in which one engine differs from another; the rest is `ocr.page_engine`'s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ocr.geometry import Quad
from ocr.recognition import Reading


class Networks(Protocol):
    """Loaded in one process, or spoken to in another. Not thread-safe."""

    @property
    def version(self) -> str: ...

    def find_lines(self, bgr: NDArray[np.uint8]) -> list[Quad]:
        """Boxes of text lines, corners clockwise from the stored top left, in pixels of the image given."""

    def read_lines(self, cuts: Sequence[Pixels]) -> list[Reading]:
        """What each cut-out line says, RGB, upright; in the order given."""
