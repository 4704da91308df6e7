"""ID and telephone numbers in cells. A wrong ID number is marked and other readings are offered; it is never put right."""

from __future__ import annotations

import re
from datetime import date

from base.text import identity
from base.text.dates import PartialDate
from base.text.id_readings import nearest
from base.text.identity import Sex
from ocr.fields.doubt import other_readings
from ocr.fields.reading import Reading
from ocr.fields.strips import Ink

# GB/T 2261.1 → the word of `identity`.
SEX_OF: dict[str, Sex] = {"1": "male", "2": "female"}
# Letters and signs read for digits.
_LETTERS = str.maketrans("OoDQlIi|!ZzSsBbgq", "00001111122558699"[:17])
_NUMBER = re.compile(r"[0-9OoDQlIi|!ZzSsBbgq\s.]{13,22}[0-9XxХ×✕]?")
_PHONE = re.compile(r"(?:\(?0[0-9]{2,3}\)?[- ]?)?[0-9]{7,8}(?![0-9])|1[3-9][0-9]{9}(?![0-9])")
_MANY = 5


def read_id(ink: Ink) -> Reading | None:
    """An ID number; one that is too short, too long or holds letters has no normal form."""
    match = _NUMBER.search(ink.text)
    if match is None:
        return None
    ink = ink.cut(*match.span()).trimmed(".")
    found = identity.parse(ink.text)
    if found.state in ("ok", "old"):
        return Reading(ink, found.normalised, ("old",) if found.state == "old" else ())
    if found.state == "checksum":
        return Reading(ink, found.normalised, ("checksum",), weight=0.6)
    return Reading(ink, None, ("form",), weight=0.5)


def other_numbers(reading: Reading, born: PartialDate | None, sex: str | None) -> tuple[str, ...]:
    """Valid numbers that a wrong one may be, by what else the page states; none for a right one.

    Letters read for digits come first, then the engine's own other characters, then the nearest by one change.
    """
    if not {"checksum", "form"} & set(reading.marks):
        return ()
    day = date(born.year, born.month, born.day) if born and born.month and born.day and not born.lunar else None
    digits = identity.characters(reading.ink.text.translate(_LETTERS)).replace(".", "")
    texts = (digits, *(identity.characters(text.translate(_LETTERS)) for text in other_readings(reading.ink)))
    valid = [text for text in texts if identity.parse(text).state == "ok"]
    agreeing = [text for text in valid if day is None or identity.parse(text).birth == day]
    found = dict.fromkeys([*agreeing, *nearest(digits, birth=day, sex=SEX_OF.get(sex or "")), *valid])
    return tuple(found)[:_MANY]


def read_phone(ink: Ink) -> Reading | None:
    """A telephone number of seven or eight digits, with or without its area, or a mobile one."""
    match = _PHONE.search(ink.text)
    return Reading(ink.cut(*match.span())) if match else None
