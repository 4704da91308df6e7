"""类号 from the words of a title: a unit's own confirmed words first, then the built-in table (`classes.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from base.text.normalise import fold
from standards.schemes import DEFAULT_SCHEME, load_scheme
from standards.values import Certainty

_FILE = Path(__file__).with_name("classes.toml")
# How surely a word tells the class, by where we have it from.
_SURE = {"secondary": 0.9, "project": 0.7}
_GENERAL_WEIGHT = 5
_GENERAL = 0.6
_RIVAL = 0.6


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A unit's confirmed rule: a title that holds `word` belongs to `class_code`."""

    word: str
    class_code: str


@dataclass(frozen=True, slots=True)
class ClassGuess:
    """A suggested class: `word` of the title speaks for it, `own` where the unit said so; `also` are other classes in use."""

    code: str
    confidence: float
    word: str
    own: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    words: re.Pattern[str]
    weight: int
    sure: float
    also: tuple[str, ...]


def guess_class(title: str, own: Sequence[OwnWord] = (), scheme: str = DEFAULT_SCHEME) -> ClassGuess | None:
    """The class that the title's words hint at, None where none does or the scheme has no such class.

    The unit's longest own word counts before all others. It also takes away what the table says of that same word, and no
    more: other built-in words go on counting for other titles.
    """
    text = fold(title).replace(" ", "")
    told = [each for each in own if (word := fold(each.word).replace(" ", "")) and word in text]
    if told:
        best = max(told, key=lambda each: len(each.word))
        return ClassGuess(best.class_code, 0.98, best.word, own=True)
    known = load_scheme(scheme)
    taken = {fold(each.word).replace(" ", "") for each in own}
    hits = [(entry, found.group()) for entry in _table() if (found := entry.words.search(text)) is not None]
    hits = [(entry, word) for entry, word in hits if word not in taken and known.find(entry.code) is not None]
    if not hits:
        return None
    entry, word = max(hits, key=lambda hit: (hit[0].weight, len(hit[1])))
    rivals = tuple(
        dict.fromkeys(other.code for other, _ in hits if other.code != entry.code and other.weight >= entry.weight)
    )
    sure = entry.sure * (_GENERAL if entry.weight < _GENERAL_WEIGHT else 1.0) * (_RIVAL if rivals else 1.0)
    return ClassGuess(entry.code, round(sure, 2), word, also=tuple(dict.fromkeys((*rivals, *entry.also))))


@cache
def _table() -> tuple[_Entry, ...]:
    listed = tomllib.loads(_FILE.read_text("utf-8"))["entry"]
    return tuple(
        _Entry(
            each["class"],
            re.compile("|".join(each["words"])),
            each["weight"],
            _sure(each["certainty"]),
            tuple(each.get("also", ())),
        )
        for each in listed
    )


def _sure(certainty: Certainty) -> float:
    return _SURE[certainty]
