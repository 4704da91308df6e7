"""Dates as lists and old papers write them: whole or in part, in digits or Chinese numerals, Western or Republican years.

A date that cannot be is None, never an error, and what is not written is never guessed: `find` takes a year in two digits
only where its caller says which century is meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

_EARLIEST_YEAR, _LATEST_YEAR = 1850, 2100
# Eras of papers and of people still met in dossiers: the year before the first one of each. 大同, 康德, 昭和 stand on papers
# from the north-east and Taiwan before 1945; all of them count solar years.
_ERAS = {"民国": 1911, "民國": 1911, "大同": 1931, "康德": 1933, "昭和": 1925}
_DIGITS = {**{digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}, "零": "0", "○": "0", "O": "0"}
_NUMERAL = "〇零○O一二三四五六七八九"
_TENS = re.compile(r"([一二三四五六七八九])?([十廿卅])([一二三四五六七八九])?")
_TENS_VALUE = {"十": 1, "廿": 2, "卅": 3}
_WRITTEN = re.compile(r"(?P<year>[0-9]{1,4})年(?:(?P<month>[0-9]{1,2})月份?(?:(?P<day>[0-9]{1,2})[日号號]?)?)?")
_SEPARATED = re.compile(
    r"(?P<year>[0-9]{4})(?:[-./](?P<month>[0-9]{1,2})(?:[-./](?P<day>[0-9]{1,2}))?)?[-./]?(?:T?[0-9:]{4,12})?"
)
# 53.3.5 and 53-3; of two parts the first must be no month, for 5.12 may be a day.
_SHORT = re.compile(
    r"(?P<year>[0-9]{2})[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})|(?P<y>1[3-9]|[2-9][0-9])[-./](?P<m>[0-9]{1,2})"
)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_BRACKETS = re.compile(r"^[\[〔(](.*)[\])〕]$")
_LUNAR = re.compile(r"[(\[〔]?(?:农历|阴历|旧历|夏历|古历|農曆|陰曆|舊曆|夏曆|農歷|陰歷|舊歷)[)\]〕]?")
_SOLAR = re.compile(r"[(\[〔]?(?:公元|公历|阳历|新历|西历|公曆|陽曆|新曆|國曆|西曆|公歷|陽歷)[)\]〕]?")
_LEAP = re.compile(r"[闰閏](?=[0-9一二三四五六七八九十])")
_SPACED = re.compile(r"([0-9]{4}) +([0-9]{1,2})(?: +([0-9]{1,2}))?")
# A date inside other text, before anything is folded but width and blanks.
_N = rf"[0-9{_NUMERAL}十廿卅元正冬腊初]"
_ANYWHERE = re.compile(
    rf"(?:{_LUNAR.pattern}|{_SOLAR.pattern})?"
    rf"(?:(?:{'|'.join(_ERAS)}){_N}{{1,4}}年|(?<![0-9.])[0-9]{{2,4}}年|(?<![{_NUMERAL}十])[{_NUMERAL}]{{2,4}}年"
    # 五十八年三月, but 五十八年 alone is a span of time.
    rf"|(?<![{_NUMERAL}十百千])[二三四五六七八九]十[一二三四五六七八九]?年(?=[闰閏]?{_N}{{1,3}}月))"
    rf"(?:[闰閏]?{_N}{{1,3}}月份?(?:{_N}{{1,4}}[日号號]?)?)?(?:{_LUNAR.pattern}|{_SOLAR.pattern})?"
    rf"|(?:(?:{'|'.join(_ERAS)})[0-9]{{2}}|(?<![0-9.])(?:[0-9]{{4}}|[0-9]{{2}}))"
    rf"(?:[-./] ?[0-9]{{1,2}}[-./] ?[0-9]{{1,2}}|[-./][0-9]{{1,2}})(?![0-9])"
    rf"(?:{_LUNAR.pattern}|{_SOLAR.pattern})?"
    r"|(?<![0-9.])(?:1[89]|20)[0-9]{2}(?:[01][0-9][0-3][0-9]|[01][0-9])?(?![0-9])"
)
# Runs of characters that dates are made of, and what no date is without: searched for first, ten times as fast.
_SIGNS_OF_DATES = re.escape("-./ []〔〕()") + "年月份日号號闰閏農曆陰舊國歷历农阴旧夏古公阳新西陽" + "".join(_ERAS)
_RUNS = re.compile(f"[{_N[1:-1]}{_SIGNS_OF_DATES}]{{3,}}")
_SURE = re.compile("年|[0-9]{2}")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the month, or the day, may not be known.

    `lunar`: marked 农历, not converted (`lunar.solar_days` does that), `leap`: in a 闰月. `conjectured`: in square brackets
    (DA/T 18), or followed by a question mark.
    """

    year: int
    month: int | None = None
    day: int | None = None
    lunar: bool = False
    conjectured: bool = False
    leap: bool = False

    @property
    def digits(self) -> str:
        """Eight digits, unknown parts 00 (the exchange form of personnel catalogues)."""
        return f"{self.year:04d}{self.month or 0:02d}{self.day or 0:02d}"

    @property
    def iso(self) -> str:
        """ISO 8601 in the parts that are known: 1953, 1953-03, 1953-03-05."""
        return "-".join(f"{part:02d}" for part in (self.year, self.month, self.day) if part is not None)


