"""Resident identity numbers (公民身份号码, GB 11643-1999): form, check digit, widening of 15 digits, mask.

A wrong number is an answer here, never an error: numbers on paper can be truly wrong, missing or shared by two people.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.cn import ric

# ok · missing · checksum: 18 characters whose check digit is wrong · form: no ID number at all · truncated: a spreadsheet
# stored it as a number and its last digits are lost · old: 15 digits, widened
IdState = Literal["ok", "old", "missing", "checksum", "form", "truncated"]
Sex = Literal["male", "female"]

_EIGHTEEN = re.compile(r"[1-9][0-9]{16}[0-9X]")
_FIFTEEN = re.compile(r"[1-9][0-9]{14}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?1[0-9]")
# What lists write where there is no number.
_BLANKS = frozenset({"", "无", "不详", "未知", "缺", "/", "-", "--", "—", "N/A", "NULL", "NONE"})
# Letters and signs that stand for the X at the end: Cyrillic and Greek look-alikes, the sign of multiplication.
_CROSSES = str.maketrans(dict.fromkeys("×✕✖ХΧ", "X"))
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff']+")
_IN_NAME = re.compile(r"(?<![0-9A-Za-z])(?:[1-9][0-9]{16}[0-9Xx]|[1-9][0-9]{14})(?![0-9A-Za-z])")
# Wider than a right form: what only looks like a number is better hidden than shown.
_ANY_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])|(?<![0-9])[0-9]{15}(?![0-9])")
# Excel keeps 15 significant digits: the 16th, 17th and 18th of a number become zeros.
_EXCEL_DIGITS = 15
_EARLIEST_YEAR, _LATEST_YEAR = 1850, 2100


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An ID number as read.

    `normalised` is the 18-character form in upper case wherever the form is right (ok, old, checksum), otherwise None;
    `birth` and `sex` are what its digits say, None where they say nothing.
    """

    raw: str
    normalised: str | None
    state: IdState
    birth: date | None = None
    sex: Sex | None = None


def parse(text: str) -> IdNumber:
    """The ID number that `text` holds; look-alikes of the last X, full-width digits and blanks inside are accepted."""
    plain = _clean(text)
    if plain in _BLANKS:
        return IdNumber(text, None, "missing")
    if _SCIENTIFIC.fullmatch(plain):
        return IdNumber(text, None, "truncated")
    if _FIFTEEN.fullmatch(plain):
        return _old(text, plain)
    if _EIGHTEEN.fullmatch(plain):
        return _new(text, plain)
    return IdNumber(text, None, "form")


def parse_number(value: float) -> IdNumber:
    """The ID number of a spreadsheet cell that holds a number, not text.

    15 digits survive; of 18 the last three are lost, so such a number is `truncated` whatever its check digit says.
    """
    whole = str(int(value))
    if len(whole) <= _EXCEL_DIGITS:
        return parse(whole)
    return IdNumber(whole, None, "truncated")


def check_digit(first: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064 MOD 11-2)."""
    return str(ric.calc_check_digit(first + "0"))


def widen(old: str) -> str | None:
    """The 18 characters of a 15-digit number, None where its century cannot be told.

    Numbers with sequence 996–999 were kept for people over a hundred years old: 18xx. With year 00 neither 1900 nor
    2000 is sure, so it is not widened.
    """
    if old[-3:] in ("996", "997", "998", "999"):
        century = "18"
    elif old[6:8] == "00":
        return None
    else:
        century = "19"
    first = old[:6] + century + old[6:]
    return first + check_digit(first)


def find_all(text: str) -> tuple[IdNumber, ...]:
    """The ID numbers inside a file or folder name: right form and a birth date that can be."""
    found = (parse(match.group()) for match in _IN_NAME.finditer(unicodedata.normalize("NFKC", text)))
    return tuple(number for number in found if number.birth is not None and number.normalised is not None)


def mask(number: str) -> str:
    """The number for lists and screens: `110105********002X`; anything of another length is hidden whole."""
    plain = _clean(number)
    tail = {18: 4, 15: 3}.get(len(plain), 0)
    if not tail:
        return "*" * len(plain)
    return plain[:6] + "*" * (len(plain) - 6 - tail) + plain[-tail:]


def hide_numbers(delivered: str) -> str:
    """A name or path as delivered with the ID numbers in it masked."""
    return _ANY_NUMBER.sub(lambda match: mask(match.group()), delivered)


def characters(text: str) -> str:
    """The characters of a number as they are compared: upper case, no blanks, look-alikes of the last X put right."""
    return _clean(text)


def _clean(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_CROSSES)


def _new(raw: str, plain: str) -> IdNumber:
    birth = _date(plain[6:14])
    if check_digit(plain[:17]) != plain[17]:
        lost = plain.endswith("000")
        return IdNumber(raw, None if lost else plain, "truncated" if lost else "checksum", birth, _sex(plain[16]))
    if birth is None:
        return IdNumber(raw, None, "form")
    return IdNumber(raw, plain, "ok", birth, _sex(plain[16]))


def _old(raw: str, plain: str) -> IdNumber:
    widened = widen(plain)
    if widened is None:
        return IdNumber(raw, None, "old", None, _sex(plain[14]))
    birth = _date(widened[6:14])
    if birth is None:
        return IdNumber(raw, None, "form")
    return IdNumber(raw, widened, "old", birth, _sex(plain[14]))


def _date(digits: str) -> date | None:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
    return day if _EARLIEST_YEAR <= day.year <= _LATEST_YEAR else None


def _sex(digit: str) -> Sex:
    return "male" if int(digit) % 2 else "female"
