"""A reading engine for the harness: quick, the same for the same pixels, and kept in the catalogue under a name of its own."""

from __future__ import annotations

import hashlib
import os

from base.images import Pixels
from ocr.engines import EngineFactory
from ocr.lines import Line, PageReading
from ocr.models import RuntimeChoice
from tests.faults import points

NAME = "faultstest"


class FaultsEngine:
    """Implements `OcrEngine`: what it reads is made of the pixels, so that each page has a word of its own."""

    name, version = NAME, "1"

    def read(self, pixels: Pixels) -> PageReading:
        height, width = pixels.shape[:2]
        box = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))
        lines = (Line(f"故障试验页 {word_of(pixels)}", box, 0.99),)
        return PageReading(self.name, self.version, width, height, 0, 0.0, lines, {})


def word_of(pixels: Pixels) -> str:
    """Twelve letters that no other page of a delivery has."""
    digest = hashlib.sha256(pixels.tobytes()).hexdigest()[:12]
    return "".join(chr(ord("a") + int(each, 16)) for each in digest)


def find_engine(_name: str, _runtime: RuntimeChoice = "auto") -> EngineFactory:
    """As `ocr.engines.engine_factory`; a worker that is handed this one breaks where its plan says."""
    return FaultsEngine


if points.PLAN in os.environ and not points.armed():
    # A worker process is spawned: it takes its plan from the environment before it opens anything.
    points.arm("worker")
