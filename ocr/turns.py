"""Which way up a page is, found by reading its longest lines; `ocr.orientation` has the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from base.images import Pixels
from ocr import faint, geometry, orientation, stacks
from ocr.geometry import Quad
from ocr.line_reader import LineReader
from ocr.recognition import Reading


@dataclass(frozen=True, slots=True)
class Turn:
    """Clockwise degrees that make the page upright; where that is 0, what was read of its lines on the way, by index."""

    degrees: int
    known: dict[int, Reading] = field(default_factory=dict)


def find_turn(reader: LineReader, pixels: Pixels, found: Sequence[Quad]) -> Turn:
    """The turn at which the longest lines of clear ink read best. `found` are the lines of the page as it is stored."""
    telling = faint.telling(pixels, found)
    if not telling:
        return Turn(0)
    quads = [found[i] for i in telling]
    if stacks.mostly_tall(quads):
        means = {
            turn: orientation.probe_of(_read(reader, pixels, _longest(quads), turn)).mean for turn in orientation.TURNS
        }
        return Turn(orientation.among_tall(means))
    chosen = [telling[i] for i in _places(quads)]
    longest = [found[i] for i in chosen]
    readings = _read(reader, pixels, longest, 0)
    known = {
        i: each
        for i, quad, each in zip(chosen, longest, readings, strict=True)
        if not stacks.is_tall(*geometry.size(quad))
    }
    upright = orientation.probe_of(readings)
    if upright.mean >= orientation.BELIEVED:
        return Turn(0, known)
    # The shorter half of them tells on most pages, at a third of the cost.
    half = len(longest) // 2
    on_head_half = _read(reader, pixels, longest[:half], 180)
    if orientation.plain_turn(orientation.probe_of(readings[:half]), orientation.probe_of(on_head_half)) == 0:
        return Turn(0, known)
    on_head = orientation.probe_of([*on_head_half, *_read(reader, pixels, longest[half:], 180)])
    turn = orientation.plain_turn(upright, on_head)
    if turn is None:
        turn = orientation.most_voted({0: upright.votes, 180: on_head.votes, **_across(reader, pixels)})
    return Turn(turn, known if turn == 0 else {})


def _across(reader: LineReader, pixels: Pixels) -> dict[int, float]:
    """Votes of lines looked for crosswise: on grid paper the gaps between characters may be wider than between rows."""
    crosswise = np.ascontiguousarray(np.rot90(pixels))
    found = reader.find(crosswise)
    longest = _longest([found[i] for i in faint.telling(crosswise, found)])
    # Crosswise is already three quarters of a turn on.
    return {
        (turn + 270) % 360: orientation.probe_of(_read(reader, crosswise, longest, turn)).votes for turn in (0, 180)
    }


def _places(quads: Sequence[Quad]) -> list[int]:
    by_length = sorted(range(len(quads)), key=lambda i: max(geometry.size(quads[i])))
    return by_length[-orientation.PROBES :]


def _longest(quads: Sequence[Quad]) -> list[Quad]:
    return [quads[i] for i in _places(quads)]


def _read(reader: LineReader, pixels: Pixels, quads: Sequence[Quad], turn: int) -> list[Reading]:
    """The lines as they read when the page is turned so; tall ones as stacked characters."""
    cuts = [geometry.cut_out(pixels, geometry.begin_at_text(quad, turn)) for quad in quads]
    return reader.texts([stacks.laid_out(cut) if stacks.is_tall(cut.shape[1], cut.shape[0]) else cut for cut in cuts])
