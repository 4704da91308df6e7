"""What reading a page gives: lines of text with their boxes, in pixels of the image as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Four corners, clockwise from the text's own top left, in pixels of the stored image.
Box = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `confidence` is 0–1; what follows it may be empty, in readings of other engines and earlier ones.

    `char_spans` are, per character, (start, end) as fractions of the box's width, or of its height where `vertical`:
    upright characters one under the other, from the box's first corner down. `char_confidences` are 0–1, per character.
    `alternatives` are (index in `text`, other characters that it may be, likeliest first) where the engine was in doubt.
    `second_look` tells that the line was read again because it read badly, and is the better of both readings.
    """

    text: str
    box: Box
    confidence: float
    char_spans: tuple[tuple[float, float], ...] = ()
    char_confidences: tuple[float, ...] = ()
    alternatives: tuple[tuple[int, str], ...] = ()
    vertical: bool = False
    second_look: bool = False

    def part(self, start: int, end: int) -> Box:
        """The box of characters `start` to `end` (not included); where positions are unknown, evenly parted."""
        count = len(self.text)
        if not 0 <= start < end <= count:
            raise ValueError(f"no characters {start}–{end} in a line of {count}")
        known = len(self.char_spans) == count
        first = self.char_spans[start][0] if known else start / count
        last = self.char_spans[end - 1][1] if known else end / count
        a, b, c, d = self.box
        if self.vertical:
            return _between(a, d, first), _between(b, c, first), _between(b, c, last), _between(a, d, last)
        return _between(a, b, first), _between(a, b, last), _between(d, c, last), _between(d, c, first)

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "box": [[round(x, 1), round(y, 1)] for x, y in self.box],
            "confidence": round(self.confidence, 4),
            "spans": [[round(start, 4), round(end, 4)] for start, end in self.char_spans],
            "confidences": [round(value, 3) for value in self.char_confidences],
            "alternatives": [[index, others] for index, others in self.alternatives],
            "vertical": self.vertical,
            "second_look": self.second_look,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Line:
        """The line that `as_json` wrote; those written before a key was there have none of it."""
        a, b, c, d = ((float(x), float(y)) for x, y in value["box"])
        return cls(
            text=value["text"],
            box=(a, b, c, d),
            confidence=float(value["confidence"]),
            char_spans=tuple((float(start), float(end)) for start, end in value["spans"]),
            char_confidences=tuple(float(each) for each in value.get("confidences", ())),
            alternatives=tuple((int(index), str(others)) for index, others in value.get("alternatives", ())),
            vertical=bool(value.get("vertical", False)),
            second_look=bool(value.get("second_look", False)),
        )


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


@dataclass(frozen=True, slots=True)
class PageReading:
    """All lines of one page in reading order.

    `rotation` is the clockwise turn in degrees (0, 90, 180, 270) that makes the page upright; `width` and `height` are of
    the stored image, in pixels; `engine` and `engine_version` name what read it, `parameters` how. `seconds` is the whole
    time, `second_look_seconds` the part of it that went into reading bad lines again.
    """

    engine: str
    engine_version: str
    width: int
    height: int
    rotation: int
    seconds: float
    lines: tuple[Line, ...]
    parameters: dict[str, Any]
    second_look_seconds: float = 0.0

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
            "second_look_seconds": round(self.second_look_seconds, 3),
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
            second_look_seconds=float(value.get("second_look_seconds", 0.0)),
        )
