"""An engine that fails in every way a real one may: what it does is told by the first pixel of the page."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from base.images import Pixels
from ocr.errors import OcrError
from ocr.lines import Line, PageReading

WELL, DIES, HANGS, GARBAGE, FAILS, RAISES, DIES_ONCE, EATS, OTHERS, LATE = range(10)


def order(what: int, mark: int = 0, height: int = 20) -> Pixels:
    pixels = np.full((height, 30, 3), 255, np.uint8)
    pixels[0, 0] = (what, mark, 0)
    return pixels


class BreakingEngine:
    """Implements `OcrEngine`; answers with its process id as text when it is told to work."""

    name, version = "breaking", "1"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: PageReading | None = None

    def read(self, pixels: Pixels) -> PageReading:
        what, mark = int(pixels[0, 0, 0]), int(pixels[0, 0, 1])
        if what == DIES or (what == DIES_ONCE and not self._seen(mark)):
            os._exit(9)
        if what == HANGS:
            time.sleep(600)
        if what == EATS:
            _eat()
        if what == OTHERS:
            return self._before or PageReading(self.name, self.version, 1, 1, 0, 0.0, (), {})
        if what == LATE:
            time.sleep(1)
        if what == FAILS:
            raise OcrError("ocr.failed", engine=self.name, detail="told to")
        if what == RAISES:
            raise KeyError("told to")
        width = 999 if what == GARBAGE else pixels.shape[1]
        box = ((1.0, 1.0), (9.0, 1.0), (9.0, 5.0), (1.0, 5.0))
        cores = ",".join(map(str, sorted(os.sched_getaffinity(0))))
        lines = (Line(str(os.getpid()), box, 1.0), Line(cores, box, 1.0))
        self._before = PageReading(self.name, self.version, width, pixels.shape[0], 0, 0.0, lines, {})
        return self._before

    def _seen(self, mark: int) -> bool:
        file = self._folder / f"seen-{mark}"
        if file.exists():
            return True
        file.touch()
        return False


def _eat() -> None:
    """Takes 64 MB every hundredth of a second, for ever."""
    eaten: list[bytes] = []
    while True:
        eaten.append(b"x" * (64 << 20))
        time.sleep(0.01)


class _NeverOpens:
    def __call__(self) -> BreakingEngine:
        raise OcrError("ocr.engine-missing", engine="breaking", detail="told to")


NEVER_OPENS = _NeverOpens()


def dies_opening() -> BreakingEngine:
    os._exit(7)
