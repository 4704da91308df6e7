"""Marks stand exactly where a match stands in the text as written."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.normalise import fold
from search.errors import QueryError
from search.highlight import MOST_MARKS, SNIPPET, marks, snippet
from search.pinyin import name_keys
from search.query import parse_query
from tests.search import truth


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in marks(text, parse_query(query).looked_for())]


@pytest.mark.parametrize(
    ("text", "query", "parts"),
    [
        ("王建国、王健国、王国", "王建国", ["王建国"]),
        ("吳 國\n華", "吴国华", ["吳 國\n華"]),
        ("王健国和王爱国", "~王建国", ["王健国"]),
        ("王爱国和王,国,张建国强", "~王建国", ["王爱国", "王,国", "张建国"]),
        ("王建国和王健国", "~王建国", ["王建国"]),
        ("未来", "~末来", ["未来"]),
        ("王健国、王，国、王国", "王□国", ["王健国"]),
        ("王健，王。", "王□", ["王健", "王"]),
        ("王建国强", "□国□", ["建国强"]),
        ("王□国", '"王□国"', ["王□国"]),
        ("甲于一九六八年十二月五日到厂，68.12.5离厂", "1968年12月", ["一九六八年十二月五日", "68.12.5"]),
        ("1968年12月，一九六八年十二月", "1968年12月", ["1968年12月"]),
        ("民国３８年 10 月", "date:1949-10", ["民国３８年 10 月"]),
        ("1967年、1968年3月、1971年", "date:1968..1970", ["1968年3月"]),
        ("1968. 12. 5", "date:1968-12-05", ["1968. 12. 5"]),
        ("农历一九四九年八月初十", "date:1949-10-01", ["农历一九四九年八月初十"]),
        ("工资伍拾陆元，定量三十斤", "~56 ~30", ["伍拾陆", "三十"]),
        ("红星机械厂", "unit:红星", []),
        ("甲乙", "甲 -乙", ["甲"]),
        ("甲乙丙", "甲乙 乙丙", ["甲乙丙"]),
        ("王建国\n王卫东", "wjg", ["王建国"]),
        ("职工登记表", "zgdj", ["职工登记表"]),
        ("", "甲", []),
        ("a" * 5, "year:1968", []),
        ("12 34", '"12 34"', ["12 34"]),
    ],
)
def test_marked(text: str, query: str, parts: list[str]) -> None:
    assert marked(text, query) == parts


TEXT = st.text("王玉国未末已1a， \n國", max_size=40)
WORD = st.text("王玉国未末已1a，", min_size=2, max_size=5)


@given(TEXT, WORD)
def test_whatever_is_found_is_marked_and_nothing_else(text: str, word: str) -> None:
    exact = [fold(each) for each in marked(text, f'"{word}"')]
    assert bool(exact) == (fold(word) in fold(text))
    assert all(set(each) <= set(fold(word)) for each in exact)
    assert bool(marked(text, f'~"{word}"')) == truth.nearly(fold(text), fold(word))


@given(st.text(max_size=200), st.text('王□~"1968年12月date:, ', min_size=1, max_size=20))
def test_marks_are_in_order_and_apart(text: str, query: str) -> None:
    try:
        leaves = parse_query(query).looked_for()
    except QueryError:
        return
    found = marks(text, leaves)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))


def test_marks_are_bounded_and_a_snippet_shows_the_first() -> None:
    text = "乙" * 500 + "甲" * 5000
    found = marks(text, parse_query("甲").looked_for())
    assert len(found) == MOST_MARKS
    cut = snippet(text, found)
    assert len(cut) == SNIPPET
    assert "甲" in cut
    assert snippet(text, ()) == text[:SNIPPET]


def test_a_number_is_not_looked_for_as_pinyin() -> None:
    """Reading names costs a cold process half a second."""
    before = name_keys.cache_info()
    assert marked("丁建国", "1950") == []
    assert name_keys.cache_info() == before
    assert marked("丁建国", "djg") == ["丁建国"]
    assert name_keys.cache_info() != before
