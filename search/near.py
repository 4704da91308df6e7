"""What a word may stand for beside itself: holes, characters mis-read for look-alikes or for any others, other ways to write it.

Plan and highlighting both go by these patterns (`sequence.HOLE`, `sequence.SIGN`), so what is found is what is marked.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from base.text.confusables import confusables
from base.text.normalise import fold
from base.text.unreadable import UNREADABLE
from search.query import MOST_HOLES, Word
from search.sequence import BLANK, HOLE, SIGN, is_sign

# How far a hit is from the word as typed, best first: as it stands; written otherwise or one look-alike; one character other.
LITERAL, ALIKE, OTHER = range(3)
SHORTEST_OTHER = 3
_LONGEST_NAME = 12
# The last sign of an ID number may be an X.
_DIGITS = "0123456789x"


def furthest(word: Word) -> int:
    """The last level at which `word` finds anything new."""
    if word.near:
        return OTHER if len(word.text) >= SHORTEST_OTHER else ALIKE
    return ALIKE if word.date else LITERAL


def pattern(word: Word) -> str:
    """The word with its holes: each □ of a word without quotes."""
    return word.text if word.quoted else word.text.replace(UNREADABLE, HOLE)


def patterns(word: Word, level: int) -> tuple[str, ...]:
    """What stands in a text for `word` at `level`, beyond the levels before."""
    if level == LITERAL:
        return (pattern(word),)
    if not word.near:
        return ()
    return _alike(pattern(word)) if level == ALIKE else _other(pattern(word))


def names_with_holes(word: Word) -> tuple[str, ...]:
    """Names as a list gives them that could not print one hanzi of `word`: □建国, 王□国, 王建□."""
    text = word.text
    if word.quoted or not 2 <= len(text) <= _LONGEST_NAME or UNREADABLE in text or not all(map(_is_hanzi, text)):
        return ()
    return tuple(text[:at] + UNREADABLE + text[at + 1 :] for at in range(len(text)))


def identifiers(word: Word, level: int) -> tuple[str, ...]:
    """Identifiers for `word` at `level`: its holes filled, a look-alike for one sign, one digit other.

    () where holes leave too many, or where a word that may be anything has them between hanzi.
    """
    plain = pattern(word).replace(BLANK, "")
    if level == LITERAL:
        if HOLE not in plain:
            return (plain,)
        return _filled(plain) if word.area == "identifier" or plain.replace(HOLE, "").isascii() else ()
    if not word.near or HOLE in plain:
        return ()
    return tuple(each for each in _alike(plain) if each.isascii()) if level == ALIKE else _other_digits(plain)


def _filled(plain: str) -> tuple[str, ...]:
    parts = plain.split(HOLE)
    if len(parts) > MOST_HOLES + 1:
        return ()
    return tuple(_joined(parts, fill) for fill in product(_DIGITS, repeat=len(parts) - 1))


def _other_digits(plain: str) -> tuple[str, ...]:
    return tuple(
        plain[:at] + digit + plain[at + 1 :]
        for at, char in enumerate(plain)
        if char in _DIGITS
        for digit in _DIGITS
        if digit != char
    )


@lru_cache(maxsize=1000)
def _alike(text: str) -> tuple[str, ...]:
    """One character changed for one that looks like it; a text is folded, so are its look-alikes."""
    return tuple(
        dict.fromkeys(
            text[:at] + other + text[at + 1 :]
            for at, char in enumerate(text)
            for other in map(fold, _look_alikes(char))
            if len(other) == 1 and other != char
        )
    )


def _look_alikes(char: str) -> tuple[str, ...]:
    """The table has capitals as well: `o` and `O` are one here."""
    return confusables(char) + (confusables(char.upper()) if char.upper() != char else ())


def _other(text: str) -> tuple[str, ...]:
    """Any one character changed, a sign for any other character as well."""
    return tuple(
        text[:at] + hole + text[at + 1 :] for at, char in enumerate(text) if char != HOLE for hole in (HOLE, SIGN)
    )


def _joined(parts: list[str], fill: tuple[str, ...]) -> str:
    return "".join(part + char for part, char in zip(parts, (*fill, ""), strict=True))


def _is_hanzi(char: str) -> bool:
    return char >= "\u2e80" and not is_sign(char)
