"""What OCR read and what the lists say, as the plain values that rules on text judge. For `check --read` and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable

from base.text import dates, identity
from ocr import lines as ocr
from standards.rules.reading import PageReading, PersonOnRecord, ReadLine
from standards.values import Box

_BETWEEN_NAMES = re.compile(r"[、,;,;/\s]+")
_NO_NAME = frozenset({"", "无", "-", "/", "—"})


def page_reading(
    reading: ocr.PageReading, file: str, page: int, cut: Iterable[Box] = (), covered: Iterable[Box] = ()
) -> PageReading:
    """A page as it was read, under the path and number that `PageFacts` gives it; `cut` as `cut_lines` found them and
    `covered` as `covered_places` did."""
    return PageReading(
        file=file,
        page=page,
        lines=tuple(ReadLine(line.text, surrounding_box(line.box), line.confidence) for line in reading.lines),
        width=reading.width,
        height=reading.height,
        rotation=reading.rotation,
        cut=tuple(cut),
        covered=tuple(covered),
    )


def surrounding_box(box: ocr.Box) -> Box:
    """The four corners of a line as left, top, right, bottom, still in pixels of the stored image."""
    xs, ys = [x for x, _ in box], [y for _, y in box]
    return round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))


def person_on_record(
    name: str, id_number: str | None, id_state: str, birth: str = "", former: str = ""
) -> PersonOnRecord | None:
    """Whose dossier it is, from a row of the list or of the catalogue; None where it names nobody.

    An ID number counts only where it is sound: one that is cut or fails its check digit contradicts nothing.
    """
    if not name and not id_number:
        return None
    sound = (id_number,) if id_number and id_state in ("ok", "old") else ()
    written = dates.parse(birth) if birth else None
    return PersonOnRecord(
        name=name,
        former_names=tuple(each for each in _BETWEEN_NAMES.split(former) if each not in _NO_NAME),
        id_numbers=sound,
        births=tuple(each for each in (written, *(_birth_of(number) for number in sound)) if each is not None),
    )


def _birth_of(number: str) -> dates.PartialDate | None:
    day = identity.parse(number).birth
    return None if day is None else dates.PartialDate(day.year, day.month, day.day)
