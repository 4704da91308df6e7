"""Folding: the one form in which page texts, names and queries are compared.

`fold` is NFKC, case fold, traditional to simplified and variant characters (`data/variants.txt`), character by character,
so that a place in the folded text can be led back to the text as written (`fold_with_offsets`). Blanks and control
characters become one blank; a blank beside a wide character (hanzi, kana, Hangul) is dropped, because OCR lines break
words: 王建 + line break + 国 is 王建国. Between letters and digits it stays: 12 34 is not 1234.

Context counts in two places only: a letter with its combining marks, and Hangul in parts, are composed as a whole. So
`fold(a)` stands in `fold(b)` wherever `a` is cut out of `b` without cutting such a group.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import opencc
from numpy.typing import NDArray

_VARIANTS_FILE = Path(__file__).parent / "data" / "variants.txt"
# Raised whenever a rule below or the variants change: folded text that is stored must then be folded again.
_RULES = 2
UNKNOWN = "\ufffd"

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
_JAMO = "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"
_SURROGATES = "\ud800-\udfff"
_GROUPED = re.compile(f"[{_MARKS}{_JAMO}{_SURROGATES}]")
_GROUP = re.compile(f"[\ud800-\udbff][\udc00-\udfff]|[{_JAMO}]+|.[{_MARKS}]*", re.DOTALL)
# From the CJK radicals on, everything is written without blanks.
_FIRST_WIDE = "\u2e80"
_BLANKS = re.compile(" +")
_BLANK_CATEGORIES = frozenset({"Cc", "Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; character `i` of it comes from the characters `starts[i]` to `ends[i]` of the text as written."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """(start, end) in the text as written of the non-empty folded part `start` to `end`."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The folded form of `text`; half a surrogate becomes U+FFFD. Never longer than a few characters for each one."""
    if len(text) < _SHORT and not _GROUPED.search(text):
        plain = text.translate(_TABLE)
        return "".join([plain[start:end] for start, end in _kept_runs(plain)]) if " " in plain else plain
    folded = _looked_up(text)
    if folded.max(initial=0) == _NOT_ALONE:
        return fold_with_offsets(text).text
    return _without_blanks(folded).tobytes().decode("utf-32-le")


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each, in half the time for some pages together; tens of thousands of characters at once are enough."""
    if any(_BETWEEN in text for text in texts):
        return [fold(text) for text in texts]
    # What stands between is wide: no blank beside it stays, as none stays at the ends of a text.
    folded = _looked_up(_BETWEEN.join(texts))
    places = np.flatnonzero(folded == _NOT_ALONE)
    folded[places] = _BLANK
    found = _without_blanks(folded).tobytes().decode("utf-32-le").split(_BETWEEN) if texts else []
    if len(places):
        ends = np.cumsum([len(text) + len(_BETWEEN) for text in texts])
        for nth in np.unique(np.searchsorted(ends, places, side="right")).tolist():
            found[nth] = fold(texts[nth])
    return found


def _looked_up(text: str) -> NDArray[np.uint32]:
    """Each character folded, `_NOT_ALONE` where its neighbours or more than one character come into it."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = _ALONE.take(codes)
    if folded.max(initial=0) == _NOT_MET:
        _meet(codes[folded == _NOT_MET])
        folded = _ALONE.take(codes)
    return folded


def fold_with_offsets(text: str) -> Folded:
    """`fold`, with the way back to the text as written."""
    plain = text.translate(_TABLE)
    if _GROUPED.search(text) or not _NOT_ONE_TO_ONE.isdisjoint(text):
        pieces = [(char, *match.span()) for match in _GROUP.finditer(text) for char in _fold_group(match.group())]
        runs = _kept_runs("".join([char for char, _, _ in pieces]))
        kept = [piece for start, end in runs for piece in pieces[start:end]]
        return Folded("".join([p[0] for p in kept]), tuple([p[1] for p in kept]), tuple([p[2] for p in kept]))
    # The usual case, character for character: ten times faster.
    runs = _kept_runs(plain)
    return Folded(
        "".join([plain[start:end] for start, end in runs]),
        tuple(chain.from_iterable([range(start, end) for start, end in runs])),
        tuple(chain.from_iterable([range(start + 1, end + 1) for start, end in runs])),
    )


