"""Where the words of a query stand in a text, and the cut of it that shows the first of them."""

from __future__ import annotations

from collections.abc import Iterable

from base.text.normalise import fold_with_offsets
from search.analysis import BLANK
from search.query import Word

# Characters of a snippet, and of those the ones before its first mark.
SNIPPET, BEFORE = 80, 20
# A word of one character can stand on every line of a page: more marks than this show nothing.
MOST_MARKS = 500
_MARKED_AREAS = frozenset({"any", "name", "title", "text", "identifier"})


def marks(text: str, words: Iterable[Word]) -> tuple[tuple[int, int], ...]:
    """(start, end) in characters of `text` of every place of the words, in order, without overlaps."""
    wanted = {word.text.replace(BLANK, " ") for word in words if word.area in _MARKED_AREAS}
    if not wanted or not text:
        return ()
    folded = fold_with_offsets(text)
    places = sorted(place for word in wanted for place in _places(folded.text, word))
    return tuple(_merged(folded.span(*place) for place in places))


def snippet(text: str, found: tuple[tuple[int, int], ...]) -> str:
    """The cut of `text` as written around its first mark, or its beginning."""
    start = max(0, found[0][0] - BEFORE) if found else 0
    return text[start : start + SNIPPET]


def _places(text: str, word: str) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    at = text.find(word)
    while at >= 0 and len(places) < MOST_MARKS:
        places.append((at, at + len(word)))
        at = text.find(word, at + len(word))
    return places


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
