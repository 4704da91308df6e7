"""Which images of a run begin a paper: by their titles, by numbers in pencil and print, and by what went before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from base.text.normalise import fold
from standards.schemes import DEFAULT_SCHEME
from standards.splitting.cards import PageCard
from standards.splitting.classes import ClassGuess, OwnWord, guess_class

# What speaks for a first page: the codes of `split-why.…` in the message catalogue.
Why = Literal["title", "mark", "page-one", "new-form", "after-cover"]
# The sum from which an image is proposed. Weights and limit were set on even seeds of the samples.
_LIMIT = 0.5
_MARK, _PAGE_ONE, _LATER_PAGE, _NEW_FORM, _FOLLOWS = 0.75, 0.25, -0.45, 0.1, -0.25


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Image `at` (counted from 0 in the run) begins a paper. `title` and `guess` are empty or None where nothing says them."""

    at: int
    confidence: float
    title: str
    guess: ClassGuess | None
    why: tuple[Why, ...]


def suggest_starts(
    cards: Sequence[PageCard], own: Sequence[OwnWord] = (), scheme: str = DEFAULT_SCHEME
) -> list[Suggestion]:
    """The images that begin a paper, in order. Covers, catalogue sheets and blank sides never do, continuations not."""
    found = []
    before: PageCard | None = None
    for at, card in enumerate(cards):
        if card.kind == "paper":
            score, why = _score(card, before)
            if score >= _LIMIT:
                found.append(_suggestion(at, card, score, why, own, scheme))
        if card.kind != "blank":
            # A blank back says nothing of what follows it.
            before = card
    return found


def _score(card: PageCard, before: PageCard | None) -> tuple[float, tuple[Why, ...]]:
    score, why = 0.0, list[Why]()
    if card.title is not None:
        score += card.title.confidence
        why.append("title")
    if card.mark is not None:
        score += _MARK * card.mark.confidence
        why.append("mark")
    if card.page_number == 1:
        score += _PAGE_ONE
        why.append("page-one")
    elif card.page_number is not None and before is not None and before.kind == "paper":
        score += _LATER_PAGE
    if before is None or before.kind != "paper":
        score += _PAGE_ONE
        why.append("after-cover")
    elif card.form and card.form != before.form:
        score += _NEW_FORM
        why.append("new-form")
    if card.headings and card.title is None and card.mark is None:
        score += _FOLLOWS
    return score, tuple(why)


def _suggestion(
    at: int, card: PageCard, score: float, why: tuple[Why, ...], own: Sequence[OwnWord], scheme: str
) -> Suggestion:
    title = card.title.text if card.title else ""
    guess = guess_class(title, own, scheme) if title else None
    guess = guess or _by_mark(card)
    return Suggestion(at, round(min(0.99, score), 2), title, guess, why)


def _by_mark(card: PageCard) -> ClassGuess | None:
    """The pencil number tells the class where the title does not: `9-1-2` is class 9-1, `3-2` class 3."""
    if card.mark is None:
        return None
    parts = fold(card.mark.text).split("-")
    nested = len(parts) == 3 and parts[0] in ("4", "9")
    return ClassGuess("-".join(parts[:2]) if nested else parts[0], round(0.8 * card.mark.confidence, 2), card.mark.text)
