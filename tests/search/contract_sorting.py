"""The contract: the order of hits, and the pages of a list of them."""

from __future__ import annotations

import pytest

from search.cursor import Key, Place, asked, encode
from search.errors import QueryError
from search.index import KINDS, SORTS, Document, SearchIndex, Sort
from tests.search.asking import found, walked
from tests.search.samples import ALL, EVERYTHING


class Sorting:
    def test_cursor_walks_all_hits_once_in_the_same_order(self, empty: SearchIndex) -> None:
        documents = [
            Document(f"page:{n}", "page", f"王建国 {n}", title="履历表" if n % 3 else "登记表") for n in range(1, 51)
        ]
        documents += [Document(f"person:{n}", "person", "", names=(f"王建国{'强' * (n % 2)}",)) for n in range(1, 11)]
        empty.write(documents)
        at_once = found(empty, "王建国 OR 履历表")
        in_pages = walked(empty, "王建国 OR 履历表", limit=7)
        assert in_pages == at_once
        assert len(set(in_pages)) == 60

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

    # --- other sorts

    def test_by_archive_number_then_as_they_came(self, empty: SearchIndex) -> None:
        numbers = {1: "J-2", 2: "", 3: "J-10", 4: "J-1", 5: "J-1", 6: "档-1", 7: "J", 8: "𠮷-1", 9: "j-1", 10: ""}
        empty.write(Document(f"page:{n}", "page", "王建国", archive_no=each) for n, each in numbers.items())
        empty.write([Document("person:9", "person", "王建国", archive_no="J-1")])
        expected = ["page:7", "person:9", *(f"page:{n}" for n in (4, 5, 3, 1, 9, 6, 8, 2, 10))]
        assert found(empty, "王建国", sort="archive_no") == expected
        assert walked(empty, "王建国", limit=2, sort="archive_no") == expected

    def test_by_day_then_as_they_came(self, empty: SearchIndex) -> None:
        days = {1: 19851231, 2: None, 3: 19680000, 4: 19681200, 5: 19681205, 6: 19680000, 7: 99991231, 8: 10000}
        empty.write(Document(f"page:{n}", "page", "王建国", day=each) for n, each in days.items())
        empty.write([Document("person:9", "person", "王建国", day=19681205), Document("page:x", "page", "王建国")])
        expected = [
            "page:8",
            "page:3",
            "page:6",
            "page:4",
            "person:9",
            "page:5",
            "page:1",
            "page:7",
            "page:2",
            "page:x",
        ]
        assert found(empty, "王建国", sort="date") == expected
        assert walked(empty, "王建国", limit=3, sort="date") == expected

    @pytest.mark.parametrize("sort", SORTS)
    def test_what_comes_meanwhile_shifts_nothing(self, empty: SearchIndex, sort: Sort) -> None:
        def page(n: int) -> Document:
            return Document(f"page:{n}", "page", "王建国", archive_no=f"J-{n:03}", day=19500000 + n)

        empty.write(map(page, range(100, 120)))
        first = empty.search("王建国", EVERYTHING, limit=5, sort=sort)
        empty.write(map(page, range(90, 100)), deleted=["page:104", "page:106"])
        second = empty.search("王建国", EVERYTHING, limit=5, cursor=first.next_cursor, sort=sort)
        assert [each.id for each in second.hits] == [f"page:{n}" for n in (105, 107, 108, 109, 110)]

    @pytest.mark.parametrize("sort", SORTS)
    def test_a_cursor_belongs_to_its_sort(self, filled: SearchIndex, sort: Sort) -> None:
        cursor = filled.search("吴国华", EVERYTHING, limit=1, sort=sort).next_cursor
        for other in SORTS:
            if other != sort:
                with pytest.raises(QueryError) as caught:
                    filled.search("吴国华", EVERYTHING, cursor=cursor, sort=other)
                assert caught.value.code == "search.cursor"

    @pytest.mark.parametrize("sort", SORTS)
    @pytest.mark.parametrize("keys", [("a} OR *",), (-1,), ("",), (1, 2), ("x" * 9_999,), (True,), (1.5,)])
    def test_a_forged_cursor_is_refused(self, filled: SearchIndex, sort: Sort, keys: tuple[Key, ...]) -> None:
        forged = encode(Place(0, keys), asked("吴国华", KINDS, sort))
        with pytest.raises(QueryError) as caught:
            filled.search("吴国华", EVERYTHING, cursor=forged, sort=sort)
        assert caught.value.code == "search.cursor"
