"""What clerks ask, by share: the mix of queries whose latency is measured. Made from the corpus, so that most find something."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.search import names
from bench.search.corpus import FIRST_DISTRICT, FORMS, PHRASES, Corpus, Dossier, words

# Words of the text by how many pages they stand on: rank in the list of words.
_COMMON, _RARE = (100, 1500), (5000, 40_000)


@dataclass(frozen=True, slots=True)
class Ask:
    """One kind of query. `share` of a hundred in the mix; 0: measured apart."""

    name: str
    share: int
    make: Callable[[random.Random, Corpus], str]


def _person(rng: random.Random, corpus: Corpus) -> Dossier:
    """Somebody of the district that the account may see."""
    while True:
        found = corpus.dossier(rng.randrange(corpus.dossiers))
        if found.district == FIRST_DISTRICT or corpus.dossiers < 8:
            return found


def _spelled(rng: random.Random, corpus: Corpus) -> tuple[str, ...]:
    while True:
        syllables = names.spelled(_person(rng, corpus).name)
        if syllables:
            return syllables


def _word(rng: random.Random, ranks: tuple[int, int]) -> str:
    return rng.choice(words()[slice(*ranks)])


def _with_form(rng: random.Random, corpus: Corpus) -> str:
    first = rng.randint(1950, 1990)
    return f"{_person(rng, corpus).name} {rng.choice(FORMS)} class:{rng.randint(1, 10)} year:{first}..{first + 30}"


def _with_hole(rng: random.Random, corpus: Corpus) -> str:
    name = _person(rng, corpus).name
    return f"{name[0]}□{name[-1]}" if len(name) > 2 else f"{name}□"


MIX = (
    Ask("name of a person", 20, lambda rng, corpus: _person(rng, corpus).name),
    Ask("part of a name", 10, lambda rng, corpus: _person(rng, corpus).name[-2:]),
    Ask("name in pinyin", 8, lambda rng, corpus: "".join(_spelled(rng, corpus))),
    Ask("initials", 5, lambda rng, corpus: "".join(each[0] for each in _spelled(rng, corpus))),
    Ask("ID number", 10, lambda rng, corpus: _person(rng, corpus).id_number),
    Ask("last four of an ID number", 5, lambda rng, corpus: f"id:{_person(rng, corpus).id_number[-4:]}"),
    Ask("档号", 5, lambda rng, corpus: f"no:{_person(rng, corpus).archive_no}"),
    Ask("name, form, class and years", 10, _with_form),
    Ask("rare word of the text", 7, lambda rng, corpus: _word(rng, _RARE)),
    Ask("common word of the text", 5, lambda rng, corpus: _word(rng, _COMMON)),
    Ask(
        "two words, a third excluded",
        5,
        lambda rng, corpus: f"{_word(rng, _COMMON)} {_word(rng, _COMMON)} -{_word(rng, _COMMON)}",
    ),
    Ask("date", 3, lambda rng, corpus: f"date:{rng.randint(1950, 2020)}-{rng.randint(1, 12):02}"),
    Ask("near miss of a name", 3, lambda rng, corpus: f"~{_person(rng, corpus).name}"),
    Ask("name with a □", 2, _with_hole),
    Ask("unit", 2, lambda rng, corpus: f"unit:{_person(rng, corpus).units[-1]} {rng.choice(FORMS)}"),
)
APART = (
    Ask("phrase on a third of all pages", 0, lambda rng, corpus: rng.choice(PHRASES)),
    Ask("one character, on most pages", 0, lambda rng, corpus: rng.choice(tuple(names.SURNAMES)[:20])),
)


def mixed(corpus: Corpus, count: int, seed: int) -> Iterator[tuple[Ask, str]]:
    """`count` queries of all kinds in their shares, in any order."""
    rng = random.Random(seed)
    drawn = [ask for ask in MIX for _ in range(max(1, round(count * ask.share / 100)))]
    rng.shuffle(drawn)
    return ((ask, ask.make(rng, corpus)) for ask in drawn)
