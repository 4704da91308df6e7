"""A page's card read off its lines: what names the paper, the pencil number in the corner, the page number at the foot."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from standards.rules.reading.layout import Placed, placed_lines, row_of
from standards.rules.reading.values import PageReading
from standards.rules.reading.written import signed_dates
from standards.splitting.cards import Kind, PageCard, Seen
from standards.values import Box

_FILE = Path(__file__).with_name("titles.toml")
# A title stands about the middle, in the upper part of its page; on a cover it may stand lower.
_UPPER = 0.62
_OFF_MIDDLE = 0.16
_LARGE = 1.18
_LONGEST = 40
_MARK = re.compile(r"([1-9]|10)(?:-[1-9][0-9]?){1,2}")
_DASHES = str.maketrans(dict.fromkeys("一—–_~·.、―", "-"))
_FOOT_NUMBER = re.compile(r"第?[-—(]?([1-9][0-9]{0,2})[-—)]?页?")
_CORNER_TOP, _CORNER_RIGHT, _FOOT = 0.12, 0.6, 0.9
# A line is read so surely or it names nothing.
_READ = 0.5


def read_card(page: PageReading, form: str = "") -> PageCard:
    """The card of a page as it was read; `form` is what the field rules took it for, empty where they knew none."""
    lines = placed_lines(page)
    if not lines:
        return PageCard("blank")
    title = _title(lines, page.upright_size)
    dates = [each.date.digits for each in signed_dates(lines)]
    return PageCard(
        kind=_kind(lines, page.upright_size),
        title=title,
        mark=_mark(lines, page.upright_size),
        page_number=_page_number(lines, page.upright_size),
        paper_date=max(dates, default=""),
        headings=tuple(word for word in _data()["headings"] if any(word in each.text for each in lines)),
        form=form,
        lines=len(lines),
    )


def _kind(lines: Sequence[Placed], size: tuple[int, int]) -> Kind:
    """A 卷内目录 has its name at the head or the heads of its columns; covers have their words large and little else."""
    texts = [each.text for each in lines]
    heads = sum(any(re.fullmatch(pattern, text) for text in texts) for pattern in _data()["sheet_columns"])
    head_lines = [each.text for each in lines if each.top < 0.25 * size[1]]
    named = any(re.search(_data()["sheet"], text) for text in head_lines)
    if heads >= _data()["sheet_least"] or (named and heads >= 2):
        return "sheet"
    covers = [each for each in lines if re.fullmatch(_data()["cover"], each.text)]
    if covers and _centred(covers[0], size):
        return "cover"
    return "paper"


def _title(lines: Sequence[Placed], size: tuple[int, int]) -> Seen | None:
    """The line, or the two lines under each other, that name the paper, with how surely it is a title."""
    usual = median(each.height for each in lines)
    found = [each for each in lines if _may_be_title(each, lines, size)]
    scored = [(_title_score(each, usual, size), each) for each in found]
    scored = [(score, each) for score, each in scored if score >= _READ]
    if not scored:
        return None
    # Of those that are as good as the best, the upper one: what follows is a section of the paper.
    best = max(score for score, _ in scored)
    score, line = min(((score, each) for score, each in scored if score >= best - 0.15), key=lambda pair: pair[1].top)
    above = _continued(line, lines, size)
    text = (above.text if above else "") + line.text
    boxes = [each.line.box for each in (above, line) if each is not None]
    return Seen(_clean(text), round(score, 3), _around(boxes))


def _may_be_title(line: Placed, lines: Sequence[Placed], size: tuple[int, int]) -> bool:
    text = _clean(line.text)
    if not 2 <= len(text) <= _LONGEST or line.top > _UPPER * size[1] or line.line.confidence < _READ:
        return False
    if line.right - line.left < line.bottom - line.top or not _centred(line, size):
        return False
    if re.search(r"[,;。:?!]", text) or re.search(_data()["never"], text):
        return False
    if not re.search(_data()["kinds"], text):
        return False
    # A cell of a row has neighbours; a title shares its level with a number in a corner at most.
    beside = [
        each for each in row_of(line, lines) if each is not line and not re.fullmatch(r"[0-9A-Za-z.\-]*", each.text)
    ]
    return not beside


def _title_score(line: Placed, usual: float, size: tuple[int, int]) -> float:
    """Large type and a place at the head speak for a title; type of the text's own size halves it."""
    large = line.height / max(1.0, usual)
    score = 0.55 + (0.3 if large >= _LARGE else 0.0) + (0.1 if large >= 1.5 else 0.0)
    score += 0.1 if line.top < 0.25 * size[1] else 0.0
    return min(0.99, score) * line.line.confidence


def _continued(line: Placed, lines: Sequence[Placed], size: tuple[int, int]) -> Placed | None:
    """The first half of a title set in two lines: as large, just above, centred too."""
    for each in lines:
        near = 0 < line.top - each.bottom + each.height < 2.5 * line.height and each.bottom <= line.middle
        alike = each.height >= 0.6 * line.height and _centred(each, size)
        if each is not line and near and alike and re.search(_data()["first_half"], each.text):
            return each
    return None


def _centred(line: Placed, size: tuple[int, int]) -> bool:
    return abs((line.left + line.right) / 2 - size[0] / 2) < _OFF_MIDDLE * size[0]


def _clean(text: str) -> str:
    return re.sub(r"[《》<>\"“”【】]|^[、.\-]+|[、.\-]+$", "", text)


def _mark(lines: Sequence[Placed], size: tuple[int, int]) -> Seen | None:
    """类号-件号 in pencil at the top right of a first page (facts 1.3)."""
    for each in lines:
        if each.bottom < _CORNER_TOP * size[1] and each.left > _CORNER_RIGHT * size[0]:
            text = each.text.translate(_DASHES)
            if _MARK.fullmatch(text):
                return Seen(text, round(each.line.confidence, 3), _around([each.line.box]))
    return None


def _page_number(lines: Sequence[Placed], size: tuple[int, int]) -> int | None:
    """The number at the foot; where several stand there, the one nearest the lower edge."""
    found = [
        (each.bottom, int(match[1]))
        for each in lines
        if each.top > _FOOT * size[1] and (match := _FOOT_NUMBER.fullmatch(each.text)) is not None
    ]
    return max(found)[1] if found else None


def _around(boxes: Sequence[Box]) -> tuple[tuple[float, float], ...]:
    """The corners of what surrounds all the boxes, clockwise from the stored top left."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
