"""The contract: the order of hits, and the pages of a list of them."""

from __future__ import annotations

import pytest

from search.errors import QueryError
from search.index import Document, SearchIndex
from tests.search.asking import found
from tests.search.samples import ALL, EVERYTHING


class Sorting:
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
