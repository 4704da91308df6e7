"""Dates as lists and old papers write them: whole or in part, in digits or Chinese numerals, Western or Republican years.

A date that cannot be is None, never an error, and what is not written is never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

_EARLIEST_YEAR, _LATEST_YEAR = 1850, 2100
_REPUBLIC = 1911
_DIGITS = {**{digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}, "零": "0", "○": "0", "O": "0"}
_NUMERAL = "〇零○O一二三四五六七八九"
_TENS = re.compile(r"([一二三四五六七八九])?([十廿卅])([一二三四五六七八九])?")
_TENS_VALUE = {"十": 1, "廿": 2, "卅": 3}
_WRITTEN = re.compile(r"(?P<year>[0-9]{1,4})年(?:(?P<month>[0-9]{1,2})月份?(?:(?P<day>[0-9]{1,2})[日号]?)?)?")
_SEPARATED = re.compile(
    r"(?P<year>[0-9]{4})(?:[-./](?P<month>[0-9]{1,2})(?:[-./](?P<day>[0-9]{1,2}))?)?[-./]?(?:T?[0-9:]{4,12})?"
)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_BRACKETS = re.compile(r"^[\[〔(](.*)[\])〕]$")
_LUNAR = re.compile(r"农历|阴历|旧历|夏历")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the month, or the day, may not be known.

    `lunar`: marked 农历, not converted. `conjectured`: in square brackets (DA/T 18), or followed by a question mark.
    """

    year: int
    month: int | None = None
    day: int | None = None
    lunar: bool = False
    conjectured: bool = False

    @property
    def digits(self) -> str:
        """Eight digits, unknown parts 00 (the exchange form of personnel catalogues)."""
        return f"{self.year:04d}{self.month or 0:02d}{self.day or 0:02d}"


def parse(text: str) -> PartialDate | None:
    """The date that `text` writes, None if it writes none or one that cannot be (30 February, month 13, year 49)."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("公元", "")
    lunar = bool(_LUNAR.search(plain))
    plain = _LUNAR.sub("", plain)
    inner = _BRACKETS.sub(r"\1", plain)
    conjectured = inner != plain or inner.endswith("?")
    inner = inner.rstrip("?")
    republican = inner.startswith("民国")
    inner = _in_digits(inner).removeprefix("民国")
    # `38年` is 1949 after 民国; without it the century of `49年` is not written.
    match = _WRITTEN.fullmatch(inner) or _COMPACT.fullmatch(inner) or _SEPARATED.fullmatch(inner)
    if match is None or (len(match["year"]) != 4 and not republican):
        return None
    year = int(match["year"]) + (_REPUBLIC if republican else 0)
    return of_parts(year, _part(match["month"]), _part(match["day"]), lunar=lunar, conjectured=conjectured)


def of_parts(
    year: int | None, month: int | None, day: int | None, *, lunar: bool = False, conjectured: bool = False
) -> PartialDate | None:
    """The date of these parts, None where they make none; a month or day of 0 is one that is not known."""
    month, day = month or None, day or None
    if year is None or not _EARLIEST_YEAR <= year <= _LATEST_YEAR or (day is not None and month is None):
        return None
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None and not _is_day(year, month or 1, day, lunar):
        return None
    return PartialDate(year, month, day, lunar, conjectured)


def of_cell(value: object) -> PartialDate | None:
    """The date of a spreadsheet cell: a real date, text, or a number such as 19490101, 194901, 1949 or 1949.12.

    A number 1949.1 may have been typed 1949.1 or 1949.10, so only its year is sure.
    """
    if isinstance(value, datetime | date):
        return of_parts(value.year, value.month, value.day)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        written = f"{value:.10g}"
        return parse(written[:4] if re.fullmatch(r"[0-9]{4}\.[0-9]", written) else written)
    return parse(str(value))


def _part(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _is_day(year: int, month: int, day: int, lunar: bool) -> bool:
    if lunar:
        return 1 <= day <= 30
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _in_digits(text: str) -> str:
    """一九四九年十月一日 → 1949年10月1日, 民国三十八年 → 民国38年, 元月 → 1月, 元年 → 1年, 初一 → 1."""
    text = text.replace("元月", "1月").replace("民国元年", "民国1年").replace("正月", "1月").replace("腊月", "12月")
    text = re.sub(r"初([一二三四五六七八九十])$", r"\1日", text)
    text = re.sub(rf"^[{_NUMERAL}]{{4}}", lambda match: "".join(_DIGITS[digit] for digit in match[0]), text)
    text = _TENS.sub(_ten, text)
    return "".join(_DIGITS.get(character, character) for character in text)


def _ten(match: re.Match[str]) -> str:
    tens = int(_DIGITS[match[1]]) if match[1] else _TENS_VALUE[match[2]]
    return str(tens * 10 + (int(_DIGITS[match[3]]) if match[3] else 0))
