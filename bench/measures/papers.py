"""Sheets before they are scanned, of odd seeds: written forms, blank paper, and paper with nearly nothing on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from base.images import Pixels
from ingest.samples import marks
from ingest.samples.fonts import FACES
from ingest.samples.materials import Material, day_of, forms, write_material
from ingest.samples.pages import blank_sheet
from ingest.samples.people import make_person
from ingest.samples.scan import age
from ingest.samples.sheet import BLACK, PENCIL, RED, Pen, Sheet
from ingest.samples.words import Rng, pick, rng_of

_SPLIT = "reporting"
# One form after the other, and among all of them the forms whose last side is sealed.
FORMS = tuple(forms(_SPLIT))
_ODD = 7001
_INK = (34, 60, 142)


@dataclass(frozen=True, slots=True)
class Paper:
    """One side as it lies on the glass. `photo`: a cell for a portrait is on it, which is filled or not."""

    pixels: Pixels
    ink: Pixels
    dpi: int
    size_mm: tuple[float, float]
    sealed: bool
    photo: bool
    name: str


def seed_of(number: int) -> int:
    """An odd seed: what tuning never saw."""
    return _ODD + 2 * number


@lru_cache(maxsize=2)
def written(number: int, dpi: int = 200, *, form: str | None = None, portrait: bool = False) -> Paper:
    """The `number`th written side: its form, person and year follow from the number alone. `portrait` glues one on."""
    rng, person = rng_of(seed_of(number), 0, 1, 31), make_person(seed_of(number), 0)
    chosen = forms(_SPLIT)[form or FORMS[number % len(FORMS)]]
    material = Material(chosen, chosen.class_code, 1, chosen.title, day_of(rng, chosen, person))
    sheets, _ = write_material(rng, _SPLIT, person, material, dpi)
    at = number // len(FORMS) % len(sheets)
    sheet, other = sheets[at], at ^ 1
    if portrait:
        x, y = float(rng.uniform(25, sheet.width_mm - 60)), float(rng.uniform(30, sheet.height_mm - 80))
        marks.portrait(sheet, rng, x_mm=x, y_mm=y, width_mm=26, height_mm=34)
    back = sheets[other].ink if chosen.duplex and other < len(sheets) else None
    aged = age(rng, sheet, material.day.year, back)
    sealed = any(line.kind == "seal" for line in sheet.lines)
    name = f"{chosen.id} {at + 1}, {material.day.year}, {dpi} dpi"
    photo = "[photo]" in chosen.pages[at]
    return Paper(aged, sheet.ink, dpi, (sheet.width_mm, sheet.height_mm), sealed, photo, name)


def trimmed(paper: Paper, wide_mm: float, high_mm: float) -> Paper:
    """The same sheet cut to a smaller format, evenly on opposite sides."""
    wide, high = (round(mm * paper.dpi / 25.4) for mm in (wide_mm, high_mm))
    height, width = paper.pixels.shape[:2]
    left, top = (width - wide) // 2, (height - high) // 2
    part = np.s_[top : top + high, left : left + wide]
    cut, ink = (np.ascontiguousarray(plane[part]) for plane in (paper.pixels, paper.ink))
    return Paper(cut, ink, paper.dpi, (wide_mm, high_mm), paper.sealed, paper.photo, paper.name)


BLANKS = ("plain", "ruled", "squared", "bled through", "ruled and bled through", "coloured paper")
_TINTS = ((255, 214, 214), (206, 232, 255), (214, 245, 214), (255, 243, 190))


def blank(number: int, kind: str, dpi: int = 200) -> Paper:
    """Paper with nothing set down on it; stains, folds and punch holes come by chance as `ingest.samples.scan` says."""
    rng = rng_of(seed_of(number), 1, BLANKS.index(kind), 32)
    year = int(rng.integers(1956, 2016))
    sheet = blank_sheet(rng, pick(rng, ("A4", "A4", "16K")), dpi, "ruled" if "ruled" in kind else "plain")
    if kind == "squared":
        _squares(sheet, rng)
    back = _back_of(sheet, number) if "bled" in kind else None
    aged = age(rng, sheet, year, back)
    if kind == "coloured paper":
        tint = np.full_like(aged, pick(rng, _TINTS))
        aged = np.asarray(cv2.multiply(aged, tint, scale=1 / 255), np.uint8)
    size = (sheet.width_mm, sheet.height_mm)
    return Paper(aged, sheet.ink, dpi, size, False, False, f"{kind}, {year}")


def _squares(sheet: Sheet, rng: Rng) -> None:
    """Manuscript paper, printed in red or green."""
    tint, step = pick(rng, ((200, 90, 90), (110, 160, 120))), float(rng.uniform(8, 12))
    for y in np.arange(25, sheet.height_mm - 18, step):
        sheet.rule(20, float(y), sheet.width_mm - 20, float(y), width_mm=0.18, colour=tint)
    for x in np.arange(20, sheet.width_mm - 19, step):
        sheet.rule(float(x), 25, float(x), sheet.height_mm - 18 - step, width_mm=0.18, colour=tint)


def _back_of(sheet: Sheet, number: int) -> Pixels:
    """The print on the other side, in the pixels of `sheet`."""
    ink = written(number % 12, sheet.dpi, form=FORMS[number % 12]).ink
    return np.asarray(cv2.resize(ink, sheet.ink.shape[1::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _page_number(sheet: Sheet, rng: Rng) -> None:
    pen = Pen(pick(rng, FACES[_SPLIT].typed), BLACK, "print")
    x = sheet.width_mm / 2 if rng.random() < 0.5 else sheet.width_mm - 18
    sheet.write(rng, str(rng.integers(1, 60)), x, sheet.height_mm - 9, size_mm=float(rng.uniform(2.8, 4)), pen=pen)


def _pencil_mark(sheet: Sheet, rng: Rng) -> None:
    grey = int(rng.integers(92, 150))
    pen = Pen(pick(rng, FACES[_SPLIT].hands), (grey, grey, grey + 4), "pencil", 0.05)
    text = pick(rng, ("7", "12", "4-1", "9-2", "23", "1"))
    sheet.write(rng, text, sheet.width_mm - 24, 12, size_mm=float(rng.uniform(4, 5.5)), pen=pen)


def _pencil_stroke(sheet: Sheet, rng: Rng) -> None:
    """A tick of a pencil."""
    x, y, grey = float(rng.uniform(30, sheet.width_mm - 40)), float(rng.uniform(30, sheet.height_mm - 40)), 120
    sheet.rule(x, y, x + 2.5, y + 3.5, width_mm=0.4, colour=(grey, grey, grey))
    sheet.rule(x + 2.5, y + 3.5, x + 8, y - 4, width_mm=0.4, colour=(grey, grey, grey))


def _stamp(sheet: Sheet, rng: Rng) -> None:
    x, y = float(rng.uniform(40, sheet.width_mm - 40)), float(rng.uniform(60, sheet.height_mm - 40))
    marks.seal(sheet, rng, "东方机械厂", "人事科", x_mm=x, y_mm=y, face=FACES[_SPLIT].typed[0])


def _line_of_hand(sheet: Sheet, rng: Rng) -> None:
    pen = Pen(pick(rng, FACES[_SPLIT].hands), _INK, "hand", 0.04)
    sheet.write(rng, "同意归档", 40, float(rng.uniform(60, 200)), size_mm=5.5, pen=pen)


def _date_stamp(sheet: Sheet, rng: Rng) -> None:
    pen = Pen(pick(rng, FACES[_SPLIT].typed), RED if rng.random() < 0.5 else PENCIL, "print")
    sheet.write(rng, "1986.11.25", float(rng.uniform(30, 120)), float(rng.uniform(40, 200)), size_mm=3.6, pen=pen)


def _unfilled(sheet: Sheet, rng: Rng) -> None:
    """A form of few cells that nobody filled in."""
    pen = Pen(pick(rng, FACES[_SPLIT].labels), BLACK, "print")
    left, right, top, step = 22.0, sheet.width_mm - 18, 45.0, 16.0
    sheet.write(rng, "附页", sheet.width_mm / 2 - 8, 32, size_mm=6, pen=pen)
    for row in range(7):
        sheet.rule(left, top + row * step, right, top + row * step)
        if row < 6:
            sheet.write(rng, "备注项目时间年"[row : row + 2], left + 3, top + row * step + 10, size_mm=4, pen=pen)
    for x in (left, left + 24, right):
        sheet.rule(x, top, x, top + 6 * step)


NEARLY: dict[str, Callable[[Sheet, Rng], None]] = {
    "page number": _page_number, "pencil number": _pencil_mark, "pencil tick": _pencil_stroke, "seal alone": _stamp,
    "a few words": _line_of_hand, "date stamp": _date_stamp, "unfilled form": _unfilled,
}  # fmt: skip


def nearly_blank(number: int, kind: str, dpi: int = 200) -> Paper:
    """Paper with one small thing set down on it: not blank."""
    rng = rng_of(seed_of(number), 2, list(NEARLY).index(kind), 33)
    year = int(rng.integers(1956, 2016))
    ruled = rng.random() < 0.4 and kind != "unfilled form"
    sheet = blank_sheet(rng, pick(rng, ("A4", "A4", "16K")), dpi, "ruled" if ruled else "plain")
    NEARLY[kind](sheet, rng)
    back = _back_of(sheet, number) if rng.random() < 0.35 else None
    aged = age(rng, sheet, year, back)
    what = f"{kind}, {year}{', ruled' if ruled else ''}{', bled through' if back is not None else ''}"
    return Paper(aged, sheet.ink, dpi, (sheet.width_mm, sheet.height_mm), kind == "seal alone", False, what)