def analysis_version() -> str:
    """Names the rules and the tables behind them; what was folded under another name must be folded again."""
    return f"{_RULES}/unicode-{unicodedata.unidata_version}/opencc-{version('opencc')}"


def _without_blanks(folded: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Folded code points with one blank between narrow characters, and none beside wide ones: `_kept_runs`, all at once."""
    stays = folded != _BLANK
    written = np.flatnonzero(stays)
    if len(written) == len(folded):
        return folded
    before, after = written[:-1], written[1:]
    apart = (after - before > 1) & (np.maximum(folded[before], folded[after]) < ord(_FIRST_WIDE))
    stays[before[apart] + 1] = True
    kept: NDArray[np.uint32] = folded[stays]
    return kept


def _kept_runs(plain: str) -> list[tuple[int, int]]:
    """The parts that stay of a translated text: all but blanks, and the first blank of a run between narrow characters."""
    runs: list[tuple[int, int]] = []
    done = 0
    for blanks in _BLANKS.finditer(plain):
        start, end = blanks.span()
        stays = start > 0 and end < len(plain) and max(plain[start - 1], plain[end]) < _FIRST_WIDE
        runs.append((done, start + stays))
        done = end
    runs.append((done, len(plain)))
    return runs


def _fold_group(group: str) -> str:
    if len(group) == 1:
        return _TABLE[ord(group)]
    if "\ud800" <= group[0] <= "\udbff":
        return _TABLE[ord(group.encode("utf-16-le", "surrogatepass").decode("utf-16-le"))]
    return unicodedata.normalize("NFKC", group).translate(_TABLE)


class _Table(dict[int, str]):
    """Code point → folded characters, filled as characters are met (`str.translate` asks for them)."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        if len(folded) != 1:
            _NOT_ONE_TO_ONE.add(chr(code))
        return folded


_TABLE = _Table()
# The same for characters that fold to one, whatever stands beside them: a whole text is looked up at once, which is
# faster than `str.translate` with hanzi. 4 MB.
_BLANK = ord(" ")
# Names and words: up to here going through them is the faster way.
_SHORT = 64
# A private character of the last but one plane, which folds to itself and which no font has.
_BETWEEN = "\U000ffff0"
_NOT_ALONE, _NOT_MET = 0xFFFF_FFFE, 0xFFFF_FFFF
_ALONE: NDArray[np.uint32] = np.full(sys.maxunicode + 1, _NOT_MET, np.uint32)


def _meet(codes: NDArray[Any]) -> None:
    for code in set(codes.tolist()):
        folded = _TABLE[code]
        alone = len(folded) == 1 and not _GROUPED.match(chr(code))
        _ALONE[code] = ord(folded) if alone else _NOT_ALONE


# Characters met so far that fold to none or to several.
_NOT_ONE_TO_ONE: set[str] = set()


def _fold_character(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return UNKNOWN
    if category in _BLANK_CATEGORIES:
        return " "
    if category == "Cf" or _is_variation_selector(char):
        return ""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    return "".join(_simplified(each) for each in plain)


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _simplified(char: str) -> str:
    if char < "\u0080":
        return char
    variants = _variants()
    simple = variants.get(char) or str(_converter().convert(char))
    return variants.get(simple, simple)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _variants() -> dict[str, str]:
    """Variant → usual character, from the data file."""
    table: dict[str, str] = {}
    for line in _VARIANTS_FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            usual, _, variants = line.partition(" ")
            table.update(dict.fromkeys(variants.replace(" ", ""), usual))
    return table
