"""`juanzong ocr` with an engine that takes its time and says which page it read: to be interrupted, killed and resumed."""

from __future__ import annotations

import sys
import time

from base.images import Pixels
from cli import ocr
from cli.main import main
from ocr.lines import Line, PageReading


class SlowEngine:
    """Implements `OcrEngine`; a tenth of the brightness of a page is its number."""

    name, version = "rapidocr", "1"

    def read(self, pixels: Pixels) -> PageReading:
        time.sleep(0.1)
        height, width = pixels.shape[:2]
        line = Line(f"第{round(pixels[0, 0, 0] / 10)}页", ((1, 1), (9, 1), (9, 5), (1, 5)), 1.0)
        return PageReading(self.name, self.version, width, height, 0, 0.1, (line,), {})


def open_slow() -> SlowEngine:
    return SlowEngine()


if __name__ == "__main__":
    ocr.engine_factory = lambda _name: open_slow  # type: ignore[assignment]
    sys.exit(main(["ocr", *sys.argv[1:]]))
