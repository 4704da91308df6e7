"""Lunar dates (农历, 1900–2100) as days of the solar calendar, by the tables of `borax`."""

from __future__ import annotations

from datetime import date

from borax.calendars.lunardate import InvalidLunarDateError, LunarDate

from base.text.dates import PartialDate


def solar_days(lunar: PartialDate) -> tuple[date, date] | None:
    """The first and last solar day that a lunar date may be: equal where its day is written, a month apart where not.

    None for one that cannot be (30 of a short month, a leap month that the year does not have), or outside the tables.
    """
    first = _solar(lunar, lunar.month or 1, lunar.day or 1)
    if lunar.day is not None or first is None:
        return None if first is None else (first, first)
    last_month = lunar.month or 12
    last = _solar(lunar, last_month, 30) or _solar(lunar, last_month, 29)
    return None if last is None else (first, last)


def _solar(lunar: PartialDate, month: int, day: int) -> date | None:
    try:
        found = LunarDate(lunar.year, month, day, int(lunar.leap)).to_solar_date()
    except InvalidLunarDateError:
        return None
    return date(found.year, found.month, found.day)
