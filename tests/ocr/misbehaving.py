"""Engines that read well but for one fault each. The contract must catch every one of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ocr.engine import OcrEngine
from ocr.errors import OcrError
from ocr.lines import Line, PageReading

Fault = Callable[["Misbehaving", Pixels], PageReading]


class Remembering:
    """Implements `OcrEngine`: asks a good engine once for each page, so that many faults cost no reading again."""

    def __init__(self, engine: OcrEngine) -> None:
        self.name, self.version = engine.name, engine.version
        self._engine = engine
        self._known: dict[tuple[object, ...], PageReading] = {}

    def read(self, pixels: Pixels) -> PageReading:
        """The engine's own answer, the same object each time; refusals are not remembered."""
        key = (pixels.shape, pixels.dtype.str, pixels.tobytes())
        if key not in self._known:
            self._known[key] = self._engine.read(pixels)
        return self._known[key]


@dataclass
class Misbehaving:
    """Implements `OcrEngine` with one fault; `last` is what it read before."""

    good: OcrEngine
    fault: Fault
    last: PageReading | None = None
    dead: bool = False

    def __post_init__(self) -> None:
        self.name, self.version = self.good.name, self.good.version

    def read(self, pixels: Pixels) -> PageReading:
        """What the good engine reads, spoilt."""
        return self.fault(self, pixels)


def _each_line(change: Callable[[Line, PageReading], Line]) -> Fault:
    def fault(engine: Misbehaving, pixels: Pixels) -> PageReading:
        reading = engine.good.read(pixels)
        return replace(reading, lines=tuple(change(line, reading) for line in reading.lines))

    return fault


def _moved(line: Line, reading: PageReading) -> Line:
    a, b, c, d = ((x + reading.width, y) for x, y in line.box)
    return replace(line, box=(a, b, c, d))


def _from_the_stored_top_left(line: Line, _: PageReading) -> Line:
    left, right = min(x for x, _ in line.box), max(x for x, _ in line.box)
    top, bottom = min(y for _, y in line.box), max(y for _, y in line.box)
    return replace(line, box=((left, top), (right, top), (right, bottom), (left, bottom)))


def _as_read_at_half_size(line: Line, _: PageReading) -> Line:
    a, b, c, d = ((x / 2, y / 2) for x, y in line.box)
    return replace(line, box=(a, b, c, d))


boxes_outside_the_image = _each_line(_moved)
boxes_from_the_stored_top_left = _each_line(_from_the_stored_top_left)
boxes_against_the_clock = _each_line(lambda line, _: replace(line, box=(line.box[0], *line.box[:0:-1])))
boxes_of_a_smaller_copy = _each_line(_as_read_at_half_size)
confidence_in_percent = _each_line(lambda line, _: replace(line, confidence=100 * line.confidence))
spans_of_another_text = _each_line(lambda line, _: replace(line, text=line.text + "等"))


spans_counted_from_the_end = _each_line(
    lambda line, _: replace(line, char_spans=tuple((1 - end, 1 - start) for start, end in line.char_spans))
)


def no_harm_but_on_letters(engine: Misbehaving, pixels: Pixels) -> PageReading:
    """Knows hanzi alone, and breaks on the rest."""
    reading = engine.good.read(pixels)
    if any(character.isascii() and character.isalpha() for character in reading.text):
        raise OcrError("ocr.failed", engine=engine.name, detail="no such letter")
    return reading


def seen_at_most_four_thousand_wide(engine: Misbehaving, pixels: Pixels) -> PageReading:
    """Shrinks what is longer, whatever becomes of its height."""
    height, width = pixels.shape[:2]
    if pixels.ndim != 3 or width <= 4000:
        return engine.good.read(pixels)
    small = cv2.resize(pixels, (4000, max(1, height * 4000 // width)), interpolation=cv2.INTER_AREA)
    return replace(engine.good.read(np.asarray(small, np.uint8)), width=width, height=height)


def text_of_the_page_before(engine: Misbehaving, pixels: Pixels) -> PageReading:
    """Another person's words on this page's image."""
    reading, before = engine.good.read(pixels), engine.last
    engine.last = reading
    return reading if before is None else replace(reading, lines=before.lines)


def lines_of_the_page_before_kept(engine: Misbehaving, pixels: Pixels) -> PageReading:
    """A list that is never emptied."""
    reading, before = engine.good.read(pixels), engine.last
    kept = before.lines if before else ()
    engine.last = replace(reading, lines=(*kept, *reading.lines))
    return engine.last


def upright_taken_for_granted(engine: Misbehaving, pixels: Pixels) -> PageReading:
    return replace(engine.good.read(pixels), rotation=0)


def size_of_the_upright_page(engine: Misbehaving, pixels: Pixels) -> PageReading:
    reading = engine.good.read(pixels)
    return replace(reading, width=reading.height, height=reading.width)


def lines_as_they_were_found(engine: Misbehaving, pixels: Pixels) -> PageReading:
    """Column by column: no reading order."""
    reading = engine.good.read(pixels)
    return replace(reading, lines=tuple(sorted(reading.lines, key=lambda line: line.box[0])))


def another_answer_each_time(engine: Misbehaving, pixels: Pixels) -> PageReading:
    reading = engine.good.read(pixels)
    return replace(reading, lines=tuple(replace(line, confidence=random.random()) for line in reading.lines))


def text_on_blank_paper(engine: Misbehaving, pixels: Pixels) -> PageReading:
    reading = engine.good.read(pixels)
    if reading.lines or min(pixels.shape[:2]) < 32:
        return reading
    return replace(reading, lines=(Line("一", ((0, 0), (9, 0), (9, 9), (0, 9)), 0.5),))


def blind_to_colours(engine: Misbehaving, pixels: Pixels) -> PageReading:
    """Reads the red of each pixel alone: red ink is gone."""
    return engine.good.read(np.ascontiguousarray(np.repeat(pixels[:, :, :1], 3, axis=2)))


def a_damaged_page_taken_for_blank(engine: Misbehaving, pixels: Pixels) -> PageReading:
    try:
        return engine.good.read(pixels)
    except OcrError:
        return PageReading(engine.name, engine.version, 1, 1, 0, 0.0, (), {})


def a_damaged_page_in_the_librarys_own_words(engine: Misbehaving, pixels: Pixels) -> PageReading:
    try:
        return engine.good.read(pixels)
    except OcrError as error:
        raise ValueError("inhomogeneous shape") from error


def broken_by_a_damaged_page(engine: Misbehaving, pixels: Pixels) -> PageReading:
    if engine.dead:
        raise OcrError("ocr.failed", engine=engine.name, detail="no longer usable")
    try:
        return engine.good.read(pixels)
    except OcrError:
        engine.dead = True
        raise


def bleed_through_turns_the_page(engine: Misbehaving, pixels: Pixels) -> PageReading:
    """Faint ink has a vote: on a page with much of it the answer is that of the page on its side."""
    reading = engine.good.read(pixels)
    return replace(reading, rotation=(reading.rotation + 90) % 360) if _much_faint(pixels) else reading


def _much_faint(pixels: NDArray[np.uint8]) -> bool:
    grey = pixels.min(axis=2) if pixels.ndim == 3 else pixels
    return bool(((grey > 190) & (grey < 232)).mean() > 0.01)
