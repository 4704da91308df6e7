"""What tells one hanzi from another for a person: how it is read aloud and how many strokes it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Glyph:
    """`pinyin` with its tone mark, the usual reading (rare ones would only mislead), "" for none; `strokes` as Unihan counts them, 0 where it does not."""

    char: str
    pinyin: str
    strokes: int


@lru_cache(maxsize=20_000)
def glyph(char: str) -> Glyph:
    """Pinyin and strokes of one character; a digit, letter or mark has neither."""
    # Loading the two tables takes a third of a second, and most commands never ask for them.
    from pypinyin import Style, pinyin  # noqa: PLC0415
    from strokes import strokes  # noqa: PLC0415

    read = pinyin(char, style=Style.TONE, errors="ignore")
    return Glyph(char, read[0][0] if read else "", strokes(char))
