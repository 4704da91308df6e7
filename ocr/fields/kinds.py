"""What a field's value must look like, and its normal form. A text that is none gives nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from base.text import dates
from base.text.normalise import fold
from ocr.fields.days import begins, read_birth, read_date, read_party_date
from ocr.fields.doubt import fitting, other_readings
from ocr.fields.forms import closed_list
from ocr.fields.numbers import read_id, read_phone
from ocr.fields.places import named_trade, read_place
from ocr.fields.reading import HAN, NONE, Reading
from ocr.fields.strips import Ink
from standards.rules.reading.surnames import has_surname

_Kind = Callable[[Ink], Reading | None]
_LOOSE = ":;,.、。·_-—~()[]{}\"'“”‘’|/\\*：；，（）【】《》〈〉"
_NAME = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{1,8}}(?:[·•.][{HAN}]{{1,8}})+")
_NO_NAME = re.compile(
    r"姓名|签字|签名|盖章|照片|同志|单位|性别|民族|出生|[年月日]|意见|[父母]亲|配偶|本人|工人|职工|干部|厂|公司"
)
_MOST_NAMES = 3
# 「(以下简称甲方)」 and 「(章)」 behind a name.
_ASIDE = r"\((?:以下|下称|简称|盖?章|公章|签|[甲乙]方|用人单位)"
# A list's word of one character is too short to be found inside another text.
_SHORTEST = 2


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
    if kind in (read_date, read_birth, read_party_date):
        return begins(rest)
    if kind in (read_id, read_phone):
        return rest[0].isdigit()
    return bool(re.match(f"[{HAN}]", rest))


def _name(ink: Ink) -> Reading | None:
    ink = _until(ink, r"[(\[,;:/]|同志")
    plain = "".join(ink.text.split())
    if not _NAME.fullmatch(plain) or _NO_NAME.search(plain):
        return None
    others = (
        text for text in other_readings(ink) if has_surname(fold(text)) and _NAME.fullmatch("".join(text.split()))
    )
    candidates = tuple(text for text, _ in zip(others, range(_MOST_NAMES), strict=False))
    return Reading(ink, candidates=candidates, weight=1.0 if has_surname(fold(plain)) else 0.8)


def _former(ink: Ink) -> Reading | None:
    return Reading(ink) if fold(ink.text) in NONE else _name(ink)


def _sex(ink: Ink) -> Reading | None:
    plain = "".join(ink.text.split())
    if len(plain) > 3:
        return None
    found = re.search("[男女]", plain)
    if found is None:
        meant = fitting(ink, ("男", "女"))
        return Reading(ink, "1" if meant == "男" else "2", ("list",), weight=0.6) if meant else None
    at = ink.text.index(found[0])
    return Reading(ink.cut(at, at + 1), "1" if found[0] == "男" else "2")


def _listed(name: str, most: int) -> _Kind:
    """A reader of a closed list; what is not in it stands as written, if it is no longer than `most` characters."""

    def reader(ink: Ink) -> Reading | None:
        plain = fold(ink.text).replace(" ", "")
        if len(plain) > most or not re.search(f"[{HAN}]", plain) or plain in NONE:
            return None
        known = closed_list(name)
        inside = max((key for key in known if key in plain and len(key) >= _SHORTEST), key=len, default=None)
        if inside is not None:
            return Reading(ink, known[inside])
        return _nearest(ink, plain, known) or Reading(ink, weight=0.6)

    return reader


def _nearest(ink: Ink, plain: str, known: Mapping[str, str]) -> Reading | None:
    """The entry that the engine thought of too, or the only one that differs in a single character."""
    meant = fitting(ink, known)
    near = {known[meant]} if meant else {known[key] for key in known if _one_off(key, plain)}
    return Reading(ink, near.pop(), ("list",), weight=0.7) if len(near) == 1 else None


def _one_off(key: str, plain: str) -> bool:
    """Three characters or more of which one was misread."""
    return len(key) == len(plain) > _SHORTEST and sum(a != b for a, b in zip(key, plain, strict=True)) == 1


def _ethnic(ink: Ink) -> Reading | None:
    plain = fold(ink.text).replace(" ", "")
    known = closed_list("ethnic_group")
    if len(plain) > 6 or not re.search(f"[{HAN}]", plain):
        return None
    code = known.get(plain) or known.get(plain + "族")
    if code is not None:
        return Reading(ink, code)
    return _nearest(ink, plain, known) or (Reading(ink, weight=0.6) if plain.endswith(("族", "人")) else None)


def _text(least: int, most: int) -> _Kind:
    """A reader of what stands as written: at least so many hanzi, at most so many characters."""

    def reader(ink: Ink) -> Reading | None:
        ink = _without_date(_until(ink, _ASIDE))
        plain = "".join(ink.text.split())
        han = len(re.findall(f"[{HAN}]", plain))
        return Reading(ink) if han >= least and len(plain) <= most and plain not in NONE else None

    return reader


def _either(first: _Kind, second: _Kind) -> _Kind:
    def reader(ink: Ink) -> Reading | None:
        return first(ink) or second(ink)

    return reader


def _without_date(ink: Ink) -> Ink:
    """A date without a label often stands behind a unit in the head of a form."""
    last = max(dates.find(ink.text), key=lambda found: found.end, default=None)
    is_tail = last is not None and last.date.month is not None and last.end == len(ink.text) and last.start > _SHORTEST
    return ink.cut(0, last.start).trimmed(_LOOSE) if last is not None and is_tail else ink


def _unit(ink: Ink) -> Reading | None:
    """A name of a unit has no comma; what is left of its label (「甲方(用人单位)名称:」) is no part of it."""
    tail = re.match("(?:单位)?(?:名称|全称)[:：]?", ink.text)
    if tail is not None:
        ink = ink.cut(tail.end(), len(ink.text)).trimmed(_LOOSE)
    return _text(3, 40)(_until(ink, "[,;]"))


def _until(ink: Ink, stop: str) -> Ink:
    match = re.search(stop, ink.text.translate(str.maketrans("（，；：【", "(,;:[")))
    return ink.cut(0, match.start()).trimmed(_LOOSE) if match else ink


_KINDS: dict[str, _Kind] = {
    "name": _name,
    "former_name": _former,
    "sex": _sex,
    "birth_date": read_birth,
    "archive_birth_date": read_birth,
    "ethnic_group": _ethnic,
    "native_place": _either(read_place, _text(2, 24)),
    "birthplace": _either(read_place, _text(2, 24)),
    "registered_residence": _text(2, 40),
    "id_number": read_id,
    "political_status": _listed("political_status", 12),
    "party_date": read_party_date,
    "party_confirmed_date": read_party_date,
    "education": _listed("education", 12),
    "school": _text(2, 30),
    "graduation_date": read_date,
    "work_start_date": read_date,
    "unit_start_date": read_date,
    "unit": _unit,
    "post": _either(named_trade, _text(2, 24)),
    "trade": _either(named_trade, _text(2, 16)),
    "retirement_date": read_date,
    "retirement_kind": _listed("retirement_kind", 16),
    "address": _text(3, 48),
    "phone": read_phone,
    "form_date": read_date,
}
