"""Doubles within a dossier: copies and second scans against forms of one layout that differ in date and amounts only."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from base.images import Pixels
from bench.measures import papers
from bench.measures.glass import DARK_LID, WHITE_LID, Glass, encoded, scanned
from bench.measures.scores import interval
from ingest.check import check_path
from ingest.samples.materials import Material, forms, write_material
from ingest.samples.people import Person, make_person
from ingest.samples.scan import age
from ingest.samples.words import Rng, rng_of

_DOSSIERS = 4
_SPLIT = "reporting"
# Other papers of the dossier, no two of one form.
_OTHERS = ("register", "hiring", "appraisal", "retirement", "autobiography")
_LIKE, _ANEW = (
    "stroke for stroke alike, only date and amounts differ",
    "the same form filled in anew, other date and amounts",
)
_OTHER = "another paper"
_AGAIN = {
    "copy of the bytes": None,
    "again, turned by 1.6° more": Glass(1.5, (3, 1, 2, 2), WHITE_LID, noise=2.8),
    "again, paler and at quality 60": Glass(-0.3, (1, 2, 1, 1), WHITE_LID, noise=1.2),
    "again, on a dark lid and softer": Glass(0.4, (4, 4, 4, 4), DARK_LID, blur_mm=0.09),
    "again, at three quarters of the resolution": Glass(-0.6, (1, 1, 1, 1), WHITE_LID),
}


@dataclass(frozen=True, slots=True)
class _Laid:
    """One page of a dossier: `first` is the place of the page that it repeats (None: of none), `kind` in words."""

    data: bytes
    first: int | None
    kind: str


def table(scale: float) -> str:
    told: dict[str, list[bool]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        laid = {number: _dossier(number) for number in range(max(2, round(_DOSSIERS * scale)))}
        for number, pages in laid.items():
            _store(Path(name) / f"LT-{number:04d}" / "9" / "1", pages)
        found = {page.file: page.measures for page in check_path(Path(name)).pages}
    for number, pages in laid.items():
        for place, page in enumerate(pages):
            double = found[_file(number, place)].get("duplicate_of")
            told[page.kind].append(double is not None and double.value is not None)
    return _as_markdown(told)


def _file(number: int, place: int) -> str:
    return f"LT-{number:04d}/9/1/{place + 1:03d}.jpg"


def _store(folder: Path, pages: list[_Laid]) -> None:
    folder.mkdir(parents=True)
    for place, page in enumerate(pages, start=1):
        (folder / f"{place:03d}.jpg").write_bytes(page.data)


def _as_markdown(told: dict[str, list[bool]]) -> str:
    lines = ["| page | is a double | pages | told to be one | 95 % |", "|---|---|---:|---:|---:|"]
    for kind, answers in sorted(told.items(), key=lambda item: (item[0] not in _AGAIN, item[0])):
        low, high = interval(sum(answers), len(answers))
        share = f"{100 * sum(answers) / len(answers):.1f} % | {100 * low:.1f}–{100 * high:.1f}"
        lines.append(f"| {kind} | {'yes' if kind in _AGAIN else 'no'} | {len(answers)} | {share} |")
    note = "By the picture alone; where the page was read, differing dates and amounts clear a double (`standards.rules.reading`)."
    return "\n".join([*lines, "", note])


def _dossier(number: int) -> list[_Laid]:
    """Three wage forms that differ in nothing but date and amounts, two of the same layout filled in anew, five other papers;
    then five of all these again. The first wage form looks like none before it."""
    seed = papers.seed_of(number + 300)
    person, rng = make_person(seed, 0), rng_of(seed, 7, 7, 7)
    form = "wage-new" if number % 3 else "wage"
    sheets = [(_wage(seed, person, form, change), _LIKE if change else _OTHER) for change in range(3)]
    sheets += [(_wage(seed, person, form, change, by=change), _ANEW) for change in (3, 4)]
    sheets += [(papers.written(number + 300, 200, form=each).pixels, _OTHER) for each in _OTHERS]
    laid = [
        _Laid(_scan(rng, page, Glass(round(float(rng.normal(0, 0.3)), 3))), None, kind) for page, kind in sheets
    ]  # fmt: skip
    for order, (kind, glass) in enumerate(_AGAIN.items()):
        first = (number + 2 * order) % len(sheets)
        data = laid[first].data if glass is None else _scan(rng, _changed(sheets[first][0], kind), glass, kind)
        laid.append(_Laid(data, first, kind))
    return laid


def _scan(rng: Rng, page: Pixels, glass: Glass, kind: str = "") -> bytes:
    dpi = 150 if "three quarters" in kind else 200
    return encoded(scanned(rng, page, dpi, glass).pixels, dpi, quality=60 if "quality 60" in kind else 86)


def _changed(page: Pixels, kind: str) -> Pixels:
    if "paler" in kind:
        return np.asarray(cv2.convertScaleAbs(page, alpha=0.82, beta=44), np.uint8)
    if "three quarters" in kind:
        height, width = page.shape[:2]
        smaller = cv2.resize(page, (round(width * 0.75), round(height * 0.75)), interpolation=cv2.INTER_AREA)
        return np.asarray(smaller, np.uint8)
    return page


def _wage(seed: int, person: Person, name: str, change: int, by: int = 0) -> Pixels:
    """The same generator (`by`) for each change of wage: typeface, hand and places are the same, date and amounts are not."""
    form = forms(_SPLIT)[name]
    first = max(form.years[0], person.work_start.year + 1)
    day = date(first + 3 * change, 3 + change, 5 + 2 * change)
    material = Material(form, form.class_code, change + 1, form.title, day)
    sheets, _ = write_material(rng_of(seed, by, 5, 40), _SPLIT, person, material, 200, sealed=True, numbered=False)
    return age(rng_of(seed, change, 5, 41), sheets[0], day.year, None)
