"""Engines for whole offices, found by name as real ones are: what they do is told by the colour of a page's corner."""

from __future__ import annotations

import os
import time
from functools import partial

from base.images import Pixels
from ocr.engines import EngineFactory
from ocr.errors import OcrError
from ocr.lines import Line, PageReading
from ocr.models import RuntimeChoice

# Brightness of the page's corner: read well, end the process, never answer, take all memory, answer for another image.
WELL, DIES, HANGS, EATS, GARBAGE = 250, 200, 150, 100, 50
_ORDERS = (WELL, DIES, HANGS, EATS, GARBAGE)


class ToldEngine:
    """Implements `OcrEngine`; its parameters are what follows a `~` in its name."""

    version = "1"

    def __init__(self, name: str) -> None:
        self.name, _, self._parameters = name.partition("~")

    def read(self, pixels: Pixels) -> PageReading:
        height, width = pixels.shape[:2]
        told = min(_ORDERS, key=lambda each: abs(each - int(pixels[2, 2, 0])))
        if told == DIES:
            os._exit(9)
        if told == HANGS:
            time.sleep(600)
        if told == EATS:
            _eat()
        box = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))
        lines = (Line(f"{self.name}所读{self._parameters}", box, 0.99),)
        return PageReading(
            self.name, self.version, width if told != GARBAGE else 1, height, 0, 0.0, lines,
            {"how": self._parameters},
        )  # fmt: skip


def _eat() -> None:
    eaten = []
    while True:
        eaten.append(b"x" * (64 << 20))
        time.sleep(0.01)


def find_told(name: str, runtime: RuntimeChoice = "auto") -> EngineFactory:
    """As `ocr.engines.engine_factory`."""
    if name == "unknown":
        raise OcrError("ocr.engine-unknown", engine=name, known="any")
    return partial(ToldEngine, name)
