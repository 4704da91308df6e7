"""Where the characters of a corrected text stand, from where those of the read text stood."""

from __future__ import annotations

from difflib import SequenceMatcher

from ocr.lines import Line

Span = tuple[float, float]
# Of an even share of the line; even a full stop is wider.
_NARROWEST = 0.15


def aligned_spans(line: Line, text: str) -> tuple[Span, ...]:
    """Per character of `text`, its (start, end) along the line; () where the line's own places are not known.

    What both texts share stays where it stood; what stands in between shares the ground between, evenly. Where that
    leaves a character no ground to stand on, all share the line evenly. Spans never run backwards.
    """
    old = line.char_spans
    if not text or not line.text or len(old) != len(line.text):
        return ()
    spans: list[Span] = []
    blocks = SequenceMatcher(None, line.text, text, autojunk=False).get_matching_blocks()
    read_end = new_end = 0
    for read, new, size in blocks:
        gap = new - new_end
        left = old[read_end - 1][1] if read_end else old[0][0]
        right = old[read][0] if read < len(old) else old[-1][1]
        spans += _shared(max(0.0, min(left, right)), max(left, right), gap)
        spans += old[read : read + size]
        read_end, new_end = read + size, new + size
    first, last = old[0][0], old[-1][1]
    if min(end - start for start, end in spans) < _NARROWEST * (last - first) / len(text):
        return tuple(_shared(first, last, len(text)))
    return tuple(spans)


def _shared(left: float, right: float, count: int) -> list[Span]:
    step = (right - left) / count if count else 0.0
    return [(left + step * at, left + step * (at + 1)) for at in range(count)]
