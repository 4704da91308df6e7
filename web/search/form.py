"""The form for those who do not type the query language: its fields to a query line, and a line back to the fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from base.errors import InputError
from search.query import parse_query
from web.search.line import Group, Item, as_word, groups, words_of, written

_YEARS = re.compile(r"(?P<first>\d{4})?(?P<dots>\.\.)?(?P<last>\d{4})?")
_MOST_SURE = re.compile(r"\.\.(?P<last>\d{1,3})")
_UNIT = re.compile(r"#(?P<id>\d+)")
# Fields of the form that are one field of the language.
_SINGLE = {"name": "name", "id_number": "id", "archive_no": "no", "title": "title", "place": "place", "date": "date"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form. `near` holds for the words of `all_words`; `district` is a unit's id; `rest` is what the
    form has no field for, as it is typed."""

    name: str = ""
    id_number: str = ""
    archive_no: str = ""
    title: str = ""
    all_words: str = ""
    near: bool = False
    any_words: str = ""
    phrase: str = ""
    none_words: str = ""
    class_code: str = ""
    year_first: str = ""
    year_last: str = ""
    date: str = ""
    enterprise: str = ""
    district: str = ""
    place: str = ""
    confidence: str = ""
    rest: str = ""


def typed(form: Mapping[str, str]) -> Typed:
    """The fields as a form sent them."""
    texts = {each.name: form.get(each.name, "").strip() for each in fields(Typed) if each.name != "near"}
    return Typed(near=bool(form.get("near")), **texts)


def line_of(form: Typed) -> str:
    """The query line of a form; "" for an empty one. Whether it can be run, `search.query` says."""
    sign = "~" if form.near else ""
    parts = [f"{field}:{as_word(value)}" for name, field in _SINGLE.items() if (value := getattr(form, name))]
    parts += [_near(sign, word) for word in words_of(form.all_words)]
    parts.append(" OR ".join(as_word(word) for word in words_of(form.any_words)))
    parts.append(f'"{form.phrase.strip(chr(34))}"' if form.phrase.strip('"') else "")
    parts += [f"-{as_word(word)}" for word in words_of(form.none_words)]
    parts.append(f"class:{form.class_code}" if form.class_code else "")
    parts.append(f"year:{_years(form.year_first, form.year_last)}" if form.year_first or form.year_last else "")
    parts += [_unit(form.enterprise), f"unit:#{form.district}" if form.district else ""]
    parts.append(f"confidence:..{form.confidence}" if form.confidence else "")
    parts.append(form.rest)
    return " ".join(part for part in parts if part)


def form_of(query: str, units: Mapping[int, str], districts: Mapping[int, str]) -> Typed:
    """A query line in the fields of the form, the rest of it in `rest`; `line_of` of it asks the same.

    A line that cannot be run stays as it is typed, in `rest`. `units` and `districts` are the names, by id, of
    those that the person may choose.
    """
    try:
        parse_query(query)
    except InputError:
        return Typed(rest=query.strip())
    form = Typed()
    cut = groups(query)
    bare = [group[0] for group in cut if len(group) == 1 and not (group[0].minus or group[0].field or group[0].quoted)]
    form = replace(form, near=bool(bare) and all(item.near for item in bare))
    for group in cut:
        form = _with_group(form, group, units, districts)
    return form


def _with_group(form: Typed, group: Group, units: Mapping[int, str], districts: Mapping[int, str]) -> Typed:
    changed: Typed | None = None
    if len(group) > 1:
        if not form.any_words and all(item.word for item in group):
            changed = replace(form, any_words=" ".join(item.written for item in group))
    else:
        changed = _with_item(form, group[0], units, districts)
    return changed or replace(form, rest=f"{form.rest} {written(group)}".strip())


def _with_item(form: Typed, item: Item, units: Mapping[int, str], districts: Mapping[int, str]) -> Typed | None:
    """None where the form has no place for the item, or the place is taken."""
    if not item.field:
        return _with_word(form, item)
    if item.minus or item.near or (item.value.startswith(("~", "～")) and not item.quoted):
        return None
    if item.field == "unit":
        return _with_unit(form, item, units, districts)
    readers = {"class": _with_class, "year": _with_years, "confidence": _with_confidence}
    return readers.get(item.field, _with_single)(form, item)


def _with_single(form: Typed, item: Item) -> Typed | None:
    name = next((name for name, field in _SINGLE.items() if field == item.field), None)
    if name is None or getattr(form, name) or not item.value.strip():
        return None
    return _set(form, name, f'"{item.value}"' if item.quoted else item.value)


def _set(form: Typed, name: str, value: str) -> Typed:
    changed: dict[str, Any] = {name: value}
    return replace(form, **changed)


def _with_class(form: Typed, item: Item) -> Typed | None:
    return None if form.class_code or item.quoted else replace(form, class_code=item.value)


def _with_confidence(form: Typed, item: Item) -> Typed | None:
    found = _MOST_SURE.fullmatch(item.value) if not form.confidence and not item.quoted else None
    return replace(form, confidence=found["last"]) if found else None


def _with_word(form: Typed, item: Item) -> Typed | None:
    if item.minus:
        if item.near or not item.value.strip() or not (item.quoted or as_word(item.value) == item.value):
            return None
        word = f'"{item.value}"' if item.quoted else item.value
        return replace(form, none_words=f"{form.none_words} {word}".strip())
    if item.quoted:
        return None if form.phrase or item.near or not item.value.strip() else replace(form, phrase=item.value)
    if item.near != form.near or as_word(item.value) != item.value:
        return None
    return replace(form, all_words=f"{form.all_words} {item.value}".strip())


def _with_years(form: Typed, item: Item) -> Typed | None:
    found = _YEARS.fullmatch(item.value)
    if not found or form.year_first or form.year_last or item.quoted or (found["last"] and not found["dots"]):
        return None
    first, last = found["first"] or "", found["last"] or ""
    return replace(form, year_first=first, year_last=last if found["dots"] else first) if first or last else None


def _with_unit(form: Typed, item: Item, units: Mapping[int, str], districts: Mapping[int, str]) -> Typed | None:
    found = _UNIT.fullmatch(item.value) if not item.quoted else None
    if found and int(found["id"]) in districts and not form.district:
        return replace(form, district=found["id"])
    if form.enterprise:
        return None
    if found:
        return replace(form, enterprise=f"#{found['id']} {units.get(int(found['id']), '')}".strip())
    return replace(form, enterprise=f'"{item.value}"' if item.quoted else item.value)


def _near(sign: str, word: str) -> str:
    plain = as_word(word)
    return plain if plain.startswith('"') else sign + plain


def _years(first: str, last: str) -> str:
    return first if first == last else f"{first}..{last}"


def _unit(text: str) -> str:
    """`#12 红星棉纺厂` is the unit of that id; anything else is a part of a name."""
    found = _UNIT.match(text)
    if found:
        return f"unit:{found.group()}"
    return f"unit:{as_word(text)}" if text else ""
