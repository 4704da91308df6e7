"""What a field's value must look like, and its normal form. A text that is none gives nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from base.text import dates, identity
from base.text.dates import PartialDate
from base.text.id_readings import nearest
from base.text.identity import Sex
from base.text.lunar import solar_days
from base.text.normalise import fold
from ocr.fields.forms import closed_list
from ocr.fields.strips import Ink

_HAN = "\u3400-\u9fff\U00020000-\U000323af"
_LOOSE = ":;,.、。·_-—~()[]{}\"'“”‘’|/\\*：；，（）【】《》〈〉"
_NAME = re.compile(rf"[{_HAN}]{{2,4}}|[{_HAN}]{{1,8}}(?:[·•.][{_HAN}]{{1,8}})+")
_NO_NAME = re.compile(r"姓名|签字|签名|盖章|照片|同志$|单位|性别|民族|出生|年|月|日$|意见|[父母]亲|配偶|本人")
_NONE = frozenset({"无", "没有", "未", "否", "不详", "无曾用名"})
_NUMERALS = "0-9〇零○O一二三四五六七八九十"
_DATE_BEGINS = re.compile(rf"(?:公元|公历|农历|阴历|旧历|民国|康德|大同|昭和|于)?[{_NUMERALS}]{{2}}")
_DATE_LIKE = re.compile(rf"[{_NUMERALS}]{{2,}}.*[年月.\-/]|^[0-9]{{6,8}}$")
_LETTERS = str.maketrans({"O": "0", "o": "0", "D": "0", "Q": "0", "l": "1", "I": "1", "i": "1", "|": "1", "Z": "2", "z": "2", "S": "5", "s": "5", "B": "8", "b": "6", "g": "9", "q": "9"})  # fmt: skip
_DIGITS = re.compile(r"[0-9OoDQlIi|ZzSsBbgq\s]{13,22}[0-9XxХ×✕]?")
_PHONE = re.compile(r"(?:\(?0[0-9]{2,3}\)?[- ]?)?[0-9]{7,8}|1[3-9][0-9]{9}|[0-9]{3,6}(?:转[0-9]{1,4})?")
# GB/T 2261.1 → the word of `identity`.
SEX_OF: dict[str, Sex] = {"1": "male", "2": "female"}
# Years below this in two digits may be of either century, except a birth.
_SURE_SHORT_YEAR = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as it was read: the ink it is made of, its normal form, marks and other readings."""

    ink: Ink
    normal: str | None = None
    marks: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    # How sure the form of the value makes it, 0–1.
    weight: float = 1.0


def read(field: str, ink: Ink) -> Reading | None:
    """The value of `field` that `ink` writes, None where it writes none."""
    ink = ink.trimmed(_LOOSE)
    return _KINDS[field](ink) if ink.text else None


def may_begin(field: str, rest: str) -> bool:
    """Whether the folded text right behind a label without a colon can be its value."""
    kind = _KINDS[field]
    if field == "sex":
        return rest[0] in "男女"
    if field == "ethnic_group":
        return "族" in rest[:6]
    if kind in (_date, _birth, _party_date):
        return bool(_DATE_BEGINS.match(rest))
    if kind in (_id_number, _phone):
        return rest[0].isdigit()
    return bool(re.match(f"[{_HAN}]", rest))


def _name(ink: Ink) -> Reading | None:
    ink = _until(ink, r"[(\[,;:/]|同志")
    plain = "".join(ink.text.split())
    if not _NAME.fullmatch(plain) or _NO_NAME.search(plain):
        return None
    return Reading(ink)


def _former(ink: Ink) -> Reading | None:
    plain = fold(ink.text)
    return Reading(ink) if plain in _NONE else _name(ink)


def _sex(ink: Ink) -> Reading | None:
    plain = "".join(ink.text.split())
    if len(plain) > 3 or (found := re.search("[男女]", plain)) is None:
        return None
    at = ink.text.index(found[0])
    return Reading(ink.cut(at, at + 1), "1" if found[0] == "男" else "2")


def _listed(name: str, most: int) -> Callable[[Ink], Reading | None]:
    """A reader of a closed list; what is not in it stands as written, if it is no longer than `most` characters."""

    def reader(ink: Ink) -> Reading | None:
        plain = fold(ink.text).replace(" ", "")
        if len(plain) > most or not re.search(f"[{_HAN}]", plain) or plain in _NONE:
            return None
        known = closed_list(name)
        if plain in known:
            return Reading(ink, known[plain])
        inside = max((key for key in known if key in plain and len(key) > 1), key=len, default=None)
        if inside is not None:
            return Reading(ink, known[inside])
        near = {known[key] for key in known if _one_off(key, plain)}
        if len(near) == 1:
            return Reading(ink, near.pop(), ("list",), weight=0.7)
        return Reading(ink, weight=0.6)

    return reader


def _one_off(key: str, plain: str) -> bool:
    """Two characters or more of which one was misread."""
    return len(key) == len(plain) >= 2 and sum(a != b for a, b in zip(key, plain, strict=True)) == 1


