"""What reading a page gives: lines of text with their boxes, in pixels of the image as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Four corners, clockwise from the text's own top left, in pixels of the stored image.
Box = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `confidence` is 0–1; `char_spans` are, per character, (start, end) as fractions of the box width."""

    text: str
    box: Box
    confidence: float
    char_spans: tuple[tuple[float, float], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "box": [[round(x, 1), round(y, 1)] for x, y in self.box],
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True)
class PageReading:
    """All lines of one page in reading order.

    `rotation` is the clockwise turn in degrees (0, 90, 180, 270) that makes the page upright; `width` and `height` are of
    the stored image, in pixels; `engine` and `engine_version` name what read it, `parameters` how.
    """

    engine: str
    engine_version: str
    width: int
    height: int
    rotation: int
    seconds: float
    lines: tuple[Line, ...]
    parameters: dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)
