"""What every search index must do. A test module of an implementation imports `Contract` and gives it `make`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from base.text.normalise import fold
from search.errors import QueryError
from search.index import KINDS, Document, Hit, Scope, SearchIndex
from tests.search.samples import ALL, CITY, EVERYTHING, NORTH, PAGES, SOUTH, holds

# Few characters, so that words stand in many pages and almost-matches are common.
ALPHABET = "王国國建12aA-𠮷䶮 \n，"
PAGE_TEXT = st.text(st.sampled_from(ALPHABET), max_size=60)

# One index for all examples (each replaces its documents), and one test body for every implementation: both are meant.
SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.differing_executors]


def found(index: SearchIndex, query: str, scope: Scope = EVERYTHING, **more: object) -> list[str]:
    return [hit.id for hit in index.search(query, scope, limit=100, **more).hits]  # type: ignore[arg-type]


def hit(index: SearchIndex, query: str, document_id: str) -> Hit:
    return next(each for each in index.search(query, EVERYTHING, limit=100).hits if each.id == document_id)


class Contract:
    """`empty` is an index without documents, `filled` holds `samples.ALL`."""

    @pytest.fixture
    def empty(self) -> SearchIndex:
        raise NotImplementedError

    @pytest.fixture
    def filled(self, empty: SearchIndex) -> SearchIndex:
        empty.write(ALL)
        return empty

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
        stale = list(empty.ids())
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

    # --- hits

    def test_marks_point_at_the_text_as_written(self, filled: SearchIndex) -> None:
        page = hit(filled, "吴国华", "page:1")
        assert page.text == PAGES[0].text
        assert [page.text[start:end] for start, end in page.marks] == ["吳 國\n華"]
        assert page.snippet in page.text
        assert "吳 國\n華" in page.snippet

    def test_what_was_stored_comes_back_untouched(self, filled: SearchIndex) -> None:
        page = hit(filled, "登记", "page:1")
        assert (page.kind, page.title, page.stored) == ("page", "职工登记表", {"page": 1, "file": "a/001.jpg"})

    def test_a_snippet_shows_a_mark_far_down(self, empty: SearchIndex) -> None:
        empty.write([Document("page:1", "page", "甲" * 5000 + "王建国" + "乙" * 5000)])
        page = hit(empty, "王建国", "page:1")
        assert "王建国" in page.snippet
        assert len(page.snippet) <= 100

    def test_texts_with_halves_of_surrogates_are_kept(self, empty: SearchIndex) -> None:
        empty.write([Document("page:1", "page", "王建\ud842国")])
        assert hit(empty, "王建", "page:1").text == "王建\ud842国"

    # --- pages of hits

    def test_cursor_walks_all_hits_once_in_the_same_order(self, empty: SearchIndex) -> None:
        documents = [
            Document(f"page:{n}", "page", f"王建国 {n}", title="履历表" if n % 3 else "登记表") for n in range(1, 51)
        ]
        documents += [Document(f"person:{n}", "person", "", names=(f"王建国{'强' * (n % 2)}",)) for n in range(1, 11)]
        empty.write(documents)
        at_once = found(empty, "王建国 OR 履历表")
        walked: list[str] = []
        cursor = None
        while True:
            answer = empty.search("王建国 OR 履历表", EVERYTHING, limit=7, cursor=cursor)
            assert answer.total == 60
            walked += [each.id for each in answer.hits]
            cursor = answer.next_cursor
            if cursor is None:
                break
        assert walked == at_once
        assert len(set(walked)) == 60

    def test_new_documents_do_not_shift_the_next_page(self, empty: SearchIndex) -> None:
        empty.write([Document(f"page:{n}", "page", "王建国") for n in range(10, 30)])
        first = empty.search("王建国", EVERYTHING, limit=5)
        empty.write([Document(f"page:{n}", "page", "王建国") for n in range(10)], deleted=["page:14"])
        second = empty.search("王建国", EVERYTHING, limit=5, cursor=first.next_cursor)
        assert [each.id for each in second.hits] == [f"page:{n}" for n in range(15, 20)]

    def test_order_does_not_depend_on_the_order_of_writing(self, empty: SearchIndex) -> None:
        for document in reversed(ALL):
            empty.write([document])
        assert found(empty, "吴国华 OR 表") == ["person:1", "person:4", "material:1", "material:2", "page:1", "page:2"]

    @pytest.mark.parametrize("cursor", ["x", "é", "W10=", "WzAsMCwieCJd", "W1tbXV1d", "\ud800", "A" * 10_000])
    def test_a_foreign_cursor_is_refused(self, filled: SearchIndex, cursor: str) -> None:
        with pytest.raises(QueryError) as caught:
            filled.search("吴国华", EVERYTHING, cursor=cursor)
        assert caught.value.code == "search.cursor"

    def test_the_cursor_of_another_query_is_refused(self, filled: SearchIndex) -> None:
        cursor = filled.search("吴国华", EVERYTHING, limit=1).next_cursor
        assert cursor
        with pytest.raises(QueryError):
            filled.search("仇䶮", EVERYTHING, cursor=cursor)

    @pytest.mark.parametrize("limit", [0, -1, 1001])
    def test_limits(self, filled: SearchIndex, limit: int) -> None:
        with pytest.raises(QueryError):
            filled.search("吴国华", EVERYTHING, limit=limit)

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

    # --- writing

    def test_a_document_is_replaced(self, filled: SearchIndex) -> None:
        filled.write([replace(PAGES[0], text="新的文字", title="")])
        assert found(filled, "新的文字") == ["page:1"]
        assert "page:1" not in found(filled, "吴国华")
        assert sorted(filled.ids()) == sorted(each.id for each in ALL)

    def test_writing_twice_is_writing_once(self, filled: SearchIndex) -> None:
        filled.write([*ALL, *ALL])
        assert sorted(filled.ids()) == sorted(each.id for each in ALL)
        assert filled.search("吴国华", EVERYTHING).total == 3

    def test_deleted_documents_are_gone(self, filled: SearchIndex) -> None:
        filled.write([], deleted=["page:1", "page:unknown"])
        assert "page:1" not in found(filled, "吴国华")
        assert "page:1" not in list(filled.ids())

    def test_what_is_deleted_and_written_at_once_is_there(self, filled: SearchIndex) -> None:
        filled.write([PAGES[0]], deleted=["page:1"])
        assert "page:1" in found(filled, "吴国华")

    def test_a_write_that_breaks_leaves_what_was(self, filled: SearchIndex) -> None:
        def broken() -> object:
            yield Document("page:99", "page", "吴国华")
            raise OSError("source gone")

        with pytest.raises(OSError, match="source gone"):
            filled.write(broken(), deleted=["page:1"])  # type: ignore[arg-type]
        assert sorted(filled.ids()) == sorted(each.id for each in ALL)
        filled.write([Document("page:99", "page", "吴国华")])
        assert "page:99" in list(filled.ids())

    def test_an_empty_index_answers(self, empty: SearchIndex) -> None:
        assert empty.search("王", EVERYTHING).total == 0
        assert list(empty.ids()) == []

    def test_every_kind_is_searched_by_default(self, filled: SearchIndex) -> None:
        assert {each.split(":")[0] for each in found(filled, "国华 OR 表")} == set(KINDS)