def _ethnic(ink: Ink) -> Reading | None:
    plain = fold(ink.text).replace(" ", "")
    known = closed_list("ethnic_group")
    if len(plain) > 6 or not re.search(f"[{_HAN}]", plain):
        return None
    if (code := known.get(plain) or known.get(plain + "族")) is not None:
        return Reading(ink, code)
    near = {known[key] for key in known if _one_off(key, plain) and plain.endswith("族")}
    if len(near) == 1 and len(plain) > 2:
        return Reading(ink, near.pop(), ("list",), weight=0.7)
    return Reading(ink, weight=0.6) if plain.endswith(("族", "人")) else None


def _date(ink: Ink, *, birth: bool = False) -> Reading | None:
    text = ink.text
    compact = [i for i, char in enumerate(text) if not char.isspace()]
    plain = "".join(text[i] for i in compact)
    if re.fullmatch(r"[0-9]{4} +[0-9]{1,2}(?: +[0-9]{1,2})?", text):
        compact, plain = list(range(len(text))), text.replace(" ", ".")
    plain = plain.replace("，", ".").replace(",", ".") if re.search(r"[0-9][，,][0-9]", plain) else plain
    found = next(dates.find(plain, century=1900), None)
    if found is None:
        return Reading(ink, None, ("form",), weight=0.5) if _DATE_LIKE.search(plain) and len(plain) < 16 else None
    cut = ink.cut(compact[found.start], compact[found.end - 1] + 1)
    return _dated(cut, found.date, short=found.short, birth=birth)


def _dated(ink: Ink, found: PartialDate, *, short: bool, birth: bool) -> Reading:
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


def _birth(ink: Ink) -> Reading | None:
    return _date(ink, birth=True)


def _party_date(ink: Ink) -> Reading | None:
    return None if re.match(r"[未无否]", ink.text) else _date(ink)


def _id_number(ink: Ink) -> Reading | None:
    match = _DIGITS.search(ink.text)
    if match is None:
        return None
    ink = ink.cut(*match.span()).trimmed(_LOOSE)
    found = identity.parse(ink.text)
    if found.state in ("ok", "old"):
        return Reading(ink, found.normalised, ("old",) if found.state == "old" else ())
    if found.state == "checksum":
        return Reading(ink, found.normalised, ("checksum",), weight=0.6)
    digits = identity.characters(ink.text.translate(_LETTERS))
    valid = identity.parse(digits)
    return Reading(ink, None, ("form",), (digits,) if valid.state == "ok" else (), weight=0.5)


def other_numbers(reading: Reading, born: PartialDate | None, sex: str | None) -> tuple[str, ...]:
    """The nearest valid numbers to a wrong one, by what else the page states."""
    if reading.candidates or not {"checksum", "form"} & set(reading.marks):
        return reading.candidates
    day = date(born.year, born.month, born.day) if born and born.month and born.day and not born.lunar else None
    told = SEX_OF.get(sex or "")
    return nearest(reading.ink.text.translate(_LETTERS), birth=day, sex=told)


def _text(least: int, most: int) -> Callable[[Ink], Reading | None]:
    def reader(ink: Ink) -> Reading | None:
        plain = "".join(ink.text.split())
        han = len(re.findall(f"[{_HAN}]", plain))
        return Reading(ink) if han >= least and len(plain) <= most and plain not in _NONE else None

    return reader


def _phone(ink: Ink) -> Reading | None:
    match = _PHONE.search(ink.text)
    return Reading(ink.cut(*match.span())) if match else None


def _until(ink: Ink, stop: str) -> Ink:
    match = re.search(stop, ink.text.translate(str.maketrans("（，；：【", "(,;:[")))
    return ink.cut(0, match.start()).trimmed(_LOOSE) if match else ink


_KINDS: dict[str, Callable[[Ink], Reading | None]] = {
    "name": _name,
    "former_name": _former,
    "sex": _sex,
    "birth_date": _birth,
    "archive_birth_date": _birth,
    "ethnic_group": _ethnic,
    "native_place": _text(2, 24),
    "birthplace": _text(2, 24),
    "registered_residence": _text(2, 40),
    "id_number": _id_number,
    "political_status": _listed("political_status", 12),
    "party_date": _party_date,
    "party_confirmed_date": _party_date,
    "education": _listed("education", 12),
    "school": _text(2, 30),
    "graduation_date": _date,
    "work_start_date": _date,
    "unit_start_date": _date,
    "unit": _text(2, 40),
    "post": _text(2, 24),
    "trade": _text(2, 16),
    "retirement_date": _date,
    "retirement_kind": _listed("retirement_kind", 16),
    "address": _text(3, 48),
    "phone": _phone,
    "form_date": _date,
}


def named(patterns: Iterator[re.Match[str]]) -> Iterator[tuple[str, int, int]]:
    """The fields of matches of a form's sentences: (field, start, end)."""
    for match in patterns:
        for field, value in match.groupdict().items():
            if value:
                yield field, *match.span(field)
