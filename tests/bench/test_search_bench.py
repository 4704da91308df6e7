"""The bench of search: its truth is right, its corpus is the same each time, and every part of it runs (at a tiny size)."""

from __future__ import annotations

import importlib
import unicodedata
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.normalise import fold
from bench.search import names
from bench.search.__main__ import PARTS
from bench.search.corpus import PAGES_EACH, PHRASES, Corpus
from bench.search.misreads import recorded
from bench.search.mix import MIX, mixed
from bench.search.quality import quality
from bench.search.questions import Question, held_set
from bench.search.setup import Setup, Stream
from bench.search.truth import Score, Texts, score

SIZE = 2 * PAGES_EACH
TEXTS = st.lists(st.text("王国國建12 \n", max_size=12), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """One folder for all parts: what one has built serves the next."""
    return Setup(tmp_path_factory.mktemp("bench"), (SIZE,), scale=0.01)


@given(TEXTS, st.text("王国國建12 ", min_size=1, max_size=4).filter(lambda word: bool(fold(word))))
def test_the_scan_finds_what_a_look_at_each_text_finds(texts: list[str], word: str) -> None:
    scanned = Texts.of((str(number), text) for number, text in enumerate(texts)).holding(word)
    assert scanned == {str(number) for number, text in enumerate(texts) if fold(word) in fold(text)}


def test_a_text_keeps_its_place_in_the_scan() -> None:
    texts = Texts.of([("a", "吳國"), ("b", ""), ("b", "１２")])
    assert [texts.text(place) for place in range(3)] == ["吴国", "", "12"]


def test_a_hit_that_comes_twice_is_false_the_second_time() -> None:
    assert score({"a", "b"}, ["a", "a", "c"], 3) == Score(1, 0, 2, 1, 2, 0)
    assert score({"a", "b"}, ["b", "a"], 3) == Score(1, 1, 2, 2, 0, 1)


def test_recall_and_precision_are_of_all_queries_together() -> None:
    both = score({"a", "b"}, ["a"], 1) + score(set(), ["x"], 1)
    assert (both.recall, both.precision) == (0.5, 0.5)
    assert (Score().recall, Score().precision) == (1.0, 1.0)


def test_quality_counts_what_could_stand_among_the_first_hits() -> None:
    many = Question("k", "王", "王", frozenset(str(number) for number in range(40)))
    one = Question("k", "王", "王", frozenset({"b"}))
    found = quality([many, one], [[str(number) for number in range(20)], ["a", "b"]])
    assert (found.recall, found.reciprocal) == (1.0, 0.75)
    assert quality([one], [[]]).reciprocal == 0.0


def test_the_same_seed_makes_the_same_dossiers_whatever_their_number() -> None:
    few, many = Corpus(PAGES_EACH, 5), Corpus(3 * PAGES_EACH, 5)
    documents = list(few.documents())
    assert documents == list(islice(many.documents(), len(documents)))
    assert [each.id for each in documents if each.kind == "page"] == [f"page:{number}" for number in range(PAGES_EACH)]
    assert Corpus(PAGES_EACH, 7).dossier(0) != few.dossier(0)


def test_each_phrase_stands_on_about_a_third_of_the_pages() -> None:
    pages = [each for each in Corpus(6 * PAGES_EACH, 3).documents() if each.kind == "page"]
    for phrase in PHRASES:
        assert 0.25 < sum(fold(phrase) in fold(each.text) for each in pages) / len(pages) < 0.42


def test_names_hold_characters_of_several_planes_that_stay_themselves() -> None:
    rng = Corpus(1, 1)
    rare = {char for number in range(2000) for char in rng.dossier(number).name if ord(char) > 0xFFFF}
    assert {ord(char) >> 16 for char in rare} == {2, 3}
    assert all(unicodedata.normalize("NFKC", char) == char for char in rare)


@pytest.mark.parametrize(
    ("name", "syllables"), [("单建国", ("shan", "jian", "guo")), ("欧阳兰", ("ouyang", "lan")), ("王𬀩", None)]
)
def test_the_spelling_of_a_name_is_set_down_by_hand(name: str, syllables: tuple[str, ...] | None) -> None:
    assert names.spelled(name) == syllables


def test_recorded_misreads_are_no_variants_and_enough_for_both_halves() -> None:
    assert all(fold(each.name) != fold(each.read) for each in recorded())
    assert sum(each.one_character for each in recorded()) >= 300


def test_the_mix_has_its_shares() -> None:
    assert sum(ask.share for ask in MIX) == 100
    asked = [ask for ask, _ in mixed(Corpus(SIZE, 1), 200, 1)]
    assert [asked.count(ask) for ask in MIX] == [2 * ask.share for ask in MIX]


def test_every_question_has_a_right_answer_that_bears_it(tiny: Setup) -> None:
    held = held_set(tiny, 2)
    ids = {each.id for each in held.documents}
    assert len(ids) == len(held.documents)
    assert all(each.right and each.right <= ids for each in held.questions)


def test_a_stream_counts_what_it_gave() -> None:
    stream = Stream(iter("abc"))
    assert (list(stream), stream.count) == (["a", "b", "c"], 3)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_runs_at_a_tiny_size(tiny: Setup, part: str) -> None:
    tables = importlib.import_module(f"bench.search.{part}").tables(tiny)
    rows = [line for table in tables for line in table.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows[:3]}) == 1
    assert len(rows) >= 3
    if part == "exactness":
        everything = rows[-1].split("|")
        assert (everything[8].strip(), everything[9].strip()) == ("100.00 %", "100.00 %")
