"""The papers of the 卷内目录 laid along the images: which recognised first page is which line of the list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from base.text.normalise import fold
from standards.splitting.cards import PageCard
from standards.splitting.first_pages import Suggestion

# What speaks for an image as the beginning of a listed paper, and what against: tuned on even seeds of the samples.
_TITLE, _CLASS, _DATE, _OTHER_DATE, _LENGTH = 1.0, 0.2, 0.35, -0.2, 0.3
_ABSENT, _UNUSED, _COUNTED = -0.35, -0.2, -0.1
_ALIKE = 0.45


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the 卷内目录; `date` is eight digits (unknown parts 00) or empty, `pages` what the list promises."""

    title: str
    class_code: str = ""
    date: str = ""
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """Listed paper number `listed` begins at image `at`. `seen`: its first page was recognised; otherwise only the counts
    of pages lead there."""

    listed: int
    at: int
    seen: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class _Way:
    score: float
    at: int
    chosen: tuple[Assigned, ...]


def assign(listed: Sequence[Listed], cards: Sequence[PageCard], found: Sequence[Suggestion]) -> list[Assigned]:
    """The best way to lay the list along the images in order; papers that seem to be absent are left out."""
    by_place = {each.at: each for each in found}
    likeness = [[_likeness(paper, each, cards[each.at]) for each in found] for paper in listed]
    first = next((at for at, card in enumerate(cards) if card.kind == "paper"), len(cards))
    ways = {(-1, -1): _Way(0.0, -1, ())}
    for number, paper in enumerate(listed):
        ways = _lay(number, paper, ways, listed, likeness[number], found, by_place, first, len(cards))
    best = max(ways.values(), key=lambda way: way.score + _unused(found, way.at, len(cards)))
    return list(best.chosen)


def _lay(
    number: int,
    paper: Listed,
    ways: Mapping[tuple[int, int], _Way],
    listed: Sequence[Listed],
    likeness: Sequence[float],
    found: Sequence[Suggestion],
    by_place: Mapping[int, Suggestion],
    first: int,
    count: int,
) -> dict[tuple[int, int], _Way]:
    """All ways one paper longer: it begins at a recognised first page, where the counts say, or is not there.

    A way is told apart by where its last paper began and which one that was; of those alike only the best goes on.
    """
    answer: dict[tuple[int, int], _Way] = {}

    def keep(key: tuple[int, int], way: _Way) -> None:
        if key not in answer or way.score > answer[key].score:
            answer[key] = way

    for key, way in ways.items():
        keep(key, _Way(way.score + _ABSENT, way.at, way.chosen))
        last = way.chosen[-1] if way.chosen else None
        counted = first if last is None else way.at + max(1, listed[last.listed].pages or 1)
        for place, suggestion in enumerate(found):
            if suggestion.at > way.at and likeness[place] > 0:
                score = likeness[place] + (_LENGTH if suggestion.at == counted else 0.0)
                passed = _unused(found, way.at, suggestion.at)
                made = Assigned(number, suggestion.at, True, round(min(0.99, score / (_TITLE + _DATE)), 2))
                keep((suggestion.at, number), _Way(way.score + score + passed, suggestion.at, (*way.chosen, made)))
        if way.at < counted < count and counted not in by_place:
            passed = _unused(found, way.at, counted)
            made = Assigned(number, counted, False, 0.3)
            keep((counted, number), _Way(way.score + _COUNTED + passed, counted, (*way.chosen, made)))
    return answer


def _unused(found: Sequence[Suggestion], after: int, before: int) -> float:
    return sum(_UNUSED * each.confidence for each in found if after < each.at < before)


def _likeness(paper: Listed, found: Suggestion, card: PageCard) -> float:
    """How well a recognised first page fits a line of the list; 0 and less where it does not."""
    alike = title_likeness(paper.title, found.title) if found.title and paper.title else _ALIKE
    if alike < _ALIKE:
        return 0.0
    score = _TITLE * alike
    if paper.class_code and found.guess is not None:
        score += _CLASS if _same_class(paper.class_code, found.guess.code) else -_CLASS
    if paper.date and card.paper_date:
        score += _DATE if dates_agree(paper.date, card.paper_date) else _OTHER_DATE
    return score


def title_likeness(one: str, other: str) -> float:
    """How much two titles share, 0–1, without signs and what stands in brackets."""
    first, second = (re.sub(r"\(.*?\)|[^\w]", "", fold(each)) for each in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 0.0


def _same_class(one: str, other: str) -> bool:
    return f"{one}-".startswith(f"{other}-") or f"{other}-".startswith(f"{one}-")


def dates_agree(one: str, other: str) -> bool:
    """Two dates of eight digits agree in the parts that both give."""
    parts = ((one[:4], other[:4]), (one[4:6], other[4:6]), (one[6:], other[6:]))
    return all(a == b for a, b in parts if int(a) and int(b))
