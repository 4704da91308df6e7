"""The query language: what is understood, what is refused and why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from base.messages import message
from search.errors import QueryError
from search.help import EXAMPLES
from search.query import (
    LONGEST_NEAR,
    MOST_CHARACTERS,
    MOST_WORDS,
    Confidence,
    Dates,
    Leaf,
    Query,
    Unit,
    Word,
    Years,
    parse_query,
)

# What the page shows as refused when it stands alone.
REFUSED_IN_PAGE = {"OR", "张*"}


def words(*texts: str) -> tuple[tuple[Word, ...], ...]:
    return tuple((Word(text),) for text in texts)


def quoted(*texts: str) -> tuple[tuple[Word, ...], ...]:
    return tuple((Word(text, quoted=True),) for text in texts)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("王建国 登记表", Query(words("王建国", "登记表"))),
        ("王建国\u3000登记表\n", Query(words("王建国", "登记表"))),
        ('"王 建国"', Query(quoted("王建国"))),
        ('"ab cd"', Query(quoted("ab␣cd"))),
        ("甲 OR 乙 丙", Query(((Word("甲"), Word("乙")), (Word("丙"),)))),
        ("甲 OR 乙 OR 丙", Query(((Word("甲"), Word("乙"), Word("丙")),))),
        ('甲 "OR" 乙', Query((*words("甲"), *quoted("or"), *words("乙")))),
        ("甲 -乙", Query(words("甲"), (Word("乙"),))),
        ('甲 -"乙 丙"', Query(words("甲"), (Word("乙丙", quoted=True),))),
        ("-甲 乙", Query(words("乙"), (Word("甲"),))),
        ("甲 -", Query(words("甲", "-"))),
        ("a-b", Query(words("a-b"))),
        ("name：王建国", Query(((Word("王建国", "name"),),))),
        ('NAME:"王 建国"', Query(((Word("王建国", "name", quoted=True),),))),
        ("id:110105 -no:J-1", Query(((Word("110105", "identifier"),),), (Word("j-1", "identifier"),))),
        ("class:四-1", Query(((Word("4-1", "class"),),))),
        ("class:九", Query(((Word("9", "class"),),))),
        ("class:09", Query(((Word("9", "class"),),))),
        ("class:第九类", Query(((Word("9", "class"),),))),
        ("class:十", Query(((Word("10", "class"),),))),
        ("class:010", Query(((Word("10", "class"),),))),
        ("class:十八", Query(((Word("18", "class"),),))),
        ("class:０4.01", Query(((Word("4-1", "class"),),))),
        ("class:九-1-02", Query(((Word("9-1-2", "class"),),))),
        ("class:A09-b", Query(((Word("a09-b", "class"),),))),
        ("class:类", Query(((Word("类", "class"),),))),
        ("class:00", Query(((Word("0", "class"),),))),
        ("year:1970..1985", Query(((Years(1970, 1985),),))),
        ("year:１９７５", Query(((Years(1975, 1975),),))),
        ("year:1975..", Query(((Years(1975, None),),))),
        ("year:..1975", Query(((Years(None, 1975),),))),
        ("姓名:王建国", Query(words("姓名:王建国"))),
        ("other:x", Query(words("other:x"))),
        ("name:", Query(words("name:"))),
        ("(甲)", Query(words("(甲)"))),
        ("甲\x00乙", Query(words("甲", "乙"))),
        ("\u200b 甲", Query(words("甲"))),
    ],
)
def test_understood(text: str, query: Query) -> None:
    assert parse_query(text) == query


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("~王建国", Word("王建国", near=True)),
        ("～王建国", Word("王建国", near=True)),
        ('~"王 □国"', Word("王□国", near=True, quoted=True)),
        ("~name:王建国", Word("王建国", "name", near=True)),
        ("name:~王建国", Word("王建国", "name", near=True)),
        ("~伍拾陆", Word("伍拾陆", near=True, number="56")),
        ("~1968", Word("1968", near=True, date="1968", number="1968")),
        ("~一九六八年", Word("一九六八年", near=True, date="1968")),
        ("~", Word("~")),
        ("~~", Word("~~")),
        ("王~国", Word("王~国")),
        ("1968年12月", Word("1968年12月", date="1968-12")),
        ("一九六八年十二月五日", Word("一九六八年十二月五日", date="1968-12-05")),
        ("text:1968.12.5", Word("1968.12.5", "text", date="1968-12-05")),
        ("68年12月", Word("68年12月", date="1968-12")),
        ("民国三十八年十月", Word("民国三十八年十月", date="1949-10")),
        ("19681205", Word("19681205", date="1968-12-05")),
        ('"1968年12月"', Word("1968年12月", quoted=True)),
        ("1968年", Word("1968年")),
        ("196812", Word("196812")),
        ("56.10", Word("56.10")),
        ("1968年13月", Word("1968年13月")),
        ("在1968年12月", Word("在1968年12月")),
        ("name:1968年12月", Word("1968年12月", "name")),
        ("王☐国", Word("王□国")),
        ("unit:红星", Word("红星", "unit")),
        ('unit:"#12"', Word("#12", "unit", quoted=True)),
        ("unit:#12", Unit(12)),
        ("unit：＃１２", Unit(12)),
        ("place:上海", Word("上海", "place")),
        ("confidence:..80", Confidence(None, 80)),
        ("confidence:95..", Confidence(95, None)),
        ("confidence:80..95", Confidence(80, 95)),
        ("confidence:100", Confidence(100, 100)),
        ("date:1968", Dates(("1968",))),
        ("date:一九六八年十二月", Dates(("1968-12",))),
        ("date:1968-12-05", Dates(("1968-12-05",))),
        ("date:1968..1970", Dates(("1968", "1969", "1970"))),
        ("date:1968-11..1970-02", Dates(("1968-11", "1968-12", "1969", "1970-01", "1970-02"))),
        ("date:1968-11-29..1968-12", Dates(("1968-11-29", "1968-11-30", "1968-11-31", "1968-12"))),
        ("date:2099..", Dates(("2099", "2100"))),
        ("date:..1851", Dates(("1850", "1851"))),
    ],
)
def test_values_and_other_ways_to_write(text: str, leaf: Leaf) -> None:
    assert parse_query(text) == Query(((leaf,),))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "search.query-empty"),
        ("\u200b", "search.query-empty"),
        ('""', "search.query-empty"),
        ("\x00\x01", "search.query-empty"),
        ("-甲", "search.query-only-not"),
        ("OR 甲", "search.query-or"),
        ("甲 OR", "search.query-or"),
        ("甲 OR OR 乙", "search.query-or"),
        ("甲 OR -乙", "search.query-or"),
        ("-甲 OR 乙", "search.query-or"),
        ("甲 -乙 OR 丙", "search.query-or"),
        ('"甲', "search.query-quotes"),
        ('甲"', "search.query-quotes"),
        ("“甲", "search.query-quotes"),
        ("甲*", "search.query-wildcard"),
        ("*甲", "search.query-wildcard"),
        ("\udc00", "search.query-character"),
        ("甲\ufffd", "search.query-character"),
        ("year:75", "search.query-year"),
        ("year:1985..1970", "search.query-year"),
        ("year:..", "search.query-year"),
        ("year:19751985", "search.query-year"),
        ('name:""', "search.query-field"),
        ("甲 " * (MOST_WORDS + 1), "search.query-too-many-words"),
        ("甲 " * 10_000, "search.query-too-long"),
        ("甲" * (MOST_CHARACTERS + 1), "search.query-too-long"),
        ("甲" * 201, "search.query-word-too-long"),
        ("year:1985..1975", "search.query-year"),
        ("confidence:..", "search.query-confidence"),
        ("confidence:101", "search.query-confidence"),
        ("confidence:9..3", "search.query-confidence"),
        ("confidence:高", "search.query-confidence"),
        ("date:1968-13", "search.query-date"),
        ("date:..", "search.query-date"),
        ("date:1970..1968", "search.query-date"),
        ("date:1968...1970", "search.query-date"),
        ("unit:#", "search.query-unit"),
        ("unit:#12a", "search.query-unit"),
        ("□", "search.query-hole"),
        ("□□ 甲", "search.query-hole"),
        ("name:(□)", "search.query-hole"),
        ("id:1□2□3□", "search.query-many-holes"),
        ("~甲", "search.query-near-length"),
        ("~" + "甲" * (LONGEST_NEAR + 1), "search.query-near-length"),
        ("~year:1975", "search.query-near-field"),
        ("class:~9", "search.query-near-field"),
        ("~甲乙 ~甲丙 ~甲丁 -~甲戊", "search.query-too-many-near"),
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    assert caught.value.code == code
    for language in ("zh_CN", "en"):
        assert caught.value.text(language)
        assert "{" not in caught.value.text(language)


def test_every_example_runs_is_explained_and_stands_in_the_page_of_the_language() -> None:
    page = (Path(__file__).parents[2] / "docs" / "search-language.md").read_text("utf-8")
    for example in EXAMPLES:
        assert parse_query(example.query)
        assert f"`{example.query}`" in page
        assert message(example.code, "zh_CN") != message(example.code, "en")
    for typed in re.findall(r"`([^`]+)`", page):
        if typed not in REFUSED_IN_PAGE:
            assert parse_query(f"甲 {typed}")
    for field in ("name", "title", "text", "id", "no", "class", "unit", "place", "year", "date", "confidence"):
        assert f"`{field}:" in page


def test_refusals_name_the_part() -> None:
    assert "张*" in message("search.query-wildcard", "zh_CN", word="张*")
