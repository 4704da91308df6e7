"""Does a line of print stand on its head? Read both ways by the recogniser alone; no lines are looked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from base.images import Pixels
from ocr.models import RuntimeChoice, load
from ocr.recognition import Reading, recognise

# What tells of each image of one level line: (it stands on its head, how surely: 0–1).
HeadReader = Callable[[Sequence[Pixels]], list[tuple[bool, float]]]

# A few longest lines tell; of each so much is read (in heights of the line), or one line would cost as much as a page.
_LINES = 4
_HEIGHTS = 10
# What reads worse both ways tells nothing: ruled lines, seals, stains.
_READABLE = 0.6


def open_head_reader(runtime: RuntimeChoice = "auto") -> HeadReader:
    """Loads the recogniser (a second or two) for this process; OcrError `ocr.engine-missing` where it cannot be had."""
    models = load(runtime)

    def read(lines: Sequence[Pixels]) -> list[tuple[bool, float]]:
        cuts = [line[:, : _HEIGHTS * line.shape[0]] for line in lines[:_LINES]]
        both = [*cuts, *(np.ascontiguousarray(cut[::-1, ::-1]) for cut in cuts)]
        readings = recognise(models.score_columns, models.characters, both)
        return [
            _told(on_feet, on_head)
            for on_feet, on_head in zip(readings[: len(cuts)], readings[len(cuts) :], strict=True)
            if max(on_feet.confidence, on_head.confidence) >= _READABLE
            and max(len(on_feet.text), len(on_head.text)) > 1
        ]

    return read


def _told(on_feet: Reading, on_head: Reading) -> tuple[bool, float]:
    """Squares, because nonsense too reads with some confidence."""
    feet, head = (len(each.text) * each.confidence**2 for each in (on_feet, on_head))
    return head > feet, abs(head - feet) / max(head, feet)
