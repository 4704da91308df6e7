"""Tokens: pairs that hold a phrase exactly, identifiers, classes, pinyin, the order of hits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import (
    class_tokens,
    identifier_lookups,
    identifier_tokens,
    order_key,
    searchable,
    searchable_values,
    tokens_of,
    whole,
)
from search.index import Document


@given(st.text(st.characters(categories=None)))
def test_tokens_hold_no_blank_that_an_engine_would_split(text: str) -> None:
    tokens = tokens_of(
        Document("page:1", "page", text, names=(text,), identifiers=(text,), title=text, class_code=text, units=(text,))
    )
    plain = searchable(text)
    stream = tokens["text"].split()
    assert stream == tokens["text"].split(" ") or not plain
    assert [token for token in stream if len(token) == 1] == list(plain)
    assert sum(token in set(map("".join, pairwise(plain))) for token in stream) == max(0, len(plain) - 1)
    for field in tokens.values():
        field.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "day", "year", "tokens"),
    [
        ("1968年12月5日", None, None, "1968 1968-12 1968-12-05"),
        ("参加工作时间 一 九 六八年 十 二 月", None, None, "1968 1968-12"),
        ("1968. 12. 5", None, None, "1968 1968-12 1968-12-05"),
        ("58年3月至60.5.1", None, None, "1958 1958-03 1960 1960-05 1960-05-01"),
        ("五十八年三月", None, None, "1958 1958-03"),
        ("工龄38年,月工资56.10元", None, None, ""),
        ("民国卅八年", None, None, "1949"),
        ("农历一九四九年八月初十", None, None, "1949 1949-08 1949-08-10 1949-10 1949-10-01"),
        ("", 19681200, 1968, "1968 1968-12"),
        ("", None, 1975, "1975"),
        ("", 0, None, ""),
    ],
)
def test_dates_of_text_and_thing(text: str, day: int | None, year: int | None, tokens: str) -> None:
    assert tokens_of(Document("page:1", "page", text, day=day, year=year))["date"] == tokens


def test_numbers_by_value() -> None:
    text = "月工资伍拾陆元,定量三十斤,计1,200份、十五级,第一页 110105194912310021"
    assert tokens_of(Document("page:1", "page", text))["number"] == "1200 15 30 56"


def test_a_whole_name_is_told_from_a_part() -> None:
    names = searchable_values(("王建国", "李 芳"))
    assert whole("王建国") in names
    assert whole("李芳") in names
    assert whole("建国") not in names
    assert searchable_values(("", " ")) == ""


def test_identifier_is_found_whole_by_beginning_and_by_end_from_four() -> None:
    tokens = set(identifier_tokens(["J 001-０007", ""]).split())
    for word, there in [
        ("j001-0007", True),
        ("j0", True),
        ("0007", True),
        ("1-0007", True),
        ("007", False),
        ("001", False),
    ]:
        assert bool(tokens & set(identifier_lookups(word)[1])) is there, word


@pytest.mark.parametrize(
    ("known", "asked"), [("11010519491231002X", "110105491231002"), ("110105491231002", "11010519491231002x")]
)
def test_an_identity_number_is_found_in_both_lengths(known: str, asked: str) -> None:
    assert identifier_lookups(asked)[0] in identifier_tokens([known]).split()


def test_classes_hold_those_above() -> None:
    assert class_tokens("4-1") == "4 4-1"
    assert class_tokens("九－1") == "9 9-1"
    assert class_tokens("十") == "10"
    assert class_tokens("") == ""


def test_order_is_persons_materials_pages_by_number_then_the_rest() -> None:
    ids = ["person:2", "person:10", "person:x", "material:1", "page:1", "page:99999999", "page:sha", "other:1"]
    assert sorted(ids, key=order_key) == ids
    assert len({order_key(each) for each in ids}) == len(ids)
    assert all(0 <= order_key(each) < 1 << 62 for each in ids)
