"""A page's reading with what people said of its lines: whatever engine reads the page again, their word stands.

A correction takes away the characters that the machine read inside its box, line by line, and puts its own line in their
place. So it does not matter how another engine cuts the page: two halves of a corrected line both go, and of a line
that runs over a corrected one only the part outside is left. A correction that meets nothing stays as a line of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr.corrected_places import Frame, frame_of, insertion, middle_of, overlap, touch
from ocr.lines import Box, Line, PageReading


@dataclass(frozen=True, slots=True)
class Correction:
    """What holds for one line now. `text` is empty where there is no text (noise); `spans` and `vertical` are as in `Line`.

    The box has an area: what is thinner than a stroke cannot be met again."""

    line_id: int
    box: Box
    text: str
    spans: tuple[tuple[float, float], ...] = ()
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """The corrected reading; `line_ids` say, line by line, which correction it is of (0: as the machine read it)."""

    reading: PageReading
    line_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line on its way into the merged page: what it is ordered by within the line that it stands in for."""

    line: Line
    line_id: int
    start: float = 0.0

    @property
    def key(self) -> tuple[float, bool, int]:
        return self.start, self.line_id == 0, self.line_id


def merge(reading: PageReading, corrections: Sequence[Correction]) -> Merged:
    """The reading with each correction in it exactly once; merging the result again changes nothing.

    Lines that no correction touches keep their order. A corrected line counts as certain: its confidence is 1.
    """
    if not corrections:
        return Merged(reading, (0,) * len(reading.lines))
    ordered = _in_order(corrections)
    frames = [frame_of(each.box, vertical=each.vertical) for each in ordered]
    rows: list[list[_Placed]] = []
    touched: dict[int, list[int]] = {}
    for place, line in enumerate(reading.lines):
        near = [index for index, each in enumerate(ordered) if touch(each.box, line.box)]
        within = [index for index in near if any(_inside(frames[index], line))]
        for index in within:
            touched.setdefault(index, []).append(place)
        rows.append(_left_over(line, [frames[index] for index in within]) if within else [_Placed(line, 0)])
    homeless = []
    for index, correction in enumerate(ordered):
        if not correction.text:
            continue
        if index in touched:
            home = max(touched[index], key=lambda place: (overlap(reading.lines[place].box, correction.box), -place))
            start = _start(reading.lines[home], correction.box)
            rows[home].append(_Placed(_line(correction), correction.line_id, start))
        else:
            homeless.append(correction)
    placed = [each for row in rows for each in sorted(row, key=lambda each: each.key)]
    for correction in homeless:
        boxes = [each.line.box for each in placed]
        at = insertion(boxes, correction.box, reading.rotation, reading.width, reading.height)
        placed.insert(at, _Placed(_line(correction), correction.line_id))
    lines = tuple(each.line for each in placed)
    return Merged(replace(reading, lines=lines), tuple(each.line_id for each in placed))


def _in_order(corrections: Sequence[Correction]) -> list[Correction]:
    """The older first, with those of its very place behind it: merging again would bring these together anyway."""
    first: dict[Box, int] = {}
    by_age = sorted(corrections, key=lambda each: each.line_id)
    for each in by_age:
        first.setdefault(each.box, each.line_id)
    return sorted(by_age, key=lambda each: first[each.box])


def _line(correction: Correction) -> Line:
    return Line(correction.text, correction.box, 1.0, correction.spans, vertical=correction.vertical)


def _inside(frame: Frame, line: Line) -> list[bool]:
    return [frame.holds(middle_of(line.part(at, at + 1))) for at in range(len(line.text))]


def _left_over(line: Line, frames: Sequence[Frame]) -> list[_Placed]:
    """What the machine read of a line outside of all corrections, as lines of their own; punctuation alone is nothing."""
    marks = [any(inside) for inside in zip(*(_inside(frame, line) for frame in frames), strict=True)]
    pieces, begin = [], None
    for at, taken in enumerate([*marks, True]):
        if not taken and begin is None:
            begin = at
        elif taken and begin is not None:
            piece = _piece(line, begin, at)
            if piece is not None:
                pieces.append(_Placed(piece, 0, _start(line, piece.box)))
            begin = None
    return pieces


def _piece(line: Line, begin: int, end: int) -> Line | None:
    while begin < end and line.text[begin].isspace():
        begin += 1
    while end > begin and line.text[end - 1].isspace():
        end -= 1
    if not any(sign.isalnum() for sign in line.text[begin:end]):
        return None
    known = len(line.char_spans) == len(line.text)
    return replace(
        line,
        text=line.text[begin:end],
        box=line.part(begin, end),
        char_spans=_within(line.char_spans[begin:end]) if known else (),
        char_confidences=line.char_confidences[begin:end],
        alternatives=tuple((at - begin, others) for at, others in line.alternatives if begin <= at < end),
    )


def _within(spans: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """Shares of the whole line as shares of the part that these spans fill."""
    left, right = spans[0][0], spans[-1][1]
    width = max(right - left, 1e-9)
    return tuple(((start - left) / width, (stop - left) / width) for start, stop in spans)


def _start(line: Line, box: Box) -> float:
    """Where `box` begins along the line, in widths of the line."""
    return frame_of(line.box, vertical=line.vertical).along(box[0])
