"""The contract: what a query finds, who may see it, and which queries are refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from base.text.normalise import fold
from search.errors import QueryError
from search.index import Document, Scope, SearchIndex
from tests.search.asking import SHARED, found
from tests.search.samples import CITY, EVERYTHING, NORTH, SOUTH, holds

# Few characters, so that words stand in many pages and almost-matches are common.
ALPHABET = "王国國建12aA-𠮷䶮 \n，"
PAGE_TEXT = st.text(st.sampled_from(ALPHABET), max_size=60)


class Queries:
    # --- what is found

    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            # a whole name, then a name that holds it, then a page; the name stands across a line break, in traditional form
            ("吴国华", ["person:1", "person:4", "page:1"]),
            ("吳國華", ["person:1", "person:4", "page:1"]),
            ("吴建设", ["person:1"]),
            ("国华", ["person:1", "person:4", "page:1"]),
            ("仇", ["person:2", "page:2"]),
            ("䶮", ["person:2", "page:2"]),
            ("𠮷", ["page:2"]),
            ("𬀩林", ["person:3", "page:3"]),
            ("华性", ["page:1"]),
            ("职工登记表", ["material:1", "page:1"]),
            ("职工 登记", ["material:1", "page:1"]),
            ("wuguohua", ["person:1", "person:4"]),
            ("wuguo", ["person:1", "person:4"]),
            ("WGH", ["person:1", "person:4"]),
            ("guohua", ["person:1"]),
            ("qiuyan", ["person:2"]),
            ("shan", ["person:3"]),
            ("zgdjb", ["material:1", "page:1"]),
            ("11010519491231002X", ["person:1", "page:1"]),
            ("１１０１０５１９４９１２３１００２ｘ", ["person:1", "page:1"]),
            ("110105491231002", ["person:1"]),
            ("310101580312123", ["person:2"]),
            ("110105", ["person:1", "page:1"]),
            ("19491231", ["page:1"]),
            ("002X", ["person:1", "page:1"]),
            ("J-001", ["person:1", "person:2"]),
            ("no:J-001-0008", ["person:2"]),
            ("id:002x", ["person:1"]),
            ("name:吴国华", ["person:1", "person:4"]),
            ("title:登记", ["material:1", "page:1"]),
            ("text:登记", ["material:1", "page:1"]),
            ("class:9", ["material:2", "page:2"]),
            ("class:九-1", ["material:2", "page:2"]),
            ("class:1", ["material:1", "page:1"]),
            ("year:1975", ["material:1", "page:1"]),
            ("year:1980..1985", ["material:2", "page:2"]),
            ("year:1985..", ["material:2", "page:2", "page:3"]),
            ("year:..1975", ["material:1", "page:1"]),
            ("吴国华 year:1970..1980", ["page:1"]),
            ("仇䶮 OR 吴建设", ["person:2", "person:1", "page:2"]),
            ("审批 -仇", ["material:2"]),
            ("表 -class:1", ["material:2", "page:2"]),
            ('"1968年12月"', ["page:1"]),
            ('"1968 年 12 月"', ["page:1"]),
            ("“吴国华 性别”", ["page:1"]),
            ("56.50", ["page:2"]),
            ("b-12", ["page:2"]),
            ("110***1234", ["page:3"]),
            ('"***"', ["page:3"]),
            ("签字\x00", ["page:3"]),
            ("没有的字", []),
            ("a" * 200, []),
        ],
    )
    def test_query(self, filled: SearchIndex, query: str, ids: list[str]) -> None:
        assert found(filled, query) == ids
        assert filled.search(query, EVERYTHING, limit=1).total == len(ids)

    @settings(suppress_health_check=SHARED, max_examples=25)
    @given(st.lists(PAGE_TEXT, min_size=1, max_size=12), st.data())
    @example(["王国王国王", "国王国", "王王国"], None)
    def test_every_substring_is_found_and_nothing_else(
        self, empty: SearchIndex, texts: list[str], data: st.DataObject | None
    ) -> None:
        """Recall and precision 100 %: cuts of the texts, and words made up, against brute force."""
        documents = [Document(f"page:{place}", "page", text) for place, text in enumerate(texts)]
        stale = [each for each, _ in empty.stamps()]
        empty.write(documents, deleted=stale)
        for word in self._words(texts, data):
            expected = [each.id for each in documents if holds(each, word)]
            assert found(empty, f'"{word}"') == expected, word

    @staticmethod
    def _words(texts: list[str], data: st.DataObject | None) -> list[str]:
        if data is None:
            return ["王国王", "国王国", "王国王国", "王王", "国国"]
        words = [data.draw(st.text(st.sampled_from(ALPHABET), min_size=1, max_size=4))]
        for _ in range(6):
            text = data.draw(st.sampled_from(texts))
            start = data.draw(st.integers(0, len(text)))
            words.append(text[start : start + data.draw(st.integers(1, 20))])
        return [word for word in words if fold(word)]

    # --- who may see what

    def test_scope_limits_hits_and_total(self, filled: SearchIndex) -> None:
        assert found(filled, "吴国华", Scope(organisations=(NORTH,))) == ["person:1", "page:1"]
        assert filled.search("吴国华", Scope(organisations=(NORTH,))).total == 2
        assert found(filled, "吴国华", Scope(organisations=(NORTH, SOUTH))) == ["person:1", "person:4", "page:1"]
        assert found(filled, "吴国华", Scope(organisations=(CITY,))) == ["person:1", "person:4", "page:1"]
        many = Scope(organisations=(*range(1000, 1200), NORTH))
        assert found(filled, "吴国华", many) == ["person:1", "page:1"]

    @pytest.mark.parametrize("query", ["吴国华", "吴国华 OR 仇䶮", "year:1900..2000", "wgh", "110105"])
    def test_an_account_without_organisations_sees_nothing(self, filled: SearchIndex, query: str) -> None:
        answer = filled.search(query, Scope())
        assert (answer.total, answer.hits) == (0, ())

    def test_kinds(self, filled: SearchIndex) -> None:
        assert found(filled, "吴国华", kinds=("page",)) == ["page:1"]
        assert found(filled, "吴国华", kinds=("person", "material")) == ["person:1", "person:4"]
        assert found(filled, "吴国华", kinds=()) == []

    # --- hostile queries

    @pytest.mark.parametrize(
        "query", ["王\ud842", '"王', "", "   ", "-王", "王*", "*", "year:abcd", "OR", "王 OR", "王 " * 400]
    )
    def test_a_query_that_cannot_be_run_says_so(self, filled: SearchIndex, query: str) -> None:
        if query == "*":
            assert filled.search(query, EVERYTHING).total == 1  # the asterisks of a masked number
            return
        with pytest.raises(QueryError) as caught:
            filled.search(query, EVERYTHING)
        assert caught.value.code.startswith("search.query-")

    @settings(suppress_health_check=SHARED, max_examples=60)
    @given(st.text(st.characters(categories=None), max_size=80) | st.text('王国"-*:. yearnmOR\x00\n', max_size=80))
    def test_any_query_is_answered_or_refused(self, filled: SearchIndex, query: str) -> None:
        try:
            answer = filled.search(query, EVERYTHING)
        except QueryError as error:
            assert error.text("zh_CN")
        else:
            assert answer.total >= len(answer.hits)
            for each in answer.hits:
                assert all(0 <= start < end <= len(each.text) for start, end in each.marks)
