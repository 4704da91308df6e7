"""Cut-out lines become text: batches of like width through the network, then CTC decoding with character positions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
Spans = tuple[tuple[float, float], ...]

HEIGHT = 48
# Batches of 6 are the fastest on a CPU: 12 and 24 pad more and take twice the memory.
BATCH = 6
# The recogniser learned on lines at least this wide; shorter ones are padded up to it.
MIN_WIDTH = 320
# Widths come in steps, so that the runtime meets few shapes and re-uses what it prepared for them.
WIDTH_STEP = 32
# A line 400 times as long as high is a rule or a seam, and would take gigabytes.
MAX_WIDTH = HEIGHT * 100


@dataclass(frozen=True, slots=True)
class Reading:
    """Text of one cut-out line, its mean confidence 0–1 and each character's (start, end) as fractions of the width."""

    text: str
    confidence: float
    spans: Spans


NOTHING = Reading("", 0.0, ())


def recognise(network: Network, characters: Sequence[str], cuts: Sequence[Pixels]) -> list[Reading]:
    """One reading per cut-out line, in the order given. `characters[0]` is the CTC blank."""
    widths = [_scaled_width(cut) for cut in cuts]
    order = sorted(range(len(cuts)), key=widths.__getitem__)
    readings = [NOTHING] * len(cuts)
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        scores = network(_batch([cuts[i] for i in chosen], [widths[i] for i in chosen]))
        padded = scores.shape[1]
        total = _padded_width(widths[chosen[-1]])
        for row, i in enumerate(chosen):
            readings[i] = _decode(scores[row], characters, padded * widths[i] / total)
    return readings


def _scaled_width(cut: Pixels) -> int:
    height, width = cut.shape[:2]
    return min(MAX_WIDTH, max(1, int(np.ceil(HEIGHT * width / height))))


def _padded_width(width: int) -> int:
    return max(MIN_WIDTH, -(-width // WIDTH_STEP) * WIDTH_STEP)


def _batch(cuts: Sequence[Pixels], widths: Sequence[int]) -> NDArray[np.float32]:
    batch = np.zeros((len(cuts), 3, HEIGHT, _padded_width(max(widths))), np.float32)
    for row, (cut, width) in enumerate(zip(cuts, widths, strict=True)):
        # The models were trained on BGR.
        small = cv2.resize(cut, (width, HEIGHT))[:, :, ::-1].astype(np.float32)
        batch[row, :, :, :width] = small.transpose(2, 0, 1) / 127.5 - 1.0
    return batch


def _decode(scores: NDArray[np.float32], characters: Sequence[str], columns: float) -> Reading:
    """Greedy CTC: repeats and blanks dropped. `columns` is how many columns the line itself covers."""
    best = scores.argmax(axis=1)
    new = best != 0
    new[1:] &= best[1:] != best[:-1]
    starts = np.flatnonzero(new)
    if not len(starts):
        return NOTHING
    text = [characters[best[column]] for column in starts]
    confidence = float(scores[starts, best[starts]].mean())
    spans = _spans(_middles(best, starts), columns)
    return _tidy(text, confidence, spans)


def _middles(best: NDArray[np.int64], starts: NDArray[np.int64]) -> list[float]:
    """The middle column of each character's run."""
    middles = []
    for start in starts:
        end = start
        while end + 1 < len(best) and best[end + 1] == best[start]:
            end += 1
        middles.append((start + end + 1) / 2)
    return middles


def _spans(middles: Sequence[float], columns: float) -> list[tuple[float, float]]:
    """Characters meet half way between their middles, and none is wider than twice the usual pitch."""
    pitches = sorted(b - a for a, b in itertools.pairwise(middles)) or [columns]
    half = pitches[len(pitches) // 2] / 2
    edges = [(a + b) / 2 for a, b in itertools.pairwise(middles)]
    spans = []
    for i, middle in enumerate(middles):
        left = max(middle - 1.5 * half, edges[i - 1] if i else 0.0)
        right = min(middle + 1.5 * half, edges[i] if i < len(edges) else columns)
        spans.append((_fraction(left, columns), _fraction(right, columns)))
    return spans


def _fraction(column: float, columns: float) -> float:
    return round(min(1.0, max(0.0, column / columns)), 4)


def _tidy(text: list[str], confidence: float, spans: list[tuple[float, float]]) -> Reading:
    """Without spaces at the ends and between two hanzi: letter-spaced titles are words, and gaps are in the spans."""
    kept = [i for i, character in enumerate(text) if not character.isspace() or _parts_words(text, i)]
    # A dictionary entry may hold more than one code point; each gets the same span.
    pairs = [(point, spans[i]) for i in kept for point in text[i]]
    return Reading("".join(point for point, _ in pairs), confidence, tuple(span for _, span in pairs))


def _parts_words(text: Sequence[str], i: int) -> bool:
    """Whether the space at `i` stands between two things, one of them no hanzi."""
    if i == 0 or i == len(text) - 1 or text[i - 1].isspace():
        return False
    after = next((character for character in text[i + 1 :] if not character.isspace()), "")
    return bool(after) and not (is_hanzi(text[i - 1]) and is_hanzi(after))


def is_hanzi(character: str) -> bool:
    """A Chinese character, punctuation or full-width form; rare ones beyond U+9FFF too."""
    point = ord(character[0])
    return 0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0xFF00 <= point <= 0xFFEF or point >= 0x20000
