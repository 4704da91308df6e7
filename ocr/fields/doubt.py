"""What else a doubtful text may say: its readings by the engine's own other characters, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

from base.text.confusables import confusables
from base.text.normalise import fold
from ocr.fields.strips import Ink

# At most so many characters are exchanged at a time, of at most so many doubtful ones.
_EXCHANGED, _DOUBTFUL = 3, 8
# A look-alike that the engine did not think of comes after all that it did.
_ALIKE = 6


def other_readings(ink: Ink) -> Iterator[str]:
    """Texts of the same length with one to three doubtful characters exchanged, fewer and likelier exchanges first."""
    text, others = ink.text, ink.others()
    places = sorted(others)[:_DOUBTFUL]
    for count in range(1, _EXCHANGED + 1):
        for chosen in combinations(places, count):
            ranked = product(*(enumerate(others[place]) for place in chosen))
            for picks in sorted(ranked, key=lambda picks: sum(rank for rank, _ in picks)):
                changed = list(text)
                for place, (_, char) in zip(chosen, picks, strict=True):
                    changed[place] = char
                yield "".join(changed)


def fitting(ink: Ink, words: Iterable[str]) -> str | None:
    """The one folded word of the list that the text may say letter by letter; None where none or several fit as well."""
    chars = [fold(char) for char in ink.text]
    others = {place: [fold(char) for char in found] for place, found in ink.others().items()}
    ranked = sorted((cost, word) for word in words if (cost := _cost(chars, others, word)) is not None)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _cost(chars: Sequence[str], others: Mapping[int, Sequence[str]], word: str) -> int | None:
    """The ranks of the characters that must be exchanged, None where one was neither thought of nor looks alike."""
    if len(chars) != len(word):
        return None
    cost = 0
    for place, (read, meant) in enumerate(zip(chars, word, strict=True)):
        if read != meant:
            if meant in others.get(place, ()):
                cost += 1 + others[place].index(meant)
            elif meant in confusables(read):
                cost += _ALIKE
            else:
                return None
    return cost
