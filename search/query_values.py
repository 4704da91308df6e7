"""The values of a query that are no words: spans of numbers, dates and spans of them, numbers of units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from base.text import numerals
from base.text.dates import PartialDate, parse
from base.text.normalise import fold
from search.analysis import class_code
from search.errors import QueryError

_SPAN = re.compile(r"(?P<first>[0-9]+)?(?P<dots>\.\.)?(?P<last>[0-9]+)?")
_UNIT = re.compile(r"#(?P<id>[0-9]{1,15})")
_FIRST, _LAST = PartialDate(1850), PartialDate(2100)
_CENTURY = 1900
_NAMED_CLASS = re.compile("第?(?:(?P<hanzi>[一二三四五六七八九十]{1,3})|(?P<digits>[0-9]{1,3}))类?")
# 195612 may be the beginning of any number; 68.12 a sum of money.
_DOUBTFUL = re.compile(r"[0-9]{6}|[0-9]{2}[-./][0-9]{1,2}")


def span(written: str, code: str, shortest: int, most: int) -> tuple[int | None, int | None]:
    """(first, last) of `7`, `7..9`, `7..` or `..9`; QueryError `code` for anything else.

    A number has `shortest` digits or more and is `most` at most.
    """
    match = _SPAN.fullmatch(fold(written))
    if not match or not (match["first"] or match["last"]) or (match["last"] and not match["dots"]):
        raise QueryError(code, word=written)
    first, last = (_number(match[part], shortest, most) for part in ("first", "last"))
    if (first is None and match["first"]) or (last is None and match["last"]):
        raise QueryError(code, word=written)
    if not match["dots"]:
        last = first
    if first is not None and last is not None and first > last:
        raise QueryError(code, word=written)
    return first, last


def date_tokens(written: str) -> tuple[str, ...]:
    """Tokens of which a date has one if all that is known of it lies in the span; QueryError `search.query-date`."""
    first_written, dots, last_written = fold(written).partition("..")
    first = _date(first_written, written) if first_written else _FIRST
    last = _date(last_written, written) if last_written else (_LAST if dots else first)
    if not (first_written or last_written) or _lowest(first) > _highest(last):
        raise QueryError("search.query-date", word=written)
    return tuple(_tokens(first, last))


def unit_id(written: str) -> int:
    """12 of `#12`; QueryError `search.query-unit`."""
    match = _UNIT.fullmatch(fold(written))
    if not match:
        raise QueryError("search.query-unit", word=written)
    return int(match["id"])


def class_value(written: str) -> str:
    """A class as it stands in the catalogue: 09, 第九类 and 九 are 9, 十一 is 11, 04-01 is 4-1; other codes as they are."""
    head, *below = class_code(written).split("-")
    named = _NAMED_CLASS.fullmatch(head)
    head = named["hanzi"] or named["digits"] if named else head
    number = numerals.value(head) if named and named["hanzi"] else None
    parts = [str(number) if number is not None else head, *below]
    return "-".join(each.lstrip("0") or "0" if each.isascii() and each.isdigit() else each for each in parts)


def date_of_word(text: str, near: bool) -> str:
    """The date that a searchable word writes as a whole, in ISO form: with its month at least, or of a near word any; or ""."""
    if _DOUBTFUL.fullmatch(text):
        return ""
    date = parse(text, century=_CENTURY)
    return date.iso if date and (date.month or near) else ""


def _number(digits: str | None, shortest: int, most: int) -> int | None:
    if digits is None or not shortest <= len(digits) <= len(str(most)) or int(digits) > most:
        return None
    return int(digits)


def _date(text: str, written: str) -> PartialDate:
    found = parse(text, century=_CENTURY)
    if found is None:
        raise QueryError("search.query-date", word=written)
    return found


def _lowest(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 1, date.day or 1


def _highest(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 12, date.day or 31


def _tokens(first: PartialDate, last: PartialDate) -> Iterator[str]:
    """Whole years, then the months and days that remain at either end: some hundred at most."""
    for year in range(first.year, last.year + 1):
        if _within((year, 1, 1), (year, 12, 31), first, last):
            yield f"{year:04d}"
            continue
        for month in range(1, 13):
            if _within((year, month, 1), (year, month, 31), first, last):
                yield f"{year:04d}-{month:02d}"
                continue
            for day in range(1, 32):
                if _within((year, month, day), (year, month, day), first, last):
                    yield f"{year:04d}-{month:02d}-{day:02d}"


def _within(low: tuple[int, int, int], high: tuple[int, int, int], first: PartialDate, last: PartialDate) -> bool:
    return _lowest(first) <= low and high <= _highest(last)
