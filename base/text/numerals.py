"""Whole numbers as papers write them: 56, 五十六, 伍拾陆, 五六, 廿, 1,200 and 一千二百 are numbers, whatever their spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = {char: value for value, chars in enumerate(
    ("〇零○", "一壹弌", "二贰貳弐两兩", "三叁叄弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
) for char in chars}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卄": 20, "卅": 30}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HANZI = "".join([*_DIGITS, *_UNITS, *_TENS, *_MYRIADS])
# What `find` gives: 一 and 两 stand on every line.
LEAST = 10
# Longer runs of digits are identifiers.
_MOST_DIGITS = 12
_ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
# One class of characters is found many times faster than alternatives; most runs are a single 一 or a comma.
_RUNS = re.compile(rf"[{_HANZI}0-9,.]{{2,}}|[十拾廿卄卅]")
_INSIDE = re.compile(rf"[{_HANZI}]+|(?<![0-9])(?<![0-9][.,])(?:{_ARABIC})(?![0-9])")
_WHOLE = re.compile(rf"[{_HANZI}]+|{_ARABIC}")


@dataclass(frozen=True, slots=True)
class Numeral:
    """`text[start:end]` writes `value`."""

    value: int
    start: int
    end: int


def find(text: str) -> Iterator[Numeral]:
    """The numbers from 10 on in `text` (full width folded), in their order; of 56.50 the 56. Runs that make none are left out."""
    for run in _RUNS.finditer(text):
        for match in _INSIDE.finditer(text, *run.span()):
            found = _value(match.group())
            if found is not None and found >= LEAST:
                yield Numeral(found, *match.span())


def value(text: str) -> int | None:
    """The number that `text` as a whole writes, None for what is none (十二十) or longer than twelve digits."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _value(plain) if _WHOLE.fullmatch(plain) else None


@lru_cache(maxsize=4096)
def _value(plain: str) -> int | None:
    """Of digits (with commas) or hanzi of numbers only."""
    if len(plain) > 2 * _MOST_DIGITS:
        return None
    if plain[0] in "0123456789":
        digits = plain.replace(",", "")
    elif all(char in _DIGITS for char in plain):
        digits = "".join(str(_DIGITS[char]) for char in plain)
    else:
        return _by_units(plain)
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _by_units(plain: str) -> int | None:
    """一万二千三百四十五. Units must fall; a last digit right behind 百, 千, 万 counts their tenth part (一百五 is 150)."""
    total, myriad = 0, 10**12
    rest = plain
    for sign in ("亿億", "万萬"):
        head, found, tail = _split(rest, sign)
        if found:
            section = _section(head)
            if not section:
                return None
            total, myriad = total + section * _MYRIADS[found], _MYRIADS[found]
            rest = tail
    if myriad < 10**12 and len(rest) == 1 and rest in _DIGITS:
        return total + _DIGITS[rest] * myriad // 10
    section = _section(rest) if rest else 0
    return None if section is None else total + section


def _split(text: str, signs: str) -> tuple[str, str, str]:
    at = next((place for place, char in enumerate(text) if char in signs), -1)
    return (text[:at], text[at], text[at + 1 :]) if at >= 0 else ("", "", text)


def _section(text: str) -> int | None:
    """Below 10,000: 三千零五, 一百五, 十六, 廿三."""
    total, last, digit, zero = 0, 10**4, None, False
    for char in text:
        if char in _UNITS and _UNITS[char] < last and (digit or (digit is None and _UNITS[char] == 10)):
            total, last, digit, zero = total + (digit or 1) * _UNITS[char], _UNITS[char], None, False
        elif char in _TENS and last > 10 and digit is None:
            total, last, zero = total + _TENS[char], 10, False
        elif char in _DIGITS and digit is None:
            # 零 only holds a place open.
            digit, zero = _DIGITS[char] or None, zero or not _DIGITS[char]
        else:
            return None
    if digit is None:
        return total
    return total + digit * (last // 10 if 10 < last < 10**4 and not zero else 1)
