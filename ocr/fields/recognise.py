"""Which form a page is of: by its title, by the words of its other pages, or only that it asks for a person."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ocr.fields.cells import asks_for_others
from ocr.fields.forms import OTHER, Form, forms, labels
from ocr.fields.labels import Label, labels_and_runs
from ocr.fields.strips import Strip

# A title is no longer than this, and stands in this upper part of the page.
_TITLE, _UPPER = 30, 0.62
# So many words of a form tell a page without a title; so many labels of different fields make it a form at all.
_MARKS, _FIELDS = 2, 4


def recognise(strips: Sequence[Strip], height: float) -> Form | None:
    """The form of the page, None where it is none that is known. `height` is the upright page's, in pixels."""
    return _by_title(strips, height) or _by_marks(strips) or _by_labels(strips)


def _by_title(strips: Sequence[Strip], height: float) -> Form | None:
    found: list[tuple[int, int, float, Form]] = []
    for text, top in _headings(strips, height):
        for form in forms():
            for match in (match for title in form.titles if (match := title.search(text))):
                # What a form is stands last in its title: 养老保险人员退休审批表 is one of retirement.
                found.append((match.start() if match.end() == len(text) else -1, len(match[0]), -top, form))
    return max(found, key=lambda each: each[:3])[3] if found else None


def _headings(strips: Sequence[Strip], height: float) -> list[tuple[str, float]]:
    """Short lines of the upper part, and each joined with the one below it: a title may take two."""
    upper = [
        each
        for each in strips
        if each.top < _UPPER * height
        and not each.tall
        and len(each.text) <= _TITLE
        and not set(each.text) & set(":。;,")
    ]
    pairs = [
        (one.text + two.text, one.top)
        for one, two in pairwise(upper)
        if len(one.text) > 5 and 0 < two.top - one.top < 2.5 * one.height and two.height > 0.7 * one.height
    ]
    return [(each.text, each.top) for each in upper] + pairs


def _by_marks(strips: Sequence[Strip]) -> Form | None:
    texts = [each.text for each in strips if len(each.text) <= _TITLE]
    counted = [(sum(any(mark in text for text in texts) for mark in form.marks), form) for form in forms()]
    most, form = max(counted, key=lambda each: each[0])
    return form if most >= _MARKS else None


def _by_labels(strips: Sequence[Strip]) -> Form | None:
    known = labels()
    found, _ = labels_and_runs(strips, known)
    asked = {each.field for each in found if each.field and _own(each, found)}
    return next(form for form in forms() if form.id == OTHER) if len(asked) >= _FIELDS and "name" in asked else None


def _own(label: Label, found: Sequence[Label]) -> bool:
    return not asks_for_others(label, found, labels())
