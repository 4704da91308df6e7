"""Recall and precision 100 % of every kind of word, by tokens and plan alone, over all planes of hanzi."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from base.text.normalise import fold
from search.index import Document
from tests.search import truth
from tests.search.by_hand import classes

# The blocks of ideographs of GB 18030-2022: the first plane with extension A, and those of planes 2 and 3.
IDEOGRAPHS = [
    *range(0x3400, 0x4DC0),
    *range(0x4E00, 0xA000),
    *range(0x20000, 0x2A6E0),
    *range(0x2A700, 0x2EBE1),
    *range(0x30000, 0x323B0),
]
STEP = 293
SAMPLED = [char for char in map(chr, IDEOGRAPHS[::STEP]) if unicodedata.category(char) == "Lo"]
TEXT = st.text(st.sampled_from("王国國建12aA-，。 \n") | st.sampled_from(SAMPLED), max_size=60)
NAMES = st.lists(st.text("王玉国未末□", min_size=1, max_size=4), max_size=2).map(tuple)
SMALL = st.text("王玉国未末已1， ", max_size=25)


def found(query: str, documents: list[Document]) -> set[str]:
    return {each for ids in classes(query, documents) for each in ids}


def pages(texts: list[str], names: list[tuple[str, ...]] | None = None) -> list[Document]:
    """The same text stands on a page, in a title and in a name by turns."""
    places = ("text", "title", "text")
    named = names or [()] * len(texts)
    return [
        Document(f"page:{at}", "page", **{"text": "", places[at % 3]: text}, names=named[at])  # type: ignore[arg-type]
        for at, text in enumerate(texts)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=8), st.data())
def test_exact_substrings_of_one_to_twenty_characters(texts: list[str], data: st.DataObject) -> None:
    documents = pages(texts)
    for _ in range(5):
        text = data.draw(st.sampled_from(texts))
        start = data.draw(st.integers(0, len(text)))
        word = text[start : start + data.draw(st.integers(1, 20))]
        if fold(word):
            assert found(f'"{word}"', documents) == {each.id for each in documents if truth.holds(each, word)}, word


@pytest.mark.parametrize("plane", [0, 2, 3])
def test_hanzi_of_every_plane_are_found_alone_and_in_a_name(plane: int) -> None:
    chars = [char for char in SAMPLED if ord(char) >> 16 == plane]
    assert len(chars) > 10
    for char in chars:
        person = [Document("person:1", "person", "", names=(f"王{char}林",)), Document("page:2", "page", f"同志{char}")]
        assert len(fold(char)) == 1
        assert found(char, person) == {"person:1", "page:2"}
        assert found(f"王{char}林", person) == {"person:1"}
        assert found(f"王{char}", person) == {"person:1"}
        assert found(f"王{char}木", person) == set()
        assert found("王□林", person) == {"person:1"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SMALL, min_size=1, max_size=8),
    st.lists(NAMES, min_size=8, max_size=8),
    st.lists(
        st.text("王玉国未1，□", min_size=1, max_size=6).filter(lambda word: word.strip("□，")), min_size=1, max_size=5
    ),
)
@example(["王，国", "王玉国", "王国", "玉国", "王，，国"], [()] * 8, ["王□国", "□国", "王□", "□玉□"])
@example(["", ""], [("王", "国"), ("王□", "国")], ["王□国", "王□□国", "王玉国", "王国"])
def test_holes(texts: list[str], names: list[tuple[str, ...]], words: list[str]) -> None:
    documents = pages(texts, names)
    for word in words:
        # Three holes in a row may also hold two signs (decision 17).
        if "□□□" in word.strip("□"):
            continue
        expected = {
            each.id
            for each in documents
            if truth.holds_with_holes(each, word) or truth.holds_in_a_name_with_a_hole(each, word)
        }
        assert found(word, documents) == expected, word


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SMALL, min_size=1, max_size=8),
    st.lists(NAMES, min_size=8, max_size=8),
    st.lists(st.text("王玉国未末，", min_size=2, max_size=5), min_size=1, max_size=4),
)
@example(["", ""], [("王", "国"), ("王玉", "国未")], ["王玉国", "玉末国", "王玉国国未", "玉，国"])
def test_near_misses(texts: list[str], names: list[tuple[str, ...]], words: list[str]) -> None:
    documents = pages(texts, names)
    for word in words:
        expected = {each.id for each in documents if truth.holds_nearly(each, word)}
        assert found(f'~"{word}"', documents) == expected, word
