"""The contract: counts by facet, and what is suggested while somebody types."""

from __future__ import annotations

import pytest

from search.index import FACETS, Document, FacetName, Scope, SearchIndex
from tests.search.samples import EVERYTHING

EAST, WEST = 21, 22
COUNTED = (
    Document("person:1", "person", "", names=("王建国",), organisations=(EAST,), enterprise=EAST, district=3),
    Document(
        "material:1", "material", "", names=("王家登记表",), title="王家登记表", class_code="9-1", year=1969,
        organisations=(EAST,), enterprise=EAST, district=3,
    ),
    Document("page:1", "page", "王", class_code="9-1", year=1970, organisations=(EAST,), enterprise=EAST, district=3),
    Document("page:2", "page", "王", class_code="9-10", year=1979, organisations=(WEST,), enterprise=WEST),
    Document("page:3", "page", "王", class_code="10", year=1980, organisations=(WEST,), enterprise=WEST, district=12),
    Document("page:4", "page", "张", class_code="1", year=2001, organisations=(WEST,), enterprise=WEST),
)  # fmt: skip
ALL_COUNTS: dict[FacetName, tuple[tuple[str, int], ...]] = {
    "kind": (("page", 3), ("material", 1), ("person", 1)),
    "class": (("9", 3), ("9-1", 2), ("9-10", 1), ("10", 1)),
    "decade": (("1960", 1), ("1970", 2), ("1980", 1)),
    "enterprise": (("21", 3), ("22", 2)),
    "district": (("3", 3), ("12", 1)),
}
NAMED = (
    Document("person:1", "person", "", names=("王建国", "李建设"), organisations=(EAST,)),
    Document("person:2", "person", "", names=("王建华",), organisations=(WEST,)),
    Document("person:3", "person", "", names=("王建华",), organisations=(EAST,)),
    Document("person:4", "person", "", names=("小王建",), organisations=(EAST,)),
    Document("person:5", "person", "", names=("丁建国",), organisations=(EAST,)),
    Document("person:6", "person", "", names=("江国",), organisations=(EAST,)),
    Document("person:7", "person", "", names=("孙长",), organisations=(EAST,)),
    Document("person:8", "person", "", names=("张东",), organisations=(EAST,)),
    Document("material:1", "material", "", names=("王建国事迹",), title="王建国事迹", organisations=(EAST,)),
    Document("material:2", "material", "", names=("履历表",), title="履历表", organisations=(EAST,)),
    Document("page:1", "page", "王建", title="王建材料", organisations=(EAST,)),
)


class Facets:
    @pytest.fixture
    def counted(self, empty: SearchIndex) -> SearchIndex:
        empty.write(COUNTED)
        return empty

    def test_facets_count_all_hits(self, counted: SearchIndex) -> None:
        answer = counted.search("王", EVERYTHING, limit=1, facets=FACETS)
        assert answer.facets == ALL_COUNTS
        assert (answer.total, len(answer.hits)) == (5, 1)

    def test_facets_are_those_asked_for(self, counted: SearchIndex) -> None:
        assert counted.search("王", EVERYTHING).facets == {}
        assert counted.search("王", EVERYTHING, facets=["decade"]).facets == {"decade": ALL_COUNTS["decade"]}
        assert counted.search("没有", EVERYTHING, facets=["class", "kind"]).facets == {"class": (), "kind": ()}

    def test_facets_stay_inside_the_scope(self, counted: SearchIndex) -> None:
        answer = counted.search("王", Scope(organisations=(WEST,)), facets=["enterprise", "district", "kind"])
        assert answer.facets == {"enterprise": (("22", 2),), "district": (("12", 1),), "kind": (("page", 2),)}
        assert counted.search("王", Scope(), facets=["kind"]).facets == {"kind": ()}

    def test_facets_are_of_the_kinds_asked_for(self, counted: SearchIndex) -> None:
        answer = counted.search("王", EVERYTHING, kinds=["page"], facets=["kind", "decade"])
        assert answer.facets == {"kind": (("page", 3),), "decade": (("1970", 2), ("1980", 1))}

    def test_facets_are_the_same_on_every_page_and_in_every_sort(self, counted: SearchIndex) -> None:
        cursor = counted.search("王", EVERYTHING, limit=2).next_cursor
        assert counted.search("王", EVERYTHING, limit=2, cursor=cursor, facets=FACETS).facets == ALL_COUNTS
        assert counted.search("王", EVERYTHING, sort="date", facets=FACETS).facets == ALL_COUNTS

    def test_facets_forget_what_was_replaced(self, counted: SearchIndex) -> None:
        counted.write([Document("page:1", "page", "王", year=1990)], deleted=["page:2"])
        decades = counted.search("王", EVERYTHING, facets=["decade"]).facets["decade"]
        assert decades == (("1960", 1), ("1980", 1), ("1990", 1))

    # --- suggestions

    @pytest.fixture
    def named(self, empty: SearchIndex) -> SearchIndex:
        empty.write(NAMED)
        return empty

    @pytest.mark.parametrize(
        ("prefix", "texts"),
        [
            ("王", ["王建华", "王建国", "王建国事迹"]),
            ("王建国", ["王建国", "王建国事迹"]),
            ("李", ["李建设"]),
            ("wangj", ["王建华", "王建国"]),
            ("wjg", ["王建国", "王建国事迹"]),
            ("WJH", ["王建华"]),
            ("llb", ["履历表"]),
            # The given name alone, behind names that begin so.
            ("jianguo", ["丁建国", "王建国"]),
            ("jiangguo", ["江国"]),
            ("zhang", ["张东", "孙长"]),
            ("履歷", ["履历表"]),
            ("建", []),
            ("材料", []),
            ("", []),
            (" \x00", []),
            ("\ud842", []),
            ("王" * 500, []),
        ],
    )
    def test_suggested(self, named: SearchIndex, prefix: str, texts: list[str]) -> None:
        assert [each.text for each in named.suggest(prefix, EVERYTHING)] == texts

    def test_suggestions_name_a_document_that_the_account_may_see(self, named: SearchIndex) -> None:
        west = named.suggest("王", Scope(organisations=(WEST,)))
        assert [(each.text, each.kind, each.id) for each in west] == [("王建华", "person", "person:2")]
        east = named.suggest("王建华", Scope(organisations=(EAST,)))
        assert [(each.text, each.kind, each.id) for each in east] == [("王建华", "person", "person:3")]
        assert named.suggest("王", Scope()) == ()

    def test_as_many_suggestions_as_asked_for(self, named: SearchIndex) -> None:
        assert [each.text for each in named.suggest("王", EVERYTHING, limit=2)] == ["王建华", "王建国"]
