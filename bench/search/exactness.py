"""Are exact substrings found exactly? Recall and precision against a scan of all texts, on every engine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from base.text.normalise import fold
from bench.measures.scores import interval
from bench.search.corpus import Corpus, words
from bench.search.engines import ask, filled
from bench.search.names import BLOCKS, MET
from bench.search.setup import Setup, say
from bench.search.truth import Score, Texts, score
from search.index import Document, Kind, Scope, SearchIndex

# Odd: for reporting.
_SEED = 1
_PAGES = 3_000
_LONGEST, _OF_EACH_LENGTH, _ABSENT, _NAMES = 20, 120, 400, 400
_LENGTHS = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 20))
_ALL = Scope(everything=True)
_AT_ONCE = 1000
_HALF_AS_WRITTEN = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A quoted word; `group` is the row of the table that it counts in."""

    group: str
    query: str
    kind: Kind
    truth: frozenset[str]


def tables(setup: Setup) -> list[str]:
    corpus = Corpus(setup.count(_PAGES), _SEED)
    documents = [each for each in corpus.documents() if each.kind != "material"]
    asked = list(questions(setup, documents))
    lines = [
        f"**Exact substrings against a scan of all texts: {len(asked):,} queries over {corpus.pages:,} pages and "
        f"{corpus.dossiers:,} persons, every hit of every query read.** 95 % is the interval of the queries whose hits are the "
        "truth, no more and no less.",
        "",
        "| engine | substrings | queries | true hits | missed | false | totals wrong | recall | precision | exact | 95 % |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, index in filled(setup, "exactness", documents):
        say(f"exactness: {name}")
        scores = _asked_of(index, asked)
        lines += [_row(name, group, each) for group, each in scores.items()]
        lines.append(_row(name, "**all**", sum(scores.values(), Score())))
    return ["\n".join(lines)]


def questions(setup: Setup, documents: list[Document]) -> Iterator[Asked]:
    """Substrings of pages, half as written on paper and half folded; the same with one character exchanged; parts of names."""
    rng = random.Random(_SEED)
    pages = [each for each in documents if each.kind == "page"]
    texts = Texts.of((each.id, each.text) for each in pages)
    for first, last in _LENGTHS:
        group = (
            f"{first} character"
            if last == 1
            else f"{first}–{last} characters"
            if last > first
            else f"{first} characters"
        )
        for length in range(first, last + 1):
            for _ in range(setup.count(_OF_EACH_LENGTH)):
                cut = _cut(rng, texts, pages, length)
                yield Asked(group, f'text:"{cut}"', "page", frozenset(texts.holding(cut)))
    for _ in range(setup.count(_ABSENT)):
        cut = _exchanged(rng, _cut(rng, texts, pages, rng.randint(2, _LONGEST)))
        yield Asked("one character exchanged", f'text:"{cut}"', "page", frozenset(texts.holding(cut)))
    yield from _names(setup, rng, documents)


def _cut(rng: random.Random, texts: Texts, pages: list[Document], length: int) -> str:
    """`length` characters once it is folded. What holds a quotation mark cannot be quoted."""
    while True:
        place = rng.randrange(len(pages))
        source = pages[place].text if rng.random() < _HALF_AS_WRITTEN else texts.text(place)
        start = rng.randrange(max(1, len(source) - length))
        end = start + length
        # Blanks and line breaks beside a hanzi do not count: as written, a cut may have to be longer.
        while end < len(source) and len(fold(source[start:end])) < length:
            end += 1
        cut = source[start:end].replace("\n", " ")
        if len(fold(cut)) == length and '"' not in fold(cut):
            return cut


def _exchanged(rng: random.Random, cut: str) -> str:
    place = rng.randrange(len(cut))
    return cut[:place] + rng.choice(rng.choice(words()[50:5000])) + cut[place + 1 :]


def _names(setup: Setup, rng: random.Random, documents: list[Document]) -> Iterator[Asked]:
    """Whole names and parts of them; every second one of those with a rare character."""
    people = [each for each in documents if each.kind == "person"]
    texts = Texts.of((each.id, name) for each in people for name in each.names)
    called = [name for each in people for name in each.names]
    rare = [name for name in called if any(_is_rare(char) for char in name)]
    for number in range(setup.count(_NAMES)):
        name = rng.choice(rare if rare and number % 2 else called)
        start = rng.randrange(len(name))
        part = name[start : rng.randint(start + 1, len(name))] if number % 4 > 1 else name
        group = "names and parts, rare characters" if any(map(_is_rare, part)) else "names and parts"
        yield Asked(group, f'name:"{part}"', "person", frozenset(texts.holding(part)))


def _is_rare(char: str) -> bool:
    return char in MET or any(first <= ord(char) <= last for first, last in BLOCKS)


def _asked_of(index: SearchIndex, asked: list[Asked]) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for each in asked:
        hits, total = every_hit(index, each.query, each.kind)
        scores[each.group] = scores.get(each.group, Score()) + score(set(each.truth), hits, total)
    return scores


def every_hit(index: SearchIndex, query: str, kind: Kind) -> tuple[list[str], int]:
    """(ids of all hits, page by page; the total that the first answer told). Without an answer: no hits of -1."""
    answer = ask(index, query, _ALL, kinds=[kind], limit=_AT_ONCE)
    total, hits = answer.total if answer else -1, []
    while answer:
        hits += [hit.id for hit in answer.hits]
        cursor = answer.next_cursor
        answer = ask(index, query, _ALL, kinds=[kind], limit=_AT_ONCE, cursor=cursor) if cursor else None
    return hits, total


def _row(engine: str, group: str, each: Score) -> str:
    low, high = interval(each.exact, each.queries)
    return (
        f"| {engine} | {group} | {each.queries:,} | {each.true:,} | {each.true - each.found:,} | {each.false:,} | "
        f"{each.totals_wrong} | {100 * each.recall:.2f} % | {100 * each.precision:.2f} % | {each.exact:,} | "
        f"{100 * low:.2f}–{100 * high:.2f} % |"
    )
