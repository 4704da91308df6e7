"""Dates in cells: printed 年 月 日 with hand digits between, lunar ones, years in two digits, a digit or sign misread."""

from __future__ import annotations

import re

from base.text import dates
from base.text.dates import PartialDate, Written
from base.text.lunar import solar_days
from ocr.fields.doubt import other_readings
from ocr.fields.reading import Reading
from ocr.fields.strips import Ink

_NUMERALS = "0-9〇零○O一二三四五六七八九十"
_BEGINS = re.compile(rf"(?:公元|公历|农历|阴历|旧历|民国|康德|大同|昭和|于)?[{_NUMERALS}]{{2}}")
# Enough of a date that its field is not empty: digits with a sign of a date, or six to eight of them.
_LIKE = re.compile(rf"[{_NUMERALS}]{{2,}}.*[年月.\-/]|^[0-9]{{6,8}}$")
_SPACED = re.compile(r"[0-9]{4} +[0-9]{1,2}(?: +[0-9]{1,2})?")
_COMMA = re.compile(r"(?<=[0-9])[，,、。·](?=[0-9])")
# What may follow a date in its cell; a digit or a sign of a date that follows was misread.
_LEFT = re.compile(rf"^[^{_NUMERALS}年月日号.\-/]")
# Years below this in two digits may be of either century, except those of a birth.
_SURE_SHORT_YEAR = 30
_LONGEST = 24


def begins(text: str) -> bool:
    """Whether a folded text can be a date from its first character on."""
    return bool(_BEGINS.match(text))


def read_date(ink: Ink) -> Reading | None:
    """The first date that the ink writes."""
    return _read(ink, birth=False)


def read_birth(ink: Ink) -> Reading | None:
    """As `read_date`; a year in two digits is of the 20th century."""
    return _read(ink, birth=True)


def read_party_date(ink: Ink) -> Reading | None:
    """As `read_date`; who never joined has none."""
    return None if re.match(r"[未无否]", ink.text) else read_date(ink)


def _read(ink: Ink, *, birth: bool) -> Reading | None:
    places = [i for i, char in enumerate(ink.text) if not char.isspace()]
    if _SPACED.fullmatch(ink.text):
        places = list(range(len(ink.text)))
    bare = Ink(tuple(ink.chars[i] for i in places))
    found = _first(bare.text)
    if found is not None and not _is_broken(bare.text[found.end :]):
        return _dated(bare.cut(found.start, found.end), found.date, short=found.short, birth=birth)
    if (other := _otherwise(bare)) is not None:
        return other
    if found is not None:
        # The first part of it can be read; more stands there.
        return _dated(bare, found.date, short=found.short, birth=birth, broken=True)
    if _LIKE.search(bare.text) and len(bare.chars) < _LONGEST:
        return Reading(bare, None, ("form",), weight=0.5)
    return None


def _first(text: str) -> Written | None:
    plain = _COMMA.sub(".", text)
    plain = plain.replace(" ", ".")
    return next(dates.find(plain, century=1900), None)


def _is_broken(rest: str) -> bool:
    return bool(rest) and not _LEFT.match(rest)


def _otherwise(ink: Ink) -> Reading | None:
    """A whole date by the characters that the engine held for second-likeliest; `value` stays as it was read."""
    for text in other_readings(ink):
        found = _first(text)
        if found is not None and found.start == 0 and not _is_broken(text[found.end :]) and not found.date.lunar:
            return Reading(ink.cut(0, found.end), found.date.iso, ("list",), weight=0.7)
    return None


def _dated(ink: Ink, found: PartialDate, *, short: bool, birth: bool, broken: bool = False) -> Reading:
    if broken:
        return Reading(ink, None, ("form",), (found.iso,), weight=0.5)
    if found.lunar:
        days = solar_days(found)
        if days is None:
            return Reading(ink, None, ("lunar", "form"), weight=0.5)
        if days[0] == days[1]:
            return Reading(ink, days[0].isoformat(), ("lunar",))
        months = (days[0].isoformat()[:7], days[1].isoformat()[:7])
        return Reading(ink, None, ("lunar",), tuple(dict.fromkeys(months)))
    if short and not birth and found.year % 100 < _SURE_SHORT_YEAR:
        later = found.iso.replace("19", "20", 1)
        return Reading(ink, None, ("century",), (found.iso, later))
    return Reading(ink, found.iso, ("century",) if short else ())
