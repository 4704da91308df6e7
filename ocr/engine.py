"""The contract of a reading engine. One suite, `tests/ocr/contract.py`, holds every implementation to it."""

from __future__ import annotations

from typing import Protocol

from base.images import Pixels
from ocr.lines import PageReading


class OcrEngine(Protocol):
    """Reads one page at a time. Not thread-safe: one engine per process."""

    name: str
    version: str

    def read(self, pixels: Pixels) -> PageReading:
        """Lines of a page in any of the four orientations.

        `pixels`: height × width × 3, RGB, uint8, of any size. A blank page gives no lines. OcrError `ocr.failed` where
        the engine breaks or what it gets is no such page; the engine must still be usable for the next page or raise
        OcrError `ocr.engine-dead`.
        """
