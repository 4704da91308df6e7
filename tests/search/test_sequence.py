"""The stream of tokens: where each character and pair stands, on a name and on a page, which are made in two ways."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.sequence import BLANK, SEPARATOR, interleaved, interleaved_all, is_sign, phrase

TEXT = st.text(st.sampled_from(f"王建国喆a1，。{BLANK}{SEPARATOR}□\ufffd\U00020bb7"), min_size=1, max_size=40)
LONG = st.builds(lambda part, times: part * times, TEXT, st.integers(1, 30))


def _step(char: str) -> int:
    return 7 if char == SEPARATOR else 3 if is_sign(char) else 2


@given(st.one_of(TEXT, LONG))
@example("王" * 500)
@example(f"{SEPARATOR}王建国{SEPARATOR}" * 100)
@example("。" * 300)
def test_each_character_and_each_pair_stands_at_its_place(text: str) -> None:
    tokens = interleaved(text).split(" ")
    at = 0
    for first, second in pairwise(text):
        behind = at + _step(first)
        assert tokens[at] == first
        assert tokens[behind - 1] == first + second
        assert set(tokens[at + 1 : behind - 1]) <= {SEPARATOR * 2}
        at = behind
    assert tokens[at:] == [text[-1]]


@given(LONG, st.data())
def test_every_substring_is_a_phrase_of_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : start + data.draw(st.integers(1, 20))]
    tokens = interleaved(text).split(" ")
    first = sum(map(_step, text[:start])) + (_step(part[0]) - 1 if len(part) > 1 else 0)
    assert all(tokens[first + place] == token for place, token in phrase(part))


@pytest.mark.parametrize(("text", "tokens"), [("", ""), ("王", "王"), ("王建国", "王 王建 建 建国 国")])
def test_short_texts(text: str, tokens: str) -> None:
    assert interleaved(text) == tokens


@given(st.lists(st.one_of(st.just(""), TEXT, LONG), max_size=8))
def test_several_at_once_are_as_each_alone(texts: list[str]) -> None:
    assert interleaved_all(texts) == [interleaved(each) for each in texts]
