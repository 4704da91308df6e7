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
            "spans": [[round(start, 4), round(end, 4)] for start, end in self.char_spans],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Line:
        """The line that `as_json` wrote."""
        a, b, c, d = ((float(x), float(y)) for x, y in value["box"])
        spans = tuple((float(start), float(end)) for start, end in value["spans"])
        return cls(value["text"], (a, b, c, d), float(value["confidence"]), spans)


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

    def as_json(self) -> dict[str, Any]:
        """The reading as it is stored: everything that is needed to show, search, print and compare it."""
        return {
            "format": 1,
            "engine": self.engine,
            "engine_version": self.engine_version,
            "parameters": self.parameters,
            "width": self.width,
            "height": self.height,
            "rotation": self.rotation,
            "seconds": round(self.seconds, 3),
            "lines": [line.as_json() for line in self.lines],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> PageReading:
        """The reading that `as_json` wrote."""
        return cls(
            engine=value["engine"],
            engine_version=value["engine_version"],
            width=value["width"],
            height=value["height"],
            rotation=value["rotation"],
            seconds=value["seconds"],
            lines=tuple(Line.from_json(line) for line in value["lines"]),
            parameters=value["parameters"],
        )
