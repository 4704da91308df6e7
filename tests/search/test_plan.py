"""The plan of a query, run by hand over the tokens of documents: what every engine has to find, in which classes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.errors import QueryError
from search.index import KINDS, Document, Scope
from search.plan import AllOf, AnyOf, Everything, Node, OneOf, Phrase, found, ranks, visible
from search.query import MOST_CHARACTERS, parse_query
from tests.search.by_hand import classes
from tests.search.samples import ALL, EVERYTHING, NORTH


def person(number: int, *names: str, **more: object) -> Document:
    return Document(f"person:{number}", "person", "\n".join(names), names=names, title=names[0], **more)  # type: ignore[arg-type]


def page(number: int, text: str, **more: object) -> Document:
    return Document(f"page:{number}", "page", text, **more)  # type: ignore[arg-type]


PEOPLE = (
    person(1, "王建国"),
    person(2, "王健国"),
    person(3, "王爱国"),
    person(4, "王□国"),
    person(5, "王建国强"),
    person(6, "张王", "国强"),
    page(7, "同志王建国"),
    page(8, "王一国、张建国"),
    page(9, "王,国"),
)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("王建国", [["person:1"], ["person:5"], ["person:4"], ["page:7"]]),
        ('"王建国"', [["person:1"], ["person:5"], ["page:7"]]),
        ("王□国", [["person:1", "person:2", "person:3", "person:4"], ["person:5"], ["page:7", "page:8"]]),
        ('"王□国"', [["person:4"]]),
        ("name:王国", [["person:4"]]),
        (
            "~王建国",
            [
                *([each] for each in ("person:1", "person:5", "person:4", "page:7", "person:2")),
                ["person:3"],
                ["page:8", "page:9"],
            ],
        ),
        ("~王建国 -~王爱国", []),
        ("~张王建国强", [["person:5"]]),
    ],
)
def test_classes(query: str, ids: list[list[str]]) -> None:
    assert classes(query, PEOPLE) == ids


def test_a_date_as_typed_before_the_same_date_written_otherwise() -> None:
    pages = (
        page(1, "一九六八年十二月五日"),
        page(2, "1968年12月"),
        page(3, "1968.12.5"),
        page(4, "1968年1月2日"),
        page(5, "", day=19681200),
        page(6, "68年12月参加工作"),
        page(7, "1968年"),
    )
    others = ["page:1", "page:3", "page:5", "page:6"]
    assert classes("1968年12月", pages) == [["page:2"], others]
    assert classes("text:一九六八年十二月", pages) == [["page:1"], ["page:2", "page:3", "page:5", "page:6"]]
    assert classes('"1968年12月"', pages) == [["page:2"]]
    assert classes("date:1968-12", pages) == [["page:1", "page:2", "page:3", "page:5", "page:6"]]
    assert classes("date:1968-12-02..1969", pages) == [["page:1", "page:3"]]
    assert classes("date:1967..1969", pages) == [[each.id for each in pages]]
    assert classes("~1968年 -1968", pages) == [["page:1", "page:5", "page:6"]]


def test_a_number_written_otherwise_is_near() -> None:
    pages = (page(1, "工资伍拾陆元"), page(2, "工资56元"), page(3, "工资五十六元"), page(4, "工资156元"))
    assert classes("56", pages) == [["page:2", "page:4"]]
    assert classes("~56", pages)[:2] == [["page:2", "page:4"], ["page:1", "page:3"]]
    assert classes("~五十六", pages)[:2] == [["page:3"], ["page:1", "page:2"]]


def test_units_places_confidence() -> None:
    pages = (
        page(1, "甲", units=("红星机械厂", "市机械局"), organisations=(12, 3), place="上海市", confidence=0.8),
        page(2, "甲红星", units=("东风机械厂", "市机械局"), organisations=(13, 3), place="北京市", confidence=0.95),
        page(3, "甲", units=("红", "星")),
    )
    assert classes("unit:红星", pages) == [["page:1"]]
    assert classes("unit:机械局 甲", pages) == [["page:1", "page:2"]]
    assert classes("unit:#12", pages) == [["page:1"]]
    assert classes("unit:#3 -unit:#13", pages) == [["page:1"]]
    assert classes("place:上海 OR place:北京", pages) == [["page:1", "page:2"]]
    assert classes("confidence:..80", pages) == [["page:1"]]
    assert classes("confidence:81..", pages) == [["page:2"]]
    assert classes("红星", pages) == [["page:2"]]


def test_numbers_of_persons_with_a_hole_or_a_digit_misread() -> None:
    people = (person(1, "甲", identifiers=("11010519491231002X", "J-001")),)
    for query in ("id:1101051949123100□X", "id:1101□51949123100□X", "~110105194912310028", "~id:110105494912310021"):
        assert bool(classes(query, people)) == (query != "~id:110105494912310021"), query
    named = (person(1, "甲", identifiers=("沪劳-0012",)),)
    assert classes("no:沪□-0012", named) == []
    assert classes("no:沪劳-□012", named) == [["person:1"]]


def test_the_scope_is_in_every_class() -> None:
    for query in ("~吴国华", "吴国□", "国 OR 表", "year:1900..2000"):
        assert {each.split(":")[0] for ids in classes(query, ALL) for each in ids}
        assert classes(query, ALL, Scope()) == []
        seen = {each for ids in classes(query, ALL, Scope(organisations=(NORTH,))) for each in ids}
        assert seen <= {each.id for each in ALL if NORTH in each.organisations}
    assert isinstance(visible(EVERYTHING, KINDS), Everything)


@settings(max_examples=150, deadline=None)
@given(st.text('王国建1"-~□ :namedtORx，', min_size=1, max_size=25))
def test_classes_of_any_query_share_no_document_and_hold_all_hits(query: str) -> None:
    try:
        classes(query, PEOPLE)
    except QueryError as error:
        assert error.text("zh_CN")


def _size(node: Node) -> int:
    match node:
        case AllOf(parts, never):
            return 1 + sum(map(_size, (*parts, *never)))
        case AnyOf(parts):
            return 1 + sum(map(_size, parts))
        case Phrase(_, tokens) | OneOf(_, tokens):
            return len(tokens)
    return 1


@pytest.mark.parametrize(
    "query",
    [
        " ".join(["~" + "未已日土干人大天王" * 2 + char for char in "甲乙丙"]),
        "~" + "1" * 20 + " ~" + "8" * 20 + " ~" + "0" * 20,
        "□".join("未已日土干人大天王" * 9),
        "□甲" * 100,
        " ".join("甲乙丙丁" * 5 for _ in range(32)),
        "date:1850-12-30..2100-01-02 " * 30,
    ],
)
def test_the_largest_plans_are_bounded(query: str) -> None:
    """Work grows with the query, not faster: some ten thousand tokens at most for a thousand characters."""
    assert len(query) <= MOST_CHARACTERS
    parsed = parse_query(query)
    assert _size(found(parsed, EVERYTHING, KINDS)) < 10_000
    assert len(ranks(parsed, EVERYTHING, KINDS)) <= 24
