"""The fields of one page: which form it is, where its labels stand, what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from base.text.normalise import fold
from ocr.fields.values import FieldValue, PageFields
from ocr.lines import Line, PageReading

_LABELS = {"姓名": "name", "性别": "sex", "民族": "ethnic_group", "籍贯": "native_place", "出生年月": "birth_date"}


def extract(reading: PageReading) -> PageFields:
    """The fields of the form on the page; a page that is no known form gives none."""
    if not any(re.search("职工登记表", fold(line.text)) for line in reading.lines):
        return PageFields(None)
    return PageFields("register", tuple(_values(reading.lines)))


def _values(lines: tuple[Line, ...]) -> Iterator[FieldValue]:
    for label in lines:
        name = _LABELS.get(fold(label.text))
        beside = [
            each for each in lines if abs(each.box[0][1] - label.box[0][1]) < 30 and each.box[0][0] > label.box[1][0]
        ]
        value = min(beside, key=lambda each: each.box[0][0], default=None)
        if name and value is not None and fold(value.text) not in _LABELS:
            yield FieldValue(name, value.text, None, value.box, value.confidence, "register")
