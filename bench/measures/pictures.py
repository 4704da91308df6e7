"""The worst errors of each measure as one small picture, of generated pages only: docs/pictures/measure-confusions.png."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from base.images import Pixels, read_pixels
from bench.measures.groups import Page
from bench.measures.run import Outcome, Task, kept
from bench.table import DOC

FILE = DOC.parent / "pictures" / "measure-confusions.png"
_ACROSS = 6
_TILE, _CAPTION, _HEAD, _GAP = (150, 190), 42, 22, 8
_FONT = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"

# Above 0: an error, the greater the worse; None: right, or no truth.
_Worse = Callable[[Outcome], float | None]


def _number(name: str, least: float, groups: Sequence[str] = ()) -> _Worse:
    def worse(each: Outcome) -> float | None:
        if name not in each.truth or name not in each.values or (groups and each.group not in groups):
            return None
        error = abs(float(each.values[name]) - float(each.truth[name]))
        return error if error > least else None

    return worse


def _yes_or_no(name: str) -> _Worse:
    def worse(each: Outcome) -> float | None:
        if name not in each.truth or name not in each.values:
            return None
        value = float(each.values[name])
        return abs(value - bool(each.truth[name])) if (value >= 0.5) is not bool(each.truth[name]) else None

    return worse


def _differs(name: str) -> _Worse:
    return lambda each: 1.0 if name in each.truth and each.values.get(name) != each.truth[name] else None


def _unsharp(each: Outcome) -> float | None:
    blur = each.truth.get("blur_mm")
    if blur is None or 0.1 <= blur < 0.3 or "sharpness" not in each.values:
        return None
    return 1.0 if (blur >= 0.3) is not ("page.sharpness" in each.rules) else None


ROWS: dict[str, tuple[str, _Worse]] = {
    "skew, degrees": ("skew_deg", _number("skew_deg", 0.1)),
    "way up": ("orientation_deg", _differs("orientation_deg")),
    "blank": ("blank", _yes_or_no("blank")),
    "true dpi": ("dpi", _number("dpi", 6)),
    "border, mm": ("border_mm", _number("border_mm", 0.5)),
    "crop margin, mm": ("crop_margin_mm", _number("crop_margin_mm", 0.5)),
    "red seal": ("red_stamp", _yes_or_no("red_stamp")),
    "seal's ring without colour": ("ring_seal", _yes_or_no("ring_seal")),
    "portrait": ("portrait", _yes_or_no("portrait")),
    "colour mode": ("colour_mode", _differs("colour_mode")),
    "sharpness": ("sharpness", _unsharp),
    "streaks": ("streaks", _yes_or_no("streaks")),
    "moire": ("moire", _yes_or_no("moire")),
}


def link() -> str:
    note = "The worst errors of each measure, what is true → what was measured; pages without an error worth showing are left out."
    return f"![confusion cases](pictures/{FILE.name})\n\n{note}"


def write(outcomes: Sequence[Outcome], cache: Path | None) -> None:
    """Writes the sheet; pages come from `cache` or are made again from their group and number."""
    rows = [(title, name, _worst(outcomes, worse)) for title, (name, worse) in ROWS.items()]
    rows = [row for row in rows if row[2]]
    width = _GAP + _ACROSS * (_TILE[0] + _GAP)
    height = sum(_HEAD + _TILE[1] + _CAPTION + _GAP for _ in rows) + _GAP
    sheet = Image.new("L", (width, max(40, height)), 255)
    draw, y = ImageDraw.Draw(sheet), _GAP
    for title, name, worst in rows:
        draw.text((_GAP, y), title, font=_font(15), fill=0)
        for column, each in enumerate(worst):
            page = kept(Task(each.group, each.number, cache=cache))[each.variant]
            _tile(sheet, draw, (each, page), name, (_GAP + column * (_TILE[0] + _GAP), y + _HEAD))
        y += _HEAD + _TILE[1] + _CAPTION + _GAP
    # Sixteen tones: the picture lies in the repository.
    few = Image.fromarray(np.asarray(sheet) >> 4, "P")
    few.putpalette([17 * tone for tone in range(16) for _ in range(3)])
    few.save(FILE, bits=4, optimize=True)


def _worst(outcomes: Sequence[Outcome], worse: _Worse) -> list[Outcome]:
    """The worst, no two of one sheet."""
    scored = [(error, each) for each in outcomes if each.group != "real" and (error := worse(each)) is not None]
    scored.sort(key=lambda pair: (-pair[0], pair[1].group, pair[1].number, pair[1].variant))
    chosen: dict[tuple[str, int], Outcome] = {}
    for _, each in scored:
        chosen.setdefault((each.how.partition(",")[0], each.number), each)
    return list(chosen.values())[:_ACROSS]


def _tile(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, shown: tuple[Outcome, Page], name: str, at: tuple[int, int]
) -> None:
    each, page = shown
    small = _fitted(read_pixels(page.data, page.name))
    picture = Image.fromarray(small)
    sheet.paste(picture, at)
    draw.rectangle((at[0], at[1], at[0] + picture.width - 1, at[1] + picture.height - 1), outline=120)
    told = each.values.get(name, each.reasons.get(name, "–"))
    lines = [f"{_short(each.truth.get(name, each.truth.get('blur_mm')))} → {_short(told)}", *_wrapped(each.how)]
    for index, line in enumerate(lines[:3]):
        draw.text((at[0], at[1] + _TILE[1] + 2 + 13 * index), line, font=_font(11), fill=0)


def _fitted(pixels: Pixels) -> Pixels:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    scale = min(_TILE[0] / grey.shape[1], _TILE[1] / grey.shape[0])
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _short(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value).removeprefix("reason.")


def _wrapped(text: str) -> Iterator[str]:
    for start in range(0, len(text), 23):
        yield text[start : start + 23]


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size)
