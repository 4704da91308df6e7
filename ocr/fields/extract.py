"""The fields of one page: which form it is, where its labels stand, what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from base.text import dates, identity
from base.text.dates import PartialDate
from ocr.fields.cells import asks_for_others, value_of
from ocr.fields.flow import values_in_flow, values_in_sentences
from ocr.fields.forms import Form
from ocr.fields.kinds import read
from ocr.fields.labels import labels_and_runs
from ocr.fields.numbers import SEX_OF, other_numbers
from ocr.fields.reading import Reading
from ocr.fields.recognise import recognise
from ocr.fields.strips import Ink, Strip, strips_of
from ocr.fields.values import FIELDS, FieldValue, PageFields
from ocr.lines import PageReading

# How much a value loses that stands below its label, or whose label was not read letter by letter.
_UNUSUAL = 0.8


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    reading: Reading
    confidence: float


def extract(reading: PageReading) -> PageFields:
    """The fields of the form on the page; a page that is no known form gives none.

    Each value comes once, however often the page states it, where it was read surest; a page that states two gives both.
    """
    strips = strips_of(reading)
    sideways = reading.rotation in (90, 270)
    width, height = (reading.height, reading.width) if sideways else (reading.width, reading.height)
    form = recognise(strips, height)
    if form is None:
        return PageFields(None)
    found = list(_in_cells(strips, form, width))
    told = {each.name for each in found}
    found += [each for each in _in_sentences(strips, form) if each.name not in told]
    checked = _with_numbers_checked(_once(found))
    made = (_value(each, form, reading.rotation) for each in checked)
    return PageFields(form.id, tuple(sorted(made, key=lambda each: FIELDS.index(each.name))))


def _in_cells(strips: Sequence[Strip], form: Form, width: float) -> Iterator[_Found]:
    if not form.cells:
        return
    if form.flow:
        for field, ink in values_in_flow(strips, form.labels):
            if (taken := read(field, ink)) is not None:
                yield _Found(field, taken, taken.ink.confidence * taken.weight)
        return
    labels, runs = labels_and_runs(strips, form.labels)
    for label in labels:
        if label.field is None or asks_for_others(label, labels, form.labels):
            continue
        value, below = value_of(label, labels, runs, width)
        ink = Ink.of(value)
        reading = read(label.field, ink) if value else None
        if reading is not None:
            unusual = below or label.guessed
            marked = replace(reading, marks=(*reading.marks, "label")) if unusual else reading
            yield _Found(label.field, marked, reading.ink.confidence * reading.weight * (_UNUSUAL if unusual else 1.0))


def _in_sentences(strips: Sequence[Strip], form: Form) -> Iterator[_Found]:
    for field, ink in values_in_sentences(strips, form.patterns):
        if (reading := read(field, ink)) is not None:
            yield _Found(field, reading, reading.ink.confidence * reading.weight)


def _once(found: Sequence[_Found]) -> list[_Found]:
    """The surest of each value."""
    best: dict[tuple[str, str], _Found] = {}
    for each in found:
        key = (each.name, each.reading.normal or _text(each))
        if key not in best or best[key].confidence < each.confidence:
            best[key] = each
    return _one_name(list(best.values()), [each for each in found if each.name == "name"])


def _one_name(found: Sequence[_Found], names: Sequence[_Found]) -> list[_Found]:
    """Of names that differ by one character the one that was read most often, then surest; the others are candidates."""

    def weight(each: _Found) -> tuple[int, float]:
        return sum(_text(one) == _text(each) for one in names), each.confidence

    kept: list[_Found] = []
    for each in sorted((each for each in found if each.name == "name"), key=weight, reverse=True):
        near = next((i for i, one in enumerate(kept) if _one_apart(_text(one), _text(each))), None)
        if near is None:
            kept.append(each)
        else:
            reading = kept[near].reading
            candidates = tuple(dict.fromkeys([_text(each), *reading.candidates]))
            kept[near] = replace(kept[near], reading=replace(reading, candidates=candidates))
    return [*kept, *(each for each in found if each.name != "name")]


def _text(each: _Found) -> str:
    return "".join(each.reading.ink.text.split())


def _one_apart(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _with_numbers_checked(found: Sequence[_Found]) -> list[_Found]:
    """ID numbers held against the sex and the birth date that the page states."""
    sex = next((each.reading.normal for each in found if each.name == "sex"), None)
    births = [dates.parse(each.reading.normal) for each in found if "birth_date" in each.name and each.reading.normal]
    born = max((each for each in births if each), key=lambda each: len(each.iso), default=None)
    return [_checked(each, born, sex) if each.name == "id_number" else each for each in found]


def _checked(each: _Found, born: PartialDate | None, sex: str | None) -> _Found:
    reading = each.reading
    number = identity.parse(reading.normal) if reading.normal else None
    marks = reading.marks
    if number is not None and (_other_day(number.birth, born) or (sex and number.sex != SEX_OF[sex])):
        marks = (*marks, "mismatch")
    return replace(each, reading=replace(reading, marks=marks, candidates=other_numbers(reading, born, sex)))


def _other_day(of_number: date | None, born: PartialDate | None) -> bool:
    """The parts that the page states disagree with the number's."""
    return of_number is not None and born is not None and not of_number.isoformat().startswith(born.iso)


def _value(each: _Found, form: Form, rotation: int) -> FieldValue:
    reading = each.reading
    return FieldValue(
        each.name,
        reading.ink.text,
        reading.normal,
        reading.ink.box(rotation),
        round(each.confidence, 4),
        form.id,
        reading.marks,
        reading.candidates,
    )
