"""The query line cut, narrowed, completed, and led through the form and back without asking for anything else."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InputError
from search.query import parse_query
from web.search.form import Typed, form_of, line_of, typed
from web.search.help import sections
from web.search.line import as_word, groups, last_word, with_near_misses, with_term, without_term, written

UNITS, DISTRICTS = {7: "红星棉纺厂"}, {12: "东城区"}
_WORDS = st.sampled_from(
    [
        "王建国",
        "履历表",
        "wjg",
        "1968",
        "OR",
        "王□国",
        "a:b",
        "12-3",
        "~王建国",
        "～登记表",
        '"1968 年"',
        '"-x"',
        '"OR"',
    ]
)
_FIELDS = st.sampled_from(
    [
        "name:王", 'name:"买买提 艾力"', "name:~王建国", "id:0021", "no:J-001", "title:登记表", "text:先进", "class:9", "class:九-1",
        "year:1975", "year:1970..1985", "year:1970..", "year:..1985", "date:1968-12", "unit:红星", "unit:#7", "unit:#12",
        'unit:"红星 厂"', "place:东城", "confidence:..80", "confidence:95..", "CLASS：4",
    ]
)  # fmt: skip
_ITEMS = st.builds(lambda sign, item: sign + item, st.sampled_from(["", "", "-"]), st.one_of(_WORDS, _FIELDS))


def _asked(query: str) -> tuple[Counter[frozenset[object]], frozenset[object]]:
    parsed = parse_query(query)
    return Counter(frozenset(group) for group in parsed.groups), frozenset(parsed.excluded)


@given(st.lists(st.one_of(_ITEMS, st.just("OR")), min_size=1, max_size=8).map(" ".join))
def test_a_line_through_the_form_asks_the_same(query: str) -> None:
    form = form_of(query, UNITS, DISTRICTS)
    try:
        before = _asked(query)
    except InputError as error:
        with pytest.raises(InputError) as after:
            _asked(line_of(form))
        assert after.value.code == error.code
        return
    assert _asked(line_of(form)) == before


@given(st.text(max_size=40))
def test_any_text_through_the_form_is_refused_or_found_alike(query: str) -> None:
    form = form_of(query, UNITS, DISTRICTS)
    try:
        before = _asked(query)
    except InputError:
        return
    assert _asked(line_of(form)) == before


def test_every_field_of_the_form_has_its_place_in_the_line() -> None:
    form = Typed(
        name="王", id_number="0021", archive_no="J-1", title="登记表", all_words="甲子 乙丑", near=True, any_words="丙 丁",
        phrase="先进 生产者", none_words="戊", class_code="9", year_first="1970", year_last="1979", date="1968-12",
        enterprise="#7 红星棉纺厂", district="12", place="东城", confidence="80", rest="text:己",
    )  # fmt: skip
    line = line_of(form)
    assert line == (
        'name:王 id:0021 no:J-1 title:登记表 place:东城 date:1968-12 ~甲子 ~乙丑 丙 OR 丁 "先进 生产者" -戊 class:9 '
        "year:1970..1979 unit:#7 unit:#12 confidence:..80 text:己"
    )
    assert form_of(line, UNITS, DISTRICTS) == form


def test_what_was_typed_is_never_read_as_the_language() -> None:
    line = line_of(typed({"all_words": "-王 name:李 OR 张*", "none_words": "a:b", "near": ""}))
    assert [item.quoted or item.minus for group in groups(line) for item in group] == [True] * 4 + [True]
    assert parse_query(line).excluded
    assert len(parse_query(line).groups) == 4


@given(
    st.text(min_size=1, max_size=30).filter(
        lambda text: '"' not in text.translate(str.maketrans(dict.fromkeys("“”„＂", '"')))
    )
)
def test_a_text_as_a_word_is_one_item(text: str) -> None:
    word = as_word(text)
    if word.strip():
        assert len(groups(word)) == 1
        assert len(groups(word)[0]) == 1


@given(st.lists(_ITEMS, min_size=1, max_size=6).map(" ".join))
def test_a_term_that_is_added_can_be_taken_away(query: str) -> None:
    term = "unit:#31"
    try:
        parse_query(query)
    except InputError:
        return
    plain = " ".join(map(written, groups(query)))
    assert without_term(with_term(query, term), term) == plain
    assert with_term(with_term(query, term), term) == with_term(query, term)


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("张圭兰 class:9", "~张圭兰 class:9"),
        ("甲乙 OR 丙丁", ""),
        ('"张圭兰"', ""),
        ("张", ""),  # too short to be misread
        ("~张圭兰", ""),
        ("甲乙 丙丁 戊己 庚辛", ""),  # more than may be near
    ],
)
def test_near_misses_are_offered_where_the_language_has_them(query: str, near: str) -> None:
    assert with_near_misses(query) == near


@pytest.mark.parametrize(
    ("typed_so_far", "found"),
    [
        ("王", ("", "王")),
        ("履历表 wj", ("履历表 ", "wj")),
        ("履历表 OR 王", ("履历表 OR ", "王")),
        ("王 ", ("王 ", "")),
        ('"王建', ('"王建', "")),
        ("name:王", ("name:王", "")),
        ("-王", ("-王", "")),
        ("", ("", "")),
    ],
)
def test_suggestions_go_on_from_the_last_bare_word(typed_so_far: str, found: tuple[str, str]) -> None:
    assert last_word(typed_so_far) == found


def test_every_example_of_the_help_runs() -> None:
    examples = [example for _, rows in sections("zh_CN") for row in rows for example in row[0]]
    assert len(examples) > 25
    for example in examples:
        assert parse_query(example if not example.startswith("-") else f"甲 {example}").groups, example
