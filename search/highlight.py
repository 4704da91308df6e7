"""Where what a query looks for stands in a text, and the cut of it that shows the first of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from base.text import numerals
from base.text.normalise import Folded, fold, fold_with_offsets
from search.analysis import dates_in, known_parts
from search.near import LITERAL, furthest, names_with_holes, patterns
from search.pinyin import name_keys, title_keys
from search.query import Dates, Leaf, Word
from search.sequence import BLANK, HOLE, SIGN, is_sign

# Characters of a snippet, and of those the ones before its first mark.
SNIPPET, BEFORE = 80, 20
# A word of one character can stand on every line of a page: more marks than this show nothing.
MOST_MARKS = 500
_UNMARKED_AREAS = frozenset({"class", "unit", "place"})
# Names and titles have pinyin, the text of a page has none.
_LONGEST_NAMES = 300
_LINE = re.compile(r"[^\n]+")
_Span = tuple[int, int]


def marks(text: str, leaves: Iterable[Leaf]) -> tuple[_Span, ...]:
    """(start, end) in characters of `text` of every place of what is looked for, in order, without overlaps.

    Of a word that may stand otherwise (near, date, pinyin) only the nearest kind of place is marked that the text has.
    """
    wanted = list(dict.fromkeys(leaves))
    if not wanted or not text:
        return ()
    folded = fold_with_offsets(text)
    spans = [span for leaf in wanted for span in _spans(text, folded, leaf)]
    return tuple(_merged(sorted(spans)))


def snippet(text: str, found: tuple[_Span, ...]) -> str:
    """The cut of `text` as written around its first mark, or its beginning."""
    start = max(0, found[0][0] - BEFORE) if found else 0
    return text[start : start + SNIPPET]


def _spans(text: str, folded: Folded, leaf: Leaf) -> list[_Span]:
    if isinstance(leaf, Dates):
        return [folded.span(*place) for place in _dates(folded.text, frozenset(leaf.tokens))]
    if not isinstance(leaf, Word) or leaf.area in _UNMARKED_AREAS:
        return []
    for level in range(furthest(leaf) + 1):
        if places := _at_level(folded.text, leaf, level):
            return [folded.span(*place) for place in places]
    if places := _all_places(folded.text, names_with_holes(leaf)):
        return [folded.span(*place) for place in places]
    return list(_in_pinyin(text, leaf))


def _at_level(text: str, word: Word, level: int) -> list[_Span]:
    places = _all_places(text, patterns(word, level))
    if level > LITERAL and word.date:
        places += _dates(text, frozenset({word.date}))
    if level > LITERAL and word.number:
        places += [(each.start, each.end) for each in numerals.find(text) if str(each.value) == word.number]
    return places


def _all_places(text: str, wanted: Iterable[str]) -> list[_Span]:
    return [place for each in wanted for place in _places(text, each.replace(BLANK, " "))]


def _dates(text: str, wanted: frozenset[str]) -> list[_Span]:
    return [(each.start, each.end) for each in dates_in(text) if wanted & known_parts(each.date)]


def _places(text: str, pattern: str) -> list[_Span]:
    """Places of a pattern without overlaps; holes at its ends are marked where there is something in them."""
    core = pattern.strip(HOLE + SIGN)
    before, behind = pattern[: pattern.index(core)], pattern[pattern.index(core) + len(core) :]
    places: list[_Span] = []
    for start in _starts(text, core):
        if len(places) >= MOST_MARKS:
            break
        end = start + len(core)
        if places and start < places[-1][1]:
            continue
        left = _filled(text[max(0, start - len(before)) : start][::-1], before[::-1])
        places.append((start - left, end + _filled(text[end : end + len(behind)], behind)))
    return places


def _starts(text: str, core: str) -> Iterator[int]:
    if HOLE not in core and SIGN not in core:
        at = text.find(core)
        while at >= 0:
            yield at
            at = text.find(core, at + 1)
        return
    expression = "".join("." if char in (HOLE, SIGN) else re.escape(char) for char in core)
    for match in re.finditer(f"(?={expression})", text, re.DOTALL):
        start = match.start()
        if all(_fits(text[start + at], char) for at, char in enumerate(core)):
            yield start


def _fits(char: str, wanted: str) -> bool:
    return char == wanted or (wanted == HOLE and not is_sign(char)) or (wanted == SIGN and is_sign(char))


def _filled(text: str, holes: str) -> int:
    """How many of `holes` the text fills from its beginning."""
    count = 0
    for char, hole in zip(text, holes, strict=False):
        if not _fits(char, hole):
            break
        count += 1
    return count


def _in_pinyin(text: str, word: Word) -> Iterator[_Span]:
    """Whole lines of names or a title that are found by their pinyin."""
    if len(text) > _LONGEST_NAMES or word.area not in ("any", "name", "title"):
        return
    if not (word.text.isascii() and word.text.isalpha()):  # as `plan` asks: a number is no pinyin
        return
    for line in _LINE.finditer(text):
        folded = fold(line.group())
        if word.text in name_keys(folded) or word.text in title_keys(folded):
            yield line.span()


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
