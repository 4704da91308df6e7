"""Cut-out lines become text: batches of like width through the network, then CTC decoding with character positions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
Spans = tuple[tuple[float, float], ...]

HEIGHT = 48
# Batches of 6 are the fastest on a CPU: 12 and 24 pad more and take twice the memory.
BATCH = 6
# Shorter lines are padded up to this width. The recogniser learned on 320, and reads labels of forms as well at 192 in 0.7 of
# the time; below, it makes more errors (docs/decisions/0011).
MIN_WIDTH = 192
# Widths come in steps, so that the runtime meets few shapes and re-uses what it prepared for them.
WIDTH_STEP = 32
# A line 400 times as long as high is a rule or a seam, and would take gigabytes.
MAX_WIDTH = HEIGHT * 100
# Below this certainty a character is told with up to so many others that reach the least certainty.
DOUBTFUL = 0.9
_OTHERS = 4
_LEAST_CERTAIN = 0.005


@dataclass(frozen=True, slots=True)
class Reading:
    """Text of one cut-out line, its mean confidence 0–1 and each character's (start, end) as fractions of the width.

    `certainties` are 0–1, per character; `others` are (index, what else it may be, likeliest first) for doubtful ones.
    """

    text: str
    confidence: float
    spans: Spans
    certainties: tuple[float, ...] = ()
    others: tuple[tuple[int, str], ...] = ()


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
    confidence = float(scores[starts, best[starts]].mean())
    runs = [_run(best, int(start)) for start in starts]
    spans = _spans([(start + end) / 2 for start, end in runs], columns)
    peaks = [start + int(scores[start:end, best[start]].argmax()) for start, end in runs]
    seen = [
        _Seen(characters[best[peak]], span, *_doubt(scores[peak], characters))
        for peak, span in zip(peaks, spans, strict=True)
    ]
    return _tidy(seen, confidence)


def reading_at(text: str, confidence: float, middles: Sequence[float], columns: float) -> Reading:
    """A reading as another engine gives it: `middles` are the columns of its characters, of `columns` that the line covers."""
    spans = _spans(middles, columns) if text else []
    seen = [_Seen(character, span, confidence, "") for character, span in zip(text, spans, strict=True)]
    return replace(_tidy(seen, confidence), certainties=())


@dataclass(frozen=True, slots=True)
class _Seen:
    """An entry of the dictionary as it was seen; `others` are other single characters, likeliest first."""

    text: str
    span: tuple[float, float]
    certainty: float
    others: str


def _run(best: NDArray[np.int64], start: int) -> tuple[int, int]:
    """The columns (start, end) in which the same character stays the best."""
    end = start + 1
    while end < len(best) and best[end] == best[start]:
        end += 1
    return start, end


def _doubt(column: NDArray[np.float32], characters: Sequence[str]) -> tuple[float, str]:
    """How certain the best character of a column is, and where it is doubtful, which others come next."""
    certainty = float(column.max())
    if certainty >= DOUBTFUL:
        return min(1.0, certainty), ""
    likeliest = np.argpartition(column, -_OTHERS - 2)[-_OTHERS - 2 :]
    likeliest = likeliest[np.argsort(-column[likeliest])]
    others = [characters[i] for i in likeliest[1:] if i and column[i] >= _LEAST_CERTAIN]
    return certainty, "".join(each for each in others if len(each) == 1 and not each.isspace())[:_OTHERS]


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


def _tidy(seen: Sequence[_Seen], confidence: float) -> Reading:
    """Without spaces at the ends and between two hanzi: letter-spaced titles are words, and gaps are in the spans."""
    text = [each.text for each in seen]
    kept = [each for i, each in enumerate(seen) if not each.text.isspace() or _parts_words(text, i)]
    # A dictionary entry may hold more than one code point; each gets the same span.
    points = [(point, each) for each in kept for point in each.text]
    return Reading(
        text="".join(point for point, _ in points),
        confidence=confidence,
        spans=tuple(each.span for _, each in points),
        certainties=tuple(round(each.certainty, 4) for _, each in points),
        others=tuple((i, each.others) for i, (_, each) in enumerate(points) if each.others and len(each.text) == 1),
    )


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
