"""The query language: what is understood, what is refused and why."""

from __future__ import annotations

import pytest

from base.messages import message
from search.errors import QueryError
from search.query import MOST_CHARACTERS, MOST_WORDS, Query, Word, Years, parse_query


def words(*texts: str) -> tuple[tuple[Word, ...], ...]:
    return tuple((Word(text),) for text in texts)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("王建国 登记表", Query(words("王建国", "登记表"))),
        ("王建国\u3000登记表\n", Query(words("王建国", "登记表"))),
        ('"王 建国"', Query(words("王建国"))),
        ('"ab cd"', Query(words("ab␣cd"))),
        ("甲 OR 乙 丙", Query(((Word("甲"), Word("乙")), (Word("丙"),)))),
        ("甲 OR 乙 OR 丙", Query(((Word("甲"), Word("乙"), Word("丙")),))),
        ('甲 "OR" 乙', Query(words("甲", "or", "乙"))),
        ("甲 -乙", Query(words("甲"), (Word("乙"),))),
        ('甲 -"乙 丙"', Query(words("甲"), (Word("乙丙"),))),
        ("-甲 乙", Query(words("乙"), (Word("甲"),))),
        ("甲 -", Query(words("甲", "-"))),
        ("a-b", Query(words("a-b"))),
        ("name：王建国", Query(((Word("王建国", "name"),),))),
        ('NAME:"王 建国"', Query(((Word("王建国", "name"),),))),
        ("id:110105 -no:J-1", Query(((Word("110105", "identifier"),),), (Word("j-1", "identifier"),))),
        ("class:四-1", Query(((Word("4-1", "class"),),))),
        ("class:九", Query(((Word("9", "class"),),))),
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
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    assert caught.value.code == code
    for language in ("zh_CN", "en"):
        assert caught.value.text(language)  # type: ignore[arg-type]
        assert "{" not in caught.value.text(language)  # type: ignore[arg-type]


def test_refusals_name_the_part() -> None:
    assert "张*" in message("search.query-wildcard", "zh_CN", word="张*")
