"""Tokens: pairs that hold a phrase exactly, identifiers, classes, pinyin, the order of hits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import (
    class_tokens,
    identifier_lookups,
    identifier_tokens,
    order_key,
    pairs,
    phrase,
    searchable,
    searchable_values,
    tokens_of,
    whole,
)
from search.index import Document
from search.pinyin import name_keys, title_keys


@given(
    st.text(st.sampled_from("王建国12 ab，𠮷"), min_size=2),
    st.text(st.sampled_from("王建国12ab𠮷"), min_size=2, max_size=6),
)
def test_a_phrase_of_pairs_stands_where_the_word_stands(text: str, word: str) -> None:
    text, word = searchable(text), searchable(word)
    tokens = pairs(text).split(" ")
    wanted = phrase(word)
    places = [
        at for at in range(len(tokens)) if all(tokens[at + place : at + place + 1] == [pair] for place, pair in wanted)
    ]
    assert places == [at for at in range(len(text)) if text.startswith(word, at)]


@given(st.text(st.characters(categories=None)))
def test_tokens_hold_no_blank_that_an_engine_would_split(text: str) -> None:
    tokens = tokens_of(
        Document("page:1", "page", text, names=(text,), identifiers=(text,), title=text, class_code=text)
    )
    plain = searchable(text)
    assert len(tokens["text2"].split()) == max(0, len(plain) - 1)
    assert set(tokens["text1"].split()) == set(plain)
    for field in tokens.values():
        field.encode("utf-8")


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


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("张建国", {"zhangjianguo", "zhangj", "zjg", "jianguo", "zh"}),
        ("仇和", {"qiuhe", "qh", "chouhe"}),
        ("单田芳", {"shantianfang", "stf"}),
        ("解晓东", {"xiexiaodong", "xxd"}),
        ("曾国藩", {"zengguofan", "zgf"}),
        ("区志明", {"ouzhiming", "ozm"}),
        ("查良镛", {"zhaliangyong", "zly"}),
        ("吕丽", {"lvli", "luli", "lyuli", "ll"}),
        ("尉迟恭", {"yuchigong", "ycg"}),
        ("万俟卨", {"moqixie", "mqx"}),
        ("仇䶮", {"qiuyan"}),
        ("买买提·艾力", {"maimaitiaili"}),
    ],
)
def test_names_in_pinyin(name: str, keys: set[str]) -> None:
    assert keys <= name_keys(name)


@pytest.mark.parametrize("name", ["", "·", "John", "王"])
def test_names_without_pinyin_or_given_name(name: str) -> None:
    assert all(len(key) >= 2 for key in name_keys(name))


def test_a_name_of_nothing_but_doubtful_characters_is_bounded() -> None:
    assert len(name_keys("和和和和和和和和")) < 1000


def test_titles_in_pinyin() -> None:
    assert {"zhigongdengjibiao", "zhigong", "zgdjb", "zg"} <= title_keys("职工登记表")


def test_order_is_persons_materials_pages_by_number_then_the_rest() -> None:
    ids = ["person:2", "person:10", "person:x", "material:1", "page:1", "page:99999999", "page:sha", "other:1"]
    assert sorted(ids, key=order_key) == ids
    assert len({order_key(each) for each in ids}) == len(ids)
    assert all(0 <= order_key(each) < 1 << 62 for each in ids)