@dataclass(frozen=True, slots=True)
class Written:
    """A date inside a text: `text[start:end]` writes it; `short` where its year has two digits."""

    date: PartialDate
    start: int
    end: int
    short: bool = False


@lru_cache(maxsize=4096)  # papers of one office write the same dates over and over
def parse(text: str, *, century: int | None = None) -> PartialDate | None:
    """The date that `text` writes, None if it writes none or one that cannot be (30 February, month 13, year 49).

    `century` (1900) is what a year in two digits is counted from; without it such a year is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if spaced := _SPACED.fullmatch(plain):
        plain = ".".join(part for part in spaced.groups() if part)
    plain = _SOLAR.sub("", "".join(plain.split()))
    lunar = bool(_LUNAR.search(plain))
    plain = _LUNAR.sub("", plain)
    inner = _BRACKETS.sub(r"\1", plain)
    conjectured = inner != plain or inner.endswith("?")
    inner = inner.rstrip("?")
    leap = bool(_LEAP.search(inner))
    base = _ERAS.get(inner[:2])
    inner = _in_digits(_LEAP.sub("", inner if base is None else inner[2:]))
    parts = _parts(inner, base, century)
    if parts is None or (leap and not lunar and parts[1] is None):
        return None
    # A leap month is one of the lunar year, whether it says so or not.
    return of_parts(*parts, lunar=lunar or leap, conjectured=conjectured, leap=leap)


def _parts(plain: str, base: int | None, century: int | None) -> tuple[int, int | None, int | None] | None:
    match = _WRITTEN.fullmatch(plain) or _COMPACT.fullmatch(plain) or _SEPARATED.fullmatch(plain)
    if match is None:
        short = _SHORT.fullmatch(plain) if base is not None or century is not None else None
        if short is None:
            return None
        year, month, day = short["year"] or short["y"], short["month"] or short["m"], short["day"]
        return int(year) + (base or century or 0), int(month), _part(day)
    # `38年` is 1949 after 民国; without an era the century of `49年` is written nowhere.
    start = base if base is not None else 0 if len(match["year"]) == 4 else century if len(match["year"]) == 2 else None
    if start is None or (base is not None and len(match["year"]) == 4):
        return None
    return int(match["year"]) + start, _part(match["month"]), _part(match["day"])


def find(text: str, *, century: int | None = None) -> Iterator[Written]:
    """The dates inside `text` in their order, those that cannot be left out.

    `text` has no blanks inside its dates but behind the full stops or dashes of a whole one (1968. 12. 5).
    """
    plain = text if unicodedata.is_normalized("NFKC", text) else "".join(map(_narrow, text))
    for match in _matches(plain):
        if (found := parse(match.group())) is not None:
            yield Written(found, *match.span())
        elif century is not None and (found := parse(match.group(), century=century)) is not None:
            yield Written(found, *match.span(), short=True)


def _matches(plain: str) -> Iterator[re.Match[str]]:
    """All of `_ANYWHERE`."""
    for run in _RUNS.finditer(plain):
        if _SURE.search(plain, *run.span()):
            yield from _ANYWHERE.finditer(plain, *run.span())


def _narrow(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def of_parts(
    year: int | None,
    month: int | None,
    day: int | None,
    *,
    lunar: bool = False,
    conjectured: bool = False,
    leap: bool = False,
) -> PartialDate | None:
    """The date of these parts, None where they make none; a month or day of 0 is one that is not known."""
    month, day = month or None, day or None
    if year is None or not _EARLIEST_YEAR <= year <= _LATEST_YEAR or (day is not None and month is None):
        return None
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None and not _is_day(year, month or 1, day, lunar):
        return None
    return PartialDate(year, month, day, lunar, conjectured, leap)


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
    """一九四九年十月一日 → 1949年10月1日, 四十二年 → 42年, 元月 → 1月, 元年 → 1年, 冬月 → 11月, 初一 → 1日."""
    text = re.sub(r"^元年", "1年", text)
    text = text.replace("元月", "1月").replace("正月", "1月").replace("冬月", "11月").replace("腊月", "12月")
    text = re.sub(r"初([一二三四五六七八九十])日?$", r"\1日", text)
    text = re.sub(rf"^[{_NUMERAL}]{{4}}", lambda match: "".join(_DIGITS[digit] for digit in match[0]), text)
    text = _TENS.sub(_ten, text)
    return "".join(_DIGITS.get(character, character) for character in text)


def _ten(match: re.Match[str]) -> str:
    tens = int(_DIGITS[match[1]]) if match[1] else _TENS_VALUE[match[2]]
    return str(tens * 10 + (int(_DIGITS[match[3]]) if match[3] else 0))
