"""An engine that reads what a page's tone stands for: the owner's name, another's, or nothing at all."""

from __future__ import annotations

from base.images import Pixels
from ocr.errors import OcrError
from ocr.lines import Line, PageReading

# Brightness of the whole page: one that says whose it is, one that says another's, one that cannot be read.
OWN, OTHER, BROKEN = 250, 240, 230
_TEXTS = {OWN: ("姓名：张三", "身份证号：110101195001010015"), OTHER: ("姓名：王芳", "身份证号：44052418800101001X")}


class SayingEngine:
    """Implements `OcrEngine`."""

    name, version = "saying", "1"

    def read(self, pixels: Pixels) -> PageReading:
        height, width = pixels.shape[:2]
        tone = min(_TONES, key=lambda each: abs(each - int(pixels[5, 5, 0])))
        if tone == BROKEN:
            raise OcrError("ocr.failed", engine=self.name, detail="told to")
        lines = []
        for place, text in enumerate(_TEXTS[tone]):
            top = 40.0 + 40 * place
            box = ((20.0, top), (20.0 + 16 * len(text), top), (20.0 + 16 * len(text), top + 20), (20.0, top + 20))
            lines.append(Line(text, box, 0.99))
        return PageReading(
            engine=self.name, engine_version=self.version, width=width, height=height, rotation=0, seconds=0.0,
            lines=tuple(lines), parameters={},
        )  # fmt: skip


_TONES = (OWN, OTHER, BROKEN)


def open_saying() -> SayingEngine:
    return SayingEngine()
